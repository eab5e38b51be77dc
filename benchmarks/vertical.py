"""A city's vertical comparison: 7,000 items × 200 areas, in full and after one change, against reading the same rows.

The floor reads every holding of the scope through the same cursor and keeps nothing: no texts, no judging, no rows written.
The anti-join is what one SQL statement needs to name only what is missing: one status of nineteen, nothing kept. The synthetic register is
loaded by COPY: each item is held in nearly every area; one in forty is missing, one in fifty is worded its own way.
"""

from __future__ import annotations

import os
import resource
import statistics
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from benchmarks._ground import connect, database, django_on, spent

SINCE, DAY = date(2015, 1, 1), date(2016, 7, 1)
CITY, COUNTIES, TOWNS = 3, 12, 187
LAWS = 400


def run(quick: bool = False) -> dict[str, Any]:
    items = 300 if quick else 7_000
    with database() as dsn:
        django_on(dsn)
        areas = _places()
        _register(dsn, items, areas)
        took = _measure(items)
        from django.db import connection

        connection.close()
    return {"items": items, "areas": len(areas), **took}


def _measure(items: int) -> dict[str, Any]:
    from zhize.accounts.models import By
    from zhize.lists.commands import compare
    from zhize.lists.queries.ground import Scope, Where, held
    from zhize.places.models import Place
    from zhize.record.models import Instrument
    from zhize.register.commands import reword
    from zhize.register.models import Duty

    scope = Scope(Place.objects.get(key="city"), DAY, None, (3, 4, 5))
    began = time.perf_counter()
    rows = sum(len(places) for _duty, _level, _without, places, _bodies in held(Where(scope), scope))
    read = time.perf_counter() - began
    anti = _anti_join(scope)
    by, now, made = By.system("bench"), datetime.now(UTC), list[Any]()
    full, full_cpu = (ms / 1000 for ms in spent(lambda: made.append(compare(scope, by=by, now=now))))
    paper = Instrument.objects.get(key="bench")
    reword(
        Duty.objects.get(key="item-5"),
        day=date(2016, 1, 1),
        name="对改写行为的处罚",
        instrument=paper,
        by=by,
        now=now + timedelta(seconds=1),
    )
    after, after_cpu = (
        ms / 1000 for ms in spent(lambda: made.append(compare(scope, by=by, now=now + timedelta(seconds=2))))
    )
    run_, again = made
    return {
        "load": round(os.getloadavg()[0], 1), "full_cpu_s": round(full_cpu, 2), "after_one_change_cpu_s": round(after_cpu, 2),
        "rows": rows, "cells": sum(run_.counts.values()), "read_only_s": round(read, 2), "anti_join_s": round(anti, 2),
        "full_s": round(full, 2), "ratio_full_to_reading": round(full / read, 2), "after_one_change_s": round(after, 2),
        "recomputed": again.recomputed, "picture_ms": _picture(again),
        "counts": run_.counts, "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def _picture(run: Any) -> float:
    """A page of the picture: the areas counted over all lines, forty lines with their names, fourteen columns."""
    from zhize.lists.queries import matrix

    times = []
    for _ in range(9):
        began = time.perf_counter()
        columns = matrix.columns(run)
        page = matrix.lines(run, matrix.Filters(), None, {})
        assert len(matrix.shown(run, page.rows, columns[: matrix.COLUMNS])) == matrix.LINES
        times.append(time.perf_counter() - began)
    return round(statistics.median(times) * 1000)


def _anti_join(scope: Any) -> float:
    """Items and areas without a holder: what plain SQL can say."""
    from django.db import connection

    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            """select count(*) from register_dutywording w join places_place p on p.level = any(w.levels)
            where w.withdrawn_at is null and not exists (select 1 from register_holding h where h.duty_id = w.duty_id
              and h.place_id = p.id and h.level = p.level and h.withdrawn_at is null and h.capacity = 'NAME_HOLDER'
              and h.from_day <= %s and (h.to_day is null or h.to_day > %s))""",
            [scope.day, scope.day],
        )
        cursor.fetchall()
    return time.perf_counter() - began


# -- the synthetic register --------------------------------------------------------------------------------------------


def _places() -> list[tuple[int, int]]:
    """A city, its counties, their towns: by the act, so that chains are right. (place, level) of every column."""
    from zhize.accounts.models import By
    from zhize.places.commands import establish
    from zhize.places.models import Place
    from zhize.places.terms import Dated, PlaceHistory
    from zhize.record.models import Instrument

    paper = Instrument.objects.create(key="bench", title="试验市权力清单", kind="list", issuer="试验市人民政府", issuer_class="政府",
                                      issuer_level="city", issuer_area="990100", effective=SINCE)  # fmt: skip
    new = [("city", 3, "")] + [(f"county-{n}", 4, "city") for n in range(COUNTIES)]
    new += [(f"town-{n}", 5, f"county-{n % COUNTIES}") for n in range(TOWNS)]
    lives = [
        PlaceHistory(
            key,
            level,
            lives=[Dated("", SINCE)],
            names=[Dated(f"试验{key}", SINCE)],
            parents=[Dated(up, SINCE)] if up else [],
        )
        for key, level, up in new
    ]
    establish(lives, instrument=paper, by=By.system("bench"), now=datetime.now(UTC))
    return list(Place.objects.order_by("pk").values_list("pk", "level"))


def _register(dsn: str, items: int, areas: list[tuple[int, int]]) -> None:
    """Duties, their words, codes and bases, one body an area and family, and the holdings: 1.4 million rows by COPY."""
    with connect(dsn) as db:
        event, paper = db.execute("select min(id) from record_event").fetchone()[0], 1  # type: ignore[index]
        said = (paper, SINCE, datetime.now(UTC) - timedelta(days=1), event, "x" * 64)
        db.execute(
            "alter table register_holding drop constraint one_name_holder_per_duty_segment_place, "
            "drop constraint one_lead_per_duty_segment_place"
        )  # a second holder is not what is measured, and that index takes minutes to build
        _copy(
            db,
            "record_law (id, key, name, level, author)",
            ((n, f"law-{n}", f"试验法{n}", "法律", "") for n in range(1, LAWS + 1)),
        )
        own = items // 50
        _copy(
            db,
            "register_duty (id, key, kind, type, demo)",
            ((n, f"item-{n}", "power", "02", False) for n in range(1, items + own + 1)),
        )
        _copy(db, f"register_dutywording (duty_id, name, detail, levels, field, personal_liberty, grams, clause, {_SAID})",
              ((n, _name(n, items), "", [3, 4, 5], "", False, [], "", *said) for n in range(1, items + own + 1)))  # fmt: skip
        _copy(db, f"register_dutycode (duty_id, scheme, value, clause, {_SAID})",
              ((n, "catalogue", f"9902{n // 1000:02}{1 + n % 1000:03}000", "", *said) for n in range(1, items + 1)))  # fmt: skip
        _copy(db, f"register_dutybasis (duty_id, law_id, article, paragraph, item, unverified, clause, {_SAID})",
              ((n, 1 + n % LAWS, f"第{n}条", "", "", False, "", *said) for n in range(1, items + own + 1)))  # fmt: skip
        _copy(db, f"register_dutylink (duty_id, to_id, how, clause, {_SAID})",
              ((items + n, n, "derives", "", *said) for n in range(1, own + 1) if n % 2))  # fmt: skip
        _copy(db, "register_body (id, code, kind, level, family, demo)", _bodies(areas))
        _copy(
            db,
            f"register_bodysite (body_id, place_id, clause, {_SAID})",
            ((b[0], _area_of(b[0], areas), "", *said) for b in _bodies(areas)),
        )
        _copy(db, f"register_holding (duty_id, level, place_id, excludes, body_id, capacity, mode, concurrent, clause, {_SAID})",
              _holdings(items, own, areas, said))  # fmt: skip
        db.execute("analyze")


_SAID = "instrument_id, from_day, recorded_at, recorded_by_id, digest"
FAMILIES = 30


def _name(n: int, items: int) -> str:
    return f"对第{n}种试验行为的处罚" if n <= items else f"对第{n - items}种试验行为从重的处罚"


def _bodies(areas: list[tuple[int, int]]) -> Iterator[tuple[Any, ...]]:
    for at, (_place, level) in enumerate(areas):
        for family in range(FAMILIES):
            yield at * FAMILIES + family + 1, f"body-{at}-{family}", "机关", level, f"条线{family}", False


def _area_of(body: int, areas: list[tuple[int, int]]) -> int:
    return areas[(body - 1) // FAMILIES][0]


def _holdings(items: int, own: int, areas: list[tuple[int, int]], said: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    for n in range(1, items + own + 1):
        for at, (place, level) in enumerate(areas):
            stands = (n + at) % 40 if n <= items else at % 20 == n % 20
            if stands:
                body = at * FAMILIES + (n if n <= items else n - items) % FAMILIES + 1
                yield n, level, place, [], body, "NAME_HOLDER", "法定", "", "", *said


def _copy(db: Any, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with db.cursor() as cursor, cursor.copy(f"copy {table} from stdin") as copy:
        for row in rows:
            copy.write_row(row)
