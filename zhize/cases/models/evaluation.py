"""What keeps an evaluation honest: rounds left out of it and who agreed, and the days already counted."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from zhize.cases.models.case import Case
from zhize.cases.models.leg import Leg
from zhize.places.models import Place
from zhize.register.models import Body


class Exclusion(models.Model):
    """A round left out of the scores, on a ground of the closed list: the unit asks, somebody outside it agrees.

    A demand beyond the law should not cost the unit its marks, but no unit strikes out its own case.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="exclusions", verbose_name="诉求")
    leg = models.ForeignKey(Leg, models.PROTECT, related_name="exclusions", verbose_name="分派")
    round = models.PositiveSmallIntegerField("轮次", default=1)
    ground = models.CharField("事由", max_length=20)
    name = models.CharField("事由名称", max_length=80)
    article = models.CharField("条文", max_length=80, blank=True)
    reason = models.TextField("理由")
    asked_at = models.DateTimeField("申请时刻")
    asked_by = models.BigIntegerField("申请人", null=True, blank=True)
    decided_at = models.DateTimeField("决定时刻", null=True, blank=True)
    decided_by = models.BigIntegerField("决定人", null=True, blank=True)
    agreed = models.BooleanField("同意", null=True, blank=True)
    words = models.TextField("决定说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "剔除"
        ordering = ["case", "asked_at"]
        constraints = [
            models.CheckConstraint(
                name="an_exclusion_gives_its_reason", condition=~Q(reason=""), violation_error_message="剔除须写明理由"
            ),
            models.CheckConstraint(
                name="who_asks_to_be_left_out_does_not_decide",
                condition=Q(decided_by__isnull=True) | Q(asked_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                violation_error_message="申请剔除的人不能自己决定",
            ),
            models.CheckConstraint(
                name="an_exclusion_is_decided_at_a_moment",
                condition=Q(agreed__isnull=True, decided_at__isnull=True)
                | Q(agreed__isnull=False, decided_at__isnull=False),
                violation_error_message="决定须同时写明时刻",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(agreed__isnull=True),
                name="one_exclusion_pending_a_case",
                violation_error_message="上一份剔除申请还没有决定",
            ),
            models.UniqueConstraint(
                fields=["leg"],
                condition=Q(agreed=True),
                name="a_leg_is_left_out_once",
                violation_error_message="这一次分派已经剔除",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Tally(models.Model):
    """Counts of one metric: of a day for all together, of a month for each body and each place. A year is added up from them.

    By day and body a city's tally would have more rows than cases. Counted again every night from the rows themselves (`commands.tallying`), so it is never evidence, only speed.
    """

    class Side(models.TextChoices):
        ALL = "all", "合计，按日"
        BODY = "body", "按机构，按月"
        PLACE = "place", "按地方，按月"

    side = models.CharField("口径", max_length=5, choices=Side.choices)
    metric = models.CharField("指标", max_length=32)
    day = models.DateField("日，或者月的第一日")
    body = models.ForeignKey(Body, models.CASCADE, null=True, related_name="+", db_index=False, verbose_name="机构")
    place = models.ForeignKey(Place, models.CASCADE, null=True, related_name="+", db_index=False, verbose_name="地点")
    whole = models.PositiveIntegerField("分母")
    part = models.PositiveIntegerField("分子")
    half = models.PositiveIntegerField("部分计入", default=0)
    still = models.PositiveIntegerField("未了", default=0)
    out_a = models.PositiveIntegerField("不计入一", default=0)  # in the order of the metric's own grounds
    out_b = models.PositiveIntegerField("不计入二", default=0)
    out_c = models.PositiveIntegerField("不计入三", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "日计"
        indexes = [
            models.Index(fields=["side", "day"], name="tally_by_day"),
            models.Index(fields=["body", "day"], condition=Q(side="body"), name="tally_by_body"),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.day}"
