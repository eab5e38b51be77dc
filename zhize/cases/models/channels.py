"""What the doors of intake keep: mail taken or refused under its Message-ID, and calls by a keyed digest of the number."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhize.cases.models.case import Case


class MailTaken(models.Model):
    """A message of the mailbox, once and for all: the case it became, or why it became none. `sealed`: where to answer."""

    message_id = models.CharField("邮件标识", max_length=64, unique=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="mails", verbose_name="诉求")
    refused = models.CharField("未受理原因", max_length=20, blank=True)
    sealed = models.TextField("回信地址密文", blank=True)
    left_out = models.JSONField("未收的附件", default=list, blank=True)
    at = models.DateTimeField("时刻")

    class Meta:
        verbose_name = verbose_name_plural = "来信"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_mail_becomes_a_case_or_says_why_not",
                condition=(Q(case__isnull=False, refused="") | (Q(case__isnull=True) & ~Q(refused=""))),
                violation_error_message="邮件或者成为诉求，或者写明为何没有",
            )
        ]

    def __str__(self) -> str:
        return self.message_id


class Caller(models.Model):
    """Whose telephone a case came from, recognisable and not readable; and the exchange's number of the call."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="caller", verbose_name="诉求")
    digest = models.CharField("号码摘要", max_length=64, blank=True, db_index=False)
    call = models.CharField("通话编号", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "来电"
        indexes = [models.Index(fields=["digest", "case"], condition=~Q(digest=""), name="caller_by_digest")]

    def __str__(self) -> str:
        return self.call or self.digest[:8]
