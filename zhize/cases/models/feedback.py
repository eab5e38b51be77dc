"""What is said about a case on its way: replies, reminders and supervision orders, ratings."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from zhize.cases.models.case import Case
from zhize.cases.models.leg import Leg


class Reply(models.Model):
    """An answer to the reporter: a leg's, or (without a leg) the hotline's own. Never edited; a better one is another."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="replies", verbose_name="诉求")
    leg = models.ForeignKey(Leg, models.PROTECT, null=True, blank=True, related_name="replies", verbose_name="分派")
    round = models.PositiveSmallIntegerField("轮次", default=1)
    text = models.TextField("答复")
    solved = models.BooleanField("已解决", default=False)
    evidence = models.TextField("解决的证据", blank=True)
    approved_by = models.CharField("审签人", max_length=60, blank=True)
    at = models.DateTimeField("时刻")

    class Meta:
        verbose_name = verbose_name_plural = "答复"
        ordering = ["case", "at"]
        constraints = [
            models.CheckConstraint(
                name="a_reply_says_something", condition=~Q(text=""), violation_error_message="答复不能为空"
            ),
            models.CheckConstraint(
                name="solved_shows_its_evidence",
                condition=Q(solved=False) | ~Q(evidence=""),
                violation_error_message="答复为已解决的，须附解决的证据",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:30]


class Urge(models.Model):
    """A reminder (催办) or a supervision order (督办单), the latter with its own limit."""

    class Kind(models.TextChoices):
        REMIND = "remind", "催办"
        YELLOW = "yellow", "黄牌"
        RED = "red", "红牌"
        ORDER = "order", "督办"  # before orders were objects of their own (`Order`)

    case = models.ForeignKey(Case, models.PROTECT, related_name="urges", verbose_name="诉求")
    leg = models.ForeignKey(Leg, models.PROTECT, related_name="urges", verbose_name="分派")
    kind = models.CharField("种类", max_length=6, choices=Kind.choices)
    own = models.BooleanField("来件人所催", default=False)
    words = models.TextField("内容")
    at = models.DateTimeField("时刻")
    due = models.DateTimeField("答复期限", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "催办督办"
        ordering = ["case", "at"]
        constraints = [
            models.CheckConstraint(
                name="an_order_has_a_limit",
                condition=~Q(kind="order") | Q(due__isnull=False),
                violation_error_message="督办须写明答复期限",
            ),
            models.UniqueConstraint(
                fields=["leg", "kind"],
                condition=Q(kind__in=["yellow", "red"]),
                name="one_card_of_a_colour_a_leg",
                violation_error_message="这次分派已经亮过这种牌",
            ),
        ]

    def __str__(self) -> str:
        return self.words[:30]


class Rating(models.Model):
    """What the reporter says of a round, himself or asked by somebody who did not handle it. Three questions:
    contacted? solved? satisfied? Unreached attempts are rows too, so that nobody drops out of the denominator."""

    class Source(models.TextChoices):
        REPORTER = "reporter", "来件人评价"
        FOLLOW_UP = "follow_up", "回访"

    class Satisfied(models.TextChoices):
        YES = "yes", "满意"
        PARTLY = "partly", "基本满意"
        NO = "no", "不满意"

    class Way(models.TextChoices):
        CALL = "call", "电话"
        SMS = "sms", "短信"
        LINK = "link", "链接"
        PAGE = "page", "查询页"

    case = models.ForeignKey(Case, models.PROTECT, related_name="ratings", verbose_name="诉求")
    round = models.PositiveSmallIntegerField("轮次", default=1)
    source = models.CharField("来源", max_length=10, choices=Source.choices)
    way = models.CharField("方式", max_length=4, choices=Way.choices, default=Way.CALL)
    leg = models.ForeignKey(
        Leg, models.PROTECT, null=True, blank=True, related_name="ratings", verbose_name="所评的分派"
    )  # whose the score is: the body that held the duty and answered; empty when the hotline answered itself
    reached = models.BooleanField("联系上", default=True)
    refused = models.BooleanField(
        "不愿评价", default=False
    )  # reached, but would not say: no valid answer, no missed call
    contacted = models.BooleanField("承办机构联系过", null=True, blank=True)
    solved = models.BooleanField("解决", null=True, blank=True)
    satisfied = models.CharField("满意", max_length=8, choices=Satisfied.choices, blank=True, default="")
    words = models.TextField("意见", blank=True)
    at = models.DateTimeField("时刻")

    class Meta:
        verbose_name = verbose_name_plural = "评价"
        ordering = ["case", "at"]
        indexes = [BrinIndex(fields=["at"], autosummarize=True, name="rating_by_period")]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "round"],
                condition=Q(source="reporter"),
                name="the_reporter_rates_a_round_once",
                violation_error_message="每一轮办理评价一次",
            ),
            models.CheckConstraint(
                name="who_was_not_reached_said_nothing",
                condition=Q(reached=True, refused=False) | Q(contacted__isnull=True, solved__isnull=True, satisfied=""),
                violation_error_message="没有联系上或者不愿评价的，不能填写评价",
            ),
            models.CheckConstraint(
                name="who_was_reached_answered",
                condition=Q(reached=False)
                | Q(refused=True)
                | (Q(contacted__isnull=False, solved__isnull=False) & ~Q(satisfied="")),
                violation_error_message="联系上的，三项都要填写",
            ),
            models.CheckConstraint(
                name="only_who_was_reached_can_refuse",
                condition=Q(refused=False) | Q(reached=True),
                violation_error_message="没有联系上的，不能记为不愿评价",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_satisfied_display() or ("不愿评价" if self.refused else "未联系上"))
