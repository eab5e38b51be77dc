"""区域 as written → a place expression: 全市, 鹿城区、龙湾区, 全市（龙港市除外）, 330302."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from zhize.kernel.errors import BadInput
from zhize.kernel.text import fold, simplified
from zhize.places.models import Place, PlaceLife
from zhize.places.queries import chain_of, children, find_place, place_name, place_names

WHOLE = re.compile(r"(全|本|各)?(市|县|区|省|辖区|行政区域|地区)(域|范围|内|级)?$")
_BUT = re.compile(r"[(（]([^()（）]*?)(?:除外|不含|以外)[)）]|[(（](?:除|不含)([^()（）]*?)(?:外|以外)?[)）]")
_SEPARATORS = re.compile(r"[、,，;；\n和及]+")


@dataclass
class Where:
    """The places meant, the places left out, and the words nobody could place."""

    include: list[int] = field(default_factory=list)
    exclude: list[int] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


class Gazetteer:
    """Places by what papers call them, as of a day, remembered; `home` is where the import is about."""

    def __init__(self, home: Place | None, day: date) -> None:
        self.home, self.day = home, day
        self._found: dict[str, Place | None] = {}
        self._names: dict[int, str] = {}
        self._chains: dict[int, list[int]] = {}
        self._alive: dict[int, bool] = {}

    def find(self, text: str) -> Place | None:
        """A place by code or name, among namesakes the one at home."""
        said = fold(text)
        if said not in self._found:
            self._found[said] = self._find(text) or self._find(said)
        return self._found[said]

    def _find(self, text: str) -> Place | None:
        try:
            return find_place(simplified(text), self.day)
        except BadInput as error:
            return self._below_home(text) if error.code == "ambiguous_place" else None

    def _below_home(self, text: str) -> Place | None:
        if self.home is None:
            return None
        near = [p for p in self.below(self.home) if self.name(p.pk) == text]
        return near[0] if len(near) == 1 else None

    def below(self, place: Place) -> list[Place]:
        return children(place.pk, self.day)

    def counties(self) -> list[Place]:
        """各县（市、区): the county-level divisions of the city the import is about."""
        top = self.home
        if top is not None and top.level == Place.Level.COUNTY:
            chain = Place.objects.filter(pk__in=self.chain(top.pk), level=Place.Level.CITY, kind=Place.Kind.DIVISION)
            top = chain.first()
        below = self.below(top) if top is not None else []
        return [p for p in below if p.level == Place.Level.COUNTY and p.kind == Place.Kind.DIVISION]

    def name(self, place_id: int) -> str:
        if place_id not in self._names:
            self._names[place_id] = place_name(place_id, self.day)
        return self._names[place_id]

    def learn(self, ids: Iterable[int]) -> None:
        """Read many names at once."""
        self._names |= place_names(set(ids), self.day)

    def chain(self, place_id: int) -> list[int]:
        if place_id not in self._chains:
            self._chains[place_id] = chain_of(place_id, self.day)
        return self._chains[place_id]

    def lasts(self, place_id: int, day: date) -> bool:
        """Does the place exist from `day` on, with no end known?"""
        if place_id not in self._alive:
            self._alive[place_id] = PlaceLife.objects.as_of(day).filter(place_id=place_id, to_day=None).exists()
        return self._alive[place_id]

    def at_level(self, level: int) -> Place | None:
        """The division of that level over home (市 in a county's paper is its city)."""
        if self.home is None:
            return None
        if self.home.level == level:
            return self.home
        over = Place.objects.filter(pk__in=self.chain(self.home.pk), level=level, kind=Place.Kind.DIVISION)
        return over.first()

    def read(self, text: str, own: int | None) -> Where:
        """The expression a cell writes; a blank or 全市 is `own`, the body's own territory."""
        where = Where()
        plain = unicodedata.normalize("NFKC", text).strip()
        for name in excepted(plain):
            place = self.find(name)
            where.exclude += [place.pk] if place else []
            where.unknown += [] if place else [name]
        rest = _BUT.sub("", plain).strip(" 、,;")
        if not rest or WHOLE.fullmatch(fold(rest)):
            whole = own or (self.home.pk if self.home else None)
            where.include = [whole] if whole else []
            return where
        for name in filter(None, (n.strip() for n in _SEPARATORS.split(rest))):
            place = self.find(name)
            where.include += [place.pk] if place else []
            where.unknown += [] if place else [name]
        return where


def excepted(text: str) -> Iterator[str]:
    """龙港市 in （龙港市除外）."""
    for found in _BUT.finditer(text):
        yield from (n.strip() for n in _SEPARATORS.split(found[1] or found[2] or "") if n.strip())


def without_exceptions(text: str) -> str:
    return _BUT.sub("", text)
