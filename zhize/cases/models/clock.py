"""What moves a deadline: suspensions (intervals, not a flag) and extensions (asked, then granted or refused)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from zhize.cases.models.case import Case
from zhize.cases.models.leg import Leg


class Suspension(models.Model):
    """The clock of a case stood still, on a ground from the closed list, with its evidence."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="suspensions", verbose_name="诉求")
    round = models.PositiveSmallIntegerField("轮次", default=1)
    ground = models.CharField("事由", max_length=20)
    name = models.CharField("事由名称", max_length=80)
    evidence = models.TextField("证据")
    from_at = models.DateTimeField("自")
    to_at = models.DateTimeField("恢复于", null=True, blank=True)
    resume_on = models.DateField("预定恢复日", null=True, blank=True)
    resumed_because = models.CharField("恢复原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "中止"
        ordering = ["case", "from_at"]
        constraints = [
            models.CheckConstraint(
                name="a_suspension_ends_after_it_begins",
                condition=Q(to_at__isnull=True) | Q(to_at__gte=F("from_at")),
                violation_error_message="中止的恢复时刻不能早于开始时刻",
            ),
            models.CheckConstraint(
                name="a_suspension_shows_its_evidence",
                condition=~Q(evidence=""),
                violation_error_message="中止须附证据",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(to_at__isnull=True),
                name="one_open_suspension_a_case",
                violation_error_message="计时已经中止",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Extension(models.Model):
    """More time for a leg, and so for the promise: asked before the due moment, decided by another office."""

    class State(models.TextChoices):
        ASKED = "asked", "待决定"
        GRANTED = "granted", "已批准"
        REFUSED = "refused", "未批准"

    case = models.ForeignKey(Case, models.PROTECT, related_name="extensions", verbose_name="诉求")
    leg = models.ForeignKey(Leg, models.PROTECT, related_name="extensions", verbose_name="分派")
    round = models.PositiveSmallIntegerField("轮次", default=1)
    limit = models.CharField("延长", max_length=8)
    reason = models.TextField("理由")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField("申请时刻")
    asked_by = models.BigIntegerField("申请人", null=True, blank=True)
    decided_at = models.DateTimeField("决定时刻", null=True, blank=True)
    decided_by = models.BigIntegerField("决定人", null=True, blank=True)
    words = models.TextField("决定说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "延期"
        ordering = ["case", "asked_at"]
        constraints = [
            models.CheckConstraint(
                name="an_extension_gives_its_reason", condition=~Q(reason=""), violation_error_message="延期须写明理由"
            ),
            models.CheckConstraint(
                name="who_asks_for_time_does_not_grant_it",
                condition=Q(decided_by__isnull=True) | Q(asked_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                violation_error_message="申请延期的人不能自己批准",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state="asked"),
                name="one_extension_pending_a_case",
                violation_error_message="上一份延期申请还没有决定",
            ),
        ]

    def __str__(self) -> str:
        return self.limit
