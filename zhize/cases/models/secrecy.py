"""What protects whoever reports wrongdoing: whom the case must not reach, and the copy that may go out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhize.cases.models.case import Case
from zhize.register.models import Body


class Recusal(models.Model):
    """A body this case complains of: it never gets it, never sees it, and is told nothing of it (信访条例第二十三条)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="recusals", verbose_name="诉求")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="被反映机构")
    at = models.DateTimeField("时刻")
    why = models.TextField("理由", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "回避"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "body"],
                name="a_body_stands_aside_once",
                violation_error_message="已经登记这个机构回避",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.body_id}"


class Redaction(models.Model):
    """The wording of a sealed case that its handlers read instead of the reporter's own; the latest counts."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="redactions", verbose_name="诉求")
    text = models.TextField("内容")
    at = models.DateTimeField("时刻")

    class Meta:
        verbose_name = verbose_name_plural = "脱敏件"
        ordering = ["case", "at"]
        constraints = [
            models.CheckConstraint(
                name="a_redaction_says_something", condition=~Q(text=""), violation_error_message="脱敏件不能为空"
            )
        ]

    def __str__(self) -> str:
        return self.text[:30]


class Look(models.Model):
    """Somebody opened one field of who reported: who saw what, when and for what, to be asked from either side."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="looks", verbose_name="诉求")
    officer = models.BigIntegerField("工作人员", null=True, db_index=True)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="机构")
    field = models.CharField("所看的项", max_length=10)
    purpose = models.CharField("用途", max_length=200)
    who = models.CharField("署名", max_length=120, blank=True)
    at = models.DateTimeField("时刻")

    class Meta:
        verbose_name = verbose_name_plural = "查看"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="a_look_has_its_purpose", condition=~Q(purpose=""), violation_error_message="查看须写明用途"
            )
        ]

    def __str__(self) -> str:
        return f"{self.who}: {self.case_id} {self.field}"
