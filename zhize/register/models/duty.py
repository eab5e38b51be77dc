"""Duties (职责): undated; wording, codes, legal bases, links and segments are statements."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.urls import reverse

from zhize.record.models import Law, Statement, never_two_at_once, statement_rules


class Duty(models.Model):
    """A main duty, work item, power item (types 01–10), public service, supervision rule, transferable function, goal."""

    class Kind(models.TextChoices):
        MAIN = "main", "主要职责"
        WORK = "work", "具体工作事项"
        POWER = "power", "权力事项"
        SERVICE = "service", "公共服务事项"
        SUPERVISION = "supervision", "事中事后监管"
        TRANSFERABLE = "transferable", "可转移职能"
        GOAL = "goal", "年度重点目标"

    class Type(models.TextChoices):
        LICENCE = "01", "行政许可"
        PENALTY = "02", "行政处罚"
        COERCION = "03", "行政强制"
        LEVY = "04", "行政征收"
        PAYMENT = "05", "行政给付"
        INSPECTION = "06", "行政检查"
        CONFIRMATION = "07", "行政确认"
        AWARD = "08", "行政奖励"
        RULING = "09", "行政裁决"
        OTHER = "10", "其他行政权力"
        SERVICE = "20", "公共服务"

    key = models.SlugField("键", max_length=120, unique=True, allow_unicode=True)
    kind = models.CharField("种类", max_length=14, choices=Kind.choices)
    type = models.CharField("权力类型", max_length=2, choices=Type.choices, blank=True)
    demo = models.BooleanField("演示数据", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "职责"
        indexes = [models.Index(fields=["kind", "type"], name="duty_by_kind")]

    def __str__(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("register:duty", args=[self.key])


class DutyWording(Statement):
    """The duty's words and attributes for a span: name, levels allowed, field, limits."""

    WHAT = "职责表述"
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="wordings")
    name = models.CharField("名称", max_length=300)
    detail = models.TextField("内容", blank=True)
    levels = ArrayField(models.PositiveSmallIntegerField(), verbose_name="行使层级", default=list)
    field = models.CharField("领域", max_length=40, blank=True)
    personal_liberty = models.BooleanField("限制人身自由", default=False)
    legal_days = models.PositiveSmallIntegerField("法定时限(工作日)", null=True, blank=True)
    promised_days = models.PositiveSmallIntegerField("承诺时限(工作日)", null=True, blank=True)
    grams = ArrayField(models.CharField(max_length=2), verbose_name="检索字", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "职责表述"
        constraints = [
            never_two_at_once("one_wording_a_duty_a_day", ["duty_id"], "同一职责同一天只能有一种表述"),
            *statement_rules("duty_wording"),
            models.CheckConstraint(
                name="promised_within_legal",
                condition=models.Q(promised_days__isnull=True)
                | models.Q(legal_days__isnull=True)
                | models.Q(promised_days__lte=models.F("legal_days")),
                violation_error_message="承诺时限不能长于法定时限",
            ),
        ]
        indexes = [GinIndex(fields=["grams"], name="wording_by_gram")]


class DutyCode(Statement):
    """One of several parallel codes: catalogue (12), implementation (31), wenzhou, zj2014 …"""

    WHAT = "职责代码"
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="codes")
    scheme = models.CharField("码制", max_length=20)
    value = models.CharField("代码", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "职责代码"
        constraints = [
            never_two_at_once("one_duty_a_code_a_day", ["scheme*text", "value*text"], "同一代码同一天只能指一项职责"),
            *statement_rules("duty_code"),
        ]
        indexes = [models.Index(fields=["value"], name="duty_by_code")]


class DutyBasis(Statement):
    """A legal basis to the article, paragraph and item (设定依据)."""

    WHAT = "设定依据"
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="bases")
    law = models.ForeignKey(Law, models.PROTECT, related_name="duties")
    article = models.CharField("条", max_length=30, blank=True)
    paragraph = models.CharField("款", max_length=20, blank=True)
    item = models.CharField("项", max_length=20, blank=True)
    unverified = models.BooleanField("待核", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "设定依据"
        constraints = [*statement_rules("duty_basis")]

    @property
    def citation(self) -> str:
        return f"《{self.law.name}》{self.article}{self.paragraph}{self.item}"


class DutyLink(Statement):
    """part_of a main duty; derives, replaces, splits, supervises another duty."""

    WHAT = "职责关联"

    class How(models.TextChoices):
        PART_OF = "part_of", "属于"
        DERIVES = "derives", "源自"
        REPLACES = "replaces", "取代"
        SPLITS = "splits", "拆自"
        SUPERVISES = "supervises", "监管"

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="links")
    to = models.ForeignKey(Duty, models.PROTECT, related_name="linked_from")
    how = models.CharField("关系", max_length=12, choices=How.choices)

    class Meta:
        verbose_name = verbose_name_plural = "职责关联"
        constraints = [*statement_rules("duty_link")]


class Segment(models.Model):
    """A part of a duty (部分): by behaviour, place type or severity. `rest` is the explicit 其余."""

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="segments")
    name = models.CharField("名称", max_length=120)
    rest = models.BooleanField("其余", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "职责部分"
        constraints = [models.UniqueConstraint(fields=["duty", "name"], name="one_segment_name_a_duty")]

    def __str__(self) -> str:
        return self.name


class DutySegment(Statement):
    """The segment is in use: on each day the segments in use, with one 其余, partition the duty (invariant 15)."""

    WHAT = "职责划分"
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="divisions")
    segment = models.ForeignKey(Segment, models.PROTECT, related_name="uses")

    class Meta:
        verbose_name = verbose_name_plural = "职责划分"
        constraints = [
            never_two_at_once("a_segment_once_a_day", ["segment_id"], "同一职责部分的使用期间重叠"),
            *statement_rules("duty_segment"),
        ]
