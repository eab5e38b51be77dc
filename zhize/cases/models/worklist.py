"""What cases teach the register: gaps, conflicts, hand dispatches and rulings, as proposals to amend it (cases.md §4.4)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhize.cases.models.case import Case
from zhize.places.models import Place
from zhize.record.models import Instrument
from zhize.register.models import Matter


class Proposal(models.Model):
    """A line on the register editor's worklist; the cases behind it are counted when asked (queries.proposals)."""

    class Kind(models.TextChoices):
        GAP = "gap", "无人负责"
        CONFLICT = "conflict", "多头冲突"
        HAND = "hand", "人工指定"
        RULING = "ruling", "裁定"

    kind = models.CharField("种类", max_length=8, choices=Kind.choices)
    matter = models.ForeignKey(
        Matter, models.PROTECT, null=True, blank=True, related_name="proposals", verbose_name="事项"
    )
    place = models.ForeignKey(Place, models.PROTECT, related_name="proposals", verbose_name="地点")
    case = models.ForeignKey(Case, models.PROTECT, related_name="proposals", verbose_name="首件")
    opened_at = models.DateTimeField("提出时刻")
    words = models.TextField("说明", blank=True)
    instrument = models.ForeignKey(
        Instrument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="裁定文件"
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
            )
        ]
        indexes = [models.Index(fields=["id"], condition=Q(settled_at__isnull=True), name="proposal_open")]

    def __str__(self) -> str:
        return str(self.get_kind_display())
