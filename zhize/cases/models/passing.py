"""A case on its way between two hotline centres: who offered it to whom, why, until when, and what it came to."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from zhize.cases import passing
from zhize.cases.models.case import Case
from zhize.places.models import Place


class Passage(models.Model):
    """转送. Centres are told by the place they answer for: who runs the hotline there is asked of the register."""

    class Way(models.TextChoices):
        UP = passing.UP, "上报"
        DOWN = passing.DOWN, "下转"
        ACROSS = passing.ACROSS, "平转"

    case = models.ForeignKey(Case, models.PROTECT, related_name="passages", verbose_name="诉求")
    round = models.PositiveSmallIntegerField("轮次", default=1)
    sender = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name="转出中心")
    receiver = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name="转入中心")
    way = models.CharField("方向", max_length=6, choices=Way.choices)
    why = models.TextField("转送理由")
    at = models.DateTimeField("转送时刻")
    by = models.BigIntegerField("转送人", null=True, blank=True)
    due = models.DateTimeField("接收期限")
    reckoning = models.JSONField("期限推算", default=list)
    state = models.CharField("状态", max_length=8, choices=list(passing.PASSAGE.states.items()))
    words = models.TextField("答复", blank=True)
    ended_at = models.DateTimeField("接收或退还时刻", null=True, blank=True)
    ended_by = models.BigIntegerField("接收或退还人", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "转送"
        ordering = ["case", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state="offered"),
                name="a_case_is_offered_to_one_centre_at_a_time",
                violation_error_message="一件诉求同一时刻只能转送一个热线中心",
            ),
            models.CheckConstraint(
                name="a_passage_stands_where_the_table_says",
                condition=Q(state__in=list(passing.PASSAGE.states)),
                violation_error_message="转送没有这种状态",
            ),
            models.CheckConstraint(
                name="a_passage_leads_to_another_centre",
                condition=~Q(sender=F("receiver")),
                violation_error_message="不能转送给自己的热线中心",
            ),
            models.CheckConstraint(
                name="a_passage_says_why",
                condition=~Q(why="") & (~Q(state="declined") | ~Q(words="")),
                violation_error_message="转送和不接收都须写明理由",
            ),
            models.CheckConstraint(
                name="a_passage_over_has_its_moment",
                condition=Q(state="offered", ended_at__isnull=True) | (~Q(state="offered") & Q(ended_at__isnull=False)),
                violation_error_message="接收、退还、撤回须写明时刻",
            ),
            models.CheckConstraint(
                name="who_passes_a_case_on_does_not_take_it_over",
                condition=Q(by__isnull=True) | Q(ended_by__isnull=True) | Q(state="fetched") | ~Q(by=F("ended_by")),
                violation_error_message="转送的人不能自己接收",
            ),
        ]
        indexes = [
            models.Index(fields=["receiver"], condition=Q(state="offered"), name="passage_waiting_by_receiver"),
            models.Index(fields=["sender", "case"], name="passage_by_sender"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.sender_id} → {self.receiver_id}"

    def take(self, step: str) -> None:
        """Move as the table allows, or refuse as it says."""
        self.state = passing.PASSAGE.take(self.state, step)

    def late_at(self, moment: datetime) -> bool:
        return (self.ended_at or moment) > self.due
