"""The desk over a million cases against the same desk over ten thousand (issue 4; measures.md §9): server time of the pages people
live on — worklists, search in Chinese by any field, the list of all cases, a case, the wall — through the views, templates and all.

`python -m benchmarks.cases [CASES]` prints JSON: for each page p50 and p95 in milliseconds at both sizes and their ratio, by the wall's
clock and by what processors worked (the steadier figure on a busy machine), and how many questions the page asks. Both cities stand at once and are asked in turn, so that what else the machine does weighs
on both. The city is `_city.py`'s; ZHIZE_BENCH_KEEP=FOLDER keeps it, and the next run begins where this one measured."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks._city import BODIES, NOW, RARE, STREETS, seeded, words
from benchmarks._ground import database, django_on

TIMES, SMALL = 60, 10_000


def run(cases: int = 1_000_000, only: str = "") -> dict[str, Any]:
    load = [round(x, 1) for x in os.getloadavg()]
    with _asked(SMALL) as small, _asked(cases) as large:
        names = [name for name in small.names if only in name]
        found = {name: _compared(name, small, large) for name in names}
    return {"cases": cases, "load": load, "seeded": large.said, "pages_ms": found}


def _compared(name: str, small: Site, large: Site) -> dict[str, Any]:
    """In turn, so that both see the same machine; the first call of each warms up."""
    pairs = [(small.page(name, n), large.page(name, n)) for n in range(TIMES + 1)][1:]
    few, many = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    said: dict[str, Any] = {}
    for what in ("wall", "cpu"):
        a, b = (sorted(getattr(each, what) for each in side) for side in (few, many))
        said[what] = {"p50": _at(b, 0.5), "p95": _at(b, 0.95), "small_p50": _at(a, 0.5), "small_p95": _at(a, 0.95)}
        said[what] |= {"ratio_p95": round(_at(b, 0.95) / _at(a, 0.95), 2)}
    said["queries"] = [max(each.queries for each in side) for side in (few, many)]
    print(name, said, file=sys.stderr, flush=True)
    return said


def _at(times: list[float], share: float) -> float:
    return round(times[int(len(times) * share) - 1], 1)


# -- a city answered for by a process of its own -----------------------------------------------------------------------
@dataclass(frozen=True)
class Took:
    """What a page took: milliseconds by the wall's clock, and of processors, the database's own included."""

    wall: float
    cpu: float
    queries: int


class Site:
    """A process that shows pages over one database."""

    def __init__(self, link: Any) -> None:
        self.link = link
        self.said, self.names = link.recv()

    def page(self, name: str, n: int) -> Took:
        self.link.send((name, n))
        took: Took = self.link.recv()
        return took


@contextlib.contextmanager
def _asked(cases: int) -> Iterator[Site]:
    with database(f"cases_{cases}") as dsn:
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.get_context("spawn").Process(target=_answering, args=(dsn, cases, theirs))
        process.start()
        theirs.close()
        try:
            yield Site(ours)
        finally:
            ours.close()
            process.join()


def _answering(dsn: str, cases: int, link: Any) -> None:
    _django()
    django_on(dsn)
    said, calls = seeded(dsn, cases), pages()
    link.send((said, list(calls)))
    with contextlib.suppress(EOFError):
        while True:
            name, n = link.recv()
            link.send(_timed(calls[name], n))


def _timed(call: Callable[[int], Any], n: int) -> Took:
    from django.db import connection

    asked: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        began, worked = time.perf_counter(), _worked(connection)
        call(n)
        return Took(1000 * (time.perf_counter() - began), 1000 * (_worked(connection) - worked), len(asked))


def _worked(connection: Any) -> float:
    """Seconds of a processor this process and its server in the database have had."""
    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return time.process_time() + (int(stat.read_text().split()[0]) / 1e9 if stat.exists() else 0)


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhize.settings")
    import django

    django.setup()


# -- the pages ---------------------------------------------------------------------------------------------------------
def pages() -> dict[str, Callable[[int], Any]]:
    """Each page as a call; the number turns the case, the queue or the page."""
    from zhize.cases.models import Case
    from zhize.register.models import Seat

    city = Seat.objects.select_related("place", "body", "officer").get(officer__username="supervisor")
    desk = Seat.objects.select_related("place", "body", "officer").get(officer__username="dispatcher")
    county = Seat.objects.select_related("place", "body", "officer").get(officer__username="lc_taker")
    body = Seat.objects.select_related("place", "body", "officer").get(officer__username="taker2", role="handler")
    last = Case.objects.latest("pk").pk
    some = [Case.objects.filter(pk__gte=last * n // 50 + 1).earliest("pk").pk for n in range(50)]
    middle, said = some[25], words()
    common, seldom = said[0], said[len(said) // 2]
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


if __name__ == "__main__":
    _django()
    print(
        json.dumps(run(*(int(each) if each.isdigit() else each for each in sys.argv[1:])), ensure_ascii=False, indent=1)
    )
