"""Adjustments (清单调整): what a department asks to be changed in its list, what everybody said of it, what was decided."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from zhize.lists import lifecycle
from zhize.places.models import Place
from zhize.record.models import Instrument
from zhize.register.models import Body, Duty

OVER = ("in_force", "retracted", "refused")


class Sheet(models.Model):
    """A body's list as it came back from a spreadsheet: what each of its rows became. One request of many adjustments."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="机构")
    kind = models.CharField("清单种类", max_length=20)
    file_name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField("文件摘要", max_length=64)
    at = models.DateTimeField("读入时刻")
    counts = models.JSONField("各行去向", default=dict)
    rows = models.JSONField("逐行结果", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "清单申报表"

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("lists:sheet", args=[self.pk])


class Batch(models.Model):
    """Adjustments one government decides together, by one paper, for one day."""

    no = models.CharField("批次号", max_length=20, unique=True)
    title = models.CharField("名称", max_length=120)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="地方")
    state = models.CharField("状态", max_length=12, choices=list(lifecycle.BATCH.states.items()), default="open")
    gathered_at = models.DateTimeField("汇总时刻")
    gathered_by = models.BigIntegerField("汇总人")
    instrument = models.ForeignKey(
        Instrument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审定文件"
    )
    day = models.DateField("施行日", null=True, blank=True)
    decided_at = models.DateTimeField("审定时刻", null=True, blank=True)
    decided_by = models.BigIntegerField("审定人", null=True, blank=True)
    effected_at = models.DateTimeField("施行时刻", null=True, blank=True)
    snag = models.TextField("未能施行的原因", blank=True)
    publish = models.BooleanField("施行当天公布所涉清单", default=False)
    published_at = models.DateTimeField("公布时刻", null=True, blank=True)
    unpublished = models.TextField("未能公布的原因", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "调整批次"
        constraints = [
            models.CheckConstraint(
                name="a_batch_decided_has_its_paper_and_day",
                condition=~Q(state__in=["ordained", "effective"]) | Q(instrument__isnull=False, day__isnull=False),
                violation_error_message="审定批次须写明文件和施行日",
            ),
            models.CheckConstraint(
                name="who_gathers_does_not_decide",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("gathered_by")),
                violation_error_message="汇总批次的人不能自己审定",
            ),
        ]
        indexes = [
            models.Index(fields=["day"], condition=Q(state="ordained"), name="batch_to_effect"),
            models.Index(fields=["day"], condition=Q(publish=True, published_at__isnull=True), name="batch_to_publish"),
        ]

    def __str__(self) -> str:
        return f"{self.no} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("lists:batch", args=[self.pk])

    def take(self, step: str, facts: lifecycle.Facts) -> None:
        """Move as the table allows, or refuse as it says."""
        self.state = lifecycle.BATCH.take(self.state, step, on=facts)


class Adjustment(models.Model):
    """One item of one body's list, to be added, changed, taken off or handed to another body.

    `draft` is what shall be said (`terms.Draft`), `was` what the register said when it was filed. `due` belongs to the
    state: each desk has its own limit, reckoned by `limits` and printed again from `limit` and `basis`.
    """

    class Op(models.TextChoices):
        ADD = "add", "新增"
        CHANGE = "change", "修改"
        DROP = "drop", "取消"
        MOVE = "move", "转出"

    no = models.CharField("申报号", max_length=20, unique=True)
    op = models.CharField("调整方式", max_length=8, choices=Op.choices)
    body = models.ForeignKey(Body, models.PROTECT, related_name="adjustments", verbose_name="申报机构")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="地方")
    duty = models.ForeignKey(
        Duty, models.PROTECT, null=True, blank=True, related_name="adjustments", verbose_name="事项"
    )
    to = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="接收机构")
    name = models.CharField("事项名称", max_length=300)
    reason = models.CharField("调整原因", max_length=12)
    article = models.CharField("原因依据", max_length=200, blank=True)
    words = models.TextField("理由说明", blank=True)
    draft = models.JSONField("拟定内容", default=dict)
    was = models.JSONField("原有内容", default=dict)
    state = models.CharField("状态", max_length=12, choices=list(lifecycle.ADJUSTMENT.states.items()), default="draft")
    round = models.PositiveSmallIntegerField("第几次报送", default=0)
    sheet = models.ForeignKey(
        Sheet, models.PROTECT, null=True, blank=True, related_name="adjustments", verbose_name="申报表"
    )
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, blank=True, related_name="adjustments", verbose_name="批次"
    )
    drafted_by = models.BigIntegerField("起草人", null=True, blank=True)
    filed_by = models.BigIntegerField("报送人", null=True, blank=True)
    filed_at = models.DateTimeField("报送时刻", null=True, blank=True)
    vetted_by = models.BigIntegerField("法制审核人", null=True, blank=True)
    since = models.DateTimeField("进入现状态")
    limit = models.CharField("现状态时限", max_length=8, blank=True)
    basis = models.CharField("时限依据", max_length=300, blank=True)
    due = models.DateTimeField("期限", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "清单调整"
        constraints = [
            models.CheckConstraint(
                name="only_an_addition_has_no_item_yet",
                condition=Q(op="add") | Q(duty__isnull=False),
                violation_error_message="修改、取消、转出须写明事项",
            ),
            models.CheckConstraint(
                name="what_is_moved_has_a_receiver",
                condition=~Q(op="move") | Q(to__isnull=False),
                violation_error_message="转出须写明接收机构",
            ),
            models.CheckConstraint(
                name="who_files_does_not_vet",
                condition=Q(vetted_by__isnull=True) | Q(filed_by__isnull=True) | ~Q(vetted_by=F("filed_by")),
                violation_error_message="报送的人不能自己做合法性审核",
            ),
            models.CheckConstraint(
                name="what_was_gathered_is_in_a_batch",
                condition=~Q(state__in=["gathered", "decided", "in_force"]) | Q(batch__isnull=False),
                violation_error_message="已编批的调整须在批次之内",
            ),
            models.UniqueConstraint(
                fields=["body", "duty"],
                condition=Q(duty__isnull=False) & ~Q(state__in=OVER),
                name="one_adjustment_of_an_item_under_way",
                violation_error_message="这一事项已有一份调整在办",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due", "id"], name="adjustment_by_desk"),
            models.Index(fields=["body", "-id"], name="adjustment_by_body"),
        ]

    def __str__(self) -> str:
        return f"{self.no} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("lists:adjustment", args=[self.pk])

    def take(self, step: str, facts: lifecycle.Facts) -> None:
        """Move as the table allows, or refuse as it says."""
        self.state = lifecycle.ADJUSTMENT.take(self.state, step, on=facts)

    @property
    def over(self) -> bool:
        return self.state in OVER

    def late_at(self, moment: datetime) -> bool:
        return self.due is not None and moment > self.due


class Opinion(models.Model):
    """What one desk said when it took a step: kept, whatever became of the adjustment."""

    adjustment = models.ForeignKey(Adjustment, models.PROTECT, related_name="opinions", verbose_name="调整")
    round = models.PositiveSmallIntegerField("第几次报送")
    step = models.CharField("步骤", max_length=24)
    words = models.TextField("意见", blank=True)
    by = models.BigIntegerField("谁", null=True, blank=True)
    who = models.CharField("姓名", max_length=60)
    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="机构")
    at = models.DateTimeField("时刻")
    late = models.BooleanField("逾期", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "审核意见"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return lifecycle.ADJUSTMENT.steps[self.step].label


class Consultation(models.Model):
    """One body was asked what it thinks of an adjustment, and until when."""

    class Answer(models.TextChoices):
        AGREE = "agree", "同意"
        OBJECT = "object", "不同意"
        SILENT = "silent", "逾期未答复"

    adjustment = models.ForeignKey(Adjustment, models.PROTECT, related_name="consultations", verbose_name="调整")
    round = models.PositiveSmallIntegerField("第几次报送")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="征求谁")
    question = models.TextField("征求什么", blank=True)
    asked_at = models.DateTimeField("发出时刻")
    due = models.DateTimeField("答复期限")
    answer = models.CharField("答复", max_length=8, choices=Answer.choices, blank=True, default="")
    words = models.TextField("答复意见", blank=True)
    answered_at = models.DateTimeField("答复时刻", null=True, blank=True)
    answered_by = models.BigIntegerField("答复人", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "征求意见"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["adjustment", "body"],
                condition=Q(answer=""),
                name="a_body_is_asked_once_at_a_time",
                violation_error_message="已经在征求这个机构的意见",
            ),
            models.CheckConstraint(
                name="who_objects_says_why",
                condition=~Q(answer="object") | ~Q(words=""),
                violation_error_message="不同意须写明理由",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_answer_display() or "待答复")


class Comment(models.Model):
    """What a member of the public said while an adjustment was announced (公示)."""

    adjustment = models.ForeignKey(Adjustment, models.PROTECT, related_name="comments", verbose_name="调整")
    round = models.PositiveSmallIntegerField("第几次报送")
    words = models.TextField("意见")
    name = models.CharField("署名", max_length=60, blank=True)
    at = models.DateTimeField("时刻")

    class Meta:
        verbose_name = verbose_name_plural = "公示意见"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.words[:30]
