"""Events and seals: one row per act, and the chain of Merkle heads that makes a changed byte show."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class Seal(models.Model):
    """One sealed batch of events: its Merkle root, chained to the head before it (cf. RFC 6962; measures.md §1)."""

    algorithm = models.CharField("杂凑算法", max_length=12)
    size = models.PositiveIntegerField("事件数")
    root = models.CharField("批根", max_length=64)
    previous = models.CharField("前一链头", max_length=64)
    head = models.CharField("链头", max_length=64, unique=True)
    leaves = models.BinaryField("叶", default=b"")
    sealed_at = models.DateTimeField("封存时刻")

    class Meta:
        verbose_name = verbose_name_plural = "封存"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"#{self.pk} {self.head}"


class Event(models.Model):
    """What an act leaves: who, when, in which seat, what, by which instrument. Never edited, never deleted.

    `touched` names the things concerned ("body:12", "case:5"), `payload` what was said, `rows_root` the Merkle root
    of the statements the act recorded. `told_at` empty with `tell` set is the outbox.
    """

    act = models.CharField("行为", max_length=40)
    at = models.DateTimeField("时刻")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="工作人员"
    )
    seat_id = models.BigIntegerField("席位", null=True, blank=True)
    who = models.CharField("署名", max_length=120, blank=True)
    via = models.CharField("来路", max_length=20, blank=True)
    instrument = models.ForeignKey(
        "record.Instrument", models.PROTECT, null=True, blank=True, related_name="events", verbose_name="文件"
    )
    touched = ArrayField(models.CharField(max_length=60), verbose_name="所及", default=list)
    payload = models.JSONField("内容", default=dict)
    rows_root = models.CharField("陈述根", max_length=64, blank=True)
    tell = models.BooleanField("须告知", default=False)
    told_at = models.DateTimeField("已告知", null=True, blank=True)
    seal = models.ForeignKey(Seal, models.PROTECT, null=True, blank=True, related_name="events", verbose_name="封存")
    leaf_no = models.PositiveIntegerField("叶序", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "事件"
        ordering = ["id"]
        indexes = [
            GinIndex(fields=["touched"], name="event_by_touched", fastupdate=True),
            models.Index(fields=["id"], condition=Q(seal__isnull=True), name="event_unsealed"),
            models.Index(fields=["id"], condition=Q(tell=True, told_at__isnull=True), name="event_untold"),
            models.Index(fields=["seal", "leaf_no"], name="event_by_seal"),
        ]

    def __str__(self) -> str:
        return f"{self.act} #{self.pk}"
