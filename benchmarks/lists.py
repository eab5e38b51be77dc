"""Lists pages and search over a province: 600,000 items (40 lines of work × 125 duties, 122 governments; 1,980 townships × 25
duties), through the whole of Django, against a floor: one keyset page of one table in the same frame. Goal: 100 ms at the 95th percentile,
by the clock on a quiet machine, by what processors worked on a busy one.

Rows are made and loaded by COPY into a throw-away cluster. Seed 20163. Requests of all pages are interleaved with the floor's.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from benchmarks._ground import connect, database, django_on, percentiles, spent

DAY, SEED, TOWN = "2016-07-01", 20163, 5
FAMILIES, PER_FAMILY, CITIES, COUNTIES, PER_TOWN = 40, 125, 11, 10, 25
DOING = ["擅自", "未按规定", "违反规定", "未经批准", "拒不", "超过期限", "不按要求", "虚假", "非法", "逾期"]
WHAT = ["占用城市道路摆摊设点", "排放油烟", "堆放建筑垃圾", "设置户外广告", "砍伐城市树木", "倾倒渣土", "开挖道路", "夜间施工产生噪声",
        "从事网吧经营", "销售食品", "运输危险货物", "取水", "采矿", "占用耕地", "捕捞", "办学", "行医", "收购粮食", "燃放烟花爆竹", "停放车辆",
        "装修房屋", "转让房产", "招用童工", "拖欠工资", "安装监控", "刻制公章", "出版图书", "放映电影", "养犬", "饲养家禽"]  # fmt: skip
WHOSE = ["单位", "个人", "企业", "建设单位", "施工单位", "物业服务企业", "经营者", "业主", "学校", "医疗机构"]
TYPES = ["01", "02", "02", "02", "02", "03", "05", "06", "07", "10"]


def run(quick: bool = False) -> dict[str, Any]:
    counties, rounds = (1, 5) if quick else (COUNTIES, 60)
    with database() as dsn:
        django_on(dsn)
        began = time.perf_counter()
        held = _fill(dsn, counties)
        loaded = round(time.perf_counter() - began, 1)
        from django.test import override_settings

        plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
        with override_settings(ROOT_URLCONF="benchmarks._lists_floor", STORAGES=plain):
            result = {
                "items": held,
                "seed": SEED,
                "day": DAY,
                "loaded_in_seconds": loaded,
                "load": round(os.getloadavg()[0], 1),
                **_measure(rounds, counties),
            }
        from django.db import connection

        connection.close()
    return result


# ---- a province ------------------------------------------------------------------------------------------------------


def _fill(dsn: str, counties: int) -> int:
    rng = random.Random(SEED)
    with connect(dsn) as db:
        db.execute("""insert into record_instrument (id, key, number, title, kind, issuer, issuer_class, issuer_level, issuer_area,
            effective, demo, unverified, note, content) values (1, 'bench', '', '基准', 'list', '', '', '', '', '2015-01-01', true, '{}', '', '')""")
        db.execute("""insert into record_event (id, act, at, who, via, touched, payload, rows_root, tell)
            values (1, 'bench', now(), '', 'system', '{}', '{}', '', false)""")
        db.execute(
            "insert into record_law (id, key, name, level, author) select g, 'law' || g, '法律' || g, '', '' from generate_series(1, 200) g"
        )
        places = _places(db, counties)
        _duties(db, rng)
        held = _bodies(db, rng, [p for p in places if p[1] < TOWN], [p for p in places if p[1] == TOWN])
        db.execute("vacuum analyze")
    return held


def _said(table: str, columns: str, rows: Iterator[tuple[Any, ...]], db: psycopg.Connection) -> None:
    """Statements by COPY, with what every statement carries."""
    tail = (1, date(2015, 1, 1), datetime.now(UTC), 1, "", "")
    names = f"{columns}, instrument_id, from_day, recorded_at, recorded_by_id, clause, digest"
    with db.cursor() as cursor, cursor.copy(f"copy {table} ({names}) from stdin") as copy:
        for row in rows:
            copy.write_row((*row, *tail))


def _places(db: psycopg.Connection, counties: int) -> list[tuple[int, int]]:
    """(place, level) of the governments and the townships below them; the nation stands above."""
    rows, chains = [(1, 1), (2, 2)], {1: [1], 2: [2, 1]}
    for _ in range(CITIES):
        city = len(rows) + 1
        rows.append((city, 3))
        chains[city] = [city, 2, 1]
        for _ in range(counties):
            county = len(rows) + 1
            rows.append((county, 4))
            chains[county] = [county, *chains[city]]
            for _ in range(18):
                town = len(rows) + 1
                rows.append((town, 5))
                chains[town] = [town, *chains[county]]
    with db.cursor() as cursor:
        with cursor.copy("copy places_place (id, key, kind, level) from stdin") as copy:
            for pk, level in rows:
                copy.write_row((pk, f"{330000 + pk}", "division", level))
        with cursor.copy("copy places_placepath (place_id, from_day, to_day, chain) from stdin") as copy:
            for pk, chain in chains.items():
                copy.write_row((pk, date(2000, 1, 1), None, chain))
    _said("places_placename", "place_id, name", ((pk, f"第{pk}地") for pk, _ in rows), db)
    return rows[1:]


def _duties(db: psycopg.Connection, rng: random.Random) -> None:
    from zhize.kernel.text import grams

    number = FAMILIES * PER_FAMILY
    kinds = [rng.choice(TYPES) for _ in range(number)]
    names = [f"对{rng.choice(WHOSE)}{rng.choice(DOING)}{rng.choice(WHAT)}{n}行为的处理" for n in range(number)]
    with db.cursor() as cursor, cursor.copy("copy register_duty (id, key, kind, type, demo) from stdin") as copy:
        for n, type_ in enumerate(kinds, 1):
            copy.write_row((n, f"d{n:06}", "power", type_, True))
    words = ((n, name, "", [2, 3, 4], "", False, grams(name)) for n, name in enumerate(names, 1))
    _said("register_dutywording", "duty_id, name, detail, levels, field, personal_liberty, grams", words, db)
    _said(
        "register_dutycode",
        "duty_id, scheme, value",
        ((n, "catalogue", f"33{n:010}") for n in range(1, number + 1)),
        db,
    )
    bases = (
        (n, rng.randint(1, 200), f"第{rng.randint(1, 99)}条", "", "", False)
        for n in range(1, number + 1)
        for _ in range(2)
    )
    _said("register_dutybasis", "duty_id, law_id, article, paragraph, item, unverified", bases, db)
    said = ((n, None, Jsonb({"conduct": "擅自占用", "penalty": ["罚款"]})) for n in range(1, number + 1))
    _said("register_particulars", "duty_id, body_id, said", said, db)


def _bodies(
    db: psycopg.Connection, rng: random.Random, governments: list[tuple[int, int]], towns: list[tuple[int, int]]
) -> int:
    bodies = [
        (n * FAMILIES + f + 1, place, level, f) for n, (place, level) in enumerate(governments) for f in range(FAMILIES)
    ]
    bodies += [(len(bodies) + n, place, level, n % FAMILIES) for n, (place, level) in enumerate(towns, 1)]
    with (
        db.cursor() as cursor,
        cursor.copy("copy register_body (id, code, kind, level, family, demo) from stdin") as copy,
    ):
        for pk, _, level, f in bodies:
            copy.write_row((pk, f"b{pk}", "乡镇街道" if level == TOWN else "机关", level, f"条线{f}", True))
    _said(
        "register_bodyname",
        "body_id, name, short",
        ((pk, f"第{place}地条线{f}局", "") for pk, place, _, f in bodies),
        db,
    )
    _said("register_bodylife", "body_id", ((pk,) for pk, *_ in bodies), db)
    _said("register_bodysite", "body_id, place_id", ((pk, place) for pk, place, *_ in bodies), db)
    items = [
        (f * PER_FAMILY + k + 1, place, level, pk)
        for pk, place, level, f in bodies
        for k in range(PER_TOWN if level == TOWN else PER_FAMILY)
        if level != 4 or k % 10
    ]
    db.execute("alter table register_holding drop constraint one_name_holder_per_duty_segment_place")
    rows = ((d, place, level, body, "NAME_HOLDER", "法定", [], "") for d, place, level, body in items)
    _said("register_holding", "duty_id, place_id, level, body_id, capacity, mode, excludes, concurrent", rows, db)
    own = (
        (d, body, Jsonb({"unit": "政策法规处", "promised_limit": "7wd"}))
        for d, _, _, body in rng.sample(items, len(items) // 10)
    )
    _said("register_particulars", "duty_id, body_id, said", own, db)
    return len(items)


# ---- its readers -----------------------------------------------------------------------------------------------------


def _measure(rounds: int, counties: int) -> dict[str, Any]:
    """Every page `rounds` times in turn with the floor; milliseconds, and how many floors a page costs."""
    from django.test import Client

    client, took = Client(headers={"host": "localhost"}), {name: [] for name in ("floor", *PAGES)}  # type: ignore[var-annotated]
    rng = random.Random(SEED)
    for name in took:
        _once(client, name, rng, counties)  # warm
    for _ in range(rounds):
        for name in took:
            took[name].append(_once(client, name, rng, counties))
    floor = statistics.median(wall for wall, _ in took["floor"])
    return {
        name: percentiles(ms) | {"floors": round(statistics.median(wall for wall, _ in ms) / floor, 2)}
        for name, ms in took.items()
    }


def _once(client: Any, name: str, rng: random.Random, counties: int) -> tuple[float, float]:
    address = "/floor/?after={n}" if name == "floor" else PAGES[name]
    body = rng.randint(1, (1 + CITIES + CITIES * counties) * FAMILIES)
    duty = (body - 1) % FAMILIES * PER_FAMILY + 2
    filled = address.format(n=rng.randint(1, 1000), body=f"b{body}", duty=f"d{duty:06}", word=rng.choice(WORDS), day=DAY,
                            law=f"law{rng.randint(1, 200)}", type=rng.choice(TYPES), place=rng.randint(330003, 330010),
                            at=rng.choice(GOVERNMENTS),
                            after=f"d{rng.randint(1, 4900):06}")  # fmt: skip
    answers: list[Any] = []
    took = spent(lambda: answers.append(client.get(filled, secure=True)))
    assert answers[0].status_code == 200, (filled, answers[0].status_code)
    return took


WORDS = [
    "摆摊",
    "油烟",
    "建筑垃圾",
    "户外广告",
    "拖欠工资",
    "养犬",
    "燃放烟花爆竹",
    "施工单位 噪声",
    "物业",
    "行医",
    "占用城市道路",
    "没有这种事",
]
GOVERNMENTS = [330002, 330003, 330004, 330023]  # the province, a city, a county, a county
PAGES = {
    "search": "/items/?q={word}&day={day}",
    "search_in_a_place": "/items/?q={word}&place={place}&day={day}",
    "by_type": "/items/?type={type}&after={after}&day={day}",
    "by_law": "/items/?law={law}&day={day}",
    "by_body": "/items/?body={body}&day={day}",
    "by_place": "/items/?place={place}&after={after}&day={day}",
    "list_of_a_body": "/lists/{body}/power/?day={day}",
    "list_of_a_body_narrowed": "/lists/{body}/power/?q={word}&type={type}&day={day}",
    "whole_list": "/lists/whole/{at}/power/?day={day}",
    "whole_list_narrowed": "/lists/whole/{at}/power/?q={word}&type={type}&day={day}",
    "whole_list_by_law": "/lists/whole/330002/power/?law=法律{n}&day={day}",
    "whole_list_by_type": "/lists/whole/330002/power/?type=09&day={day}",
    "whole_list_of_all_townships": "/lists/whole/330002/town/?day={day}",
    "townships_further_down": "/lists/whole/330002/town/?before=b5{n}~02~{duty}&day={day}",
    "item": "/items/{body}/{duty}/?day={day}",
    "overview": "/lists/?day={day}",
    "changed": "/changes/?month=2016-06",
}
