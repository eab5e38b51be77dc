"""What cases teach the register: gaps, conflicts, hand dispatches and rulings, as proposals to amend it (cases.md §4.4)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhize.cases.models.case import Case
from zhize.cases.models.exhibit import Exhibit
from zhize.cases.supervising import lifecycle
from zhize.places.models import Place
from zhize.record.models import Event, Instrument
from zhize.register.models import Body, Matter


class Proposal(models.Model):
    """A line on the register editor's worklist; the cases behind it are counted when asked (queries.proposals)."""

    class Kind(models.TextChoices):
        GAP = "gap", "无人负责"
        CONFLICT = "conflict", "多头冲突"
        HAND = "hand", "人工指定"
        RULING = "ruling", "裁定"
        RETURNS = "returns", "屡次退回"

    kind = models.CharField("种类", max_length=8, choices=Kind.choices)
    matter = models.ForeignKey(
        Matter, models.PROTECT, null=True, blank=True, related_name="proposals", verbose_name="事项"
    )
    place = models.ForeignKey(Place, models.PROTECT, related_name="proposals", verbose_name="地点")
    case = models.ForeignKey(Case, models.PROTECT, related_name="proposals", verbose_name="首件")
    opened_at = models.DateTimeField("提出时刻")
    state = models.CharField(
        "状态", max_length=10, choices=list(lifecycle.PROPOSAL.states.items()), default="open", db_default="open"
    )
    words = models.TextField("说明", blank=True)
    instrument = models.ForeignKey(
        Instrument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="决定文件"
    )
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="决定由谁负责"
    )
    evidence = models.ForeignKey(
        Exhibit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="办件证据"
    )
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="改登记的操作"
    )
    settled_at = models.DateTimeField("办结时刻", null=True, blank=True)
    outcome = models.TextField("结果", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "登记建议"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "matter", "place"],
                nulls_distinct=False,
                condition=Q(settled_at__isnull=True),
                name="one_open_proposal_a_matter_and_place",
                violation_error_message="同一事项同一地点已有待办的建议",
            ),
            models.CheckConstraint(
                name="a_proposal_stands_where_the_table_says",
                condition=Q(state__in=list(lifecycle.PROPOSAL.states)),
                violation_error_message="登记建议没有这种状态",
            ),
            models.CheckConstraint(
                name="a_settled_proposal_has_its_moment",
                condition=Q(settled_at__isnull=True, state__in=lifecycle.PROPOSAL_OPEN)
                | (Q(settled_at__isnull=False) & ~Q(state__in=lifecycle.PROPOSAL_OPEN)),
                violation_error_message="办结的建议须同时写明时刻",
            ),
            models.CheckConstraint(
                name="what_was_carried_shows_the_act",
                condition=~Q(state="carried") | Q(event__isnull=False),
                violation_error_message="已改登记的，须写明是哪一次操作改的",
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(settled_at__isnull=True), name="proposal_open")]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def take(self, step: str, facts: lifecycle.ProposalFacts | None = None) -> None:
        """Move as the table allows, or refuse as it says."""
        self.state = lifecycle.PROPOSAL.take(self.state, step, on=facts)
