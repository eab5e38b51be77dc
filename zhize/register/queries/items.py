"""What bodies hold on a day, with everything that is said of it: the rows of any list. A constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import date, datetime
from itertools import islice
from typing import Any

from zhize.record.models import StatementQuerySet
from zhize.register.models import (
    DutyBasis,
    DutyCode,
    DutyLink,
    DutyWording,
    Mode,
    Particulars,
)

CHUNK = 5_000


@dataclass(frozen=True)
class Article:
    """A legal basis: the law by key and name, the article as written."""

    law: str
    name: str
    article: str = ""
    paragraph: str = ""
    item: str = ""
    unverified: bool = False

    @property
    def citation(self) -> str:
        return f"《{self.name}》{self.article}{self.paragraph}{self.item}"


@dataclass(frozen=True)
class Held:
    """One holding the item rests on: where, at which level, as what, how, since when, by which paper."""

    id: int
    place_id: int
    excludes: tuple[int, ...]
    level: int
    capacity: str
    mode: str
    segment_id: int | None
    principal_id: int | None
    instrument_id: int
    clause: str
    from_day: date
    to_day: date | None


@dataclass
class Item:
    """An item of a body's list on a day (事项): the duty, and all that is said of it there and then."""

    duty_id: int
    key: str
    kind: str
    type: str
    body_id: int
    name: str = ""
    detail: str = ""
    field: str = ""
    levels: tuple[int, ...] = ()
    legal_days: int | None = None
    promised_days: int | None = None
    codes: dict[str, str] = made_by(default_factory=dict)
    bases: list[Article] = made_by(default_factory=list)
    main_id: int | None = None
    held: list[Held] = made_by(default_factory=list)
    said: dict[str, Any] = made_by(default_factory=dict)

    @property
    def source(self) -> str:
        """权力来源, as the national exchange tables number it; read off how the body came to hold it."""
        modes = {h.mode for h in self.held}
        return next((said for mode, said in SOURCES if mode in modes), "法定本级行使")

    @property
    def nature(self) -> str:
        """实施主体性质: 法定机关 · 授权组织 · 受委托组织."""
        modes = {h.mode for h in self.held}
        return "受委托组织" if Mode.ENTRUSTED in modes else "授权组织" if Mode.AUTHORISED in modes else "法定机关"


SOURCES = (
    (Mode.ENTRUSTED, "上级委托"),
    (Mode.AUTHORISED, "上级授权"),
    (Mode.DEVOLVED, "上级下放"),
    (Mode.MANAGED, "上级授权"),
)


def read_items(held: StatementQuerySet, day: date, believed: datetime | None = None) -> Iterator[Item]:
    """Items for any set of holdings: one item a duty and body. Read in chunks, so that a province fits."""
    made: dict[tuple[int, int], Item] = {}
    rows = held.order_by().values_list(
        "duty_id", "duty__key", "duty__kind", "duty__type", "body_id", "pk", "place_id", "excludes", "level", "capacity",
        "mode", "segment_id", "principal_id", "instrument_id", "clause", "from_day", "to_day",
    )  # fmt: skip
    for duty_id, key, kind, type_, body_id, pk, place_id, excludes, *rest in rows.iterator(chunk_size=CHUNK):
        item = made.get((duty_id, body_id))
        if item is None:
            item = made[duty_id, body_id] = Item(duty_id, key, kind, type_, body_id)
        item.held.append(Held(pk, place_id, tuple(sorted(excludes)), *rest))
    for chunk in _chunks(made.values()):
        _words(chunk, day, believed)
        _codes(chunk, day, believed)
        _bases(chunk, day, believed)
        _mains(chunk, day, believed)
        _particulars(chunk, day, believed)
        for item in chunk:
            item.held.sort(key=lambda h: (h.level, h.place_id, h.segment_id or 0, h.id))
        yield from chunk


def _words(chunk: list[Item], day: date, believed: datetime | None) -> None:
    rows = DutyWording.objects.as_of(day, believed).filter(duty_id__in=_duties(chunk))
    said = {
        r[0]: r[1:]
        for r in rows.values_list("duty_id", "name", "detail", "field", "levels", "legal_days", "promised_days")
    }
    for item in chunk:
        if item.duty_id in said:
            item.name, item.detail, item.field, levels, item.legal_days, item.promised_days = said[item.duty_id]
            item.levels = tuple(levels)


def _codes(chunk: list[Item], day: date, believed: datetime | None) -> None:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    rows = DutyCode.objects.as_of(day, believed).filter(duty_id__in=_duties(chunk)).order_by("scheme", "value")
    for duty_id, scheme, value in rows.values_list("duty_id", "scheme", "value"):
        found[duty_id][scheme] = value
    for item in chunk:
        item.codes = found.get(item.duty_id, {})


def _bases(chunk: list[Item], day: date, believed: datetime | None) -> None:
    found: dict[int, list[Article]] = defaultdict(list)
    rows = DutyBasis.objects.as_of(day, believed).filter(duty_id__in=_duties(chunk)).order_by("pk")
    named = ("duty_id", "law__key", "law__name", "article", "paragraph", "item", "unverified")
    for duty_id, law, name, article, paragraph, item_, unverified in rows.values_list(*named):
        found[duty_id].append(Article(law, name, article, paragraph, item_, unverified))
    for item in chunk:
        item.bases = found.get(item.duty_id, [])


def _mains(chunk: list[Item], day: date, believed: datetime | None) -> None:
    rows = DutyLink.objects.as_of(day, believed).filter(duty_id__in=_duties(chunk), how=DutyLink.How.PART_OF)
    mains = dict(rows.order_by("-to_id").values_list("duty_id", "to_id"))
    for item in chunk:
        item.main_id = mains.get(item.duty_id)


def _particulars(chunk: list[Item], day: date, believed: datetime | None) -> None:
    """What the catalogue says, and over it what the body says for itself."""
    said: dict[tuple[int, int | None], dict[str, Any]] = {}
    rows = Particulars.objects.as_of(day, believed).filter(duty_id__in=_duties(chunk))
    for duty_id, body_id, words in rows.values_list("duty_id", "body_id", "said"):
        said[duty_id, body_id] = words
    for item in chunk:
        item.said = said.get((item.duty_id, None), {}) | said.get((item.duty_id, item.body_id), {})
        if item.legal_days and "legal_limit" not in item.said:
            item.said["legal_limit"] = f"{item.legal_days}wd"
        if item.promised_days and "promised_limit" not in item.said:
            item.said["promised_limit"] = f"{item.promised_days}wd"


def _duties(chunk: list[Item]) -> set[int]:
    return {i.duty_id for i in chunk}


def _chunks(found: Iterable[Item]) -> Iterator[list[Item]]:
    rows = iter(found)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk
