"""Absence (未行使): why a duty that a level ought to hold is held by nobody there, from a day on, by a paper."""

from __future__ import annotations

from django.db import models

from zhize.places.models import Place
from zhize.record.models import Statement, never_two_at_once, statement_rules
from zhize.register.models.duty import Duty


class Absence(Statement):
    """At this level in this place (and in the places below it of that level) the duty is not exercised, for a reason."""

    WHAT = "未行使原因"

    class Reason(models.TextChoices):
        TRANSFERRED = "transferred", "已划转"
        ENTRUSTED = "entrusted", "已委托"
        DEVOLVED = "devolved", "已下放"
        CONTRACTED = "contracted", "已转移"
        NO_BUSINESS = "no_business", "无此业务"
        FROM_ABOVE = "from_above", "上级直管"
        COMMON = "common", "共性不列"

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="absences")
    place = models.ForeignKey(Place, models.PROTECT, related_name="absences")
    level = models.PositiveSmallIntegerField("行使层级", choices=Place.Level.choices)
    reason = models.CharField("原因", max_length=12, choices=Reason.choices)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "未行使原因"
        constraints = [
            never_two_at_once(
                "one_reason_a_duty_place_level_day",
                ["duty_id", "place_id", "level"],
                "同一职责在同一地方、同一层级、同一天只能有一个未行使原因",
            ),
            *statement_rules("absence"),
        ]
        indexes = [models.Index(fields=["duty", "level"], name="absence_by_duty")]
