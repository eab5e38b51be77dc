"""The three-way list of a township (乡镇街道履行职责事项清单): what it does itself, what it helps with, what was taken back from it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhize.places.models import Place
from zhize.record.models import Statement, never_two_at_once, statement_rules
from zhize.register.models.body import Body
from zhize.register.models.duty import Duty


class TownshipItem(Statement):
    """In this township (or every township of this county) the duty is basic, helped with, or taken back by a superior."""

    WHAT = "乡镇履职事项"

    class Kind(models.TextChoices):
        BASIC = "basic", "基本履职"
        ASSIST = "assist", "配合履职"
        WITHDRAWN = "withdrawn", "上级收回"

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="township_items")
    place = models.ForeignKey(Place, models.PROTECT, related_name="township_items")
    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    superior = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="township_items", verbose_name="牵头或承接机构"
    )
    how = models.CharField("履职方式", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "乡镇履职事项"
        constraints = [
            never_two_at_once(
                "one_township_kind_a_duty_place_day",
                ["duty_id", "place_id"],
                "同一事项在同一乡镇街道同一天只能列在一张清单里",
            ),
            models.CheckConstraint(
                name="what_is_not_basic_names_the_superior",
                condition=Q(kind="basic") | Q(superior__isnull=False),
                violation_error_message="配合履职的须写明牵头机构，上级收回的须写明承接机构",
            ),
            *statement_rules("township_item"),
        ]
        indexes = [
            models.Index(
                fields=["place", "kind"], condition=Q(withdrawn_at__isnull=True), name="township_item_by_place"
            )
        ]
