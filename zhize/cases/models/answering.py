"""A case asks for several things (诉求点), each answered by itself; and a reply before the head of the unit has signed it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from zhize.cases.models.case import Case
from zhize.cases.models.feedback import Reply
from zhize.cases.models.leg import Leg


class Demand(models.Model):
    """One thing the reporter asks for. What is listed anew drops the earlier list; nothing of it is lost.

    A case without demands is one demand: its own words.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="demands", verbose_name="诉求")
    no = models.PositiveSmallIntegerField("序号")
    text = models.CharField("诉求点", max_length=200)
    at = models.DateTimeField("时刻")
    dropped_at = models.DateTimeField("改列时刻", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "诉求点"
        ordering = ["case", "no"]
        constraints = [
            models.CheckConstraint(
                name="a_demand_says_something", condition=~Q(text=""), violation_error_message="诉求点不能为空"
            ),
            models.UniqueConstraint(
                fields=["case", "no"],
                condition=Q(dropped_at__isnull=True),
                name="one_demand_a_number",
                violation_error_message="诉求点的序号不能重复",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class DemandAnswer(models.Model):
    """What a reply says to one demand."""

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="answers", verbose_name="答复")
    demand = models.ForeignKey(Demand, models.PROTECT, related_name="answers", verbose_name="诉求点")
    text = models.TextField("答复")
    solved = models.BooleanField("已解决", default=False)
    evidence = models.TextField("解决的证据", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "逐项答复"
        ordering = ["reply", "demand__no"]
        constraints = [
            models.CheckConstraint(
                name="an_answer_to_a_demand_says_something",
                condition=~Q(text=""),
                violation_error_message="每一项诉求都要答复",
            ),
            models.CheckConstraint(
                name="a_demand_solved_shows_its_evidence",
                condition=Q(solved=False) | ~Q(evidence=""),
                violation_error_message="答复为已解决的，须附解决的证据",
            ),
            models.UniqueConstraint(
                fields=["reply", "demand"],
                name="a_reply_answers_a_demand_once",
                violation_error_message="一次答复对每一项诉求只答一次",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:30]


class ReplyDraft(models.Model):
    """A reply that has not left the unit: whoever heads it signs it off or sends it back, where policy asks for it (`cases.reply.sign_off`).

    Kept apart from `Reply`, so that nothing that reads replies can show one nobody has signed.
    """

    leg = models.ForeignKey(Leg, models.PROTECT, related_name="drafts", verbose_name="分派")
    text = models.TextField("拟复内容")
    solved = models.BooleanField("已解决", default=False)
    evidence = models.TextField("解决的证据", blank=True)
    answers = models.JSONField("逐项答复", default=list)
    at = models.DateTimeField("拟稿时刻")
    by = models.BigIntegerField("拟稿人", null=True, blank=True)
    passed = models.BooleanField("签发", null=True, blank=True)
    words = models.TextField("审签意见", blank=True)
    ended_at = models.DateTimeField("审签时刻", null=True, blank=True)
    ended_by = models.BigIntegerField("审签人", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "拟复"
        ordering = ["leg", "at"]
        constraints = [
            models.CheckConstraint(
                name="who_drafts_a_reply_does_not_sign_it_off",
                condition=Q(ended_by__isnull=True) | Q(by__isnull=True) | ~Q(ended_by=F("by")),
                violation_error_message="拟稿人不能自己审签",
            ),
            models.CheckConstraint(
                name="a_draft_is_signed_off_at_a_moment",
                condition=Q(passed__isnull=True, ended_at__isnull=True)
                | Q(passed__isnull=False, ended_at__isnull=False),
                violation_error_message="审签须同时写明时刻",
            ),
            models.UniqueConstraint(
                fields=["leg"],
                condition=Q(passed__isnull=True),
                name="one_draft_waits_a_leg",
                violation_error_message="上一份拟复还没有审签",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:30]


class SampleCheck(models.Model):
    """A case drawn because its reporter could not be reached: somebody who did not call looks whether he was called at all,
    and whether the thing is done. Drawn at the last attempt, so that a later policy draws nothing in afterwards."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="sample_checks", verbose_name="诉求")
    round = models.PositiveSmallIntegerField("轮次", default=1)
    drawn_at = models.DateTimeField("抽中时刻")
    passed = models.BooleanField("核查属实", null=True, blank=True)
    words = models.TextField("核查情况", blank=True)
    ended_at = models.DateTimeField("核查时刻", null=True, blank=True)
    ended_by = models.BigIntegerField("核查人", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "抽样核查"
        ordering = ["case", "round"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "round"],
                name="a_round_is_drawn_once",
                violation_error_message="这一轮已经抽中",
            ),
            models.CheckConstraint(
                name="a_sample_check_says_what_was_found",
                condition=Q(passed__isnull=True, ended_at__isnull=True)
                | (Q(passed__isnull=False, ended_at__isnull=False) & ~Q(words="")),
                violation_error_message="核查须写明情况",
            ),
        ]
        indexes = [models.Index(fields=["drawn_at"], condition=Q(passed__isnull=True), name="sample_waiting")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.round}"
