"""Where wrong tries came from: the least that lets every process shut the same door, and no longer than it is shut."""

from __future__ import annotations

from django.db import models


class WrongTry(models.Model):
    """Wrong receipts from one address (as a keyed digest) since a moment. No evidence: unlogged, deleted, never sealed."""

    door = models.CharField("来处", max_length=64, primary_key=True)
    since = models.DateTimeField("起")
    times = models.PositiveIntegerField("次数")

    class Meta:
        verbose_name = verbose_name_plural = "填错记录"

    def __str__(self) -> str:
        return f"{self.door[:8]}: {self.times}"
