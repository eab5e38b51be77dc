"""The model's card for a person: on what it learned, how good it was on letters it had not seen, what policy lets it do,
and how it has fared since."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from zhize.cases.models import Leg, MatterModel, Suggested
from zhize.cases.queries.routing import chain
from zhize.kernel.period import day_of
from zhize.places.queries import full_name
from zhize.policy import queries as policy
from zhize.policy.queries import Value
from zhize.record.models import Instrument

WIDE, HIGH = 320, 200  # of a drawing
VERSIONS = 20


@dataclass(frozen=True)
class Policy:
    """From which confidence a case goes by itself here, by which paper; and what that means on letters not seen."""

    value: float
    place: str
    paper: Instrument | None
    article: str
    unverified: bool
    coverage: float | None = None
    accuracy: float | None = None


@dataclass(frozen=True)
class Service:
    """What became of a model's suggestions."""

    suggested: int = 0
    sent: int = 0
    sent_back: int = 0
    decided: int = 0
    followed: int = 0

    @property
    def sent_right(self) -> float | None:
        return 100 * (1 - self.sent_back / self.sent) if self.sent else None

    @property
    def follow_rate(self) -> float | None:
        return 100 * self.followed / self.decided if self.decided else None


@dataclass(frozen=True)
class Curve:
    """A drawing: points on its sides, and the same as rows of a table, in percent. `floor` is where the upright scale begins."""

    points: str
    dots: list[tuple[float, float]]
    rows: list[dict[str, Any]]
    floor: int = 0


@dataclass(frozen=True)
class Card:
    """A row and everything its page says of it."""

    row: MatterModel
    threshold: Policy
    service: Service
    reliability: Curve
    coverage: Curve
    labels: list[dict[str, Any]]
    figures: dict[str, float]

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = self.row.card
        return found


def versions() -> QuerySet[MatterModel]:
    """The newest first, without their content."""
    return MatterModel.objects.defer("content", "examples").order_by("-no")


def card(row: MatterModel, place_id: int, now: datetime) -> Card:
    said = row.card
    return Card(
        row,
        _threshold(said, place_id, now),
        _service(row),
        _reliability(said.get("reliability", [])),
        _coverage(said["coverage"]),
        [_percent(each, "precision", "recall", "f1") for each in said["labels"]],
        _percent(said, "accuracy", "macro_f1", "calibration_error"),
    )


def _reliability(bands: list[dict[str, Any]]) -> Curve:
    """How sure it was against how often it was right; on the slope, both are the same."""
    points = [(band["confidence"], band["right"]) for band in bands]
    return _curve(points, [_percent(band, "from", "confidence", "right") for band in bands])


def _coverage(curve: list[dict[str, Any]]) -> Curve:
    """The more goes by itself, the less of it is right. The scale begins below the lowest point, or nothing could be seen."""
    floor = max(0.0, math.floor(min(row["accuracy"] for row in curve) * 10 - 0.01) / 10)
    points = [(row["coverage"], (row["accuracy"] - floor) / (1 - floor)) for row in curve]
    tenths = [row for row in curve if round(row["coverage"] * 100) % 10 == 0]
    return _curve(points, [_percent(row, "coverage", "accuracy") for row in tenths], round(100 * floor))


def _curve(points: list[tuple[float, float]], rows: list[dict[str, Any]], floor: int = 0) -> Curve:
    dots = [(round(x * WIDE, 1), round((1 - y) * HIGH, 1)) for x, y in points]
    return Curve(" ".join(f"{x},{y}" for x, y in dots), dots, rows, floor)


def _percent(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return row | {name: 100 * row[name] for name in names if name in row}


def _threshold(said: dict[str, Any], place_id: int, now: datetime) -> Policy:
    found: Value = policy.value("cases.dispatch.threshold", chain(place_id, day_of(now)), day_of(now))
    above = [row for row in said["coverage"] if row["threshold"] >= found.value]
    most: dict[str, float] = max(above, key=lambda row: row["coverage"], default={})
    return Policy(
        found.value,
        full_name(found.place_id, day_of(now)) if found.place_id else "",
        Instrument.objects.filter(pk=found.instrument_id or 0).first(),
        found.article,
        found.unverified,
        100 * most["coverage"] if most else None,
        100 * most["accuracy"] if most else None,
    )


def _service(row: MatterModel) -> Service:
    """Sent by itself and taken back: the first body was wrong. Decided: a person has chosen the matter since."""
    first = Leg.objects.filter(case=OuterRef("case"), capacity=Leg.Capacity.LEAD).order_by("no").values("state")[:1]
    rows = Suggested.objects.filter(model=row).annotate(first=Subquery(first))
    decided = Q(sent=False, case__confidence__isnull=True, case__matter__isnull=False)
    went = Q(sent=True)
    counts = {
        "suggested": Q(),
        "sent": went,
        "sent_back": went & Q(first__in=["returned", "ruled", "recalled"]),
        "decided": decided,
        "followed": decided & Q(case__matter=F("matter")),
    }
    found = rows.aggregate(**{f"n_{name}": Count("pk", filter=only) for name, only in counts.items()})
    return Service(**{name: found[f"n_{name}"] for name in counts})
