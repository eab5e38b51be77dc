"""What an adjustment changes, and what the guards of its lifecycle look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from zhize.kernel.period import day_of
from zhize.lists.lifecycle import Facts
from zhize.lists.models import Adjustment, Batch, Consultation
from zhize.lists.queries.checking import faults
from zhize.lists.queries.lists import OWN
from zhize.lists.terms import Draft
from zhize.places.models import Place
from zhize.places.queries import chain_of, place_names
from zhize.policy.queries import value
from zhize.record.models import Law
from zhize.register.fields import FIELDS, say
from zhize.register.models import Body, BodySite, Capacity, Duty, Holding
from zhize.register.queries.items import Item, read_items


def site_of(body: Body, day: date) -> int | None:
    """The place a body stands in that day, or stood in last."""
    sites = BodySite.objects.filter(body=body)
    row = sites.as_of(day).first() or sites.live().order_by("-from_day").first()
    return row.place_id if row else None


# -- an item as a draft ------------------------------------------------------------------------------------------------
def own_holdings(body: Body | int, duty: Duty | int, day: date) -> list[Holding]:
    """What the body holds of the duty in its own list, in the order of the place."""
    pk = body if isinstance(body, int) else body.pk
    rows = Holding.objects.as_of(day).filter(body_id=pk, duty_id=duty if isinstance(duty, int) else duty.pk)
    return list(rows.filter(capacity__in=OWN).select_related("segment").order_by("level", "place_id", "pk"))


def drafted(body: Body, duty: Duty, day: date) -> Draft | None:
    """The item as the body's list says it that day; None when it is not in it."""
    return drafted_all(body, [duty], day).get(duty.key)


def drafted_all(body: Body, duties: Iterable[Duty], day: date) -> dict[str, Draft]:
    """The same for many, by key."""
    rows = Holding.objects.as_of(day).filter(body=body, duty__in=[d.pk for d in duties], capacity__in=OWN)
    return as_drafts(read_items(rows, day))


def as_draft(item: Item) -> Draft:
    return as_drafts([item])[item.key]


def as_drafts(found: Iterable[Item]) -> dict[str, Draft]:
    """Items of one body's list as drafts, by key; the keys of their main duties read once."""
    listed = list(found)
    mains = dict(Duty.objects.filter(pk__in={i.main_id for i in listed if i.main_id}).values_list("pk", "key"))
    return {i.key: _drafted(i, mains.get(i.main_id or 0, "")) for i in listed}


def _drafted(item: Item, main: str) -> Draft:
    first = item.held[0]
    return Draft(
        item.name, item.type, item.kind, item.detail, item.field, sorted(item.levels), dict(sorted(item.codes.items())),
        [(b.law, b.article, b.paragraph, b.item) for b in item.bases], main, dict(item.said), first.level,
        sorted({h.place_id for h in item.held}), sorted({e for h in item.held for e in h.excludes}), first.capacity, first.mode,
    )  # fmt: skip


# -- what differs ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Change:
    """One field said otherwise: before, after, both as text."""

    field: str
    label: str
    before: str
    after: str


WORDED = (("name", "事项名称"), ("detail", "内容"), ("field", "领域"))


def changes(was: Draft, new: Draft, day: date, laws: Mapping[str, str] | None = None) -> list[Change]:
    """Field by field, in the order an item is printed; `laws` by key where many are told apart at once."""
    rows = [Change(n, label, getattr(was, n), getattr(new, n)) for n, label in WORDED]
    rows.insert(1, Change("type", "权力类型", _type(was), _type(new)))
    rows.append(Change("codes", "事项代码", _codes(was), _codes(new)))
    if sorted(was.bases) != sorted(new.bases):
        rows.append(Change("bases", "设定依据", said_bases(was.bases, laws), said_bases(new.bases, laws)))
    rows.append(Change("levels", "行使层级", _levels(was.levels), _levels(new.levels)))
    if (was.where, was.without) != (new.where, new.without):
        rows.append(Change("where", "在哪里行使", _where(was, day), _where(new, day)))
    rows.append(Change("capacity", "身份", _capacity(was), _capacity(new)))
    rows.append(Change("mode", "方式", was.mode if was.where else "", new.mode if new.where else ""))
    for name, f in FIELDS.items():
        rows.append(Change(f"said.{name}", f.label, say(f, was.said.get(name)), say(f, new.said.get(name))))
    return [r for r in rows if r.before != r.after]


def _type(d: Draft) -> str:
    return (
        str(Duty.Type(d.type).label) if d.type in Duty.Type.values else str(Duty.Kind(d.kind).label) if d.name else ""
    )


def _codes(d: Draft) -> str:
    return "\n".join(f"{scheme} {value}" for scheme, value in sorted(d.codes.items()) if value)


def said_bases(bases: Iterable[tuple[str, str, str, str]], names: Mapping[str, str] | None = None) -> str:
    """《法律》第几条, one a line; `names` of the laws where many are said at once."""
    listed = list(bases)
    if names is None:
        names = law_names(listed)
    return "\n".join(f"《{names.get(law, law)}》{article}{par}{item}" for law, article, par, item in listed)


def law_names(bases: Iterable[tuple[str, str, str, str]]) -> dict[str, str]:
    return dict(Law.objects.filter(key__in={b[0] for b in bases}).values_list("key", "name"))


def _levels(levels: Iterable[int]) -> str:
    return "、".join(str(Place.Level(n).label) for n in sorted(levels))


def _where(d: Draft, day: date) -> str:
    names = place_names({*d.where, *d.without}, day)
    without = "、".join(names.get(p, str(p)) for p in d.without)
    return "、".join(names.get(p, str(p)) for p in d.where) + (f"（{without}除外）" if without else "")


def _capacity(d: Draft) -> str:
    return str(Capacity(d.capacity).label) if d.where else ""


def changes_of(a: Adjustment) -> list[Change]:
    """For a page: what the adjustment says against what the register said when it was filed (or says now, in a draft)."""
    day = day_of(a.since)
    new = Draft() if a.op == Adjustment.Op.DROP else Draft.of(a.draft) if a.draft else Draft.of(a.was)
    return changes(Draft.of(a.was), new, day)


# -- facts -------------------------------------------------------------------------------------------------------------
def facts(a: Adjustment, now: datetime, step: str = "") -> Facts:
    """Read once for an act, or for all the buttons of a page. The draft is checked only where it is about to be filed."""
    asked = list(a.consultations.filter(round=a.round).values_list("answer", flat=True))
    day, told = day_of(now), set(a.opinions.filter(round=a.round).values_list("step", flat=True))
    filing = a.state in ("draft", "returned") and step in ("", "file")
    return Facts(
        now, day,
        errors=sum(f.is_error for f in faults(a, day)) if filing else 0,
        changes=a.op not in ("add", "change") or not filing or bool(changes_of(a)),
        waiting=asked.count(""),
        objections=asked.count(Consultation.Answer.OBJECT),
        mediated="mediate" in told,
        must_announce=a.op in value("lists.announce.ops", chain_of(a.place_id, day), day).value,
        announced="conclude" in told,
        announced_until=a.due if a.state == "announced" else None,
    )  # fmt: skip


def filing_facts(a: Adjustment, now: datetime) -> Facts:
    """For what was just found sound: of the many filed at once nothing is read again."""
    return Facts(now, day_of(now), changes=a.op not in ("add", "change") or bool(changes_of(a)))


def batch_facts(batch: Batch, now: datetime) -> Facts:
    return Facts(now, day_of(now), items=batch.adjustments.count(), day=batch.day)


def reasons(place_id: int, day: date) -> list[dict[str, Any]]:
    """Why one may ask for a change, as policy of the place lists it."""
    found: list[dict[str, Any]] = value("lists.reasons", chain_of(place_id, day), day).value
    return found
