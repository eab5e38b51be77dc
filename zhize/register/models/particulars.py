"""Particulars (清单要素): what an item says beside its name, codes and bases, from a day on, by a paper."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhize.record.models import Statement, never_two_at_once, statement_rules
from zhize.register.fields import KEPT_BACK, LISTED
from zhize.register.models.body import Body
from zhize.register.models.duty import Duty


class Particulars(Statement):
    """The fields of `register/fields.py` that are said of a duty: by the catalogue (no body), or by one body for itself."""

    WHAT = "清单要素"
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="particulars")
    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="particulars")
    said = models.JSONField("内容", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "清单要素"
        constraints = [
            never_two_at_once(
                "one_set_of_particulars_a_day", ["duty_id", "body_id?"], "同一事项在同一机构同一天只能有一套要素"
            ),
            *statement_rules("particulars"),
        ]
        indexes = [
            models.Index(fields=["body", "duty"], name="particulars_by_body"),
            # few items say these, and every list asks who does
            models.Index(fields=["duty"], condition=Q(said__has_key=LISTED), name="particulars_basic_service"),
            models.Index(fields=["duty"], condition=Q(said__openness__in=KEPT_BACK), name="particulars_kept_back"),
        ]
