"""A leg: one body's part of a case, with the evidence it was sent on; and a request to send it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from zhize.cases import guards, lifecycle
from zhize.cases.models.case import Case
from zhize.cases.models.exhibit import Exhibit
from zhize.record.models import Instrument
from zhize.register.models import Body, Duty, Holding


class Leg(models.Model):
    """A body answers for (part of) a case, because a holding says so (house rule 7: rows are evidence)."""

    class Capacity(models.TextChoices):
        LEAD = "lead", "主办"
        ASSIST = "assist", "协办"

    case = models.ForeignKey(Case, models.PROTECT, related_name="legs", db_index=False, verbose_name="诉求")
    no = models.PositiveSmallIntegerField("序号")
    round = models.PositiveSmallIntegerField("轮次", default=1)
    body = models.ForeignKey(Body, models.PROTECT, related_name="legs", db_index=False, verbose_name="承办机构")
    capacity = models.CharField("身份", max_length=6, choices=Capacity.choices)
    required = models.BooleanField("须答复", default=True)
    holding = models.ForeignKey(
        Holding,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="legs",
        db_index=False,
        verbose_name="依据的职责归属",
    )
    exhibit = models.ForeignKey(Exhibit, models.PROTECT, related_name="+", db_index=False, verbose_name="分派依据")
    by_hand = models.BooleanField("人工指定", default=False)
    backstop = models.BooleanField(
        "兜底承办", default=False, db_default=False
    )  # nobody holds it; policy names this body

    state = models.CharField("状态", max_length=16, choices=list(lifecycle.LEG.states.items()))
    dispatched_at = models.DateTimeField("分派时刻")
    sign_due = models.DateTimeField("签收期限")
    return_until = models.DateTimeField("退回申请期限")
    limit = models.CharField("办理时限", max_length=8)
    due = models.DateTimeField("办理期限")
    terms = models.ForeignKey(Exhibit, models.PROTECT, related_name="+", db_index=False, verbose_name="计时依据")
    signed_at = models.DateTimeField("签收时刻", null=True, blank=True)
    replied_at = models.DateTimeField("答复时刻", null=True, blank=True)
    ended_at = models.DateTimeField("结束时刻", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "分派"
        ordering = ["case", "no"]
        constraints = [
            models.CheckConstraint(
                name="a_leg_stands_where_the_table_says",
                condition=Q(state__in=list(lifecycle.LEG.states)),
                violation_error_message="分派没有这种状态",
            ),
            models.UniqueConstraint(fields=["case", "no"], name="one_leg_a_number"),
            models.UniqueConstraint(
                fields=["case", "round"],
                condition=Q(capacity="lead", state__in=lifecycle.LEG_IN_CHARGE),
                name="one_lead_body_a_case_at_each_moment",
                violation_error_message="一件诉求同一时刻只有一个主办机构",
            ),
            models.CheckConstraint(
                name="a_leg_cites_a_holding_or_says_why_not",
                condition=Q(holding__isnull=False) | Q(by_hand=True) | Q(backstop=True),
                violation_error_message="分派须引用职责归属，或注明人工指定、兜底承办",
            ),
            models.CheckConstraint(
                name="the_lead_must_reply",
                condition=Q(capacity="assist") | Q(required=True),
                violation_error_message="主办机构必须答复",
            ),
        ]
        indexes = [
            models.Index(
                fields=["body", "due", "id"], condition=Q(state__in=lifecycle.LEG_OPEN), name="leg_open_by_body_due"
            ),
            models.Index(  # few at any time, asked for across all bodies
                fields=["state", "due", "id"], condition=Q(state__in=lifecycle.LEG_ASKED), name="leg_asked_by_due"
            ),
            models.Index(fields=["body", "-id"], name="leg_by_body"),
            BrinIndex(fields=["dispatched_at", "due", "sign_due"], autosummarize=True, name="leg_by_period"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}-{self.no}"

    def take(self, step: str, facts: guards.Facts | None = None) -> None:
        """Move as the table allows, or refuse as it says."""
        self.state = lifecycle.LEG.take(self.state, step, on=facts)

    @property
    def open(self) -> bool:
        return self.state in lifecycle.LEG_OPEN

    @property
    def evidence(self) -> dict[str, Any]:
        """The explanation as it was given on the day, rejected candidates included."""
        content: dict[str, Any] = self.exhibit.content
        return content

    def late_at(self, moment: datetime) -> bool:
        """Past its due moment? A standing clock (the case's) is never late."""
        return not self.case.suspended and (self.replied_at or self.ended_at or moment) > self.due


class Return(models.Model):
    """A body says: not ours but theirs, because of this (cases.md §4.3). “Not ours” alone is refused.

    `judgement` is what the register says mechanically of the cited duty: does it cover matter, place and day?
    """

    class Decision(models.TextChoices):
        UPHELD = "upheld", "同意退回"
        REFUSED = "refused", "不同意退回"
        DISPUTE = "dispute", "转为职责争议"

    leg = models.OneToOneField(Leg, models.PROTECT, related_name="return_request", verbose_name="分派")
    reason = models.TextField("理由")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="认为应由")
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="+", verbose_name="引用的职责")
    holding = models.ForeignKey(
        Holding, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="引用的归属"
    )
    article = models.CharField("引用的条文", max_length=200, blank=True)
    judgement = models.JSONField("登记的判断", default=dict)
    asked_at = models.DateTimeField("申请时刻")
    asked_by = models.BigIntegerField("申请人", null=True, blank=True)
    due = models.DateTimeField("审核期限")
    decision = models.CharField("决定", max_length=8, choices=Decision.choices, blank=True, default="")
    words = models.TextField("决定理由", blank=True)
    decided_at = models.DateTimeField("决定时刻", null=True, blank=True)
    decided_by = models.BigIntegerField("决定人", null=True, blank=True)
    ruling = models.ForeignKey(
        Instrument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="裁定文件"
    )

    class Meta:
        verbose_name = verbose_name_plural = "退回申请"
        constraints = [
            models.CheckConstraint(
                name="a_decision_has_its_moment",
                condition=Q(decision="", decided_at__isnull=True) | (~Q(decision="") & Q(decided_at__isnull=False)),
                violation_error_message="决定须同时写明时刻",
            ),
            models.CheckConstraint(
                name="who_asks_back_does_not_decide",
                condition=Q(decided_by__isnull=True) | Q(asked_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                violation_error_message="申请退回的人不能自己审核",
            ),
        ]
        indexes = [models.Index(fields=["due"], condition=Q(decision=""), name="return_undecided")]

    def __str__(self) -> str:
        return self.reason[:30]
