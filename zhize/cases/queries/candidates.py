"""What a dispatcher chooses from: at most three matters, each with who answers for it here today and the paper behind it.

The matter the case has stands first, then what the model suggested when it spoke of the case, then what the words of the
scheme say now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zhize.cases.models import Case, Suggested
from zhize.cases.queries import routing
from zhize.cases.queries.centres import asked_at
from zhize.cases.queries.likely import Named, likely, named_by_code
from zhize.cases.queries.routing import Route
from zhize.cases.queries.telling import reasons, rejected
from zhize.record.models import Instrument
from zhize.register.queries.resolve import CONFLICT

MOST = 3


@dataclass(frozen=True)
class Option:
    """A matter, who answers for it here, and why: duty wording, holding and its paper, articles, rule, who was passed over."""

    matter: Named
    body_name: str
    document: Instrument | None
    conflict: bool
    reasons: list[dict[str, Any]]
    rejected: list[dict[str, Any]]
    confidence: float | None = None
    words: list[str] = field(default_factory=list)


def suggestion(case: Case) -> Suggested | None:
    """What was said of the case last."""
    return Suggested.objects.filter(case=case).select_related("model").defer("model__content").order_by("-pk").first()


def options(case: Case, said: Suggested | None, day: date, most: int = MOST) -> list[Option]:
    wanted, place = list(_wanted(case, said, day, most)), asked_at(case)
    routes = routing.routes([(m.pk, place) for m, _, _ in wanted], day)
    papers = _papers(routes)
    return [_option(m, c, w, routes[m.pk, place], papers) for m, c, w in wanted]


Wanted = tuple[Named, float | None, list[str]]


def _wanted(case: Case, said: Suggested | None, day: date, most: int) -> Iterator[Wanted]:
    known, found = named_by_code(day), {}
    suggested = {c["code"]: c for c in (said.candidates if said else [])}
    codes = [case.matter.code] if case.matter else []
    for code in (*codes, *suggested):
        if code in known:
            c = suggested.get(code, {})
            found[code] = (known[code], c.get("confidence"), c.get("words", []))
    if len(found) < most:
        for each in likely(f"{case.title} {case.text}", None, day, most + 1):
            found.setdefault(each.matter.code, (each.matter, None, each.words))
    yield from list(found.values())[:most]


def _option(
    m: Named, confidence: float | None, words: list[str], route: Route, papers: dict[str, Instrument]
) -> Option:
    said = route.evidence
    lead = route.lead
    basis = next((b for b in said.get("basis", []) if lead and b["holding"] == lead.holding_id), None)
    paper = papers.get(basis["key"]) if basis else None
    return Option(
        m,
        basis["body"] if basis else "",
        paper,
        route.answer.kind == CONFLICT,
        reasons(said, basis, paper),
        rejected(said, papers),
        confidence,
        words,
    )


def _papers(routes: dict[tuple[int, int], Route]) -> dict[str, Instrument]:
    keys = {b["key"] for r in routes.values() for b in r.evidence.get("basis", [])}
    cited = {r["instrument"] for route in routes.values() for r in route.evidence.get("rejected", [])}
    rows = Instrument.objects.filter(key__in=keys) | Instrument.objects.filter(number__in=cited)
    return {p.key: p for p in rows}
