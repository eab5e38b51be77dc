"""By what a case is found again: its pairs of characters, and for each pair the cases that say it (decision 0030).

Derived from the cases, written by the worker, thrown away and built anew at will; nothing here is evidence.
"""

from __future__ import annotations

from django.db import models

from zhize.cases.models.case import Case


class Alike(models.Model):
    """What one case says, as sorted 64-bit numbers."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="alike", verbose_name="诉求")
    pairs = models.BinaryField("字对")

    class Meta:
        verbose_name = verbose_name_plural = "相似件底料"

    def __str__(self) -> str:
        return str(self.case_id)


class AlikeSegment(models.Model):
    """Some cases indexed together. Small ones are joined into larger ones, so that there are never many."""

    cases = models.PositiveIntegerField("件数")

    class Meta:
        verbose_name = verbose_name_plural = "相似件索引段"

    def __str__(self) -> str:
        return f"{self.pk}: {self.cases}"


class AlikeRow(models.Model):
    """Who says one pair, within one segment: case numbers of four bytes each, in order."""

    pair = models.BigIntegerField("字对")
    segment = models.ForeignKey(AlikeSegment, models.CASCADE, db_index=False, related_name="rows", verbose_name="段")
    n = models.PositiveIntegerField("件数")
    cases = models.BinaryField("诉求")

    class Meta:
        verbose_name = verbose_name_plural = "相似件索引"
        indexes = [models.Index(fields=["pair", "segment"], include=["n"], name="alike_by_pair")]

    def __str__(self) -> str:
        return f"{self.pair}: {self.n}"
