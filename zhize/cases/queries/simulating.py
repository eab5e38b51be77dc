"""Simulation (先试后批): a period's cases against a draft, and what would change were it adopted (cases.md §4.11).

Three answers stand side by side for every case: who had it, whom the register names without the draft, whom with it. Both
of the register's are asked as of one day, on which all of the draft holds: so nothing but the draft makes the difference.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from zhize.cases.models import Case, Recusal
from zhize.cases.queries.desk import matter_names
from zhize.cases.queries.figures import Span, narrowed, span_of
from zhize.cases.queries.replay import Group, LeftOut, Routed, Routes, groups, left_out, routed
from zhize.cases.queries.replay_clocks import clocks
from zhize.cases.queries.routing import Question
from zhize.places.queries import full_names, place_name
from zhize.record.models import Instrument
from zhize.register.drafts import Changed, TrialDraft, supposing
from zhize.register.importing.terms import Progress, quiet
from zhize.register.queries.bodies import body_names
from zhize.register.queries.resolve import CONFLICT, GAP

EXAMPLES = 3


@dataclass
class Replay:
    """The cases as counted, the answers to them, and the names things have on the day: of what is only drafted, too."""

    span: Span
    places: Collection[int] | None
    day: date
    groups: list[Group]
    out: LeftOut
    changed: Changed
    now: Routes
    then: Routes
    names: Mapping[int, str]
    papers: Mapping[int, str]

    @property
    def moved(self) -> list[Group]:
        return [g for g in self.groups if not self.now[g.question].same(self.then[g.question])]


def simulate(
    draft: TrialDraft, first: date, last: date, place_id: int, now: datetime, *, day: date | None = None, progress: Progress = quiet
) -> dict[str, Any]:  # fmt: skip
    """What adopting the draft would change for the cases received between two days, both counted. Nothing is written."""
    span = span_of(first, last, now)
    replay = _replay(draft, span, narrowed(place_id, span), day, now, progress)
    return {
        "draft": {"key": draft.key, "label": draft.label, "paper": draft.paper},
        "place": place_id, "place_name": place_name(place_id, replay.day), "first": first.isoformat(), "last": last.isoformat(),
        "day": replay.day.isoformat(), "at": now.isoformat(),
        "register": _register(replay.changed), "cases": _cases(replay), "routes": _routes(replay), "flows": _flows(replay),
        "changes": _changes(replay), "loads": _loads(replay),
        "clocks": clocks(span, replay.places, replay.changed.settings, replay.day),
    }  # fmt: skip


def _replay(
    draft: TrialDraft, span: Span, places: Collection[int] | None, day: date | None, now: datetime, progress: Progress
) -> Replay:
    """1 the cases are counted · 2 asked with the draft, and it is taken back · 3 asked without it. What the draft locks it
    locks for the second part alone."""
    counted, out = groups(span, places), left_out(span, places)
    questions = sorted({g.question for g in counted})
    with supposing(draft, now, progress) as changed:
        on = day or changed.day
        then = routed(questions, on, "按草案分派", progress)
        names, papers = _named(then.values(), [g.was for g in counted], on)
    present = routed(questions, on, "按现行登记分派", progress)
    more, other = _named(present.values(), [], on)
    return Replay(span, places, on, counted, out, changed, present, then, {**more, **names}, {**other, **papers})


def _named(routes: Iterable[Routed], more: Iterable[int | None], day: date) -> tuple[dict[int, str], dict[int, str]]:
    bodies: set[int] = {b for b in more if b}
    papers: set[int] = set()
    for r in routes:
        bodies |= r.bodies
        papers |= {r.paper} if r.paper else set()
    return body_names(bodies, day), {p.pk: p.citation for p in Instrument.objects.filter(pk__in=papers)}


# -- what is told ------------------------------------------------------------------------------------------------------
def _register(c: Changed) -> dict[str, Any]:
    return {"begun": c.begun, "ended": c.ended, "mapped": c.mapped, "settings": len(c.settings), "first": c.first.isoformat(),
            "day": c.day.isoformat()}  # fmt: skip


def _cases(r: Replay) -> dict[str, int]:
    return {**r.out._asdict(), "replayed": sum(g.cases for g in r.groups)}


def _routes(r: Replay) -> dict[str, int]:
    """How many would go elsewhere; how many have nobody or several; how well either register says who had them."""
    found = Counter({"changed": sum(g.cases for g in r.moved), "changed_sealed": sum(g.sealed for g in r.moved)})
    for g in r.groups:
        for side, route in (("now", r.now[g.question]), ("then", r.then[g.question])):
            found[f"{side}_as_was"] += g.cases if g.was and route.body == g.was else 0
            found[f"{side}_{route.kind}"] += g.cases
    wanted = ("changed", "changed_sealed", *(f"{s}_{k}" for s in ("now", "then") for k in ("as_was", GAP, CONFLICT)))
    return {name: found[name] for name in wanted} | {"recused": _recused(r)}


def _recused(r: Replay) -> int:
    """Cases that would newly be sent to the body they complain of, and therefore wait for a person (信访条例第二十三条)."""
    rows = Recusal.objects.filter(case__received_at__gte=r.span.start, case__received_at__lt=r.span.end)
    if r.places is not None:
        rows = rows.filter(case__place__in=r.places)
    found = 0
    for matter, place, body in rows.values_list("case__matter_id", "case__place_id", "body_id"):
        question = matter, place
        found += question in r.then and r.then[question].body == body != r.now[question].body
    return found


def _flows(r: Replay) -> list[dict[str, Any]]:
    """From whom to whom, over all matters and places; the largest first."""
    found: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    ends: dict[tuple[Any, ...], tuple[Routed, Routed]] = {}
    for g in r.moved:
        now, then = r.now[g.question], r.then[g.question]
        key = _end(now), _end(then)
        ends[key] = now, then
        found[key].update(cases=g.cases, sealed=g.sealed, open=g.open, late=g.late)
    asked = Counter(key for q in {g.question for g in r.moved} for key in [(_end(r.now[q]), _end(r.then[q]))])
    lines = [
        {"from": _told(ends[key][0], r), "to": _told(ends[key][1], r), **counts, "questions": asked[key]}
        for key, counts in found.items()
    ]
    return sorted(lines, key=lambda x: (-x["cases"], x["from"]["name"], x["to"]["name"]))


def _changes(r: Replay) -> list[dict[str, Any]]:
    """Matter by matter, place by place."""
    found: dict[Question, Counter[str]] = defaultdict(Counter)
    for g in r.moved:
        found[g.question].update(cases=g.cases, sealed=g.sealed, open=g.open, late=g.late)
    matters = matter_names({m for m, _ in found}, r.day)
    places = full_names({p for _, p in found}, r.day)
    lines = [
        {"matter": m, "matter_name": matters.get(m, ""), "place": p, "place_name": places.get(p, ""), "from": _told(r.now[m, p], r),
         "to": _told(r.then[m, p], r), **counts}
        for (m, p), counts in found.items()
    ]  # fmt: skip
    return sorted(lines, key=lambda x: (-x["cases"], x["matter_name"], x["place_name"]))


def _loads(r: Replay) -> list[dict[str, Any]]:
    """Cases each body would lead, as it was, without and with the draft, and by month; whoever gains or loses most first."""
    months: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    for g in r.groups:
        for at, body in enumerate((g.was, r.now[g.question].body, r.then[g.question].body)):
            if body:
                months[body][g.month][at] += g.cases
    total = sum(g.cases for g in r.groups)
    lines = [_load(body, by_month, r.names.get(body, ""), total) for body, by_month in months.items()]
    return sorted(lines, key=lambda x: (-abs(x["then"] - x["now"]), -x["then"], x["name"]))


def _load(body: int, by_month: Mapping[str, Sequence[int]], name: str, total: int) -> dict[str, Any]:
    was, now, then = (sum(counts[at] for counts in by_month.values()) for at in range(3))
    shares = {
        f"{side}_share": round(100 * n / total, 1) if total else None for side, n in (("now", now), ("then", then))
    }
    return {
        "body": body,
        "name": name,
        "was": was,
        "now": now,
        "then": then,
        **shares,
        "months": dict(sorted(by_month.items())),
    }


def _end(route: Routed) -> tuple[Any, ...]:
    return (route.body, tuple(sorted(route.assist))) if route.body else (route.kind, ())


def _told(route: Routed, r: Replay) -> dict[str, Any]:
    said = "" if route.body else {GAP: "无人负责", CONFLICT: "多头冲突"}.get(route.kind, route.kind)
    return {
        "kind": route.kind, "body": route.body, "name": r.names.get(route.body, "") if route.body else said,
        "assist": [r.names.get(b, "") for b in route.assist], "paper": r.papers.get(route.paper or 0, ""), "rule": route.rule,
    }  # fmt: skip


def examples(result: Mapping[str, Any], matter: int, place: int, now: datetime, many: int = EXAMPLES) -> list[str]:
    """Numbers of a few such cases; none whose reporter asked not to be known."""
    span = span_of(date.fromisoformat(result["first"]), date.fromisoformat(result["last"]), now)
    rows = behind(matter, place, span).filter(confidential=False).order_by("pk")
    return list(rows.values_list("no", flat=True)[:many])


def behind(matter: int, place: int, span: Span) -> Any:
    """The period's cases of one matter in one place, as they were counted."""
    rows = Case.objects.filter(received_at__gte=span.start, received_at__lt=span.end, matter=matter, place=place)
    return rows.exclude(state="merged")


__all__ = ["behind", "examples", "simulate"]
