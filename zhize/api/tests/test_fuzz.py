"""Whatever is sent, the answer is an answer: no address falls over. Drawn from the description itself, half of it wrong.

The long form is schemathesis against a running site (see README); this one has a seed and takes seconds.
"""

from __future__ import annotations

import json
import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from tests.town import Town
from zhize.accounts.models import By
from zhize.api import openapi
from zhize.api.operations import Operation, operations
from zhize.cases.commands import receive
from zhize.cases.open311 import describing
from zhize.cases.terms import Message
from zhize.kernel.period import day_of
from zhize.places.queries import root_place
from zhize.register.commands import issue_key
from zhize.register.models import Matter, Seat

TIMES = 1  # of each address and key
WORDS = ["330302", "五马街道", "摆摊", "zhifa-330302", "urb-street-trading", "温演[2016]1号", "2026-12-01", "2026-12-01T08:00:00+08:00", "", "1",
         "x" * 400, "\x00", "\ud800", "9" * 30, "<b>", "complaint", "2wd", "lead"]  # fmt: skip
PLAIN = [word for word in WORDS if word != "\ud800"]  # a lone half of a character stands in no address
OTHER: list[Any] = [None, True, 0, -1, 2**70, 1e308, "", [], {}, [[]], {"": ""}, "摆摊"]


def drawn(said: Any, draw: random.Random, depth: int = 0) -> Any:
    """A value of the schema, or now and then something else."""
    if draw.random() < 0.12 or depth > 6 or not said:
        return draw.choice(OTHER)
    if "anyOf" in said:
        return drawn(draw.choice(said["anyOf"]), draw, depth + 1)
    if "enum" in said:
        return draw.choice(said["enum"])
    kind = said.get("type")
    if kind == "object":
        return _object(said, draw, depth)
    if kind == "array":
        parts = said.get("prefixItems")
        return (
            [drawn(p, draw, depth + 1) for p in parts]
            if parts
            else [drawn(said.get("items"), draw, depth + 1) for _ in range(draw.randint(0, 3))]
        )
    return {"integer": draw.choice([1, 2, 5, 0, -1]), "number": 28.01, "boolean": True, "null": None}.get(
        kind, draw.choice(WORDS)
    )


def _object(said: Any, draw: random.Random, depth: int) -> Any:
    if "properties" not in said:
        return {draw.choice(WORDS): drawn(said.get("additionalProperties") or {}, draw, depth + 1)}
    needed = said.get("required", [])
    return {n: drawn(s, draw, depth + 1) for n, s in said["properties"].items() if n in needed or draw.random() < 0.5}


@pytest.fixture
def keys(town: Town) -> dict[str, str]:
    """A partner's key, and one for a seat of each role."""
    until, by = day_of(town.now) + timedelta(days=9), By.system("测试")
    found = {
        "partner": issue_key(
            "外部",
            ["cases", "lists", "open311"],
            place=root_place(day_of(town.now)),
            expires=until,
            rate=60_000,
            by=by,
            now=town.now,
        )
    }
    for role in ("dispatcher", "register_editor", "approver"):
        seat = Seat.objects.as_of(day_of(town.now)).filter(role=role).order_by("pk")[0]
        scopes = ["cases", "lists", "register", "places", "policy"]
        found[role] = issue_key(role, scopes, seat=seat, expires=until, rate=60_000, by=by, now=town.now)
    return {name: issued.text for name, issued in found.items()}


@pytest.fixture
def number(town: Town) -> str:
    """A case that stands."""
    matter = Matter.objects.filter(names__name__contains="摆摊").first()
    return receive(
        Message("有人占道摆摊。", town.place("五马街道").pk, matter_id=matter.pk if matter else None),
        by=By.citizen(),
        now=timezone.now(),
    ).no


def test_no_address_of_the_api_falls_over(town: Town, keys: dict[str, str], number: str):
    draw, client = random.Random(20261124), Client(headers={"host": "localhost"})
    codes = set()
    for operation in operations():
        for key in keys.values():
            for _ in range(TIMES):
                codes.add(_called(client, operation, key, number, draw))
    assert {200, 400, 403} <= codes, codes


def _called(client: Client, o: Operation, key: str, number: str, draw: random.Random) -> int:
    """Taken back each time; an exception is the test's failure."""
    path = "/api/v1/" + o.path.replace("{no}", draw.choice([number, "x"])).replace(
        "{leg}", draw.choice(["1", "x", "99999"])
    )
    for name in ("code", "key", "body", "kind"):
        path = path.replace(f"{{{name}}}", draw.choice(["zhifa-330302", "330302", "power", "urb-street-trading", "x"]))
    head = {"authorization": f"Bearer {key}"} | (
        {"idempotency-key": draw.choice(["a", "x" * 99])} if draw.random() < 0.3 else {}
    )
    with transaction.atomic():
        if o.act is None:
            answer = client.get(
                path, {p.name: draw.choice(PLAIN) for p in o.params if draw.random() < 0.6}, headers=head
            )
        else:
            answer = client.post(path, json.dumps(drawn(openapi.body(o), draw)), "application/json", headers=head)
        transaction.set_rollback(True)
    assert answer.status_code < 500, (path, answer.content)
    return answer.status_code


def test_no_address_of_open311_falls_over(town: Town, keys: dict[str, str], number: str):
    draw, client = random.Random(20261124), Client(headers={"host": "localhost"})
    for path, methods in describing.describe()["paths"].items():
        for method, operation in methods.items():
            for _ in range(10 * TIMES):
                _asked(client, path, method, operation, keys["partner"], number, draw)


def _asked(client: Client, path: str, method: str, operation: Any, key: str, number: str, draw: random.Random) -> None:
    for name in ("service_code", "service_request_id", "token"):
        path = path.replace(f"{{{name}}}", draw.choice([number, "010101", "x"]))
    names = [p["name"] for p in operation["parameters"] if p["in"] == "query"]
    body = operation.get("requestBody")
    if body:
        names = list(body["content"]["application/x-www-form-urlencoded"]["schema"]["properties"])
    words = [*PLAIN, number, "open", "REOPEN", "28.01", "nan", "1,2,3,4", "true"]
    said = {n: draw.choice(words) for n in names if draw.random() < 0.6} | (
        {"api_key": key} if draw.random() < 0.9 else {}
    )
    with transaction.atomic():
        answer = getattr(client, method)("/" + path.lstrip("/").replace("{format}", draw.choice(["xml", "json"])), said)
        transaction.set_rollback(True)
    assert answer.status_code < 500, (path, said, answer.content)
