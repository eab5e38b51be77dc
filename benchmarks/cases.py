"""The desk over a million cases against the same desk over ten thousand (issue 4; measures.md §9): server time of the pages people
live on — worklists, search in Chinese by any field, the list of all cases, a case, the wall — through the views, templates and all.

`python -m benchmarks.cases [CASES]` prints JSON. The first hundred thousand cases come in by `receive_many`, ten thousand at a
time, over a year; what bodies do with them afterwards is written set by set, past the same triggers that guard the steps, with one event
a step and batch; the rest are copies of these. One case in fifty is still open, one in two hundred waits for a human, whatever the size of the past."""

from __future__ import annotations

import json
import os
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks._ground import connect, database, django_on

STREETS, BODIES, TIMES, BATCH, BY_ACTS = 120, 40, 60, 10_000, 100_000
BEGIN, NOW = datetime.fromisoformat("2016-01-04 10:00+08"), datetime.fromisoformat("2016-12-20 10:00+08")
MATTERS = {
    "010201": ("路灯", "对城市照明设施的养护"),
    "010202": ("积水", "对城市排水设施的养护"),
    "010203": ("违建", "对违法建设的查处"),
}
RARE = "孔雀鱼缸"  # said by one case in ten thousand

COPIES = (  # table, what of it is counted up with the case, whose rows stand under a case
    ("cases_case", "id", {"no": "'B' || {id}", "idempotency_key": "null", "secret_hash": "''"}),
    ("cases_leg", "id", {"case_id": "case_id + %(by)s"}),
    ("cases_reply", "id", {"case_id": "case_id + %(by)s", "leg_id": "leg_id + %(legs)s"}),
    ("cases_sought", "", {"case_id": "case_id + %(by)s"}),
)
LATER = """
update cases_leg l set state = 'signed', signed_at = dispatched_at + interval '5 hours' from cases_case c
 where c.id = l.case_id and l.case_id > %(after)s and l.case_id <= %(upto)s and l.state = 'dispatched' and c.id %% 100 > 0;
update cases_case set state = 'handling', first_responded_at = received_at + interval '5 hours'
 where id > %(after)s and id <= %(upto)s and state = 'dispatched' and id %% 100 > 0;
update cases_leg set state = 'replied', replied_at = dispatched_at + interval '3 days'
 where case_id > %(after)s and case_id <= %(upto)s and state = 'signed' and case_id %% 100 > 1;
insert into cases_reply (case_id, leg_id, round, text, solved, evidence, approved_by, at)
 select case_id, id, 1, '已经到现场处理，请您监督。', true, '现场照片', '', replied_at from cases_leg where case_id > %(after)s and case_id <= %(upto)s and state = 'replied';
update cases_case set state = 'replied', answered_at = received_at + interval '3 days'
 where id > %(after)s and id <= %(upto)s and state = 'handling' and id %% 100 > 1;
update cases_case set state = 'closed', ended_at = answered_at + interval '5 days'
 where id > %(after)s and id <= %(upto)s and state = 'replied' and id %% 200 > 3;
insert into record_event (act, at, who, via, touched, payload, rows_root, tell)
 select act, %(now)s, '测试', 'system', array_agg('case:' || id), jsonb_build_object('count', count(*)), '', false
 from cases_case, unnest(array['sign', 'reply', 'close']) act where id > %(after)s and id <= %(upto)s and state = 'closed' group by act;
"""


def run(cases: int = 1_000_000) -> dict[str, Any]:
    small, large = _measured(10_000), _measured(cases)
    pages = {
        name: {
            "p50": p50,
            "p95": p95,
            "small_p95": small["pages"][name][1],
            "ratio": round(p95 / small["pages"][name][1], 2),
        }
        for name, (p50, p95) in large["pages"].items()
    }
    return {
        "cases": cases,
        "load": [round(x, 1) for x in os.getloadavg()],
        "seeded": large["seeded"],
        "pages_ms": pages,
    }


def _measured(cases: int) -> dict[str, Any]:
    with database() as dsn:
        django_on(dsn)
        seeded = seed(dsn, cases)
        found = {name: _timed(call) for name, call in pages().items()}
        from django.db import connection

        connection.close()
    return {"seeded": seeded, "pages": found}


# -- the seed ----------------------------------------------------------------------------------------------------------
def seed(dsn: str, cases: int) -> dict[str, Any]:
    """A city of forty bodies and a year of its cases. Says how fast."""
    from zhize.cases.commands import receive_many
    from zhize.cases.tests.conftest import CLERK

    town, rng, received = _town(), random.Random(1), 0.0
    began = time.perf_counter()
    by_acts = min(cases, BY_ACTS)
    batches, waiting = max(1, by_acts // BATCH), []
    with ThreadPoolExecutor(1) as bodies:  # what bodies do with one batch while the next comes in
        for n in range(batches):
            now = BEGIN + (NOW - BEGIN) * n / batches
            batch = list(_messages(town, rng, min(BATCH, cases), n * BATCH))
            start = time.perf_counter()
            receive_many(batch, by=CLERK, now=now)
            received += time.perf_counter() - start
            waiting.append(bodies.submit(_later, dsn, n * BATCH, (n + 1) * BATCH, now))
    for done in waiting:
        done.result()
    whole = time.perf_counter() - began
    said = {
        "by_acts": by_acts,
        "seconds": round(whole),
        "received_per_s": round(by_acts / received),
        "all_per_s": round(by_acts / whole),
    }
    said |= _index()
    _copy(dsn, by_acts, cases)
    with connect(dsn) as db:
        db.execute("vacuum analyze")
    return said


def _later(dsn: str, after: int, upto: int, now: datetime) -> None:
    with connect(dsn) as db, db.transaction():
        for statement in filter(str.strip, LATER.split(";\n")):
            db.execute(
                statement,
                {"after": after, "upto": upto, "now": now} if "%(now)" in statement else {"after": after, "upto": upto},
            )


def _index() -> dict[str, Any]:
    """The words written down by which cases are found again."""
    from zhize.cases.commands.finding import index_words

    began, done = time.perf_counter(), 0
    while some := index_words():
        done += some
    passed = time.perf_counter() - began
    return {"indexed_s": round(passed), "indexed_per_s": round(done / max(passed, 0.001))}


def _messages(town: dict[str, Any], rng: random.Random, count: int, first: int) -> Iterator[Any]:
    """Twenty-five words each, the common ones common: what people write repeats itself, and each says something of his own."""
    from zhize.cases.terms import Message

    words, weights = town["words"], town["weights"]
    for n in range(first, first + count):
        said = "".join(rng.choices(words, cum_weights=weights, k=25))
        rare = RARE if n % 10_000 == 77 else ""
        matter = None if n % 200 == 150 else town["matters"][n % len(town["matters"])]
        yield Message(
            text=f"{said[:20]}，{said[20:]}{rare}，请尽快处理。", place_id=town["places"][n * 7919 % len(town["places"])],
            kind=("complaint", "help", "enquiry", "suggestion", "report")[n % 5], channel="phone", title=said[4:14],
            address=f"人民路{n % 900}号", matter_id=matter, idempotency_key=f"bench-{n}",
        )  # fmt: skip


def _town() -> dict[str, Any]:
    """The small town of the tests, with streets, each held by one of forty bodies."""
    from zhize.cases.tests.conftest import CLERK, SETUP, START, build
    from zhize.places.commands import establish
    from zhize.places.terms import Dated, Expression, PlaceHistory
    from zhize.register.commands import appoint, assign, define, define_matters, found, map_matter
    from zhize.register.commands.matters import Answer, NewMatter
    from zhize.register.models import Seat
    from zhize.register.terms import Line, NewBody, NewDuty

    town = build()
    said: dict[str, Any] = {"instrument": town.paper, "by": CLERK, "now": SETUP}

    def dated(value: str) -> list[Dated]:
        return [Dated(value, START)]

    parents = ["330302", "330304"]
    streets = list(establish(
        [PlaceHistory(f"{parents[n % 2]}{n + 200}", 5, lives=dated("x"), names=dated(f"第{n}街道"), codes=dated(f"{parents[n % 2]}{n + 200}"),
                      parents=dated(parents[n % 2])) for n in range(STREETS)], **said).values())  # fmt: skip
    bodies = list(
        found(
            [NewBody(f"b-{n}", "机关", 4, f"第{n}养护所", START, town.places["330302"].pk) for n in range(BODIES)],
            **said,
        ).values()
    )
    duties = define([NewDuty(code, "work", duty, START, levels=[4]) for code, (_, duty) in MATTERS.items()], **said)
    assign([Line(duty, bodies[(s + d * 7) % BODIES], 4, Expression((place.pk,)), START)
            for d, duty in enumerate(duties.values()) for s, place in enumerate(streets)], **said)  # fmt: skip
    matters = define_matters(
        [NewMatter("0102", "市政设施", START), *(NewMatter(code, name, START) for code, (name, _) in MATTERS.items())],
        **said,
    )
    map_matter([Answer(matters[code], duties[code]) for code in MATTERS], day=START, **said)
    officer = town.seats["taker2"].officer
    appoint(
        [Seat(officer=officer, role="handler", body=bodies[0], place=town.places["330302"], from_day=START)], **said
    )
    said_words = _words()
    return {
        "places": [p.pk for p in streets], "matters": [matters[code].pk for code in MATTERS], "words": said_words,
        "weights": _zipf(len(said_words)),
    }  # fmt: skip


def _words() -> list[str]:
    """Pairs of characters from real sentences about duties, in an order that is always the same."""
    text = Path(__file__).with_name("_duty_names.py").read_text("utf-8")
    pairs = sorted(
        {piece[at : at + 2] for piece in re.findall(r"[\u4e00-\u9fff]{2,}", text) for at in range(len(piece) - 1)}
    )
    random.Random(2).shuffle(pairs)
    return pairs


def _zipf(count: int) -> list[float]:
    total, weights = 0.0, []
    for rank in range(1, count + 1):
        total += 1 / rank**0.8
        weights.append(total)
    return weights


def _copy(dsn: str, have: int, cases: int) -> None:
    """The rest are copies of what came in by acts, under new numbers and moved in time: the same words as often."""
    with connect(dsn) as db:
        legs = db.execute("select max(id) from cases_leg").fetchone()[0]
        db.execute("set session_replication_role = replica")
        for n in range(1, cases // have):
            for table, key, changed in COPIES:
                names = [
                    row[0]
                    for row in db.execute(
                        "select column_name from information_schema.columns where table_name = %s order by ordinal_position",
                        [table],
                    )
                ]
                step = {"cases_case": have, "cases_leg": legs, "cases_reply": legs}.get(table, have)
                said = (
                    {key: f"{key} + {step * n}"} | {k: v.format(id=f"(id + {step * n})") for k, v in changed.items()}
                    if key
                    else dict(changed)
                )
                values = [
                    said.get(name, f'"{name}"').replace("%(by)s", str(have * n)).replace("%(legs)s", str(legs * n))
                    for name in names
                ]
                quoted = ", ".join(f'"{name}"' for name in names)
                limit = {"cases_case": f"id <= {have}", "cases_leg": f"id <= {legs}"}.get(table, f"case_id <= {have}")
                db.execute(f"insert into {table} ({quoted}) select {', '.join(values)} from {table} where {limit}")


# -- the pages ---------------------------------------------------------------------------------------------------------
def pages() -> dict[str, Callable[[int], Any]]:
    """Each page as a call; the number turns the case, the queue or the page."""
    from zhize.cases.models import Case
    from zhize.register.models import Seat

    city = Seat.objects.select_related("place", "body", "officer").get(officer__username="supervisor")
    desk = Seat.objects.select_related("place", "body", "officer").get(officer__username="dispatcher")
    county = Seat.objects.select_related("place", "body", "officer").get(officer__username="lc_taker")
    body = Seat.objects.select_related("place", "body", "officer").get(officer__username="taker2", role="handler")
    some = list(Case.objects.order_by("pk").values_list("pk", flat=True)[:: max(1, Case.objects.count() // 50)])
    middle = some[len(some) // 2]
    words = _words()
    common, seldom = words[0], words[len(words) // 2]
    return {
        "worklist_dispatcher": lambda n: _page(desk, "worklist", {}),
        "worklist_late": lambda n: _page(city, "worklist", {"queue": "late"}),
        "worklist_body": lambda n: _page(body, "worklist", {}),
        "list_all": lambda n: _page(city, "cases", {}),
        "list_deep": lambda n: _page(city, "cases", {"after": str(middle)}),
        "list_county": lambda n: _page(county, "cases", {}),
        "list_body": lambda n: _page(body, "cases", {}),
        "list_state": lambda n: _page(city, "cases", {"state": "registered"}),
        "list_state_kind": lambda n: _page(city, "cases", {"state": "handling", "kind": "report"}),
        "search_rare": lambda n: _page(city, "cases", {"q": RARE}),
        "search_none": lambda n: _page(city, "cases", {"q": "麒麟出没"}),
        "search_common": lambda n: _page(city, "cases", {"q": common}),
        "search_seldom": lambda n: _page(city, "cases", {"q": seldom}),
        "search_two": lambda n: _page(city, "cases", {"q": f"{common} {seldom}"}),
        "search_matter": lambda n: _page(city, "cases", {"q": "违建"}),
        "search_place": lambda n: _page(city, "cases", {"q": f"第{n % STREETS}街道"}),
        "search_body": lambda n: _page(city, "cases", {"q": f"第{n % BODIES}养护所"}),
        "search_mixed": lambda n: _page(city, "cases", {"q": f"第{n % STREETS}街道 {common} 路灯"}),
        "search_county": lambda n: _page(county, "cases", {"q": seldom}),
        "search_by_body": lambda n: _page(body, "cases", {"q": seldom}),
        "search_address": lambda n: _page(city, "cases", {"q": f"人民路{n * 7 % 900}号"}),
        "case": lambda n: _page(city, "case", {}, some[n % len(some)]),
        "wall": lambda n: _page(city, "wall", {}),
    }  # fmt: skip


def _page(seat: Any, name: str, params: dict[str, str], *args: int) -> Any:
    """The view of this name for this seat, its page written out. Only the cookie and the session are left away."""
    from django.http import Http404
    from django.test import RequestFactory
    from django.urls import resolve, reverse

    from benchmarks._seat import seated

    url = reverse(f"cases:{name}", args=args)
    request = RequestFactory().get(url, params)
    with seated(request, seat, NOW):
        match = resolve(url)
        try:
            response = match.func(request, *match.args, **match.kwargs)
        except Http404:
            raise AssertionError(f"{name} is not there for this seat") from None
    assert response.status_code == 200, (name, response.status_code)
    return response


def _timed(call: Callable[[int], Any]) -> tuple[float, float]:
    """Milliseconds: the median, and what nineteen of twenty stay under."""
    call(0)
    times = []
    for n in range(TIMES):
        began = time.perf_counter()
        call(n + 1)
        times.append(1000 * (time.perf_counter() - began))
    times.sort()
    return round(statistics.median(times), 1), round(times[int(TIMES * 0.95) - 1], 1)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhize.settings")
    import django

    django.setup()
    print(json.dumps(run(*map(int, sys.argv[1:])), ensure_ascii=False, indent=1))
