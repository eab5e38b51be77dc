"""Two cases that are one affair: which followed which, since when, and how the one stood before, so that it can be undone."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhize.cases.models.case import Case


class Merge(models.Model):
    """并案. `before`: every value that merging changed, as it was, table by table."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="merges", verbose_name="诉求")
    into = models.ForeignKey(Case, models.PROTECT, related_name="merged_here", verbose_name="并入")
    at = models.DateTimeField("并案时刻")
    by = models.BigIntegerField("经办人", null=True)
    before = models.JSONField("并案以前")
    undone_at = models.DateTimeField("撤销并案时刻", null=True, blank=True)
    undone_by = models.BigIntegerField("撤销人", null=True, blank=True)
    why = models.CharField("撤销的原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "并案"
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(undone_at__isnull=True),
                name="a_case_follows_one_other_at_a_time",
                violation_error_message="一件诉求同一时刻只能并入一件",
            ),
            models.CheckConstraint(
                name="a_merge_undone_says_why",
                condition=Q(undone_at__isnull=True) | ~Q(why=""),
                violation_error_message="撤销并案须写明原因",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.into_id}"
