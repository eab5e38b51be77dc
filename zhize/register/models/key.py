"""Keys (接口密钥): how a program calls. It acts from an officer's seat, or as an outside partner within one place."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from zhize.places.models import Place
from zhize.record.models import Event
from zhize.register.models.seat import Seat


class ApiKey(models.Model):
    """One program's key. Only a digest is kept; `prefix` is the part that may be read out, to say which key is meant.

    It stands on the register's floor, not with the accounts, because it says what may be done: a seat, or a place.
    """

    name = models.CharField("系统名称", max_length=80)
    prefix = models.CharField("前缀", max_length=8)
    digest = models.CharField("摘要", max_length=64)
    seat = models.ForeignKey(
        Seat, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="席位"
    )
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="辖区"
    )
    scopes = ArrayField(models.CharField(max_length=40), verbose_name="范围")
    rate = models.PositiveIntegerField("每分钟至多", default=600)
    expires = models.DateField("失效日")
    issued_at = models.DateTimeField("发放时刻")
    issued_by = models.ForeignKey(Event, models.PROTECT, related_name="+", db_index=False, verbose_name="发放行为")
    revoked_at = models.DateTimeField("吊销时刻", null=True, blank=True)
    used_at = models.DateTimeField("最近使用", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "接口密钥"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["prefix"], name="one_key_a_prefix"),
            models.CheckConstraint(
                name="a_key_is_a_seats_or_a_partners",
                condition=Q(seat__isnull=False, place__isnull=True) | Q(seat__isnull=True, place__isnull=False),
                violation_error_message="密钥须写明席位，或者写明外部系统的辖区，二者取一",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.prefix}…）"

    def alive(self, day: date) -> bool:
        return self.revoked_at is None and day < self.expires

    def opens(self, act: str) -> bool:
        """`cases.receive` is opened by itself and by `cases`."""
        return act in self.scopes or act.split(".")[0] in self.scopes


class KeyUse(models.Model):
    """How much of a key's minute its processes have drawn; the next minute writes over it. No evidence, only a fence."""

    key = models.OneToOneField(ApiKey, models.CASCADE, primary_key=True, related_name="+", verbose_name="接口密钥")
    minute = models.BigIntegerField("分钟")
    drawn = models.PositiveIntegerField("已领次数")
    lot = models.PositiveIntegerField("上次领取")

    class Meta:
        verbose_name = verbose_name_plural = "密钥用量"

    def __str__(self) -> str:
        return f"{self.drawn}"
