"""Packs → policy settings, the working calendar, competence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product

from zhize.places.models import Place
from zhize.policy.models import Competence, Setting
from zhize.record.models import Instrument
from zhize.register.loading.packs import Pack
from zhize.register.loading.papers import notice_key

Papers = dict[str, Instrument]
Places = dict[str, Place]


def settings_of(packs: Sequence[Pack], papers: Papers, places: Places) -> dict[str, list[Setting]]:
    """Settings by the key of the paper they cite. A later value of a key ends the earlier one."""
    rows: dict[tuple[str, str], list[Setting]] = defaultdict(list)
    for pack in packs:
        for r in pack.rows("setting"):
            rows[r["key"], pack.key].append(
                Setting(
                    key=r["key"],
                    place=places[pack.place],
                    value=r["value"],
                    from_day=r["since"],
                    to_day=r.get("until"),
                    article=r.get("article", ""),
                    unverified=bool(r.get("unverified")),
                    instrument=papers[r["instrument"]],
                )
            )
        for r in pack.rows("year"):
            days = {"off": [d.isoformat() for d in r["off"]], "work": [d.isoformat() for d in r["work"]]}
            rows[f"calendar.{r['year']}", pack.key].append(
                Setting(
                    key=f"calendar.{r['year']}",
                    place=places[pack.place],
                    value=days,
                    from_day=min([*r["off"], *r["work"]]).replace(month=1, day=1),
                    unverified=bool(r.get("unverified")),
                    instrument=papers[notice_key(r)],
                )
            )
    by_paper: dict[str, list[Setting]] = defaultdict(list)
    for series in rows.values():
        series.sort(key=lambda s: s.from_day)
        for one, after in zip(series, [*series[1:], None], strict=True):
            if after is not None and (one.to_day is None or one.to_day > after.from_day):
                one.to_day, one.ended_by = after.from_day, after.instrument
            by_paper[one.instrument.key].append(one)
    return by_paper


def competences_of(packs: Sequence[Pack], places: Places) -> Iterator[Competence]:
    for pack in packs:
        for r in pack.rows("competence"):
            for act, subject in product(_list(r["act"]), _list(r["subject"])):
                yield Competence(
                    place=places[pack.place],
                    act=act,
                    subject=subject,
                    issuer_class=r["issuer_class"],
                    issuer_level=_list(r["issuer_level"]),
                    kinds=r["kinds"],
                    article=r.get("article", ""),
                    from_day=r["since"],
                    to_day=r.get("until"),
                    unverified=bool(r.get("unverified")),
                )


def _list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]
