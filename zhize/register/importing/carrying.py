"""Accepting a draft: what its rows planned, done by the register's own acts, in order and in batches.

Laws first, then bodies, duties, codes, holdings, entrustments, divisions, hand-overs and townships' lists. Each inner act leaves its event
and is checked by the rule book; all of them stand or fall with the acceptance, whose transaction they share.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import connection

from zhize.accounts.models import By
from zhize.kernel.text import fold
from zhize.places.models import Place
from zhize.places.terms import Expression
from zhize.record.acts import state
from zhize.record.models import Instrument, Law
from zhize.register.commands import assign, define, describe, divide, entrust, found, hand_over, list_township
from zhize.register.importing.particulars import split
from zhize.register.importing.terms import TAKEN, Progress
from zhize.register.models import Body, Duty, DutyCode, DutySegment, Import, ImportRow, Particulars, Segment
from zhize.register.terms import Basis, Described, Line, NewBody, NewDuty, Share, TownshipLine, Transfer

BATCH = 5000
Plan = dict[str, Any]
UNVERIFIED = "待核"


def carry_out(draft: Import, paper: Instrument, by: By, now: datetime, progress: Progress) -> dict[str, int]:
    """Everything the draft's rows planned. Returns what was written, by sort."""
    with connection.cursor() as cursor:
        cursor.execute(
            "set local jit = off"
        )  # the rule book's queries are short; compiling them takes longer than they do
    carrier = _Carrier(draft, paper, by, now)
    total, done = int(draft.counts["taken"]), 0
    if draft.kind == Import.Kind.BODIES:
        carrier.found([p["found"] for p in _plans(draft) if "found" in p])
        return carrier.done()
    for batch in _batches(_plans(draft), BATCH):
        carrier.carry(batch)
        done += len(batch)
        progress("写入登记", done, total)
    return carrier.done()


def _plans(draft: Import) -> Iterator[Plan]:
    rows = ImportRow.objects.filter(draft=draft, verdict=TAKEN).order_by("pk").values_list("understood", flat=True)
    return (row.get("plan", {}) for row in rows.iterator(chunk_size=1000))


class _Carrier:
    def __init__(self, draft: Import, paper: Instrument, by: By, now: datetime) -> None:
        self.draft, self.paper = draft, paper
        self.act: dict[str, Any] = {"instrument": paper, "by": by, "now": now}
        self.bodies: dict[int, Body] = {}
        self.new_laws: dict[str, str] = dict(draft.counts.get("laws", {}))
        self.parts: dict[int, list[tuple[str, date]]] | None = None
        self.written: Counter[str] = Counter()

    def carry(self, plans: Sequence[Plan]) -> None:
        duties = self._define([d for p in plans for d in p.get("duties", ())])
        lines = [h for p in plans for h in p.get("hold", ())]
        codes = [c for p in plans for c in p.get("codes", ())]
        entrusted = [e for p in plans for e in p.get("entrust", ())]
        moves = [m for p in plans for m in p.get("move", ())]
        towns = [t for p in plans for t in p.get("town", ())]
        told = [tuple(t) for p in plans for t in p.get("told", ())]
        refs = {x["duty"] for x in (*lines, *entrusted, *moves, *towns)} | {c[0] for c in codes} | {t[0] for t in told}
        duties |= self._known_duties(refs, duties)
        named = {b for t in told for b in t[2]} | {t["superior"] for t in towns if "superior" in t}
        self._know_bodies(lines, entrusted, moves, named)
        self._encode(codes, duties)
        self._assign(lines, duties)
        self._describe(told, duties)
        for one in entrusted:
            self._entrust(one, duties)
        self._hand_over(moves, duties)
        self._list_townships(towns, duties)

    def done(self) -> dict[str, int]:
        return {sort: n for sort, n in self.written.items() if n}

    # -- bodies --
    def found(self, plans: list[Plan]) -> None:
        """Superiors before their subordinates."""
        depth: dict[str, int] = {}
        over = {p["code"]: p.get("superior", "") for p in plans}
        ordered = sorted(plans, key=lambda p: _depth(p["code"], over, depth))
        for batch in _batches(iter(ordered), BATCH):
            found([_new_body(p) for p in batch], **self.act)
            self.written["bodies"] += len(batch)

    # -- duties --
    def _define(self, plans: list[Plan]) -> dict[Any, Duty]:
        if not plans:
            return {}
        self._enter_laws({b[0] for p in plans for b in p.get("bases", ())})
        made = define([_new_duty(p) for p in plans], **self.act)
        self.written["duties"] += len(made)
        return dict(made)

    def _enter_laws(self, cited: set[str]) -> None:
        """Laws nobody knew, entered under the name cited; what their rank is has still to be looked up."""
        wanted = {k: self.new_laws.pop(k) for k in cited & set(self.new_laws)}
        known = set(Law.objects.filter(key__in=wanted).values_list("key", flat=True))
        made = [Law(key=k, name=n, level=UNVERIFIED) for k, n in sorted(wanted.items()) if k not in known]
        Law.objects.bulk_create(made)
        self.written["laws"] += len(made)

    def _known_duties(self, refs: set[Any], made: dict[Any, Duty]) -> dict[Any, Duty]:
        """Duties the register had, by id, and those an earlier batch of this import brought, by key."""
        ids = {r for r in refs if isinstance(r, int)}
        keys = {r for r in refs if isinstance(r, str)} - set(made)
        by_key = {d.key: d for d in Duty.objects.filter(key__in=keys)}
        return dict(Duty.objects.in_bulk(ids)) | by_key

    def _know_bodies(self, lines: list[Plan], entrusted: list[Plan], moves: list[Plan], named: set[int]) -> None:
        wanted = {
            x[k] for x in (*lines, *entrusted, *moves) for k in ("body", "principal", "from_body", "to_body") if k in x
        }
        self.bodies |= Body.objects.in_bulk((wanted | named) - set(self.bodies))

    def _encode(self, codes: list[list[Any]], duties: dict[Any, Duty]) -> None:
        """Parallel codes of duties the register had: statements of the acceptance itself."""
        state(
            DutyCode(duty=duties[ref], scheme=scheme, value=value, from_day=self.draft.day)
            for ref, scheme, value in codes
        )
        self.written["codes"] += len(codes)

    # -- holdings --
    def _assign(self, plans: list[Plan], duties: dict[Any, Duty]) -> None:
        lines = [
            Line(duties[p["duty"]], self.bodies[p["body"]], p["level"], _where(p), _day(p["from"]), _day_or_none(p.get("to")),
                 capacity=p["as"], mode=p["mode"], clause=p.get("clause", ""))
            for p in plans
        ]  # fmt: skip
        if lines:
            assign(lines, **self.act)
            self.written["holdings"] += sum(len(x.where.include) for x in lines)

    def _describe(self, told: Sequence[tuple[Any, ...]], duties: dict[Any, Duty]) -> None:
        """Fields of the items: the catalogue's once, the organ's for whoever answers for the row; what stands is not said again."""
        said: dict[tuple[int, int | None], Plan] = {}
        for ref, fields, bodies in told:
            catalogue, own = split(fields)
            for body in [None, *bodies]:
                if part := catalogue if body is None else own:
                    said.setdefault((duties[ref].pk, body), {}).update(part)
        now = self._said_now({d for d, _ in said})
        by_id = {d.pk: d for d in duties.values()}
        lines = [
            Described(by_id[d], now.get((d, b), {}) | new, self.draft.day, self.bodies[b] if b else None)
            for (d, b), new in said.items()
            if now.get((d, b), {}) | new != now.get((d, b), {})
        ]
        if lines:
            describe(lines, **self.act)
            self.written["particulars"] += len(lines)

    def _said_now(self, duties: set[int]) -> dict[tuple[int, int | None], Plan]:
        rows = Particulars.objects.as_of(self.draft.day).filter(duty_id__in=duties)
        return {(d, b): said for d, b, said in rows.values_list("duty_id", "body_id", "said")}

    def _entrust(self, p: Plan, duties: dict[Any, Duty]) -> None:
        entrust(
            duties[p["duty"]], self.bodies[p["principal"]], self.bodies[p["body"]], _where(p), level=p["level"],
            day=_day(p["from"]), until=_day(p["to"]), **self.act,
        )  # fmt: skip
        self.written["entrusted"] += 1

    def _hand_over(self, moves: list[Plan], duties: dict[Any, Duty]) -> None:
        if not moves:
            return
        segments = self._divide(moves, duties)
        by_day: dict[date, list[Transfer]] = defaultdict(list)
        for m in moves:
            where = _where(m)
            part = segments[m["duty"], fold(m["segment"])] if m.get("segment") else None
            leaving, arriving = Share(self.bodies[m["from_body"]], where), Share(self.bodies[m["to_body"]], where)
            line = Transfer(duties[m["duty"]], (leaving,), (arriving,), m["level"], part, m.get("clause", ""))
            by_day[_day(m["day"])].append(line)
        for day in sorted(by_day):
            hand_over(by_day[day], day=day, **self.act)
        self.written["transfers"] += len(moves)

    def _list_townships(self, plans: list[Plan], duties: dict[Any, Duty]) -> None:
        places = Place.objects.in_bulk({place for p in plans for place in p["in"]})
        lines = [
            TownshipLine(duties[p["duty"]], places[place], p["kind"], _day(p["from"]), self.bodies.get(p.get("superior", 0)),
                         p.get("how", ""), p.get("clause", ""))
            for p in plans
            for place in p["in"]
        ]  # fmt: skip
        if lines:
            list_township(lines, **self.act)
            self.written["township"] += len(lines)

    def _divide(self, moves: list[Plan], duties: dict[Any, Duty]) -> dict[tuple[Any, str], Segment]:
        """部分: a duty not yet divided is, once, into all the parts this import names and the rest."""
        wanted = {m["duty"] for m in moves if m.get("segment")}
        divided = set(
            DutySegment.objects.as_of(self.draft.day).filter(duty_id__in=wanted).values_list("duty_id", flat=True)
        )
        for ref in sorted(wanted - divided):
            parts = self._all_parts()[ref]
            names = list({fold(n): n for n, _ in parts}.values())
            divide(duties[ref], names, day=min(d for _, d in parts), **self.act)
            self.written["divided"] += 1
        return {(s.duty_id, fold(s.name)): s for s in Segment.objects.filter(duty_id__in=wanted)}

    def _all_parts(self) -> dict[int, list[tuple[str, date]]]:
        if self.parts is None:
            self.parts = defaultdict(list)
            for move in (m for p in _plans(self.draft) for m in p.get("move", ()) if m.get("segment")):
                self.parts[move["duty"]].append((move["segment"], _day(move["day"])))
        return self.parts


# -- plans as the acts want them ---------------------------------------------------------------------------------------
def _new_body(p: Plan) -> NewBody:
    return NewBody(p["code"], p["kind"], p["level"], p["name"], _day(p["from"]), p["place"], p.get("short", ""), p.get("family", ""),
                   p.get("superior", ""), p.get("phone", ""), p.get("address", ""), p.get("uscc", ""))  # fmt: skip


def _new_duty(p: Plan) -> NewDuty:
    bases = [Basis(*b) for b in p.get("bases", ())]
    return NewDuty(p["key"], p["kind"], p["name"], _day(p["from"]), p.get("type", ""), p.get("detail", ""), p.get("levels", []),
                   p.get("field", ""), p.get("codes", {}), bases, p.get("main", ""), legal_days=p.get("legal_days"),
                   promised_days=p.get("promised_days"))  # fmt: skip


def _where(p: Plan) -> Expression:
    return Expression(tuple(p["in"]), tuple(p.get("out", ())))


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _day_or_none(text: str | None) -> date | None:
    return _day(text) if text else None


def _depth(code: str, over: dict[str, str], depth: dict[str, int]) -> int:
    """How far below the top a new body stands; one above itself through others stands where the circle was met."""
    path: list[str] = []
    while code in over and code not in depth and code not in path:
        path.append(code)
        code = over[code]
    below = depth.get(code, 0)
    for n, one in enumerate(reversed(path), 1):
        depth[one] = below + n
    return depth.get(path[0] if path else code, 0)


def _batches(items: Iterable[Plan], size: int) -> Iterator[list[Plan]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
