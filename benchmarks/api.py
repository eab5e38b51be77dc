"""Intake over the REST API with everything switched on (issue 4): key, scope, place, idempotency key, routing, clocks, evidence, sealing —
against a bare Django view that only writes a case and two events through the ORM. Same server, same database, interleaved.
And a batch of 1,000 in one request, in cases a second, beside one by one.

    python -m benchmarks.api
"""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import secrets
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from benchmarks._ground import database, django_on, pairs
from benchmarks.intake import TEXT, _question, _server, _slice, _town, _unsealed

PLACE, MATTER = "330302001", "摆摊"


def run(quick: bool = False) -> dict[str, Any]:
    with database("api") as dsn:
        django_on(dsn)
        _town(dsn)
        place, matter = _question()
        key, where, what = _partner(place, matter)
        with _server(dsn) as port:
            seconds, rounds = (0.7, 2) if quick else (3.0, 10)
            ours = partial(_api, port, key, where, what, seconds)
            floor = partial(_slice, port, "/bench/floor", place, matter, seconds)
            for warm in (ours, floor):
                warm()
            ratio = pairs(ours, floor, rounds)
            rates = {"ours": round(ours()), "floor": round(floor())}
            result = {"over_orm_floor": ratio, "per_second": rates, "clients": 2, "unsealed_after_2s": _unsealed(dsn)}
            result["batch"] = _batch(port, key, where, what, 200 if quick else 1000, 2 if quick else 5)
        from django.db import connection

        connection.close()
    return result


def _partner(place: int, matter: int) -> tuple[str, str, str]:
    """A partner's key for the whole installation; the place and the matter as JSON says them."""
    from zhize.accounts.models import By
    from zhize.kernel.period import day_of
    from zhize.places.models import Place
    from zhize.places.queries import root_place
    from zhize.register.commands import issue_key
    from zhize.register.models import Matter

    now = datetime.now(UTC)
    issued = issue_key(
        "bench", ["cases"], place=root_place(day_of(now)), expires=day_of(now) + timedelta(days=30), rate=60_000,
        by=By.system("bench"), now=now,
    )  # fmt: skip
    return issued.text, Place.objects.get(pk=place).key, Matter.objects.get(pk=matter).code


def _api(port: int, key: str, place: str, matter: str, seconds: float) -> float:
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return sum(pool.starmap(_client, [(port, key, place, matter, seconds)] * 2))


def _client(port: int, key: str, place: str, matter: str, seconds: float) -> float:
    link, count, began = http.client.HTTPConnection("127.0.0.1", port), 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < seconds:
        _post(link, "receive", key, {"message": _message(place, matter)}, secrets.token_hex(12))
        count += 1
    return count / passed


def _message(place: str, matter: str) -> dict[str, str]:
    return {"text": f"{TEXT}{secrets.token_hex(6)}", "place": place, "matter": matter}


def _post(link: http.client.HTTPConnection, word: str, key: str, said: dict[str, Any], idempotency: str) -> Any:
    head = {"Content-Type": "application/json", "Authorization": f"Bearer {key}", "Idempotency-Key": idempotency}
    link.request("POST", f"/api/v1/cases/{word}", json.dumps(said, ensure_ascii=False).encode(), head)
    answer = link.getresponse()
    text = answer.read()
    assert answer.status == 200, text[:300]
    return json.loads(text)


def _batch(port: int, key: str, place: str, matter: str, size: int, rounds: int) -> dict[str, Any]:
    """One request of so many messages; the median of the rounds."""
    link, rates = http.client.HTTPConnection("127.0.0.1", port), []
    for _ in range(rounds + 1):
        rows = [_message(place, matter) for _ in range(size)]
        began = time.perf_counter()
        said = _post(link, "receive_many", key, {"messages": rows}, secrets.token_hex(12))["rows"]
        rates.append(size / (time.perf_counter() - began))
        assert all("no" in row for row in said)
    return {"size": size, "per_second": round(sorted(rates[1:])[rounds // 2])}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhize.settings")
    import django

    django.setup()
    print(json.dumps(run(), ensure_ascii=False, indent=1))
