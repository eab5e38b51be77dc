"""Packs → instruments, laws, versions and article texts."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from zhize.accounts.models import By
from zhize.record.acts import act, note, state
from zhize.record.judges import allow
from zhize.record.models import Instrument, Law, LawChange, LawVersion, Provision, ProvisionMove
from zhize.register.loading.packs import Pack, Row

_CLASS = {
    "法律": ("人大", "nation"),
    "行政法规": ("政府", "nation"),
    "地方性法规": ("人大", "province"),
    "部门规章": ("部门", "nation"),
    "政府规章": ("政府", "province"),
}


@act
def enter_instruments(rows: Sequence[Instrument], *, by: By, now: datetime) -> dict[str, Instrument]:
    """Enter papers in bulk (登记文件). Returns all known papers by key."""
    allow(by, "register.enter_instruments", (), now)
    known = set(Instrument.objects.filter(key__in=[r.key for r in rows]).values_list("key", flat=True))
    new = [r for r in rows if r.key not in known]
    Instrument.objects.bulk_create(new, batch_size=2000)
    note(entered=len(new))
    return {i.key: i for i in Instrument.objects.all()}


@act
def enter_laws(
    laws: Sequence[Law],
    versions: Sequence[LawVersion],
    texts: Sequence[Provision],
    changes: Sequence[LawChange | ProvisionMove],
    *,
    by: By,
    now: datetime,
) -> None:
    """Enter laws with their versions, article texts and what became of their articles."""
    allow(by, "register.enter_laws", (), now)
    made = {law.key: law for law in Law.objects.bulk_create(laws, batch_size=2000)}
    for row in (*versions, *changes):
        row.law = made[row.law.key]
    for move in changes:
        if isinstance(move, ProvisionMove) and move.to_law is not None:
            move.to_law = made[move.to_law.key]
    state(versions)
    state(changes)
    for text in texts:
        text.law = made[text.law.key]
    Provision.objects.bulk_create(texts, batch_size=2000)
    note(laws=len(laws), versions=len(versions), texts=len(texts), changes=len(changes))


def instruments_of(packs: Sequence[Pack]) -> list[Instrument]:
    """All papers of the packs, with one for each law version and each calendar notice."""
    rows = [_paper(r) for p in packs for r in p.rows("instrument")]
    rows += [paper for p in packs for r in p.rows("law") for paper in _law_papers(r)]
    rows += [_notice(r) for p in packs for r in p.rows("year")]
    return rows


def laws_of(
    packs: Sequence[Pack], papers: dict[str, Instrument]
) -> tuple[list[Law], list[LawVersion], list[Provision], list[LawChange | ProvisionMove]]:
    laws, versions, changes = [], [], []
    known = {row["key"]: Law(key=row["key"]) for p in packs for row in p.rows("law")}
    for row in (r for p in packs for r in p.rows("law")):
        law = Law(key=row["key"], name=row["name"], level=row.get("level", ""), author=row.get("author", ""))
        laws.append(law)
        days = [row["since"], *(v["since"] for v in row.get("version", []))]
        ends = [*sorted(days)[1:], row.get("until")]
        for day, end in zip(sorted(days), ends, strict=True):
            if end is None or end > day:
                versions.append(LawVersion(law=law, instrument=papers[_law_key(row, day)], from_day=day, to_day=end))
        changes += [change for v in row.get("version", []) for change in _changes(row, v, law, papers, known)]
    return laws, versions, _texts(packs, {law.key: law for law in laws}), changes


HOW = {
    "修改": "amended",
    "重排": "renumbered",
    "主体变更": "amended",
    "替代": "amended",
    "删除": "deleted",
    "新增": "added",
}
ABOUT = {str(label): value for value, label in ProvisionMove.About.choices}


def _changes(
    row: Row, version: Row, law: Law, papers: dict[str, Instrument], known: dict[str, Law]
) -> Iterator[LawChange | ProvisionMove]:
    """An amendment with its articles; a version on the law's last day is its repeal, its articles going into the law that replaces it."""
    day, paper = version["since"], papers[_law_key(row, version["since"])]
    over = row.get("until") == day
    kind = LawChange.Kind.REPEALED if over else LawChange.Kind.AMENDED
    yield LawChange(law=law, kind=kind, note=version.get("note", ""), from_day=day, instrument=paper)
    heir = known.get(row.get("replaced_by", "")) if over else None
    for m in version.get("moved", []):
        about = [ABOUT[a] for a in m.get("about", [])] + (["authority"] if m["how"] == "主体变更" else [])
        yield ProvisionMove(
            law=law, old=m.get("from", ""), new=m.get("to", []), how=HOW[m["how"]], about=about, to_law=heir,
            from_day=day, instrument=paper,
        )  # fmt: skip


def _paper(r: Row) -> Instrument:
    return Instrument(
        key=r["key"],
        number=r.get("number", ""),
        title=r["title"],
        kind=r["kind"],
        issuer=r["issuer"],
        issuer_class=r["issuer_class"],
        issuer_level=r["issuer_level"],
        issuer_area=r["issuer_area"],
        signed=r.get("signed"),
        published=r.get("published"),
        effective=r.get("effective"),
        demo=bool(r.get("demo", False)),
        unverified=r.get("unverified", []),
        note=r.get("note", ""),
    )


def _law_key(row: Row, day: Any) -> str:
    return f"law-{row['key']}-{day}"


def _law_papers(row: Row) -> list[Instrument]:
    who, level = _CLASS.get(row.get("level", ""), ("部门", "nation"))
    days = {row["since"]: row, **{v["since"]: v for v in row.get("version", [])}}
    return [
        Instrument(
            key=_law_key(row, day),
            number=row.get("number", "") if day == row["since"] else "",
            title=row["name"],
            kind=Instrument.Kind.LAW,
            issuer=row.get("author", "")[:120],
            issuer_class=who,
            issuer_level=level,
            issuer_area="000000",
            effective=day,
            unverified=said.get("unverified", []),
            note=said.get("note", ""),
        )
        for day, said in days.items()
    ]


def notice_key(row: Row) -> str:
    return f"calendar-{row['year']}"


def _notice(row: Row) -> Instrument:
    return Instrument(
        key=notice_key(row),
        number=row.get("number", ""),
        title=f"{row['year']}年部分节假日安排",
        kind=Instrument.Kind.NOTICE,
        issuer="国务院办公厅",
        issuer_class="政府办",
        issuer_level="nation",
        issuer_area="000000",
        unverified=row.get("unverified", []),
        note=row.get("source", ""),
    )


def _texts(packs: Sequence[Pack], laws: dict[str, Law]) -> list[Provision]:
    found = []
    for path in (p.folder / "law-articles.jsonl.gz" for p in packs):
        if path.exists():
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                rows = [json.loads(line) for line in lines]
            found += [
                Provision(law=laws[r["law"]], version_day=r["version"], article=r["article"], text=r["text"])
                for r in rows
                if r["law"] in laws
            ]
    return found
