"""May this paper, and this officer, do that to a place: the class of the place in the table of competence, and its reach.

The table and the rights lie on floors above; they are asked through `record.judges` (decision 0018).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from zhize.accounts.models import By
from zhize.places.models import Place
from zhize.places.queries import place_names
from zhize.places.terms import PlaceHistory
from zhize.record.acts import note
from zhize.record.judges import allow, require_competence
from zhize.record.models import Instrument

STREET = (
    "街道"  # 地方组织法 knows a sub-district by this word; unlike a township it is approved by the government above
)
MANAGED = "managed_place"
_BY_LEVEL = {
    Place.Level.NATION: "place_nation",
    Place.Level.PROVINCE: "place_province",
    Place.Level.CITY: "place_city",
    Place.Level.COUNTY: "place_county",
    Place.Level.TOWN: "place_town",
    Place.Level.VILLAGE: "place_village",
}


def subject_of(kind: str, level: int, name: str = "") -> str:
    """The competence class of a place (packs/national/competence.toml)."""
    if kind != Place.Kind.DIVISION:
        return "place_group" if kind == Place.Kind.GROUP else "place_zone"
    if level == Place.Level.TOWN and name.endswith(STREET):
        return "place_street"
    return _BY_LEVEL[Place.Level(level)]


def entitled(
    act: str,
    places: Iterable[Place],
    paper: Instrument,
    day: date,
    *,
    by: By,
    now: datetime,
    subjects: Iterable[str] = (),
) -> None:
    """Refused unless the officer reaches every place and the paper may do this to each class of place. `subjects`: the
    classes, where they are not simply those of the places."""
    concerned = list(places)
    reach = {p.pk for p in concerned}
    allow(by, f"places.{act}", reach, now)
    classes = set(subjects) or subjects_now(concerned, day)
    note(competence=sorted({require_competence(act, subject, paper, day, reach) for subject in classes}))


def entitled_to_establish(
    histories: Sequence[PlaceHistory], known: Mapping[str, Place], paper: Instrument, *, by: By, now: datetime
) -> None:
    """Each new place is judged by the paper its life begins with, on that day, under the parent that day gives it.

    What ended it, renamed it or moved it is history told by the same source; the first load has no table yet to ask.
    """
    begun: dict[tuple[str, int, date], set[int]] = defaultdict(set)
    for h in histories:
        first = min(h.lives, key=lambda d: d.from_day)
        name = min(h.names, key=lambda d: d.from_day).value if h.names else ""
        above = {known[d.value].pk for d in (*h.parents, *h.managers) if d.value in known}
        begun[subject_of(h.kind, h.level, name), first.instrument_id or paper.pk, first.from_day] |= above
    allow(by, "places.establish", {p for above in begun.values() for p in above}, now)
    papers = Instrument.objects.in_bulk({pk for _, pk, _ in begun}) | {paper.pk: paper}
    note(competence=sorted({require_competence("establish", s, papers[i], day, p) for (s, i, day), p in begun.items()}))


def entitled_to_succeed(
    pairs: Sequence[tuple[Place, Place, date, str, int | None]], paper: Instrument, *, by: By, now: datetime
) -> None:
    """What became of a place is decided by whoever may end it: each pair is judged by the paper it cites."""
    ended: dict[tuple[int, date], set[Place]] = defaultdict(set)
    for before, _, day, _, cited in pairs:
        ended[cited or paper.pk, day].add(before)
    allow(by, "places.succeed", {p.pk for before, after, *_ in pairs for p in (before, after)}, now)
    papers = Instrument.objects.in_bulk({pk for pk, _ in ended}) | {paper.pk: paper}
    asked = {(s, pk, day) for (pk, day), places in ended.items() for s in subjects_now(places, day)}
    note(competence=sorted({require_competence("succeed", s, papers[pk], day) for s, pk, day in asked}))


def subjects_now(places: Iterable[Place], day: date) -> set[str]:
    """By the names they have that day: a township that becomes a sub-district is a township until then."""
    concerned = list(places)
    named = place_names({p.pk for p in concerned if p.level == Place.Level.TOWN}, day)
    return {subject_of(p.kind, p.level, named.get(p.pk, "")) for p in concerned}
