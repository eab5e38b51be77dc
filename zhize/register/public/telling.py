"""The answer in the words of the page: cards, reasons, the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from zhize.kernel.period import Period
from zhize.places.asking import Asked
from zhize.places.models import Place
from zhize.places.queries import place_names
from zhize.register.models import Capacity, Holding, MatterDuty, Mode
from zhize.register.queries.bodies import body_names
from zhize.register.queries.explain import WHY, Explanation
from zhize.register.queries.resolve import Candidate


def holder(shown: Explanation, on: Asked) -> dict[str, Any] | None:
    """The card of the body that answers for this purpose."""
    chosen = shown.answer.chosen
    return _card(shown, chosen, on) if chosen else None


def company(shown: Explanation, others: Sequence[Candidate], on: Asked) -> list[dict[str, Any]]:
    """Cards of those who assist, or who are in conflict; one a body."""
    mine: dict[int, list[Candidate]] = {}
    for c in others:
        mine.setdefault(c.body_id, []).append(c)
    return [_card(shown, parts[0], on) | {"segment": _segments(shown, parts)} for parts in mine.values()]


def _segments(shown: Explanation, parts: Sequence[Candidate]) -> str:
    return "、".join(dict.fromkeys(shown.segments[c.segment_id] for c in parts if c.segment_id))


def performer_note(shown: Explanation) -> str:
    """Asked who decides while another performs (or the other way round): name the other one too."""
    a = shown.answer
    if a.performer is None or a.holder is None or a.performer.body_id == a.holder.body_id:
        return ""
    names = {"holder": shown.names[a.holder.body_id], "performer": shown.names[a.performer.body_id]}
    return _("以{holder}的名义行使，实际由{performer}承办。").format(**names)


def _card(shown: Explanation, c: Candidate, on: Asked) -> dict[str, Any]:
    contact = shown.phones.get(c.body_id)
    row = Holding.objects.filter(pk=c.id).values_list("clause", flat=True).first()
    principal = c.principal_id and {
        "name": shown.names[c.principal_id],
        "url": on.url("register:body", shown.codes[c.principal_id]),
    }
    return {
        "body": _body(shown, c, on)
        | {"phone": contact.phone if contact else "", "address": contact.address if contact else ""},
        "capacity": Capacity(c.capacity).label,
        "mode": Mode(c.mode).label,
        "span": Period(c.from_day, c.to_day),
        "document": shown.papers[c.instrument_id],
        "clause": row or "",
        "on_behalf": principal or None,
        "segment": shown.segments.get(c.segment_id or 0, ""),
    }


def _body(shown: Explanation, c: Candidate, on: Asked) -> dict[str, Any]:
    return {"name": shown.names[c.body_id], "url": on.url("register:body", shown.codes[c.body_id])}


HEADS = (Capacity.NAME_HOLDER, Capacity.LEAD)


# ---- why ------------------------------------------------------------------------------------------------------------


def reasons(shown: Explanation, on: Asked) -> list[dict[str, Any]]:
    """The way from the words asked to the body: matter → duty → place → paper."""
    a, chosen, found = shown.answer, shown.answer.chosen, []
    if a.matter_id and a.duty_id:
        link = MatterDuty.objects.as_of(a.day, a.believed).filter(duty=a.duty_id).select_related("instrument").first()
        says = _("“{matter}”对应的职责是“{duty}”。").format(matter=shown.matter_name, duty=shown.duty_name)
        found.append({"says": says, "document": link.instrument if link else None})
    if chosen:
        found += _standing(shown, chosen, on)
    if a.rule:
        found.append({"says": a.rule})
    return found


def _standing(shown: Explanation, c: Candidate, on: Asked) -> list[dict[str, Any]]:
    where = place_names({c.place_id}, on.day).get(c.place_id, "")
    said = {
        "place": shown.place,
        "where": where,
        "level": _(Place.Level(c.level).label),
        "start": c.from_day,
        "body": shown.names[c.body_id],
        "capacity": _(Capacity(c.capacity).label),
    }
    reach = (
        _("{place}在{where}的范围之内，这项职责在{where}由{level}级机构行使。")
        if c.place_id != shown.answer.place_id
        else _("这项职责在{where}由{level}级机构行使。")
    )
    since = _("自{start}起，由{body}行使（{capacity}）。")
    return [{"says": reach.format(**said)}, {"says": since.format(**said), "document": shown.papers[c.instrument_id]}]


def rejected(shown: Explanation, on: Asked) -> list[dict[str, Any]]:
    """Every other candidate with its reason and its paper; one line a body and reason."""
    papers = {p.citation: p for p in shown.papers.values()}
    seen: dict[tuple[str, str], dict[str, Any]] = {}
    for r in shown.rejected:
        body = {"name": r["body"], "url": on.url("register:body", r["code"])}
        line = {"body": body, "why": _why(r), "document": papers.get(r["instrument"])}
        seen.setdefault((r["code"], r["why"]), line)
    return list(seen.values())


def _why(r: dict[str, Any]) -> str:
    """The reason in the language of the page."""
    start, end = (date.fromisoformat(d) if d else None for d in r["span"])
    if start is None:
        return str(r["why"])
    last = end - timedelta(days=1) if end else ""
    span = _("{start} 至 {last}").format(start=start, last=last)
    return _(WHY[r["rule"]]).format(place=r["place"], capacity=_(Capacity(r["capacity"]).label), span=span, start=start)


# ---- since when -----------------------------------------------------------------------------------------------------


def timeline(rows: Sequence[Holding], on: Asked) -> list[dict[str, Any]]:
    """Every holding that ever reached the place, newest first; parts that went the same way together are one entry."""
    together: dict[tuple[Any, ...], list[Holding]] = {}
    for h in sorted(rows, key=lambda h: (h.from_day, h.capacity not in HEADS, -h.level, h.body_id, h.pk)):
        together.setdefault(
            (h.body_id, h.place_id, h.from_day, h.to_day, h.capacity, h.mode, h.instrument_id), []
        ).append(h)
    names, where = _names(rows), place_names({h.place_id for h in rows}, on.day)
    entries = [_entry(g, names[g[0].pk], where[g[0].place_id], on.day) for g in together.values()]
    return sorted(entries, key=lambda e: e["start"], reverse=True)


def _names(rows: Sequence[Holding]) -> dict[int, str]:
    """Names as they were when each holding began: one query for each such day."""
    by_day: dict[date, set[int]] = {}
    for h in rows:
        by_day.setdefault(h.from_day, set()).add(h.body_id)
    names = {day: body_names(ids, day) for day, ids in by_day.items()}
    return {h.pk: names[h.from_day][h.body_id] for h in rows}


def _entry(group: Sequence[Holding], name: str, where: str, day: date) -> dict[str, Any]:
    h, segments = group[0], "、".join(x.segment.name for x in group if x.segment)
    parts = [where, segments, _(Capacity(h.capacity).label), _(Mode(h.mode).label)]
    ended = _("终止依据：{paper}").format(paper=h.ended_by.citation) if h.ended_by else ""
    text = " · ".join(p for p in parts if p) + (f"。{ended}" if ended else "")
    return {
        "title": name,
        "url": f"{h.body.get_absolute_url()}?day={h.from_day.isoformat()}",
        "start": h.from_day,
        "end": h.to_day,
        "state": state(h.from_day, h.to_day, day),
        "text": text,
        "document": h.instrument,
        "clause": h.clause,
    }


def state(start: date, end: date | None, day: date) -> str:
    """Seen from the day asked about."""
    if start > day:
        return "future"
    return "past" if end is not None and end <= day else "current"


def changes(rows: Sequence[Holding], on: Asked, q: str, place: Place, purpose: str) -> list[tuple[date, str, bool]]:
    """The days on which who answers may have changed, each a link to the answer of that day."""
    days = sorted({h.from_day for h in rows} | {h.to_day for h in rows if h.to_day and h.to_day <= on.today})
    said = {} if purpose == "handle" else {"purpose": purpose}
    return [(d, on.url("register:who", q=q, place=place.key, day=d.isoformat(), **said), d == on.day) for d in days]
