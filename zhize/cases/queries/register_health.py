"""What a year of cases shows of the register itself (cases.md §2.4, §4.6): matters nobody's duty answers, matters that the duties of
several bodies answer at one place, and how much of what was sent back was sent wrongly.

Asked of the register as it stands on the last day, with the cases of the year as weight.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhize.cases.models import Case
from zhize.cases.queries.desk import matter_names
from zhize.cases.queries.figures import Span
from zhize.cases.queries.routing import Question
from zhize.places.queries import full_names
from zhize.register.queries.bodies import body_names
from zhize.register.queries.duties import duty_names
from zhize.register.queries.links import Link, links_on
from zhize.register.queries.resolve import candidates_of, choose


@dataclass(frozen=True)
class Overlap:
    """A matter that the duties of several bodies answer at one place: the first asked gets the case, the others could say it is theirs."""

    matter: str
    place: str
    first: str
    others: tuple[str, ...]
    cases: int


@dataclass(frozen=True)
class Health:
    unmapped: list[tuple[str, int]]  # matter, cases
    overlaps: list[Overlap]


def health(span: Span, places: Collection[int] | None, day: date) -> Health:
    rows = Case.objects.filter(received_at__gte=span.start, received_at__lt=span.end, matter__isnull=False)
    rows = rows.exclude(state="merged") if places is None else rows.exclude(state="merged").filter(place__in=places)
    met = Counter((m, p) for m, p in rows.order_by().values_list("matter_id", "place_id"))
    links = links_on(day)
    return Health(_unmapped(met, links, day), _overlaps(met, links, day))


def _unmapped(met: Mapping[Question, int], links: Mapping[int, list[Link]], day: date) -> list[tuple[str, int]]:
    found: Counter[int] = Counter()
    for (matter, _), n in met.items():
        if not links.get(matter):
            found[matter] += n
    names = matter_names(found, day)
    return sorted(((names.get(m, ""), n) for m, n in found.items()), key=lambda x: (-x[1], x[0]))


def _overlaps(met: Mapping[Question, int], links: Mapping[int, list[Link]], day: date) -> list[Overlap]:
    """Each duty of the matter is asked by itself, not only the first that somebody holds."""
    several = [q for q in sorted(met) if len(links.get(q[0], ())) > 1]
    asked = [(duty, place, segment) for matter, place in several for duty, segment in links[matter]]
    reached = candidates_of([(duty, place) for duty, place, _ in asked], day)
    held: dict[tuple[int, int, int | None], int | None] = {}
    for (duty, place, segment), rows in zip(asked, reached, strict=True):
        chosen = choose(rows, duty, place, day, segment).chosen
        held[duty, place, segment] = chosen.body_id if chosen else None
    found = {q: [(b, d) for d, s in links[q[0]] if (b := held[d, q[1], s])] for q in several}
    return _told({q: h for q, h in found.items() if len({b for b, _ in h}) > 1}, met, day)


def _told(found: Mapping[Question, Sequence[tuple[int, int]]], met: Mapping[Question, int], day: date) -> list[Overlap]:
    bodies = body_names({b for h in found.values() for b, _ in h}, day)
    duties = duty_names({d for h in found.values() for _, d in h}, day)
    matters, places = matter_names({m for m, _ in found}, day), full_names({p for _, p in found}, day)
    lines = []
    for (matter, place), holders in found.items():
        by_body: dict[int, list[str]] = defaultdict(list)
        for body, duty in holders:
            by_body[body].append(duties.get(duty, ""))
        said = [f"{bodies.get(b, '')}（{'、'.join(names)}）" for b, names in by_body.items()]
        lines.append(
            Overlap(matters.get(matter, ""), places.get(place, ""), said[0], tuple(said[1:]), met[matter, place])
        )
    return sorted(lines, key=lambda x: (-x.cases, x.matter, x.place))
