"""Supervision as objects: an order (督办单) to one body with its replies, a notice (通报) naming several, cases carried over (挂账)."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from zhize.cases.models.case import Case
from zhize.cases.models.leg import Leg
from zhize.cases.supervising import lifecycle
from zhize.kernel.period import in_beijing
from zhize.register.models import Body


class Order(models.Model):
    """督办单: a supervisor (or the calendar) orders a body to answer for a leg within a limit of the order's own."""

    class Ground(models.TextChoices):
        OVERDUE = "overdue", "超期未答复"
        UNSOLVED = "unsolved", "久拖未决"
        PUSHED = "pushed", "推诿"
        FALSE = "false", "答复不实"
        OTHER = "other", "其他"

    case = models.ForeignKey(Case, models.PROTECT, related_name="orders", db_index=False, verbose_name="诉求")
    leg = models.ForeignKey(Leg, models.PROTECT, related_name="orders", verbose_name="分派")
    issuer = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="签发单位"
    )
    issued_by = models.BigIntegerField("签发人", null=True, blank=True)
    issued_at = models.DateTimeField("签发时刻")
    ground = models.CharField("督办事由", max_length=10, choices=Ground.choices)
    words = models.TextField("督办要求")
    state = models.CharField("状态", max_length=10, choices=list(lifecycle.ORDER.states.items()))
    due = models.DateTimeField("答复期限")
    reckoning = models.JSONField("期限推算", default=list)
    answered_at = models.DateTimeField("答复时刻", null=True, blank=True)
    ended_at = models.DateTimeField("结束时刻", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "督办单"
        constraints = [
            models.CheckConstraint(
                name="an_order_stands_where_the_table_says",
                condition=Q(state__in=list(lifecycle.ORDER.states)),
                violation_error_message="督办单没有这种状态",
            ),
            models.CheckConstraint(
                name="an_order_says_what_is_wanted",
                condition=~Q(words=""),
                violation_error_message="督办单须写明督办要求",
            ),
            models.CheckConstraint(
                name="an_order_ends_after_it_begins",
                condition=Q(due__gt=F("issued_at")),
                violation_error_message="督办单的答复期限不能早于签发时刻",
            ),
            models.UniqueConstraint(
                fields=["leg"],
                condition=Q(state__in=lifecycle.ORDER_OPEN),
                name="one_open_order_a_leg",
                violation_error_message="这次分派已有一份没有销号的督办单",
            ),
        ]
        indexes = [
            models.Index(fields=["case"], name="order_by_case"),
            models.Index(fields=["due"], condition=Q(state__in=lifecycle.ORDER_OPEN), name="order_open_by_due"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """督〔2016〕12号"""
        return f"督〔{in_beijing(self.issued_at).year}〕{self.pk}号"

    @property
    def open(self) -> bool:
        return self.state in lifecycle.ORDER_OPEN

    def take(self, step: str) -> None:
        """Move as the table allows, or refuse as it says."""
        self.state = lifecycle.ORDER.take(self.state, step)

    def late_at(self, moment: datetime) -> bool:
        return (self.answered_at or self.ended_at or moment) > self.due


class OrderReply(models.Model):
    """What the body answered to an order, and what the supervisor found. Sent back, it answers again."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="replies", verbose_name="督办单")
    text = models.TextField("答复")
    evidence = models.TextField("证据", blank=True)
    approved_by = models.CharField("审签人", max_length=60)
    at = models.DateTimeField("时刻")
    by = models.BigIntegerField("答复人", null=True, blank=True)
    passed = models.BooleanField("核销", null=True, blank=True)
    words = models.TextField("核销意见", blank=True)
    checked_at = models.DateTimeField("核销时刻", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "督办答复"
        ordering = ["order", "at"]
        constraints = [
            models.CheckConstraint(
                name="an_answer_to_an_order_is_signed_off",
                condition=~Q(text="") & ~Q(approved_by=""),
                violation_error_message="督办单的答复须由单位负责人审签",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:30]


class Notice(models.Model):
    """通报: public criticism of several bodies at once. One drafts (the calendar may), another issues."""

    title = models.CharField("标题", max_length=120)
    words = models.TextField("通报内容")
    number = models.CharField("文号", max_length=60, blank=True)
    issuer = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="通报单位"
    )
    place = models.ForeignKey("places.Place", models.PROTECT, related_name="+", db_index=False, verbose_name="通报范围")
    state = models.CharField("状态", max_length=10, choices=list(lifecycle.NOTICE.states.items()))
    drafted_at = models.DateTimeField("拟稿时刻")
    drafted_by = models.BigIntegerField("拟稿人", null=True, blank=True)
    issued_at = models.DateTimeField("签发时刻", null=True, blank=True)
    issued_by = models.BigIntegerField("签发人", null=True, blank=True)
    due = models.DateTimeField("报送整改期限", null=True, blank=True)
    reckoning = models.JSONField("期限推算", default=list)
    ended_at = models.DateTimeField("结束时刻", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通报"
        constraints = [
            models.CheckConstraint(
                name="a_notice_stands_where_the_table_says",
                condition=Q(state__in=list(lifecycle.NOTICE.states)),
                violation_error_message="通报没有这种状态",
            ),
            models.CheckConstraint(
                name="who_drafts_a_notice_does_not_issue_it",
                condition=Q(issued_by__isnull=True) | Q(drafted_by__isnull=True) | ~Q(issued_by=F("drafted_by")),
                violation_error_message="拟稿的人不能自己签发通报",
            ),
            models.CheckConstraint(
                name="an_issued_notice_has_its_limit",
                condition=~Q(state="issued") | (Q(issued_at__isnull=False) & Q(due__isnull=False)),
                violation_error_message="已签发的通报须写明报送整改的期限",
            ),
        ]
        indexes = [models.Index(fields=["place", "-id"], name="notice_by_place")]

    def __str__(self) -> str:
        return self.title

    def take(self, step: str, facts: lifecycle.NoticeFacts | None = None) -> None:
        """Move as the table allows, or refuse as it says."""
        self.state = lifecycle.NOTICE.take(self.state, step, on=facts)


class NoticeLine(models.Model):
    """One leg named in a notice: whose, what is wrong with it; and what the body says it mended."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="lines", verbose_name="通报")
    leg = models.ForeignKey(Leg, models.PROTECT, related_name="notice_lines", verbose_name="分派")
    body = models.ForeignKey(Body, models.PROTECT, related_name="notice_lines", verbose_name="被通报单位")
    why = models.CharField("通报事由", max_length=200)
    answer = models.TextField("整改情况", blank=True)
    answered_at = models.DateTimeField("报送时刻", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通报事项"
        ordering = ["notice", "body", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "leg"],
                name="a_notice_names_a_leg_once",
                violation_error_message="同一份通报里一次分派只列一次",
            ),
        ]

    def __str__(self) -> str:
        return self.why


class Shelving(models.Model):
    """挂账: unsolvable for now, on a ground of the closed list, looked at again on a day. Never counted as solved."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="shelvings", verbose_name="诉求")
    round = models.PositiveSmallIntegerField("轮次", default=1)
    ground = models.CharField("事由", max_length=20)
    name = models.CharField("事由名称", max_length=80)
    evidence = models.TextField("证据")
    plan = models.TextField("打算怎么解决")
    from_at = models.DateTimeField("自")
    by = models.BigIntegerField("决定人", null=True, blank=True)
    review_on = models.DateField("复核日")
    to_at = models.DateTimeField("销账于", null=True, blank=True)
    ended_because = models.CharField("销账原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "挂账"
        ordering = ["case", "from_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(to_at__isnull=True),
                name="one_open_shelving_a_case",
                violation_error_message="这一件已经挂账",
            ),
            models.CheckConstraint(
                name="a_shelving_shows_its_evidence_and_its_plan",
                condition=~Q(evidence="") & ~Q(plan=""),
                violation_error_message="挂账须附证据，并写明打算怎么解决",
            ),
        ]
        indexes = [models.Index(fields=["review_on"], condition=Q(to_at__isnull=True), name="shelving_by_review")]

    def __str__(self) -> str:
        return self.name


class ShelvingReview(models.Model):
    """A look at a case carried over: what has become of it, and when it is looked at again."""

    shelving = models.ForeignKey(Shelving, models.PROTECT, related_name="reviews", verbose_name="挂账")
    at = models.DateTimeField("时刻")
    by = models.BigIntegerField("复核人", null=True, blank=True)
    words = models.TextField("复核情况")
    review_on = models.DateField("下次复核日")

    class Meta:
        verbose_name = verbose_name_plural = "挂账复核"
        ordering = ["shelving", "at"]
        constraints = [
            models.CheckConstraint(
                name="a_review_says_something", condition=~Q(words=""), violation_error_message="复核须写明情况"
            )
        ]

    def __str__(self) -> str:
        return self.words[:30]
