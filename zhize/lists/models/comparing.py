"""A comparison is a run whose rows are evidence of what was found that day; a ruling is what people decided about a difference."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from zhize.lists.statuses import STATUSES
from zhize.places.models import Place
from zhize.record.models import Event, Instrument
from zhize.register.models import Body, Duty


class Comparison(models.Model):
    """One run (比对): of what, in which place, as of a day, as known at a moment. Its rows are never computed again."""

    class Kind(models.TextChoices):
        VERTICAL = "vertical", "纵向比对"
        DEPARTMENTS = "departments", "部门之间"
        COUNTIES = "counties", "县际比对"
        COMMON = "common", "共性权力"
        OVERLAPS = "overlaps", "职责交叉"
        GAPS = "gaps", "职责空白"

    kind = models.CharField("种类", max_length=12, choices=Kind.choices)
    place = models.ForeignKey(Place, models.PROTECT, related_name="comparisons", verbose_name="范围")
    day = models.DateField("比对日")
    believed = models.DateTimeField("登记时刻")
    levels = ArrayField(models.PositiveSmallIntegerField(), verbose_name="层级", default=list)
    duty_kinds = ArrayField(models.CharField(max_length=14), verbose_name="职责种类", default=list)
    areas = ArrayField(models.BigIntegerField(), verbose_name="地方", default=list)
    counts = models.JSONField("数目", default=dict)
    continued = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="接续的比对"
    )
    recomputed = models.PositiveIntegerField("重新计算", default=0)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name="行为")

    class Meta:
        verbose_name = verbose_name_plural = "比对"
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class ComparedItem(models.Model):
    """One line of a vertical run: an item, with one mark an area in the order of the run's areas (`statuses.py`)."""

    comparison = models.ForeignKey(Comparison, models.PROTECT, related_name="items")
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="+", db_index=False, verbose_name="事项")
    catalogue = models.BooleanField("在目录", default=True)
    type = models.CharField("权力类型", max_length=2, blank=True)
    family = models.CharField("条线", max_length=20, blank=True)
    marks = models.TextField("各地")
    score = models.PositiveIntegerField("得分", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "比对事项"
        constraints = [
            models.UniqueConstraint(fields=["comparison", "duty", "catalogue"], name="one_line_an_item_a_comparison")
        ]

    def __str__(self) -> str:
        return f"{self.comparison_id}: {self.duty_id}"


class Divergence(models.Model):
    """Something found: where, whose, and what (差异). `detail` says what differs, flag by flag, or who the parties are."""

    comparison = models.ForeignKey(Comparison, models.PROTECT, related_name="divergences", db_index=False)
    duty = models.ForeignKey(Duty, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="事项")
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="地方")
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="机构")
    other = models.ForeignKey(Duty, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="对照")
    status = models.CharField("结果", max_length=16)
    flags = ArrayField(models.CharField(max_length=16), verbose_name="差异点", default=list)
    detail = models.JSONField("内容", default=dict)
    seen = models.CharField("内容摘要", max_length=16)
    weight = models.PositiveIntegerField("轻重", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "差异"
        indexes = [
            models.Index(fields=["comparison", "body", "-weight"], name="divergence_by_body"),
            models.Index(fields=["comparison", "duty", "place"], name="divergence_by_cell"),
            models.Index(fields=["comparison", "-weight", "id"], name="divergence_by_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.duty_id} {self.place_id}"


class Ruling(models.Model):
    """What was decided about a difference (认定), from a day on; the next run applies it. Never edited: a new one replaces it.

    `seen` binds it to the content that was looked at: the same item worded differently again is a new question.
    """

    class Verdict(models.TextChoices):
        SAME = "same", "是同一项"
        DIFFERENT = "different", "不是同一项"
        ACCEPTED = "accepted", "差异可以存在"
        TO_FIX = "to_fix", "应当改正"

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="rulings", verbose_name="事项")
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", verbose_name="地方")
    other = models.ForeignKey(Duty, models.PROTECT, null=True, related_name="+", verbose_name="对照")
    about = models.CharField("关于", max_length=16, choices=[(s.name, s.label) for s in STATUSES.values()])
    verdict = models.CharField("认定", max_length=10, choices=Verdict.choices)
    reason = models.TextField("理由")
    instrument = models.ForeignKey(
        Instrument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="依据文件"
    )
    seen = models.CharField("内容摘要", max_length=16)
    from_day = models.DateField("自")
    ruled_at = models.DateTimeField("认定时刻")
    ruled_by = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name="认定行为")
    withdrawn_at = models.DateTimeField("撤回时刻", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤回行为"
    )

    class Meta:
        verbose_name = verbose_name_plural = "认定"
        constraints = [
            models.CheckConstraint(
                name="a_ruling_says_why", condition=~Q(reason=""), violation_error_message="认定须写明理由"
            ),
            models.UniqueConstraint(
                fields=["duty", "place", "other", "about"],
                condition=Q(withdrawn_at__isnull=True),
                nulls_distinct=False,
                name="one_ruling_a_difference",
                violation_error_message="这一差异已有认定",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about}: {self.verdict}"
