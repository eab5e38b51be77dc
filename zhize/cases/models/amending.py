"""The way of a proposal to the register (登记建议): who convened, what was filed, who was asked and what they said."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhize.cases.models.worklist import Proposal
from zhize.record.models import Instrument
from zhize.register.models import Body


class ProposalStep(models.Model):
    """One step a proposal took, with the paper it took it by."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="path", verbose_name="登记建议")
    step = models.CharField("步骤", max_length=24)
    at = models.DateTimeField("时刻")
    who = models.CharField("办理人", max_length=80)
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="机构"
    )
    words = models.TextField("说明", blank=True)
    instrument = models.ForeignKey(
        Instrument, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="文件"
    )
    due = models.DateTimeField("期限", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "建议经过"
        ordering = ["proposal", "id"]

    def __str__(self) -> str:
        return self.step


class ProposalQuestion(models.Model):
    """A body asked in writing about a proposal, in one round; it agrees or says why not."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="questions", verbose_name="登记建议")
    round = models.PositiveSmallIntegerField("轮次")
    body = models.ForeignKey(Body, models.PROTECT, related_name="proposal_questions", verbose_name="征求对象")
    asked_at = models.DateTimeField("发出时刻")
    due = models.DateTimeField("答复期限")
    agreed = models.BooleanField("同意", null=True, blank=True)
    words = models.TextField("意见", blank=True)
    answered_at = models.DateTimeField("答复时刻", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "征求意见函"
        ordering = ["proposal", "round", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "round", "body"],
                name="a_body_is_asked_once_a_round",
                violation_error_message="同一轮里一个机构只征求一次",
            ),
            models.CheckConstraint(
                name="who_does_not_agree_says_why",
                condition=Q(agreed__isnull=True) | Q(agreed=True) | ~Q(words=""),
                violation_error_message="不同意的须写明理由",
            ),
        ]
        indexes = [models.Index(fields=["body"], condition=Q(answered_at__isnull=True), name="question_open_by_body")]

    def __str__(self) -> str:
        return f"{self.proposal_id} 第{self.round}轮"
