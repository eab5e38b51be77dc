"""The bundled application with two more addresses: the floor, and intake without a page around it."""

from __future__ import annotations

import json
import os
import secrets
from datetime import UTC, datetime

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhize.settings")

import django

django.setup()

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import models, transaction
from django.http import JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from zhize import urls
from zhize.accounts.models import By
from zhize.cases import commands
from zhize.cases.terms import Message

TABLES = """
create table if not exists bench_case (id bigserial primary key, no varchar(24) unique, kind varchar(12), text text, place_id
 bigint, matter_id bigint, state varchar(16), received_at timestamptz, due timestamptz);
create index if not exists bench_case_state on bench_case (state, due);
create table if not exists bench_event (id bigserial primary key, case_id bigint references bench_case, act varchar(40),
 at timestamptz, payload jsonb);
create index if not exists bench_event_case on bench_event (case_id);
"""


class BareCase(models.Model):
    no = models.CharField(max_length=24)
    kind = models.CharField(max_length=12)
    text = models.TextField()
    place_id = models.BigIntegerField()
    matter_id = models.BigIntegerField()
    state = models.CharField(max_length=16)
    received_at = models.DateTimeField()
    due = models.DateTimeField()

    class Meta:
        app_label, db_table, managed = "cases", "bench_case", False

    def __str__(self) -> str:
        return self.no


class BareEvent(models.Model):
    case = models.ForeignKey(BareCase, models.CASCADE)
    act = models.CharField(max_length=40)
    at = models.DateTimeField()
    payload = models.JSONField()

    class Meta:
        app_label, db_table, managed = "cases", "bench_event", False

    def __str__(self) -> str:
        return self.act


@csrf_exempt
def floor(request: WSGIRequest) -> JsonResponse:
    """A bare view: a case and two events through the ORM."""
    said, now = json.loads(request.body), datetime.now(UTC)
    with transaction.atomic():
        case = BareCase.objects.create(
            no=secrets.token_hex(10),
            kind="complaint",
            text=said["text"],
            place_id=said["place"],
            matter_id=said["matter"],
            state="to_dispatch",
            received_at=now,
            due=now,
        )
        for act in ("receive", "dispatch"):
            BareEvent.objects.create(case=case, act=act, at=now, payload={"no": case.no})
    return JsonResponse({"no": case.no})


@csrf_exempt
def ours(request: WSGIRequest) -> JsonResponse:
    """The product's own intake: checked, routed with evidence, clocked, sealed by the worker behind."""
    said = json.loads(request.body)
    message = Message(said["text"], said["place"], matter_id=said["matter"], channel="api", idempotency_key=said["key"])
    receipt = commands.receive(message, by=By.citizen(via="api"), now=datetime.now(UTC))
    return JsonResponse({"no": receipt.no, "state": receipt.state})


urls.urlpatterns += [path("bench/floor", floor), path("bench/ours", ours)]
application = WSGIHandler()
