"""Exhibits: what was known when something was decided, kept word for word and never changed."""

from __future__ import annotations

from django.db import models


class Exhibit(models.Model):
    """The explanation a case was routed by, or the terms a deadline was reckoned by.

    Kept once for all cases decided on the same facts: the digest of its canonical bytes is its name, and stands in the
    sealed event too, so that nobody can change it unseen.
    """

    digest = models.CharField("摘要", max_length=64, unique=True)
    content = models.JSONField("内容")

    class Meta:
        verbose_name = verbose_name_plural = "留存"

    def __str__(self) -> str:
        return self.digest[:12]
