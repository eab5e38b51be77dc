"""What the machine has learned from cases, and what it suggested for each: kept, so that anybody can ask which model said it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhize.cases.models.case import Case
from zhize.register.models import Matter


class MatterModel(models.Model):
    """A model learned from the office's own cases, under its number. The card stays for good; the content only as long as
    it may be wanted again."""

    no = models.PositiveIntegerField("版本号")
    digest = models.CharField("内容摘要", max_length=64)
    learned_at = models.DateTimeField("训练时刻")
    card = models.JSONField("模型说明")
    content = models.BinaryField("内容", null=True)
    examples = models.JSONField("各事项的例件", default=dict)  # matter code: cases; their words stay with the cases
    since = models.DateTimeField("启用时刻", null=True, blank=True)
    until = models.DateTimeField("停用时刻", null=True, blank=True)
    words = models.CharField("为何启用或者不启用", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "事项模型"
        constraints = [
            models.UniqueConstraint(fields=["no"], name="one_matter_model_a_number"),
            models.UniqueConstraint(
                fields=["until"],
                condition=Q(since__isnull=False, until__isnull=True),
                nulls_distinct=False,
                name="one_matter_model_in_service",
                violation_error_message="同一时刻只有一个事项模型在用",
            ),
            models.CheckConstraint(
                name="a_matter_model_in_service_has_its_content",
                condition=Q(since__isnull=True) | Q(until__isnull=False) | Q(content__isnull=False),
                violation_error_message="在用的事项模型须有内容",
            ),
        ]

    def __str__(self) -> str:
        return f"第{self.no}版"


class Suggested(models.Model):
    """What was suggested for a case, by which model (none: by the words of the scheme alone), and whether it went by itself."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="suggested", db_index=False, verbose_name="诉求")
    model = models.ForeignKey(
        MatterModel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="suggested",
        db_index=False,
        verbose_name="事项模型",
    )
    at = models.DateTimeField("建议时刻")
    matter = models.ForeignKey(
        Matter, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="建议的事项"
    )
    confidence = models.FloatField("把握度")
    threshold = models.FloatField("当时的分派门槛")
    sent = models.BooleanField("自动分派", default=False)
    label = models.CharField("学到的大类", max_length=40, blank=True)
    candidates = models.JSONField("候选", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "事项建议"
        constraints = [
            models.CheckConstraint(
                name="what_went_by_itself_had_a_matter",
                condition=Q(sent=False) | Q(matter__isnull=False),
                violation_error_message="没有建议事项的不能自动分派",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-id"], name="suggested_by_case"),
            models.Index(fields=["model", "id"], name="suggested_by_model"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.confidence:.2f}"
