"""Hotlines there were beside this one, how each was merged with it (并入、双号并存、设分中心), and how many calls it had."""

from __future__ import annotations

from django.db import models

from zhize.record.models import Statement, never_two_at_once, statement_rules
from zhize.register.models import Body


class HotlineLine(models.Model):
    """A number people call or called. Undated: what it is and whose is said by statements."""

    number = models.CharField("号码", max_length=20, unique=True)
    demo = models.BooleanField("演示数据", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "热线号码"
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number


class LineStanding(Statement):
    """What the line is called, whose it is and whether it still answers by itself, for a span of days."""

    WHAT = "热线归并"

    class Mode(models.TextChoices):
        OWN = "own", "独立运行"
        MERGED = "merged", "并入"
        DUAL = "dual", "双号并存"
        BRANCH = "branch", "设分中心"

    line = models.ForeignKey(HotlineLine, models.PROTECT, related_name="standings", verbose_name="热线")
    name = models.CharField("名称", max_length=80)
    owner = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="主管机构")
    mode = models.CharField("方式", max_length=6, choices=Mode.choices)

    class Meta:
        verbose_name = verbose_name_plural = "热线归并"
        constraints = [
            never_two_at_once("a_line_stands_one_way_a_day", ["line_id"], "同一条热线同一天只能有一种归并方式"),
            *statement_rules("line_standing"),
        ]


class LineVolume(Statement):
    """How many calls the line had over a span of days, by the paper that says so."""

    WHAT = "热线话务量"

    line = models.ForeignKey(HotlineLine, models.PROTECT, related_name="volumes", verbose_name="热线")
    calls = models.PositiveIntegerField("来电")

    class Meta:
        verbose_name = verbose_name_plural = "热线话务量"
        constraints = [
            never_two_at_once("a_line_is_counted_once_a_day", ["line_id"], "同一条热线同一天只能统计一次"),
            models.CheckConstraint(
                name="a_count_of_calls_has_an_end",
                condition=models.Q(to_day__isnull=False),
                violation_error_message="话务量须写明统计到哪一天",
            ),
            *statement_rules("line_volume"),
        ]
