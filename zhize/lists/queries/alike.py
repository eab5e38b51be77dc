"""Items whose name is like the one being typed: shown so that nothing is entered twice, never merged by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhize.kernel.text import fold, grams, similarity
from zhize.lists.queries.lists import OWN
from zhize.register.models import Duty, DutyWording, Holding
from zhize.register.queries import body_names

LEAST, MOST = 0.6, 5
RARE = 3  # of the typed pairs this many must be there before names are compared


@dataclass(frozen=True)
class Alike:
    duty: Duty
    name: str
    score: int  # of a hundred
    holders: str


def alike(name: str, type_: str, day: date, other_than: int | None = None) -> list[Alike]:
    """The most similar names of that type, the nearest first."""
    wanted = [g for g in grams(fold(name)) if len(g) == 2]
    if len(wanted) < RARE:
        return []
    rows = DutyWording.objects.as_of(day).filter(grams__overlap=wanted[1:-1] or wanted).select_related("duty")
    if type_:
        rows = rows.filter(duty__type=type_)
    near = sorted(((similarity(w.name, name), w) for w in rows if w.duty_id != other_than), key=lambda p: -p[0])[:MOST]
    found = [(score, w) for score, w in near if score >= LEAST]
    held = _holders([w.duty_id for _score, w in found], day)
    return [Alike(w.duty, w.name, round(100 * score), held.get(w.duty_id, "")) for score, w in found]


def _holders(duties: list[int], day: date) -> dict[int, str]:
    rows = list(
        Holding.objects.as_of(day)
        .filter(duty_id__in=duties, capacity__in=OWN)
        .values_list("duty_id", "body_id")
        .distinct()
    )
    names = body_names({b for _d, b in rows}, day)
    told: dict[int, list[str]] = {}
    for duty, body in rows:
        told.setdefault(duty, []).append(names.get(body, ""))
    return {d: "、".join(some[:3]) + (f"等{len(some)}个机构" if len(some) > 3 else "") for d, some in told.items()}
