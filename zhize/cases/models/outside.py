"""What came in by a partner's key: which key sent it, and what the partner calls it."""

from __future__ import annotations

from django.db import models

from zhize.cases.models.case import Case
from zhize.register.models import ApiKey


class Outside(models.Model):
    """A case a partner's system sent (Open311): its own is shown to it in full, everybody else's without the words."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="outside", verbose_name="诉求")
    key = models.ForeignKey(ApiKey, models.PROTECT, related_name="+", verbose_name="接口密钥")
    token = models.CharField("取号凭证", max_length=32, unique=True)
    account = models.CharField("对方账号", max_length=80, blank=True)
    media = models.CharField("对方图片地址", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "外部来件"

    def __str__(self) -> str:
        return self.token
