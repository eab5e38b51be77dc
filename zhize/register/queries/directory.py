"""The list of bodies on a day, and what one body holds, in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q

from zhize.kernel.text import fold
from zhize.places.models import PlacePath
from zhize.record.models import StatementQuerySet
from zhize.register.models import Body, BodyLife, BodyName, BodySite, BodySuperior, Duty, Holding


def directory(
    day: date, *, words: str = "", place_id: int | None = None, family: str = "", kind: str = ""
) -> StatementQuerySet:
    """Names in force that day of the bodies that match; a place includes all below it."""
    rows = BodyName.objects.as_of(day).select_related("body")
    if said := fold(words):
        rows = rows.filter(Q(name__contains=said) | Q(short__contains=said) | Q(body__code=words.strip()))
    if family:
        rows = rows.filter(body__family=family)
    if kind:
        rows = rows.filter(body__kind=kind)
    return rows.filter(body__in=_sited(place_id, day)) if place_id else rows


def _sited(place_id: int, day: date) -> Any:
    below = PlacePath.objects.as_of(day).filter(chain__contains=[place_id]).values("place_id")
    return BodySite.objects.as_of(day).filter(place__in=below).values("body_id")


def families() -> list[str]:
    """The families bodies belong to, those with most bodies first."""
    rows = Body.objects.exclude(family="").values("family").annotate(n=Count("pk")).order_by("-n", "family")
    return [r["family"] for r in rows]


@dataclass(frozen=True)
class Share:
    """How many holdings of one kind and type a body has that day."""

    kind: str
    type: str
    label: str
    count: int

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.type}" if self.type else self.kind


def shares(holdings: StatementQuerySet) -> list[Share]:
    """What a body holds, counted by kind and type, the most first."""
    rows = holdings.order_by().values("duty__kind", "duty__type").annotate(n=Count("pk")).order_by("-n", "duty__kind")
    return [Share(r["duty__kind"], r["duty__type"], _label(r["duty__kind"], r["duty__type"]), r["n"]) for r in rows]


def _label(kind: str, type_: str) -> str:
    return str(Duty.Type(type_).label if kind == Duty.Kind.POWER and type_ else Duty.Kind(kind).label)


def held(
    body: Body, day: date, believed: datetime | None = None, *, share: str = "", words: str = ""
) -> StatementQuerySet:
    """The body's holdings that day, narrowed to one share and to words in the duty's name."""
    rows = Holding.objects.as_of(day, believed).filter(body=body)
    if share:
        kind, _, type_ = share.partition("-")
        rows = rows.filter(duty__kind=kind, duty__type=type_)
    if said := fold(words):
        rows = rows.filter(duty__wordings__name__contains=said, duty__wordings__withdrawn_at__isnull=True).distinct()
    return rows.select_related("duty", "instrument", "place", "segment")


def superiors(bodies: Sequence[int], day: date) -> dict[int, int]:
    """Who stands above each body that day."""
    rows = BodySuperior.objects.as_of(day).filter(body_id__in=bodies)
    return dict(rows.values_list("body_id", "superior_id"))


def last_life(body: Body, believed: datetime | None = None) -> BodyLife | None:
    """The body's latest span of life, for a day on which it did not exist."""
    return (
        BodyLife.objects.as_believed(believed)
        .filter(body=body)
        .select_related("instrument", "ended_by")
        .order_by("-from_day")
        .first()
    )
