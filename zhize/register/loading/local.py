"""Packs → a county's own way with the catalogue: items it words itself, holds beyond its level, describes itself, or has none of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhize.accounts.models import By
from zhize.places.models import Place
from zhize.places.terms import Expression
from zhize.record.models import Instrument
from zhize.register import commands
from zhize.register.loading.duties import Town
from zhize.register.loading.packs import Row
from zhize.register.models import Body, DutyLink
from zhize.register.terms import Basis, Described, Excused, Line, NewDuty


@dataclass(frozen=True)
class Local:
    """What each row of [[local]] becomes, by the acts an office has."""

    town: Town
    places: dict[str, Place]
    act: dict[str, Any]

    def run(self) -> None:
        for row in rows_of(self.town, "local"):
            self._say(row, self.town.papers[row["instrument"]])

    def _say(self, row: Row, paper: Instrument) -> None:
        """An item of its own wording; else what the body says of the catalogue's; else it only holds it."""
        body = self.town.body(row["family"], row["place"], row["since"])
        if body is None:
            return
        if "name" in row:
            self._own(row, body, paper)
        elif "said" in row:
            line = Described(self.town.duties[row["of"]], row["said"], row["since"], body)
            commands.describe([line], instrument=paper, **self.act)
        else:
            self._hold(row, body, paper, row["of"])

    def _own(self, row: Row, body: Body, paper: Instrument) -> None:
        bases = [
            Basis(
                b["law"], b.get("article", ""), item=b.get("item", ""), unverified="basis" in row.get("unverified", [])
            )
            for b in row["basis"]
        ]
        duty = NewDuty(
            row["key"], "power", row["name"], row["since"], row["type"], levels=row["levels"], codes=row.get("codes", {}), bases=bases,
            main=row.get("main", ""), legal_days=row.get("legal_days"), demo=True,
        )  # fmt: skip
        self.town.duties.update(commands.define([duty], instrument=paper, **self.act))
        self._hold(row, body, paper, row["key"])
        if "of" in row:
            one, other = self.town.duties[row["key"]], self.town.duties[row["of"]]
            commands.relate(one, other, DutyLink.How.DERIVES, day=row["since"], instrument=paper, **self.act)

    def _hold(self, row: Row, body: Body, paper: Instrument, key: str) -> None:
        where = Expression((self.places[row["place"]].pk,))
        line = Line(self.town.duties[key], body, self.places[row["place"]].level, where, row["since"])
        commands.assign([line], instrument=paper, **self.act)


def local(town: Town, places: dict[str, Place], *, by: By, now: datetime) -> None:
    """Every [[local]] of the packs; before bodies are merged, for what they hold goes with them."""
    Local(town, places, {"by": by, "now": now}).run()


def catalogue(town: Town, *, by: By, now: datetime) -> None:
    """Every [[said]] of the packs: what a paper says of the catalogue's items for everybody who holds them."""
    for r in rows_of(town, "said"):
        lines = [Described(town.duties[key], r["said"], r["since"]) for key in r["of"]]
        commands.describe(lines, instrument=town.papers[r["instrument"]], by=by, now=now)


def absences(town: Town, places: dict[str, Place], *, by: By, now: datetime) -> None:
    """Every [[absence]] of the packs; after bodies were merged, for only what nobody holds can be excused."""
    for r in rows_of(town, "absence"):
        line = Excused(town.duties[r["of"]], places[r["place"]], r["level"], r["reason"], r["since"], r.get("note", ""))
        commands.excuse([line], instrument=town.papers[r["instrument"]], by=by, now=now)


def rows_of(town: Town, table: str) -> Iterator[Row]:
    return (r for p in town.packs for r in p.rows(table))
