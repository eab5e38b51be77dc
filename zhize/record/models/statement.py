"""Statements: what is said of a thing, by an instrument, for a span of days, as believed from one moment to another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.expressions import Combinable

from zhize.kernel.period import Period


class StatementQuerySet(models.QuerySet):
    """The only place where a date comparison is written."""

    def as_of(self, day: date, believed: datetime | None = None) -> Self:
        """In force on `day`, as known at `believed` (now when None)."""
        return self.as_believed(believed).filter(Q(to_day__isnull=True) | Q(to_day__gt=day), from_day__lte=day)

    def as_believed(self, moment: datetime | None = None) -> Self:
        """What the register held at `moment`; the rows not withdrawn when None."""
        if moment is None:
            return self.filter(withdrawn_at__isnull=True)
        known = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=moment)
        return self.filter(known, recorded_at__lte=moment)

    def live(self) -> Self:
        return self.as_believed(None)

    def during(self, period: Period) -> Self:
        """In force on any day of the period."""
        within = self.filter(Q(to_day__isnull=True) | Q(to_day__gt=period.start))
        return within if period.end is None else within.filter(from_day__lt=period.end)

    def from_day_on(self, day: date) -> Self:
        """In force on `day` or later."""
        return self.filter(Q(to_day__isnull=True) | Q(to_day__gt=day))


class Statement(models.Model):
    """A dated, cited assertion `[from_day, to_day)`. Never edited, never deleted: withdrawn, and restated."""

    WHAT: ClassVar[str] = "陈述"

    instrument = models.ForeignKey("record.Instrument", models.PROTECT, related_name="+", verbose_name="依据文件")
    clause = models.CharField("条款", max_length=60, blank=True)
    from_day = models.DateField("自")
    to_day = models.DateField("止(不含)", null=True, blank=True)
    ended_by = models.ForeignKey(
        "record.Instrument", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="终止依据"
    )
    recorded_at = models.DateTimeField("记录时刻")
    recorded_by = models.ForeignKey("record.Event", models.PROTECT, related_name="+", verbose_name="记录行为")
    withdrawn_at = models.DateTimeField("撤回时刻", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "record.Event", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤回行为"
    )
    digest = models.CharField("摘要", max_length=64)

    objects: ClassVar[StatementQuerySet] = StatementQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        abstract = True

    @property
    def period(self) -> Period:
        return Period(self.from_day, self.to_day)


class _Range(Func):
    """One value as a range, so that plain GiST needs no extension (stack.md §4)."""

    function = "int8range"
    template = "%(function)s(%(expressions)s, %(expressions)s, '[]')"


class _NullableRange(Func):
    """The same for a key that may be null: null counts as the value 0."""

    template = "int8range(coalesce(%(expressions)s, 0), coalesce(%(expressions)s, 0), '[]')"


class _TextRange(Func):
    """A text key as a one-value range; hashed, so two keys never share a range by accident of collation."""

    template = "int8range(hashtextextended(%(expressions)s, 0), hashtextextended(%(expressions)s, 0), '[]')"


class _Days(Func):
    function = "daterange"


def _one(field: str) -> Combinable:
    if field.endswith("*text"):
        return _TextRange(F(field.removesuffix("*text")))
    if field.endswith("?"):
        return _NullableRange(F(field.removesuffix("?")))
    return _Range(F(field))


def never_two_at_once(name: str, fields: Sequence[str], says: str, condition: Q | None = None) -> ExclusionConstraint:
    """An exclusion constraint: one live statement per `fields` on any day.

    A field ending in `?` may be null (counts as one value); `*text` marks text. `says` is the sentence a clerk reads.
    """
    live = Q(withdrawn_at__isnull=True)
    expressions = [(_one(f), RangeOperators.OVERLAPS) for f in fields]
    days = (_Days(F("from_day"), F("to_day")), RangeOperators.OVERLAPS)
    return ExclusionConstraint(
        name=name,
        expressions=[*expressions, days],
        condition=live if condition is None else live & condition,
        violation_error_message=says,
    )


def statement_rules(table: str) -> list[models.CheckConstraint]:
    """Checks every statement table carries: no empty span, and withdrawal has both a moment and an act."""
    return [
        models.CheckConstraint(
            name=f"{table}_span_not_empty",
            condition=Q(to_day__isnull=True) | Q(to_day__gt=F("from_day")),
            violation_error_message="起止日期颠倒或同一天，生效期间为空",
        ),
        models.CheckConstraint(
            name=f"{table}_withdrawn_whole",
            condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
            | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            violation_error_message="撤回须同时写明时刻与行为",
        ),
    ]
