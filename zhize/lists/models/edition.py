"""Editions (版): a list as it was published. Written once; the bytes stay, whatever the register learns later."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from zhize.lists.kinds import LISTS
from zhize.places.models import Place
from zhize.record.models import Event, Instrument
from zhize.register.models import Body


class EditionQuerySet(models.QuerySet["Edition"]):
    def public(self, day: date) -> EditionQuerySet:
        """Those whose embargo is over."""
        return self.filter(public_from__lte=day)


class Edition(models.Model):
    """The canonical render of one list as of `day`, as `believed` at a moment, by a renderer, with its digest.

    `public_from` ends the embargo: nothing is shown before the day it takes effect. `corrects` makes it a correction
    (更正公告): it says for the same day what should have been said; the edition it corrects stays readable.
    """

    key = models.SlugField("版次键", max_length=160, unique=True, allow_unicode=True)
    kind = models.CharField("清单种类", max_length=20)
    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="机构")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="地方")
    serial = models.PositiveIntegerField("版次")
    day = models.DateField("截至")
    believed = models.DateTimeField("按此刻所知")
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="+", verbose_name="公布文件")
    published_at = models.DateTimeField("公布操作时刻")
    public_from = models.DateField("对外公开日")
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name="更正"
    )
    reason = models.CharField("更正说明", max_length=400, blank=True)
    renderer = models.PositiveSmallIntegerField("编制程序")
    algorithm = models.CharField("杂凑算法", max_length=12)
    digest = models.CharField("摘要", max_length=64)
    count = models.PositiveIntegerField("事项数")
    content = models.TextField("正文")
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name="公布行为")

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "清单版次"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "body", "place", "serial"],
                nulls_distinct=False,
                name="one_edition_a_serial",
                violation_error_message="同一清单的这一版已经公布",
            ),
            models.CheckConstraint(
                name="an_edition_is_of_a_body_or_a_place",
                condition=Q(body__isnull=True, place__isnull=False) | Q(body__isnull=False, place__isnull=True),
                violation_error_message="一版清单或者是一个机构的，或者是一个地方的",
            ),
            models.CheckConstraint(
                name="nothing_public_before_its_day",
                condition=Q(public_from__gte=F("day")) | Q(corrects__isnull=False),
                violation_error_message="清单不能早于生效日公开",
            ),
            models.CheckConstraint(
                name="a_correction_says_why",
                condition=Q(corrects__isnull=True) | ~Q(reason=""),
                violation_error_message="更正须写明更正了什么",
            ),
        ]
        indexes = [
            models.Index(fields=["public_from", "id"], name="edition_by_public_day"),
            models.Index(fields=["-believed"], name="edition_by_belief"),
        ]

    def __str__(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("lists:edition", args=[self.key])

    @property
    def label(self) -> str:
        return f"{LISTS[self.kind].label} 第{self.serial}版"
