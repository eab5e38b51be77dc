"""Officers: people who sign in. What an officer may do is said by seats (`register`), never by the account."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser
from django.db import models


class Officer(AbstractUser):
    """A person with an account (工作人员). Rights come from dated seats, so leaving a post ends them by itself."""

    display_name = models.CharField("姓名", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "工作人员"

    def __str__(self) -> str:
        return self.display_name or self.username


class SecondFactor(models.Model):
    """What an officer has beside the password (`factor.py`). `draft` is a secret not yet confirmed; digests only of recovery codes."""

    officer = models.OneToOneField(Officer, models.CASCADE, related_name="factor", verbose_name="工作人员")
    secret = models.CharField("密钥（加密）", max_length=200, blank=True)
    draft = models.CharField("待确认的密钥（加密）", max_length=200, blank=True)
    confirmed_at = models.DateTimeField("启用时刻", null=True, blank=True)
    last_step = models.BigIntegerField("最后用过的时段", default=0)
    recovery = models.JSONField("备用码（杂凑）", default=list)
    wrong = models.PositiveSmallIntegerField("连续填错", default=0)
    shut_until = models.DateTimeField("暂停到", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "第二重验证"

    def __str__(self) -> str:
        return str(self.officer)


@dataclass(frozen=True)
class By:
    """Who acts: the officer, the seat they sit in, and the door they came through (web, api, command, import, system)."""

    officer_id: int | None
    seat_id: int | None
    name: str
    via: str = "web"

    @property
    def is_machine(self) -> bool:
        """A job, the first load, or whoever runs commands on the server itself: no seat, and above all seats."""
        return self.officer_id is None and self.via in ("system", "command")

    @classmethod
    def system(cls, name: str) -> By:
        """The machine itself: jobs, first load, sealing."""
        return cls(None, None, name, "system")

    @classmethod
    def citizen(cls, name: str = "来件人", via: str = "web") -> By:
        """A member of the public; no account, no seat."""
        return cls(None, None, name, via)
