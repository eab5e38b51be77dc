"""Seats (席位): an officer acts in a role for a body in a place, for a span, by an instrument."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from zhize.places.models import Place
from zhize.record.models import Statement, never_two_at_once, statement_rules
from zhize.register.models.body import Body


class Seat(Statement):
    WHAT = "席位"

    class Role(models.TextChoices):
        CALL_TAKER = "call_taker", "话务员"
        DISPATCHER = "dispatcher", "分派员"
        HANDLER = "handler", "承办人"
        LEADER = "leader", "单位负责人"
        SUPERVISOR = "supervisor", "督办员"
        REGISTER_EDITOR = "register_editor", "登记员"
        APPROVER = "approver", "审批人"
        AUDITOR = "auditor", "审计员"
        LIST_CLERK = "list_clerk", "清单员"
        LEGAL_REVIEWER = "legal_reviewer", "法制审核员"

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="seats")
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    body = models.ForeignKey(Body, models.PROTECT, related_name="seats")
    place = models.ForeignKey(Place, models.PROTECT, related_name="seats")

    class Meta:
        verbose_name = verbose_name_plural = "席位"
        constraints = [
            never_two_at_once(
                "a_seat_once_a_day", ["officer_id", "role*text", "body_id"], "同一人同一角色在同一机构的席位重叠"
            ),
            *statement_rules("seat"),
        ]

    @property
    def of_a_body(self) -> bool:
        """Whoever sits here sees what was sent to the body, and nothing else of the place."""
        return self.role in (self.Role.HANDLER, self.Role.LEADER)
