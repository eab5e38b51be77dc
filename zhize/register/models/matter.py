"""Matters (诉求事项): what citizens call things. The map from matters to duties is statements too."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse

from zhize.record.models import Statement, never_two_at_once, statement_rules
from zhize.register.models.duty import Duty, Segment


class Matter(models.Model):
    """A node of the matter scheme; codes of 2, 4 and 6 digits are its three levels."""

    code = models.CharField("代码", max_length=12, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    label = models.CharField("来件分类标签", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "诉求事项"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("register:matter", args=[self.code])


class MatterName(Statement):
    WHAT = "事项名称"
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="names")
    name = models.CharField("名称", max_length=80)
    synonyms = ArrayField(models.CharField(max_length=40), verbose_name="俗称", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "事项名称"
        constraints = [
            never_two_at_once("one_name_a_matter_a_day", ["matter_id"], "同一事项同一天只能有一个名称"),
            *statement_rules("matter_name"),
        ]


class MatterDuty(Statement):
    """This matter is answered by this duty (or a segment of it); `rank` 1 is asked first."""

    WHAT = "事项对应职责"
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="duties")
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="matters")
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, blank=True, related_name="+")
    rank = models.PositiveSmallIntegerField("次序", default=1)
    when = models.CharField("适用情形", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "事项对应职责"
        constraints = [
            never_two_at_once(
                "one_duty_a_matter_rank_day", ["matter_id", "rank"], "同一事项同一次序同一天只能对应一项职责"
            ),
            *statement_rules("matter_duty"),
        ]
