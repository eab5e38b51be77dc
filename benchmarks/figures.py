"""A year's figures over a million cases (issue 4: at most a second): every metric of a city from the days counted at night, against
the same question asked of the rows themselves, in one run; the league of two hundred bodies; and what the nightly count costs.

`python -m benchmarks.figures [CASES]` prints JSON. Cases are written by SQL, as they would stand after two years of a city;
ZHIZE_BENCH_KEEP=FOLDER keeps them for the next run."""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from benchmarks._ground import connect, database, django_on, pairs

BODIES, STREETS, YEARS = 200, 120, 2
NOW = "2017-12-31 09:00+08"

SEED = """
set session_replication_role = replica;
insert into cases_case (no, secret_hash, kind, channel, title, text, place_id, address, occurred_on, matter_id, words, state, snag,
  urgent, complex, confidential, received_at, round, promised_at, "limit", due, first_due, first_responded_at, terms_id, suspended,
  answered_at, ended_at, content_digest)
select 'B' || n, '', (array['complaint','help','enquiry','suggestion','report'])[1 + n %% 5], 'phone', '', repeat('路口有人占道摆摊', 8),
  places[1 + (n::bigint * 7919) %% cardinality(places)], '', at::date, matter, '[]', case when late then 'handling' else 'closed' end, '',
  false, false, n %% 5 = 4, at, 1, at, '5wd', at + interval '7 days', at + interval '1 day', at + interval '6 hours', terms, false,
  case when not late then at + interval '3 days' + (n %% 97) * interval '1 hour' end,
  case when not late then at + interval '9 days' end, ''
from (select n, moment as at, moment > %(end)s::timestamptz - interval '5 days' as late
  from (select n, %(start)s::timestamptz + n * (%(end)s::timestamptz - %(start)s::timestamptz) / %(cases)s as moment
    from generate_series(1, %(cases)s) n) x) y,
  (select %(places)s::bigint[] as places) p, (select %(matter)s::bigint as matter, %(terms)s::bigint as terms) m;
insert into cases_leg (case_id, no, round, body_id, capacity, required, holding_id, exhibit_id, by_hand, state, dispatched_at, sign_due,
  return_until, "limit", due, terms_id, signed_at, replied_at, ended_at)
select c.id, 1, 1, bodies[1 + (c.id::bigint * 104729) %% cardinality(bodies)], 'lead', true, %(holding)s, %(terms)s, false,
  case when answered_at is null then 'signed' else 'accepted' end, received_at + interval '10 minutes', received_at + interval '1 day',
  received_at + interval '1 day', '5wd', due, terms_id, received_at + interval '5 hours', answered_at, ended_at
from cases_case c, (select %(bodies)s::bigint[] as bodies) b order by c.id;
insert into cases_rating (case_id, leg_id, round, source, way, reached, refused, contacted, solved, satisfied, words, at)
select case_id, id, 1, 'follow_up', 'call', case_id %% 11 > 0, false, case when case_id %% 11 > 0 then true end,
  case when case_id %% 11 > 0 then case_id %% 7 > 0 end, case when case_id %% 11 > 0 then (array['yes','partly','no'])[1 + case_id %% 3] else '' end,
  '', replied_at + interval '1 day'
from cases_leg where replied_at is not null and case_id %% 2 = 0 order by id;
set session_replication_role = origin;
"""  # fmt: skip


def run(cases: int = 1_000_000) -> dict[str, Any]:
    with database(f"figures_{cases}") as dsn:
        django_on(dsn)
        from zhize.cases.commands import tally
        from zhize.cases.models import Tally
        from zhize.cases.queries import figures, measuring
        from zhize.cases.queries.league import league
        from zhize.cases.tests.conftest import CLERK

        now, began = datetime.fromisoformat(NOW), time.perf_counter()
        town = _found_again() or _town()
        if "terms" in town:
            _seed(dsn, town, cases)
        result: dict[str, Any] = {
            "cases": cases,
            "seeded_s": round(time.perf_counter() - began, 1),
            "load": os.getloadavg()[0],
        }
        span = figures.span_of(date(2017, 1, 1), date(2017, 12, 31), now)
        city = town["city"]

        def rows() -> Any:
            return measuring.count(list(figures.METRICS), span.start, span.end)

        def year() -> Any:
            return figures.figures(span, place_id=city)

        result["rows_s"] = _median(rows, 3)
        began = time.perf_counter()
        tally(by=CLERK, now=now)
        result["tally"] = {"s": round(time.perf_counter() - began, 1), "rows": Tally.objects.count()}
        _analyze(dsn)
        result["year_s"] = _median(year, 10)
        result["league_s"] = _median(lambda: league(span, city, None), 5)
        result["body_s"] = _median(lambda: figures.figures(span, body_id=town["bodies"][0]), 5)
        result["month_of_rows_s"] = _median(lambda: measuring.count(list(figures.METRICS), *_month()), 5)
        result["over_rows"] = pairs(lambda: _took(year), lambda: _took(rows), 10 if cases < 200_000 else 3)
        result["same"] = _same(figures, measuring, span)
        from django.db import connection

        connection.close()
    return result


def _same(figures: Any, measuring: Any, span: Any) -> bool:
    """The tally says what the rows say."""
    names = list(figures.METRICS)
    table, fresh = figures.counted(names, span), measuring.count(names, span.start, span.end)
    return all(
        (a.whole, a.part, a.half, a.still) == (b.whole, b.part, b.half, b.still)
        for name in names
        for a, b in [(table[name][()], fresh[name][()])]
    )


def _month() -> tuple[datetime, datetime]:
    from zhize.cases.queries.measuring import whole_days

    return whole_days(date(2017, 11, 1), date(2017, 11, 30))


def _took(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _median(call: Callable[[], object], times: int) -> float:
    return round(statistics.median(_took(call) for _ in range(times)), 3)


def _found_again() -> dict[str, Any]:
    """What a kept database has already; nothing when it is new."""
    from zhize.cases.models import Leg
    from zhize.places.models import Place

    led = Leg.objects.first()
    return {"city": Place.objects.get(key="330300").pk, "bodies": [led.body_id]} if led else {}


def _town() -> dict[str, Any]:
    """The small town of the tests, with streets and bodies enough for a city."""
    from zhize.cases.models import Exhibit
    from zhize.cases.tests.conftest import CLERK, SETUP, START, build
    from zhize.places.commands import establish
    from zhize.places.terms import Dated, PlaceHistory
    from zhize.register.commands import found
    from zhize.register.models import Holding
    from zhize.register.terms import NewBody

    town = build()
    said: dict[str, Any] = {"instrument": town.paper, "by": CLERK, "now": SETUP}

    def dated(value: str) -> list[Dated]:
        return [Dated(value, START)]

    streets = establish(
        [PlaceHistory(f"330302{n:03}", 5, lives=dated("x"), names=dated(f"第{n}街道"), codes=dated(f"330302{n:03}"),
                      parents=dated("330302")) for n in range(200, 200 + STREETS)], **said)  # fmt: skip
    place = town.places["330302"].pk
    bodies = found([NewBody(f"b-{n}", "机关", 4, f"第{n}局", START, place) for n in range(BODIES)], **said)
    terms = Exhibit.objects.create(digest="bench", content={})
    return {
        "city": town.places["330300"].pk, "places": [p.pk for p in streets.values()], "bodies": [b.pk for b in bodies.values()],
        "matter": town.matters["010101"].pk, "terms": terms.pk, "holding": Holding.objects.live().earliest("pk").pk,
    }  # fmt: skip


def _seed(dsn: str, town: dict[str, Any], cases: int) -> None:
    start = datetime.fromisoformat(NOW) - timedelta(days=365 * YEARS)
    params = {**town, "cases": cases, "start": start, "end": datetime.fromisoformat(NOW)}
    with connect(dsn) as db:
        for statement in filter(str.strip, SEED.split(";\n")):
            db.execute(statement, {k: v for k, v in params.items() if f"%({k})s" in statement})
    _analyze(dsn)


def _analyze(dsn: str) -> None:
    with connect(dsn) as db:
        db.execute("vacuum analyze")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhize.settings")
    import django

    django.setup()
    print(json.dumps(run(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000), ensure_ascii=False, indent=1))
