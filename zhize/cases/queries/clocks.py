"""Both clocks as they were pinned: any deadline reckoned and printed again, from the case's own rows alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from zhize.cases.limits import FIRST, PROMISE, RETURN, SIGN, Terms
from zhize.cases.models import Case, Exhibit, Extension, Leg, PastRound, Suspension
from zhize.kernel.clock import Derivation, Limit, Pause

Round = tuple[int, int]  # case, number of the round


@dataclass(frozen=True)
class Shifts:
    """What moved the deadlines of some cases, read for all of them at once: by case and round the intervals in which the clock
    stood, and the extensions granted, with the leg each was asked for."""

    pauses: dict[Round, list[Pause]]
    granted: dict[Round, list[tuple[int, Limit]]]
    known: dict[int, Terms] = field(default_factory=dict)

    def terms(self, kept: Exhibit) -> Terms:
        """Many cases of a day stand on the same terms: read once."""
        return self.known.setdefault(kept.pk, Terms(kept.content))

    def promise(self, case: Case, by: Terms | None = None) -> tuple[Terms, Derivation]:
        """The promise to the reporter: from receipt (or reopening), never reset by passing the case on. `by`: other terms
        than those pinned, for a case that becomes one of another kind."""
        here = case.pk, case.round
        limits = [limit for _, limit in self.granted[here]]  # every extension moves the promise
        return (by or self.terms(case.terms)).moved(PROMISE, case.promised_at, self.pauses[here], limits)

    def leg(self, leg: Leg) -> tuple[Terms, Derivation]:
        """The leg's own time, from its dispatch; what stood still before it does not count."""
        here = leg.case_id, leg.case.round
        pauses = [(a, b) for a, b in self.pauses[here] if b is None or b > leg.dispatched_at]
        own = [limit for of, limit in self.granted[here] if of == leg.pk]
        return self.terms(leg.terms).moved(PROMISE, leg.dispatched_at, pauses, own)


def shifts_of(cases: Collection[int]) -> Shifts:
    """Two questions, however many cases."""
    stood = Suspension.objects.filter(case__in=cases).order_by("from_at")
    granted = Extension.objects.filter(case__in=cases, state=Extension.State.GRANTED).order_by("decided_at")
    found = Shifts(defaultdict(list), defaultdict(list))
    for case, at, since, until in stood.values_list("case_id", "round", "from_at", "to_at"):
        found.pauses[case, at].append((since, until))
    for case, at, leg, limit in granted.values_list("case_id", "round", "leg_id", "limit"):
        found.granted[case, at].append((leg, Limit.parse(limit)))
    return found


def promise_clock(case: Case) -> tuple[Terms, Derivation]:
    return shifts_of([case.pk]).promise(case)


def leg_clock(leg: Leg) -> tuple[Terms, Derivation]:
    return shifts_of([leg.case_id]).leg(leg)


def case_lines(case: Case) -> dict[str, list[str]]:
    """How each deadline of the case comes about: {"promise": lines, "first_response": lines}."""
    terms, found = promise_clock(case)
    return {PROMISE: terms.lines(PROMISE, found), FIRST: _plain(terms, FIRST, case)}


def leg_lines(leg: Leg) -> dict[str, list[str]]:
    """The same for a leg: its time, signing, sending back."""
    terms, found = leg_clock(leg)
    short = {name: terms.lines(name, terms.derive(name, leg.dispatched_at)) for name in (SIGN, RETURN)}
    return {PROMISE: terms.lines(PROMISE, found), **short}


def past_lines(past: PastRound) -> list[str]:
    """The promise of a round that ended, suspensions and extensions of that round included."""
    shifts, here = shifts_of([past.case_id]), (past.case_id, past.round)
    terms = Terms(past.terms.content)
    limits = [limit for _, limit in shifts.granted[here]]
    found = terms.derive(PROMISE, past.promised_at, shifts.pauses[here], limits)
    return terms.lines(PROMISE, found)


def _plain(terms: Terms, name: str, case: Case) -> list[str]:
    return terms.lines(name, terms.derive(name, case.promised_at))
