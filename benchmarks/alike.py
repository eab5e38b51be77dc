"""The hint while a name is typed: the likeliest of 20,000 items of one government, a name another clerk wrote differently.

Interleaved with a floor, the same names by similarity alone (the commonest pairs of characters, every name the index gives).
Goal: 50 ms at the 95th percentile (by the clock on a quiet machine, by processors on a busy one), recall@1 not below that of similarity, with the basis typed and without. Names come from our own
maker, or from the program ZHIZE_DUTY_NAMES names (as in `names`); ZHIZE_BENCH_SEED, ZHIZE_BENCH_ROWS and ZHIZE_BENCH_NAMES change what is made.
"""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from benchmarks._duty_names import write
from benchmarks._ground import connect, database, django_on, percentiles, spent
from benchmarks.lists import _said

DAY, WARM = date(2016, 7, 1), 10
Line = dict[str, str]


def run(quick: bool = False) -> dict[str, Any]:
    rows = int(os.environ.get("ZHIZE_BENCH_ROWS") or (2_000 if quick else 20_000))
    seed = int(os.environ.get("ZHIZE_BENCH_SEED") or 4711)
    asked = int(os.environ.get("ZHIZE_BENCH_NAMES") or (40 if quick else 300))
    with tempfile.TemporaryDirectory(prefix="zhize-bench-") as home, database() as dsn:
        left, right, truth = _made(Path(home), rows, seed)
        django_on(dsn)
        with connect(dsn) as db:
            _fill(db, left)
        wanted = random.Random(seed).sample([r for r in right if truth[r["code"]]], asked)
        load = round(os.getloadavg()[0], 1)
        return {"items": rows, "seed": seed, "names": asked, "load": load, **_measure(wanted, truth)}


def _made(home: Path, rows: int, seed: int) -> tuple[list[Line], list[Line], dict[str, str]]:
    if other := os.environ.get("ZHIZE_DUTY_NAMES"):
        subprocess.run([sys.executable, other, str(rows), str(seed), str(home / "names")], check=True)
    else:
        write(rows, seed, home / "names")
    left, right, pairs = (_read(home / "names" / f"{name}.csv") for name in ("left", "right", "truth"))
    return left, right, {p["right_code"]: p["left_code"] for p in pairs}


def _read(path: Path) -> list[Line]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _fill(db: psycopg.Connection, left: list[Line]) -> None:
    """The left list as the items of one body."""
    from zhize.kernel.compare.basis import articles, normalise_basis
    from zhize.kernel.text import grams

    db.execute("""insert into record_instrument (id, key, number, title, kind, issuer, issuer_class, issuer_level, issuer_area,
        effective, demo, unverified, note, content) values (1, 'bench', '', '基准', 'list', '', '', '', '', '2015-01-01', true, '{}', '', '')""")
    db.execute("""insert into record_event (id, act, at, who, via, touched, payload, rows_root, tell)
        values (1, 'bench', now(), '', 'system', '{}', '{}', '', false)""")
    db.execute("insert into places_place (id, key, kind, level) values (1, '330300', 'division', 3)")
    db.execute("insert into register_body (id, code, kind, level, family, demo) values (1, 'b1', '机关', 3, '', true)")
    _said("register_bodyname", "body_id, name, short", iter([(1, "市局", "")]), db)
    with db.cursor() as cursor, cursor.copy("copy register_duty (id, key, kind, type, demo) from stdin") as copy:
        for n, row in enumerate(left, 1):
            copy.write_row((n, row["code"], "power", row["type"], True))
    words = ((n, r["name"], "", [3], "", False, grams(r["name"])) for n, r in enumerate(left, 1))
    _said("register_dutywording", "duty_id, name, detail, levels, field, personal_liberty, grams", words, db)
    held: Iterator[tuple[Any, ...]] = ((n, 1, 3, 1, "NAME_HOLDER", "法定", [], "") for n in range(1, len(left) + 1))
    _said("register_holding", "duty_id, place_id, level, body_id, capacity, mode, excludes, concurrent", held, db)
    cites = [(n, *c) for n, r in enumerate(left, 1) for c in sorted(articles(normalise_basis(r["basis"])))]
    laws = {law: n for n, law in enumerate(sorted({c[1] for c in cites}), 1)}
    with db.cursor() as cursor, cursor.copy("copy record_law (id, key, name, level, author) from stdin") as copy:
        for law, n in laws.items():
            copy.write_row((n, f"law{n}", law, "", ""))
    based = ((n, laws[law], article, "", "", False) for n, law, article in cites)
    _said("register_dutybasis", "duty_id, law_id, article, paragraph, item, unverified", based, db)
    db.execute("vacuum analyze")


def _measure(wanted: list[Line], truth: dict[str, str]) -> dict[str, Any]:
    """Each name three ways in turn; a first few are not counted."""
    from zhize.lists.queries.alike import alike

    ways: dict[str, Callable[[Line], str]] = {
        "with_basis": lambda r: _first(alike(r["name"], r["type"], DAY, bases=r["basis"])),
        "without_basis": lambda r: _first(alike(r["name"], r["type"], DAY)),
        "similarity": _most_similar,
    }
    took: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    right = dict.fromkeys(ways, 0)
    for n, row in enumerate((*wanted[:WARM], *wanted)):
        for way, call in ways.items():
            found: list[str] = []
            took[way].append(spent(lambda call=call, row=row, found=found: found.append(call(row))))  # type: ignore[misc]
            right[way] += n >= WARM and found[0] == truth[row["code"]]
    return {way: percentiles(took[way][WARM:]) | {"recall_at_1": round(right[way] / len(wanted), 4)} for way in ways}


def _first(found: list[Any]) -> str:
    return found[0].duty.key if found else ""


def _most_similar(row: Line) -> str:
    """Plain similarity over what shares any pair of characters."""
    from zhize.kernel.text import grams, similarity
    from zhize.register.models import DutyWording

    near = DutyWording.objects.as_of(DAY).filter(grams__overlap=grams(row["name"])).values_list("duty__key", "name")
    return max(near, key=lambda x: similarity(x[1], row["name"]), default=("", ""))[0]
