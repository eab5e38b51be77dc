"""A case (诉求): one message to government, from receipt to rating; and who sent it, apart and encrypted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from zhize.cases import guards, lifecycle
from zhize.cases.models.exhibit import Exhibit
from zhize.places.models import Place
from zhize.register.models import Matter


class Case(models.Model):
    """What was said, where, when; which matter it is; where it stands; and the promise made to the reporter.

    `due` follows from `promised_at`, `limit`, `terms`, the suspensions and the granted extensions, and from nothing else.
    """

    class Kind(models.TextChoices):
        ENQUIRY = "enquiry", "咨询"
        HELP = "help", "求助"
        COMPLAINT = "complaint", "投诉"
        REPORT = "report", "举报"
        SUGGESTION = "suggestion", "建议"
        PRAISE = "praise", "表扬"

    class Channel(models.TextChoices):
        WEB = "web", "网站"
        PHONE = "phone", "电话"
        WECHAT = "wechat", "微信"
        LETTER = "letter", "信箱"
        VISIT = "visit", "窗口"
        API = "api", "接口"
        IMPORT = "import", "导入"

    class Snag(models.TextChoices):
        """Why a case waits for a human."""

        NONE = "", "—"
        NO_MATTER = "no_matter", "事项未定"
        UNSURE = "unsure", "把握不足"
        NO_OWNER = "no_owner", "无人负责"
        CONFLICT = "conflict", "多头冲突"
        RETURNED = "returned", "退回待派"
        RECUSED = "recused", "承办机构须回避"
        PASSED = "passed", "转送接收"
        TURNED = "turned", "转送未成"

    no = models.CharField("受理编号", max_length=24)
    secret_hash = models.CharField("查询码摘要", max_length=64)
    kind = models.CharField("类型", max_length=12, choices=Kind.choices)
    channel = models.CharField("渠道", max_length=8, choices=Channel.choices)
    title = models.CharField("标题", max_length=120, blank=True)
    text = models.TextField("内容")
    place = models.ForeignKey(Place, models.PROTECT, related_name="cases", db_index=False, verbose_name="地点")
    centre = models.ForeignKey(  # the place whose hotline has it; empty where no centres are told apart
        Place, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="所在热线中心"
    )
    address = models.CharField("详细地址", max_length=200, blank=True)
    lat = models.FloatField("纬度", null=True, blank=True)
    lon = models.FloatField("经度", null=True, blank=True)
    occurred_on = models.DateField("发生日期")
    matter = models.ForeignKey(
        Matter, models.PROTECT, null=True, blank=True, related_name="cases", db_index=False, verbose_name="事项"
    )
    confidence = models.FloatField("把握度", null=True, blank=True)
    words = models.JSONField("推荐依据的词", default=list, blank=True)

    state = models.CharField("状态", max_length=16, choices=list(lifecycle.CASE.states.items()))
    snag = models.CharField("待人工原因", max_length=12, choices=Snag.choices, blank=True, default="")
    urgent = models.BooleanField("危急", default=False)
    complex = models.BooleanField("疑难", default=False)
    confidential = models.BooleanField("身份保密", default=False)

    received_at = models.DateTimeField("收到时刻")
    round = models.PositiveSmallIntegerField("轮次", default=1)
    promised_at = models.DateTimeField("承诺起算")
    limit = models.CharField("承诺时限", max_length=8)
    due = models.DateTimeField("承诺期限")
    first_due = models.DateTimeField("首次回应期限")
    first_responded_at = models.DateTimeField("首次回应", null=True, blank=True)
    terms = models.ForeignKey(Exhibit, models.PROTECT, related_name="+", db_index=False, verbose_name="计时依据")
    suspended = models.BooleanField("计时中止", default=False)
    answered_at = models.DateTimeField("答复时刻", null=True, blank=True)
    ended_at = models.DateTimeField("结束时刻", null=True, blank=True)

    idempotency_key = models.CharField("提交标识", max_length=64, null=True, blank=True)  # noqa: DJ001 - no key is not a key
    content_digest = models.CharField("内容摘要", max_length=64)
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="duplicates", db_index=False, verbose_name="并入"
    )

    class Meta:
        verbose_name = verbose_name_plural = "诉求"
        constraints = [  # not `unique=True`: that adds a second index for LIKE, which nobody asks
            models.UniqueConstraint(
                fields=["no"], name="one_case_per_no", violation_error_message="这个受理编号已有一件"
            ),
            models.UniqueConstraint(
                fields=["idempotency_key"],
                name="one_case_per_idempotency_key",
                violation_error_message="这个提交标识已有一件",
            ),
            models.CheckConstraint(
                name="a_case_stands_where_the_table_says",
                condition=Q(state__in=list(lifecycle.CASE.states)),
                violation_error_message="诉求没有这种状态",
            ),
            models.CheckConstraint(
                name="a_case_at_work_knows_its_matter_or_has_a_snag",
                condition=~Q(state__in=["to_dispatch"]) | Q(matter__isnull=False) | ~Q(snag=""),
                violation_error_message="待分派的诉求须写明事项，或写明为何没有",
            ),
            models.CheckConstraint(
                name="a_merged_case_names_its_master",
                condition=~Q(state="merged") | Q(duplicate_of__isnull=False),
                violation_error_message="并案须写明并入哪一件",
            ),
            models.CheckConstraint(
                name="no_case_is_its_own_duplicate",
                condition=Q(duplicate_of__isnull=True) | ~Q(duplicate_of=F("id")),
                violation_error_message="诉求不能并入自己",
            ),
            models.CheckConstraint(
                name="a_promise_ends_after_it_begins",
                condition=Q(due__gt=F("promised_at")),
                violation_error_message="承诺期限不能早于起算时刻",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "due", "id"], condition=~Q(state__in=lifecycle.CASE_OVER), name="case_open_by_due"
            ),
            models.Index(  # whose answer is still owed, the most pressing first
                fields=["due", "id"],
                condition=~Q(state__in=(*lifecycle.CASE_OVER, *lifecycle.CASE_ANSWERED)) & Q(suspended=False),
                name="case_owed_by_due",
            ),
            models.Index(fields=["due", "id"], condition=Q(suspended=True), name="case_standing"),
            models.Index(fields=["state", "kind", "id"], name="case_by_state_kind"),
            models.Index(fields=["place", "id"], name="case_by_place"),
            models.Index(fields=["duplicate_of"], condition=Q(duplicate_of__isnull=False), name="case_by_master"),
            models.Index(fields=["matter", "place"], condition=~Q(snag=""), name="case_waiting_by_matter"),
            BrinIndex(  # rows come in by time, so a period's are together: found for next to nothing at intake
                fields=["received_at", "due", "first_due", "answered_at"], autosummarize=True, name="case_by_period"
            ),
        ]

    def __str__(self) -> str:
        return self.no

    def take(self, step: str, facts: guards.Facts | None = None) -> None:
        """Move as the table allows, or refuse as it says. Who may is asked of `access`, before."""
        self.state = lifecycle.CASE.take(self.state, step, on=facts)

    @property
    def no_owner(self) -> bool:
        return self.snag == self.Snag.NO_OWNER

    @property
    def over(self) -> bool:
        return self.state in lifecycle.CASE_OVER

    @property
    def again(self) -> str:
        """How this round came about: asked for by the reporter, or by a follow-up; empty in the first."""
        if self.round == 1:
            return ""
        return self.past_rounds.filter(round=self.round - 1).values_list("again", flat=True).get()

    @property
    def said(self) -> str:
        """Title and text: the words policy asks about."""
        return f"{self.title}\n{self.text}"

    @property
    def heading(self) -> str:
        """The title, or the first words of the text."""
        return self.title or (self.text[:30] + ("…" if len(self.text) > 30 else ""))

    def late_at(self, moment: datetime) -> bool:
        """Is the promise broken at that moment? A standing clock is never late; an answered case is judged by its answer."""
        return not self.suspended and (self.answered_at or self.ended_at or moment) > self.due


class ReceiptDay(models.Model):
    """Where the receipt sequence stood when a day began: numbers restart every day, and nobody waits for anybody."""

    day = models.DateField("日", primary_key=True)
    first = models.BigIntegerField("起点")

    class Meta:
        verbose_name = verbose_name_plural = "编号日"

    def __str__(self) -> str:
        return str(self.day)


class Reporter(models.Model):
    """Who sent the case: encrypted with a key that is not in the database; only the masks are readable."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="reporter", verbose_name="诉求")
    sealed = models.TextField("密文")
    name_masked = models.CharField("姓名(遮盖)", max_length=40, blank=True)
    phone_masked = models.CharField("电话(遮盖)", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "来件人"

    def __str__(self) -> str:
        return self.name_masked or self.phone_masked or "匿名"


class NotAccepted(models.Model):
    """Why a case is not taken on, and where to turn instead: one proposes, another confirms."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="not_accepted", verbose_name="诉求")
    reason = models.CharField("事由", max_length=20)
    name = models.CharField("事由名称", max_length=80)
    route = models.CharField("另行途径", max_length=200)
    article = models.CharField("条文", max_length=80, blank=True)
    words = models.TextField("说明", blank=True)
    proposed_at = models.DateTimeField("提出时刻")
    proposed_by = models.BigIntegerField("提出人", null=True)
    decided_at = models.DateTimeField("决定时刻", null=True, blank=True)
    decided_by = models.BigIntegerField("决定人", null=True, blank=True)
    agreed = models.BooleanField("同意", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "不予受理"
        constraints = [
            models.CheckConstraint(
                name="two_people_refuse_a_case",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                violation_error_message="不予受理须由另一人确认",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(decided_at__isnull=True),
                name="one_refusal_pending_a_case",
                violation_error_message="这一件已有待确认的不予受理意见",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PastRound(models.Model):
    """A round that ended before the case was reopened: its promise and its result stay in the statistics (§2.3-10)."""

    class Again(models.TextChoices):
        REOPEN = "reopen", "来件人申请重办"
        REWORK = "rework", "回访不满意重办"

    case = models.ForeignKey(Case, models.PROTECT, related_name="past_rounds", verbose_name="诉求")
    round = models.PositiveSmallIntegerField("轮次")
    promised_at = models.DateTimeField("承诺起算")
    limit = models.CharField("承诺时限", max_length=8)
    due = models.DateTimeField("承诺期限")
    first_due = models.DateTimeField("首次回应期限")
    first_responded_at = models.DateTimeField("首次回应", null=True, blank=True)
    terms = models.ForeignKey(Exhibit, models.PROTECT, related_name="+", db_index=False, verbose_name="计时依据")
    answered_at = models.DateTimeField("答复时刻", null=True, blank=True)
    ended_at = models.DateTimeField("结束时刻", null=True, blank=True)
    again = models.CharField("重办由来", max_length=6, choices=Again.choices, default=Again.REOPEN)

    class Meta:
        verbose_name = verbose_name_plural = "以往轮次"
        constraints = [models.UniqueConstraint(fields=["case", "round"], name="one_row_a_past_round")]

    def __str__(self) -> str:
        return f"{self.case_id} 第{self.round}轮"

    @classmethod
    def of(cls, case: Case, again: str = Again.REOPEN) -> PastRound:
        """What the case's present round says of itself."""
        own = ("id", "case_id", "again")
        names: list[str] = [f.attname for f in cls._meta.concrete_fields if f.attname not in own]
        said: dict[str, Any] = {name: getattr(case, name) for name in names}
        return cls(case=case, again=again, **said)
