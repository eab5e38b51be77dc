"""What was answered to a write that carried an idempotency key: the same request gets the same answer, and acts once."""

from __future__ import annotations

from django.db import models

from zhize.register.models import ApiKey


class Answered(models.Model):
    """One key of one caller, written in the act's own transaction. `digest` is of what was asked."""

    key = models.ForeignKey(ApiKey, models.PROTECT, related_name="+", verbose_name="接口密钥")
    idempotency = models.CharField("提交标识", max_length=64)
    digest = models.CharField("请求摘要", max_length=64)
    said = models.JSONField("回答", null=True)
    at = models.DateTimeField("时刻")

    class Meta:
        verbose_name = verbose_name_plural = "已答请求"
        constraints = [
            models.UniqueConstraint(
                fields=["key", "idempotency"],
                name="one_answer_a_key",
                violation_error_message="这个提交标识已经用过",
            )
        ]

    def __str__(self) -> str:
        return self.idempotency
