"""Both clocks as they were pinned: any deadline reckoned and printed again, from the case's own rows alone."""

from __future__ import annotations

from zhize.cases.limits import FIRST, PROMISE, RETURN, SIGN, Terms
from zhize.cases.models import Case, Extension, Leg, PastRound, Suspension
from zhize.kernel.clock import Derivation, Limit, Pause


def suspensions_of(case: Case) -> list[Pause]:
    """The intervals in which the clock stood, this round."""
    return list(
        Suspension.objects.filter(case=case, round=case.round).order_by("from_at").values_list("from_at", "to_at")
    )


def extensions_of(case: Case, leg: Leg | None = None) -> list[Limit]:
    """What was granted, this round: to the case (every extension moves the promise) or to one leg."""
    rows = Extension.objects.filter(case=case, round=case.round, state=Extension.State.GRANTED).order_by("decided_at")
    return [
        Limit.parse(limit) for limit in (rows if leg is None else rows.filter(leg=leg)).values_list("limit", flat=True)
    ]


def promise_clock(case: Case) -> tuple[Terms, Derivation]:
    """The promise to the reporter: from receipt (or reopening), never reset by passing the case on."""
    return Terms(case.terms.content).moved(PROMISE, case.promised_at, suspensions_of(case), extensions_of(case))


def leg_clock(leg: Leg) -> tuple[Terms, Derivation]:
    """The leg's own time, from its dispatch; what stood still before it does not count."""
    pauses = [(a, b) for a, b in suspensions_of(leg.case) if b is None or b > leg.dispatched_at]
    return Terms(leg.terms.content).moved(PROMISE, leg.dispatched_at, pauses, extensions_of(leg.case, leg))


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
    rows = Suspension.objects.filter(case=past.case_id, round=past.round).values_list("from_at", "to_at")
    granted = Extension.objects.filter(case=past.case_id, round=past.round, state=Extension.State.GRANTED)
    terms = Terms(past.terms.content)
    found = terms.derive(
        PROMISE, past.promised_at, list(rows), [Limit.parse(x.limit) for x in granted.order_by("decided_at")]
    )
    return terms.lines(PROMISE, found)


def _plain(terms: Terms, name: str, case: Case) -> list[str]:
    return terms.lines(name, terms.derive(name, case.promised_at))
