"""What the checks of a draft look up in the register: read once for all the drafts at hand, a sheet's thousands as well as one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from zhize.lists.models import Adjustment
from zhize.lists.queries.citing import Laws
from zhize.lists.queries.lists import OWN
from zhize.lists.terms import Draft
from zhize.places.models import PlacePath
from zhize.places.queries import chain_of
from zhize.policy.queries import value
from zhize.register.models import Duty, DutyCode, DutyWording, Holding
from zhize.register.queries import body_names
from zhize.register.queries.duties import duty_names


class Coded(NamedTuple):
    """A code of the register, and whose it is."""

    scheme: str
    value: str
    duty_id: int
    key: str
    name: str


class Reference:
    """The register on a day, as far as these drafts ask for it. Nothing is read before it is asked for."""

    def __init__(self, drafts: Iterable[Adjustment], day: date, laws: Laws | None = None) -> None:
        self.day, self._adjustments = day, list(drafts)
        self._drafts = [Draft.of(a.draft) for a in self._adjustments if a.draft]
        self._given = laws
        self._tables: dict[int, dict[str, Any]] = {}
        self._places: dict[int, set[int]] = {}
        self._called: dict[int, str] = {}

    @cached_property
    def laws(self) -> Laws:
        return self._given or Laws(self.day)

    @cached_property
    def duties(self) -> dict[str, Duty]:
        """By key: the main duties and catalogue items the drafts name."""
        return {d.key: d for d in Duty.objects.filter(key__in={k for d in self._drafts for k in (d.main, d.duty) if k})}

    def names(self, place_id: int) -> dict[str, Any]:
        """How names are written in lists of this place."""
        if place_id not in self._tables:
            self._tables[place_id] = value("lists.names", chain_of(place_id, self.day), self.day).value
        return self._tables[place_id]

    def within(self, place_id: int) -> set[int]:
        """The place and all that ever lay in it."""
        if place_id not in self._places:
            below = PlacePath.objects.filter(chain__contains=[place_id]).values_list("place_id", flat=True)
            self._places[place_id] = {place_id, *below}
        return self._places[place_id]

    def codes(self, d: Draft) -> list[Coded]:
        """What the register has under the codes of the draft."""
        return [c for scheme, said in d.codes.items() for c in self._coded.get((scheme, said), ())]

    @cached_property
    def _coded(self) -> dict[tuple[str, str], list[Coded]]:
        said = {v for d in self._drafts for v in d.codes.values() if v}
        rows = list(DutyCode.objects.as_of(self.day).filter(value__in=said).select_related("duty"))
        names = duty_names([c.duty_id for c in rows], self.day)
        found: dict[tuple[str, str], list[Coded]] = defaultdict(list)
        for c in rows:
            found[c.scheme, c.value].append(Coded(c.scheme, c.value, c.duty_id, c.duty.key, names.get(c.duty_id, "")))
        return found

    def levels(self, duty_id: int | None) -> set[int]:
        """The levels at which the catalogue allows the duty; none when it says nothing of it."""
        return set(self._levels.get(duty_id or 0, ()))

    @cached_property
    def _levels(self) -> dict[int, list[int]]:
        rows = DutyWording.objects.as_of(self.day).filter(duty_id__in=self._concerned)
        return dict(rows.values_list("duty_id", "levels"))

    @property
    def _concerned(self) -> set[int]:
        return {a.duty_id for a in self._adjustments if a.duty_id} | {d.pk for d in self.duties.values()}

    def holders(self, duty_id: int | None) -> set[int]:
        """The bodies in whose own lists the duty stands."""
        return {body for body, _place in self._held.get(duty_id or 0, ())}

    def places_of(self, body_id: int, duty_id: int) -> set[int]:
        return {place for body, place in self._held.get(duty_id, ()) if body == body_id}

    @cached_property
    def _held(self) -> dict[int, set[tuple[int, int]]]:
        wanted = self._concerned | {c.duty_id for coded in self._coded.values() for c in coded}
        rows = Holding.objects.as_of(self.day).filter(duty_id__in=wanted, capacity__in=OWN)
        found: dict[int, set[tuple[int, int]]] = defaultdict(set)
        for duty, body, place in rows.values_list("duty_id", "body_id", "place_id"):
            found[duty].add((body, place))
        return found

    def body_name(self, body_id: int) -> str:
        if body_id not in self._called:
            self._called |= body_names([body_id], self.day)
        return self._called.get(body_id, "")
