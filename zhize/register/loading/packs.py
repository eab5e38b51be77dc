"""Packs as written: TOML tables, stacked from the nation down, with unknown keys refused."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zhize.kernel.errors import BadInput

Row = dict[str, Any]
_COMMON = {"since", "until", "instrument", "unverified", "demo", "note", "key", "name"}
KNOWN: dict[str, set[str]] = {
    "instrument": _COMMON
    | {
        "number",
        "title",
        "kind",
        "issuer",
        "issuer_class",
        "issuer_level",
        "issuer_area",
        "signed",
        "published",
        "effective",
    },
    "law": _COMMON | {"level", "author", "number", "replaced_by", "version"},
    "body": _COMMON
    | {"short", "kind", "level", "place", "superior", "family", "phone", "uscc", "names", "ended_by", "successor"},
    "family": _COMMON
    | {
        "slug",
        "no",
        "level",
        "city",
        "county_pattern",
        "patterns",
        "short",
        "kind",
        "superior",
        "names",
        "ended_by",
        "successor",
        "falls_to",
    },
    "combined": _COMMON | {"place", "short", "families", "superior"},
    "hand_over": _COMMON | {"basis", "day", "to", "types", "levels", "from"},
    "duty": _COMMON
    | {
        "kind",
        "type",
        "codes",
        "basis",
        "levels",
        "family",
        "main",
        "field",
        "handover2016",
        "segments",
        "handover_segments",
        "personal_liberty",
        "legal_days",
        "promised_days",
        "assist",
        "concurrent",
        "township",
        "gap",
        "detail",
        "ended_by",
    },
    "local": _COMMON | {"of", "place", "family", "type", "levels", "basis", "codes", "legal_days", "main", "said"},
    "said": _COMMON | {"of", "said"},
    "absence": _COMMON | {"of", "place", "level", "reason"},
    "matter": _COMMON | {"code", "label", "synonyms", "duties"},
    "zone": _COMMON
    | {"short", "aliases", "kind", "approval_level", "ended_by", "successor", "body", "district", "groups", "manages"},
    "change": _COMMON
    | {
        "kind",
        "code",
        "parent",
        "day",
        "from_name",
        "out_of",
        "from_code",
        "to_code",
        "approved",
        "published",
        "operational",
        "into",
        "from_parent",
    },
    "exclude": {"code", "name", "why"},
    "place": _COMMON | {"code", "parent"},
    "interim": {"place", "served_by", "from", "until", "instrument", "note", "unverified"},
    "group": _COMMON | {"level", "members"},
    "setting": _COMMON | {"value", "article"},
    "competence": _COMMON | {"act", "subject", "issuer_class", "issuer_level", "kinds", "article", "place"},
    "year": {"year", "number", "off", "work", "source", "unverified", "note"},
    "officer": _COMMON | {"username", "seats"},
    "scheme": _COMMON | {"standard", "values"},
    "case": {
        "text",
        "title",
        "place",
        "matter",
        "kind",
        "channel",
        "name",
        "phone",
        "ago",
        "hour",
        "steps",
        "demo",
        "note",
    },
    "line": {
        "number",
        "name",
        "owner",
        "since",
        "opened_by",
        "mode",
        "merged",
        "instrument",
        "calls",
        "from",
        "until",
        "demo",
        "note",
    },
    "edition": {"by", "body", "kind", "day", "instrument", "demo", "note"},
    "comparison": {"by", "place", "day", "levels", "rulings", "demo", "note"},
    "adjustment": {
        "clerk",
        "op",
        "duty",
        "to",
        "reason",
        "article",
        "words",
        "ago",
        "steps",
        "name",
        "type",
        "detail",
        "levels",
        "codes",
        "mode",
        "basis",
        "said",
        "demo",
        "unverified",
        "note",
    },
}


@dataclass
class Pack:
    """One folder: its head and its tables."""

    key: str
    name: str
    place: str
    folder: Path
    tables: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    defaults: Row = field(default_factory=dict)

    def rows(self, table: str) -> list[Row]:
        return self.tables.get(table, [])


def default(packs: Sequence[Pack], key: str) -> Any:
    """What the nearest pack says of a key of its [defaults] tables."""
    for pack in reversed(packs):
        if key in pack.defaults:
            return pack.defaults[key]
    raise BadInput(
        "政策包没有写明“{key}”", why="建立登记时要用到它", instead="请在 [defaults] 中补上", key=key, code="no_default"
    )


def read_packs(root: Path) -> list[Pack]:
    """Every pack under `root`, each after the pack above it."""
    heads = {p.parent: _toml(p) for p in sorted(root.glob("*/pack.toml"))}
    if not heads:
        raise BadInput("找不到政策包", why="{root}下没有 pack.toml", instead="请检查 packs 目录", root=root.name)
    by_key = {h["key"]: (folder, h) for folder, h in heads.items()}
    done: list[Pack] = []
    while len(done) < len(by_key):
        ready = [
            k
            for k, (_, h) in by_key.items()
            if k not in {p.key for p in done} and (not h["above"] or h["above"] in {p.key for p in done})
        ]
        if not ready:
            raise BadInput("政策包的上下级关系有环或缺包", instead="请检查各 pack.toml 的 above")
        done += [_read(*by_key[k]) for k in sorted(ready)]
    return done


def _read(folder: Path, head: Row) -> Pack:
    pack = Pack(head["key"], head["name"], head["place"], folder)
    for path in sorted(folder.rglob("*.toml")):
        if path.name != "pack.toml":
            _take(pack, path)
    return pack


def _take(pack: Pack, path: Path) -> None:
    for table, rows in _toml(path).items():
        if isinstance(rows, dict):
            pack.defaults |= rows
            continue
        if table not in KNOWN:
            raise BadInput("政策包“{file}”里有不认识的表“{table}”", instead="请改正表名", file=path.name, table=table)
        for row in rows:
            if strange := set(row) - KNOWN[table]:
                raise BadInput(
                    "政策包“{file}”的表“{table}”里有不认识的键“{keys}”",
                    instead="请改正键名",
                    file=path.name,
                    table=table,
                    keys="、".join(sorted(strange)),
                )
        pack.tables[table] += rows


def _toml(path: Path) -> Row:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadInput(
            "政策包文件“{file}”读不懂", why="{error}", instead="请按 TOML 格式改正", file=path.name, error=str(error)
        ) from error
