"""Questions about bodies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from zhize.kernel.errors import BadInput
from zhize.record.models import StatementQuerySet
from zhize.register.models import (
    Body,
    BodyCode,
    BodyContact,
    BodyLife,
    BodyName,
    BodySite,
    BodySuccession,
    BodySuperior,
    Holding,
)


def find_body(text: str, day: date, believed: datetime | None = None) -> Body:
    """A body by code, USCC, name or short name; names in force that day first, then older ones."""
    said = text.strip()
    body = Body.objects.filter(code=said).first()
    if body is not None:
        return body
    for field, model in (("value", BodyCode), ("name", BodyName), ("short", BodyName)):
        rows = model.objects.filter(**{field: said}).as_believed(believed).select_related("body")
        row = rows.as_of(day, believed).first() or rows.order_by("-from_day").first()
        if row is not None:
            return row.body
    raise BadInput(
        "找不到机构“{text}”",
        why="登记中没有这个代号、代码或名称",
        instead="请用机构全称或统一社会信用代码",
        text=said,
        code="unknown_body",
        field="body",
    )


def body_name(body_id: int, day: date, believed: datetime | None = None) -> str:
    """What the body was called that day (its nearest name when it did not exist)."""
    names = BodyName.objects.filter(body_id=body_id)
    row = names.as_of(day, believed).first() or names.as_believed(believed).order_by("-from_day").first()
    return row.name if row else Body.objects.get(pk=body_id).code


def body_names(ids: Iterable[int], day: date, believed: datetime | None = None) -> dict[int, str]:
    rows = BodyName.objects.filter(body_id__in=set(ids)).as_believed(believed).order_by("from_day")
    names: dict[int, str] = {}
    for row in rows:
        if row.body_id not in names or row.from_day <= day:
            names[row.body_id] = row.name
    return names


@dataclass
class Dossier:
    """Everything the register says of one body on one day. `holdings` is a query: a body may hold thousands."""

    body: Body
    day: date
    life: BodyLife | None
    names: list[BodyName]
    superior: BodySuperior | None
    subordinates: list[BodySuperior]
    site: BodySite | None
    contact: BodyContact | None
    codes: list[BodyCode]
    holdings: StatementQuerySet
    before: list[BodySuccession]
    after: list[BodySuccession]

    @property
    def alive(self) -> bool:
        return self.life is not None


def dossier(body: Body, day: date, believed: datetime | None = None) -> Dossier:
    """The body's dossier on a day, as believed at a moment."""

    def first(model):  # type: ignore[no-untyped-def]
        return model.objects.as_of(day, believed).filter(body=body).select_related("instrument").first()

    up = BodySuperior.objects.as_of(day, believed)
    held = (
        Holding.objects.as_of(day, believed).filter(body=body).select_related("duty", "instrument", "place", "segment")
    )
    succession = BodySuccession.objects.as_believed(believed).select_related("before", "after", "instrument")
    return Dossier(
        body,
        day,
        first(BodyLife),
        list(
            BodyName.objects.as_believed(believed).filter(body=body).select_related("instrument").order_by("from_day")
        ),
        up.filter(body=body).select_related("superior", "instrument").first(),
        list(up.filter(superior=body).select_related("body").order_by("body__code")),
        first(BodySite),
        first(BodyContact),
        list(BodyCode.objects.as_of(day, believed).filter(body=body)),
        held.order_by("duty__kind", "duty__type", "duty__key"),
        list(succession.filter(after=body)),
        list(succession.filter(before=body)),
    )
