"""What adopting a draft would have done to a period's cases, as it was reckoned at a moment (cases.md §4.11)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from zhize.places.models import Place
from zhize.register.models import Seat


class Simulation(models.Model):
    """The result alone, with matters and places and no case: who opens it asks again which cases are behind a line, and
    sees what his own seat may see. It says nothing of the register and may be thrown away."""

    draft = models.CharField("草案", max_length=200)
    label = models.CharField("草案名称", max_length=300)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="地方")
    first = models.DateField("自")
    last = models.DateField("至")
    day = models.DateField("比较日")
    at = models.DateTimeField("模拟时刻")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+", verbose_name="席位")
    who = models.CharField("何人", max_length=120)
    result = models.JSONField("结果")

    class Meta:
        verbose_name = verbose_name_plural = "模拟"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="a_simulated_period_has_days",
                condition=Q(last__gte=F("first")),
                violation_error_message="“至”不能早于“自”",
            )
        ]

    def __str__(self) -> str:
        return f"模拟第{self.pk}号（{self.label}）"

    def get_absolute_url(self) -> str:
        return reverse("cases:simulated", args=[self.pk])
