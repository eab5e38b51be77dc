"""How long, counted how: the terms of a day, pinned, so that every deadline can be reckoned again as it was (§2.3-7).

`terms_for` reads policy and calendar once and keeps what it read: the limits with key, article and paper, the rules of
counting, and the slice of the working calendar that the reckoning can touch. A later edit of policy or calendar changes
nothing here; moving a deadline is an act that says so.

Two clocks: the promise runs from receipt and is never reset by passing the case on; each leg has its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Any

from zhize.cases import sql
from zhize.kernel.clock import NOTICE_REACH, Calendar, Derivation, Limit, Pause, derive
from zhize.kernel.merkle import digest
from zhize.kernel.period import BEIJING, ONE_DAY, day_of
from zhize.policy import queries as policy
from zhize.policy.queries import Value
from zhize.record.digest import ALGORITHM, canonical
from zhize.record.models import Instrument

PROMISE, SIGN, RETURN, FIRST = "promise", "sign", "return", "first_response"
NAMES = {PROMISE: "承诺办理", SIGN: "签收", RETURN: "申请退回", FIRST: "首次回应"}
COUNTING = ("clock.first_day_counts", "clock.close_of_day", "clock.hours")
MARGIN = timedelta(days=7)


@dataclass(frozen=True)
class Terms:
    """The limits of one kind of case on one day, with everything needed to count them."""

    content: dict[str, Any]

    @cached_property
    def digest(self) -> str:
        return digest(ALGORITHM, canonical(self.content)).hex()

    @cached_property
    def calendar(self) -> Calendar:
        kept = self.content["calendar"]
        off, work = (frozenset(map(date.fromisoformat, kept[name])) for name in ("off", "work"))
        return Calendar(
            off, work, frozenset(kept["years"]), kept["version"], {int(y): s for y, s in kept["source"].items()}
        )

    @cached_property
    def counting(self) -> dict[str, Any]:
        """The keyword arguments of `derive` that policy sets."""
        return counting(*(self.content["counting"][key] for key in COUNTING))

    @cached_property
    def _dues(self) -> dict[tuple[str, date], datetime]:
        return {}

    def limit(self, name: str) -> str:
        said: str = self.content["limits"][name]["value"]
        return said

    def basis(self, name: str) -> str:
        """The paper and article the limit stands on, as one would cite them."""
        row = self.content["limits"][name]
        doubt = "（待核）" if row["unverified"] else ""
        return f"{row['paper'] or '系统默认值'}{row['article']}{doubt}"

    def due(self, name: str, start: datetime) -> datetime:
        """The due moment without suspensions; limits in days are reckoned once a day."""
        key = (name, day_of(start))
        if key not in self._dues:
            found = self.derive(name, start).due
            if not Limit.parse(self.limit(name)).in_days:
                return found
            self._dues[key] = found
        return self._dues[key]

    def derive(
        self, name: str, start: datetime, suspensions: Sequence[Pause] = (), extensions: Sequence[Limit] = ()
    ) -> Derivation:
        return derive(
            start,
            Limit.parse(self.limit(name)),
            self.calendar,
            suspensions=suspensions,
            extensions=extensions,
            **self.counting,
        )

    def moved(
        self, name: str, start: datetime, suspensions: Sequence[Pause] = (), extensions: Sequence[Limit] = ()
    ) -> tuple[Terms, Derivation]:
        """The same, with the calendar stretched as far as the deadline now reaches."""
        terms, found = self, self.derive(name, start, suspensions, extensions)
        while day_of(found.due).isoformat() > terms.content["calendar"]["until"]:
            terms = terms.stretched(day_of(found.due) + MARGIN)
            found = terms.derive(name, start, suspensions, extensions)
        return terms, found

    def lines(self, name: str, found: Derivation) -> list[str]:
        """The reckoning with the name of the limit and the paper it stands on."""
        return [f"{NAMES[name]}时限{found.limit.words}，依据{self.basis(name)}。", *found.lines]

    def stretched(self, until: date) -> Terms:
        """The same terms with the calendar known up to a later day: for a deadline that is moved by an act today.

        What was pinned stays; only days beyond it are taken from today's calendar.
        """
        kept = self.content["calendar"]
        if until.isoformat() <= kept["until"]:
            return self
        new, edge = _slice(policy.calendar(), date.fromisoformat(kept["from"]), until), kept["until"]
        for name in ("off", "work"):
            new[name] = kept[name] + [day for day in new[name] if day > edge]
        new["years"] = sorted({*kept["years"], *new["years"]})
        new["source"] = {**new["source"], **kept["source"]}
        return Terms({**self.content, "calendar": new})


def terms_for(
    kind: str,
    chain: Sequence[int],
    day: date,
    *,
    complex: bool = False,
    again: str = "",
    urgent: bool = False,
    grade: str = "",
) -> Terms:
    """The terms that hold in a place (its chain, nearest first) for a case of this kind received that day.

    `complex`: several departments or hard; `again`: how it came back (reopen, rework); `urgent`: the first response is due within
    the emergency's limit; `grade`: the promise is that of a grade of urgency (`grade_of`), whatever the kind, until the case is done.
    """
    promise = f"cases.{again}.limit" if again else "cases.limit.complex" if complex else f"cases.limit.{kind}"
    keys = {
        PROMISE: promise,
        SIGN: "cases.limit.sign",
        RETURN: "cases.limit.return_window",
        FIRST: "cases.first_response",
    }
    values = [(name, _value(key, chain, day)) for name, key in keys.items()]
    if grade and not again:
        values[0] = (PROMISE, _graded(grade, chain, day))
    if urgent:
        values[-1] = (FIRST, _emergency(chain, day))
    rules = [_value(key, chain, day) for key in COUNTING]
    pinned = tuple((name, _flat(value)) for name, value in values), tuple(_flat(value) for value in rules)
    return _pin(pinned[0], pinned[1], day, policy.calendar().version, sql.where())


def grade_of(words: str, chain: Sequence[int], day: date) -> str:
    """How urgent the words make it, by the first grade of the policy that one of its words names; empty where none does."""
    return graded(words, policy.value("cases.limit.grades", list(chain), day).value)


def graded(words: str, grades: Iterable[Mapping[str, Any]]) -> str:
    return next((g["name"] for g in grades if any(map(words.__contains__, g["words"]))), "")


def window(key: str, chain: Sequence[int], start: datetime) -> datetime:
    """A right that ends: until when one may rate, reopen, or must decide. Asked by the policy of the day it began."""
    day = day_of(start)
    rules = counting(*(policy.value(name, list(chain), day).value for name in COUNTING))
    return derive(start, Limit.parse(policy.value(key, list(chain), day).value), policy.calendar(), **rules).due


def ends_after(due: datetime, limit: Limit, terms: Terms) -> datetime:
    """Where an extension of a deadline would end, by today's calendar."""
    return derive(due, limit, policy.calendar(), **terms.counting).due


def counting(first_day_counts: bool, close_of_day: str, hours: Iterable[Sequence[str]]) -> dict[str, Any]:
    """Policy's three keys as `derive` wants them."""
    spans = tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in hours)
    return {"first_day_counts": first_day_counts, "close_of_day": close_of_day, "hours": spans}


Flat = tuple[str, str, str, int | None, str, bool]


def _value(key: str, chain: Sequence[int], day: date) -> Value:
    return policy.value(key, list(chain), day)


def _emergency(chain: Sequence[int], day: date) -> Value:
    found = policy.value("cases.emergency", list(chain), day)
    return replace(found, value=found.value["limit"])


def _graded(grade: str, chain: Sequence[int], day: date) -> Value:
    found = policy.value("cases.limit.grades", list(chain), day)
    return replace(found, value=next(g["limit"] for g in found.value if g["name"] == grade))


def _flat(value: Value) -> Flat:
    """A value as a hashable key; lists are written out."""
    said = value.value if isinstance(value.value, str) else canonical(value.value).decode()
    since = value.from_day.isoformat() if value.from_day else ""
    return value.key, said, value.article, value.instrument_id, since, value.unverified


@lru_cache(maxsize=2048)
def _pin(limits: tuple[tuple[str, Flat], ...], rules: tuple[Flat, ...], day: date, version: str, where: str) -> Terms:
    """Read papers' numbers and cut the calendar: once for each day, kind, state of policy and calendar, and database."""
    calendar = policy.calendar()
    papers = {p.pk: p.citation for p in Instrument.objects.filter(pk__in=[flat[3] for _, flat in limits])}
    content: dict[str, Any] = {
        "limits": {name: _said(flat, papers) for name, flat in limits},
        "counting": {flat[0]: _plain(flat) for flat in rules},
        "calendar": _slice(calendar, day, day),
    }
    draft = Terms(content | {"calendar": _slice(calendar, day, day + timedelta(days=400))})
    start = datetime.combine(day, time(23, 59), tzinfo=BEIJING)
    last = max(day_of(draft.derive(name, start).due) for name, _ in limits)
    return Terms(content | {"calendar": _slice(calendar, day, last + MARGIN)})


def _said(flat: Flat, papers: dict[int, str]) -> dict[str, Any]:
    key, value, article, paper, since, unverified = flat
    return {
        "key": key,
        "value": value,
        "article": article,
        "paper": papers.get(paper or 0, ""),
        "since": since,
        "unverified": unverified,
    }


def _plain(flat: Flat) -> Any:
    return flat[1] if flat[0] == "clock.close_of_day" else json.loads(flat[1])


def _slice(calendar: Calendar, first: date, last: date) -> dict[str, Any]:
    """The days off and made up between two days, as JSON."""
    days = {first + ONE_DAY * n for n in range((last - first).days + 1)}
    years = list(range(first.year, (last + NOTICE_REACH).year + 1))
    return {
        "from": first.isoformat(),
        "until": last.isoformat(),
        "version": calendar.version,
        "off": sorted(d.isoformat() for d in days & calendar.off),
        "work": sorted(d.isoformat() for d in days & calendar.work),
        "years": [y for y in years if y in calendar.years],
        "source": {str(y): calendar.source[y] for y in years if y in calendar.source},
    }
