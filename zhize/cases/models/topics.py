"""What many speak of at once: found by the clock from the cases of the last weeks, and told to supervisors once."""

from __future__ import annotations

from django.db import models

from zhize.cases.models.case import Case
from zhize.places.models import Place


class Topic(models.Model):
    """热点. Cases, callers and what follows by merging are counted apart: ten calls of one person are not ten people."""

    title = models.CharField("标题", max_length=120)
    words = models.JSONField("代表词", default=list)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name="地点")
    places = models.JSONField("各地件数", default=dict)
    days = models.JSONField("各日件数", default=dict)
    first_seen = models.DateTimeField("最早")
    last_seen = models.DateTimeField("最近")
    size = models.PositiveIntegerField("件数")
    callers = models.PositiveIntegerField("人数")
    recent = models.PositiveIntegerField("本期件数")
    before = models.PositiveIntegerField("上期件数")
    found_at = models.DateTimeField("发现时刻")
    seen_at = models.DateTimeField("最近一次见到")
    told_at = models.DateTimeField("提醒时刻", null=True, blank=True)
    cases = models.ManyToManyField(Case, related_name="topics", verbose_name="诉求")

    class Meta:
        verbose_name = verbose_name_plural = "热点"
        indexes = [models.Index(fields=["-seen_at", "-recent"], name="topic_by_heat")]

    def __str__(self) -> str:
        return self.title

    @property
    def growth(self) -> float:
        """How many times as many as in the window before."""
        return round(self.recent / max(1, self.before), 1)
