"""A year's 100,000 cases tried against a draft that moves a tenth of all duties (cases.md §4.11; goal: 60 s), beside the plain way: the
register asked case by case, twice, as a script would (a sample, scaled up). Two years are seeded, one is replayed.

`python -m benchmarks.simulate [CASES]` prints JSON; CASES are those replayed."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from benchmarks._ground import connect, database, django_on
from benchmarks.figures import NOW, YEARS, _seed, _town

MATTERS, SAMPLE = 300, 300
SPREAD = """set session_replication_role = replica;
update cases_case set matter_id = (%(matters)s::bigint[])[1 + (id * 7907) %% cardinality(%(matters)s::bigint[])];
set session_replication_role = origin"""


def run(cases: int = 100_000) -> dict[str, Any]:
    with database() as dsn:
        django_on(dsn)
        from zhize.cases.queries.simulating import simulate
        from zhize.register.drafts.annex import annex

        town = _town()
        matters = _matters(town)
        _seed(dsn, town, cases * YEARS)
        with connect(dsn) as db:
            for statement in SPREAD.split(";"):
                db.execute(statement, {"matters": matters} if "matters" in statement else {})
            db.execute("vacuum analyze")
        draft = annex(_draft(), "bench.toml", date(2018, 1, 1))
        now, year = datetime.fromisoformat(NOW), (date(2017, 1, 1), date(2017, 12, 31))
        found: dict[str, Any] = {}
        rounds = [_spent(lambda: found.update(simulate(draft, *year, town["city"], now))) for _ in range(3)]
        plain = _by_case(town, now)
        took = min(wall for wall, _ in rounds)
        result = {
            "cases": found["cases"]["replayed"], "questions": len(matters) * len(town["places"]), "changed": found["routes"]["changed"],
            "wall_s": [round(wall, 2) for wall, _ in rounds], "cpu_s": [round(cpu, 2) for _, cpu in rounds],
            "plain_ms_a_case": round(1000 * plain, 2), "plain_s": round(plain * found["cases"]["replayed"], 1),
            "times_faster": round(plain * found["cases"]["replayed"] / took, 1), "load": os.getloadavg()[0],
        }  # fmt: skip
        from django.db import connection

        connection.close()
    return result


def _matters(town: dict[str, Any]) -> list[int]:
    """Each answered by a duty that one of the bodies holds in the district."""
    from zhize.cases.tests.conftest import CLERK, SETUP, START
    from zhize.places.models import Place
    from zhize.places.terms import Expression
    from zhize.record.models import Instrument
    from zhize.register.commands import assign, define, define_matters, map_matter
    from zhize.register.commands.matters import Answer, NewMatter
    from zhize.register.models import Body
    from zhize.register.terms import Line, NewDuty

    said: dict[str, Any] = {"instrument": Instrument.objects.earliest("pk"), "by": CLERK, "now": SETUP}
    duties = define([NewDuty(f"d-{n}", "work", f"第{n}项职责", START, levels=[4]) for n in range(MATTERS)], **said)
    bodies = list(Body.objects.filter(pk__in=town["bodies"]).order_by("pk"))
    where = Expression((Place.objects.get(key="330302").pk,))
    assign([Line(d, bodies[n % len(bodies)], 4, where, START) for n, d in enumerate(duties.values())], **said)
    made = define_matters(
        [NewMatter("20", "其他", START)] + [NewMatter(f"20{n // 99 + 10:02}", f"第{n // 99}类", START) for n in range(0, MATTERS, 99)]
        + [NewMatter(f"20{n // 99 + 10:02}{n % 99 + 1:02}", f"第{n}件事", START) for n in range(MATTERS)], **said)  # fmt: skip
    leaves = [m for m in made.values() if m.code.startswith("20") and len(m.code) == 6]
    map_matter([Answer(m, d) for m, d in zip(leaves, duties.values(), strict=True)], day=START, **said)
    return [m.pk for m in leaves]


def _draft() -> str:
    """Twenty bodies give everything they hold to twenty others."""
    return "day = 2018-01-01\n" + "".join(f'[[hand_over]]\nfrom = "b-{n}"\nto = "b-{n + 100}"\n' for n in range(20))


def _by_case(town: dict[str, Any], now: datetime) -> float:
    """Seconds a case: its row, its lead, and the register twice."""
    from zhize.cases.models import Case, Leg
    from zhize.register.queries.matters import resolve_matter

    def one(pk: int) -> None:
        case = Case.objects.select_related("matter__parent__parent").get(pk=pk)
        Leg.objects.filter(case=case, capacity="lead").order_by("-no").first()
        for _ in range(2):
            resolve_matter(case.matter, case.place_id, date(2018, 1, 1))

    ids = list(Case.objects.order_by("-pk").values_list("pk", flat=True)[:SAMPLE])
    return _took(lambda: [one(pk) for pk in ids]) / len(ids)


def _spent(call: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of this process's own work."""
    worked = time.process_time()
    return _took(call), time.process_time() - worked


def _took(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhize.settings")
    import django

    django.setup()
    print(json.dumps(run(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000), ensure_ascii=False, indent=1))
