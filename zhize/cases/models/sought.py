"""By what a case is found again: the pairs of characters it says, and the numbers of its matter, places and bodies.

Derived from the cases, written by the worker, thrown away and built anew at will; nothing here is evidence.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from zhize.cases.models.case import Case


class Sought(models.Model):
    """What one case can be asked by. It only narrows: what is shown is looked up in the case itself."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="sought", verbose_name="诉求")
    marks = ArrayField(models.BigIntegerField(), verbose_name="检索标记")
    event = models.BigIntegerField("看到的事件")

    class Meta:
        verbose_name = verbose_name_plural = "检索底料"
        indexes = [
            GinIndex(fields=["marks"], name="sought_by_mark", fastupdate=True),
            models.Index(fields=["-event"], name="sought_by_event"),
        ]

    def __str__(self) -> str:
        return str(self.case_id)
