"""Drill 8: whoever owns the database changes, deletes, inserts, reorders or cuts rows of the sealed log.

A thousand random attacks on a million rows, a hundred at a time, each on rows of its own, with the triggers switched off as only an owner can;
then the rows are put back. The separate verifier (`_verifier.py`) names every row attacked and nothing else, within ten seconds.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import psycopg

from drills._ground import SEED, Bars, Site, throw_away
from zhize.paths import CHECKOUT

AT_A_TIME = 100
FILL = """insert into record_event (act, at, who, via, touched, payload, rows_root, tell)
select 'drill', now() - n * interval '1 second', '演练' || n %% 97, 'system', array['case:' || n],
  jsonb_build_object('no', n, 'why', '占道摆摊' || n, 'from', now()::text), '', false from generate_series(1, %s) n"""
OWNER = "set session_replication_role = replica"  # what a trigger refuses an owner may switch off
SPARE = "select seal_id, leaf_no from record_event where id = %(id)s"


def run(quick: bool = False, seed: int = SEED) -> dict[str, Any]:
    with throw_away() as site:
        from zhize import postgres

        with postgres.ensure(site.home):
            return drill(site, rows=20_000 if quick else 1_000_000, attacks=100 if quick else 1_000, seed=seed)


def drill(site: Site, *, rows: int, attacks: int, seed: int) -> dict[str, Any]:
    bars, draw = Bars(), random.Random(seed)
    with psycopg.connect(site.dsn, autocommit=True) as db:
        db.execute(FILL, [rows])
        began = time.perf_counter()
        site.command("clockwork", "--once")
        sealed = time.perf_counter() - began
        clean, took = _verify(site.dsn, "")
        bars.is_("false_alarms_before", len(clean["broken"]), 0)
        bars.is_(
            "rows_unsealed", db.execute("select count(*) from record_event where seal_id is null").fetchone()[0], 0
        )  # type: ignore[index]
        seconds, missed, strange = [took], [], 0
        for _ in range(max(1, attacks // AT_A_TIME)):
            hit = _round(db, draw, min(attacks, AT_A_TIME))
            said, took = _verify(site.dsn, clean["head"])
            seconds.append(took)
            missed += [kind for kind, names in hit if not names & set(said["broken"])]
            strange += len(set(said["broken"]) - set().union(*(names for _, names in hit)))
            _put_back(db)
        cut = _cut_and_found(db, site.dsn, clean["head"])
        bars.is_("false_alarms_after", len(_verify(site.dsn, clean["head"])[0]["broken"]), 0)
    bars.is_("attacks_not_found", len(missed), 0)
    bars.is_("rows_named_that_nobody_touched", strange, 0)
    bars.is_("tail_cut_found_by_an_outsiders_head", cut, True)
    bars.at_most("verifier_s", round(sorted(seconds)[len(seconds) // 2], 2), 10)
    figures = {"slowest_s": round(max(seconds), 2), "sealing_s": round(sealed, 1), "missed": missed[:10]}
    return bars.told("forged", seed, rows=clean["rows"], seals=clean["seals"], attacks=attacks, **figures)


def _verify(dsn: str, head: str) -> tuple[dict[str, Any], float]:
    began = time.perf_counter()
    given = [sys.executable, "-P", "-m", "drills._verifier", dsn, "--head", head]
    done = subprocess.run(given, capture_output=True, text=True, cwd=CHECKOUT, env={"PYTHONPATH": str(CHECKOUT)})
    assert done.returncode in (0, 3), done.stderr[-2000:]
    return json.loads(done.stdout), time.perf_counter() - began


# -- the attacks: each says what the verifier must name --------------------------------------------------------------------
def _round(db: Any, draw: random.Random, count: int) -> list[tuple[str, set[str]]]:
    db.execute("create temp table if not exists was_event as table record_event with no data")
    db.execute("create temp table if not exists was_seal as table record_seal with no data")
    db.execute("truncate was_event, was_seal")
    last = db.execute("select max(id) from record_event where act = 'drill'").fetchone()[0]
    first = db.execute("select min(id) from record_event where act = 'drill'").fetchone()[0]
    ids = draw.sample(range(first, last + 1), count * 2)
    db.execute("insert into was_event select * from record_event where id = any(%s)", [ids])
    db.execute("insert into was_seal select * from record_seal")
    db.execute(OWNER)
    hit = [_attack(db, draw, one, two) for one, two in zip(ids[::2], ids[1::2], strict=True)]
    db.execute("set session_replication_role = origin")
    return hit


def _attack(db: Any, draw: random.Random, one: int, two: int) -> tuple[str, set[str]]:
    kind = draw.choice([*ATTACKS])
    return kind, ATTACKS[kind](db, draw, one, two)


def _change(db: Any, draw: random.Random, one: int, two: int) -> set[str]:
    changes = ("act = 'drilled'", "at = at + interval '1 microsecond'", "who = who || ' '", "via = 'web'", "touched = touched || 'case:0'::varchar",
               "payload = payload || '{\"why\": \"\"}'", "rows_root = 'a'", "tell = not tell", "officer_id = 1", "seat_id = 1")  # fmt: skip
    db.execute(f"update record_event set {draw.choice(changes)} where id = %s", [one])
    return {f"event:{one}"}


def _delete(db: Any, draw: random.Random, one: int, two: int) -> set[str]:
    seal, leaf = db.execute(SPARE, {"id": one}).fetchone()
    db.execute("delete from record_event where id = %s", [one])
    return {f"seal:{seal}/{leaf}"}


def _reorder(db: Any, draw: random.Random, one: int, two: int) -> set[str]:
    """Two events change places in the log, each as it was written."""
    (a, b), (c, d) = (db.execute(SPARE, {"id": n}).fetchone() for n in (one, two))
    change = "update record_event set seal_id = %s, leaf_no = %s where id = %s"
    db.execute(change, [c, d + 10**6, one])
    db.execute(change, [a, b, two])
    db.execute(change, [c, d, one])
    return {f"event:{one}", f"event:{two}"}


def _insert(db: Any, draw: random.Random, one: int, two: int) -> set[str]:
    """An act that never was, hung onto a seal after its last line."""
    made = db.execute(
        "insert into record_event (act, at, who, via, touched, payload, rows_root, tell, seal_id, leaf_no) "
        "select act, at, who, via, touched, payload, rows_root, tell, seal_id, leaf_no + 10000000 + id from record_event where id = %s "
        "returning id",
        [one],
    ).fetchone()[0]
    return {f"event:{made}"}


def _swap_words(db: Any, draw: random.Random, one: int, two: int) -> set[str]:
    """Each says what the other said."""
    words = "update record_event a set payload = b.payload from was_event b where a.id = %s and b.id = %s"
    db.execute(words, [one, two])
    db.execute(words, [two, one])
    return {f"event:{one}", f"event:{two}"}


def _leaf_too(db: Any, draw: random.Random, one: int, two: int) -> set[str]:
    """The leaf is blotted as well: then the seal no longer adds up."""
    seal, leaf = db.execute(SPARE, {"id": one}).fetchone()
    db.execute("update record_event set payload = '{}' where id = %s", [one])
    db.execute("update record_seal set leaves = overlay(leaves placing sha256(%s) from %s for 32) where id = %s", [str(one).encode(), leaf * 32 + 1, seal])  # fmt: skip
    return {f"event:{one}", f"seal:{seal}"}


ATTACKS: dict[str, Callable[..., set[str]]] = {
    "change": _change, "delete": _delete, "reorder": _reorder, "insert": _insert, "swap_words": _swap_words, "leaf_too": _leaf_too,
}  # fmt: skip


def _put_back(db: Any) -> None:
    db.execute(OWNER)
    db.execute("delete from record_event where id in (select id from was_event) or leaf_no >= 10000000")
    db.execute("insert into record_event select * from was_event")
    db.execute("delete from record_seal")
    db.execute("insert into record_seal select * from was_seal")
    db.execute("set session_replication_role = origin")


def _cut_and_found(db: Any, dsn: str, head: str) -> bool:
    """The last seal and its events go: the chain that is left is whole, and only who wrote the head down can tell."""
    last = db.execute("select max(id) from record_seal").fetchone()[0]
    db.execute("truncate was_event, was_seal")
    db.execute("insert into was_event select * from record_event where seal_id = %s", [last])
    db.execute("insert into was_seal select * from record_seal")
    db.execute(OWNER)
    db.execute("delete from record_event where seal_id = %s", [last])
    db.execute("delete from record_seal where id = %s", [last])
    unseen, seen = _verify(dsn, "")[0]["broken"], _verify(dsn, head)[0]["broken"]
    _put_back(db)
    return unseen == [] and seen == ["head"]
