"""One door for programs: find the address, read what is said, see whose key it is, ask or act, answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import DataError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from psycopg.types.json import Jsonb

from zhize.api import openapi
from zhize.api.models import Answered
from zhize.api.operations import Operation, find, operations
from zhize.api.telling import problem, tell, written
from zhize.kernel.errors import BadInput, Refusal
from zhize.record import sql
from zhize.register.acts import our_apps
from zhize.register.keys import Caller, caller, nobody
from zhize.register.serving import AHEAD, KEYED, PAGES_ONLY, ROWED, UNKEPT, Missing

FIRST = """insert into api_answered (key_id, idempotency, digest, at) values (%(key)s, %(idempotency)s, %(digest)s, %(at)s)
 on conflict (key_id, idempotency) do nothing returning id"""
SAID = "update api_answered set said = %(said)s where id = %(id)s returning id"
LARGEST = 20_000_000  # bytes of one request
BEARER = "Bearer "


class TooLarge(BadInput):
    http_status = 413


class NotJson(BadInput):
    http_status = 415


class Differs(Refusal):
    """The same idempotency key, another request."""

    http_status = 422


@csrf_exempt
def call(request: HttpRequest, address: str) -> HttpResponse:
    """/api/v1/…: cookies are not read here, so there is no form to forge."""
    method = "GET" if request.method == "HEAD" else request.method or ""
    operation, inside, others = find(method, address)
    if operation is None:
        return _nowhere(others)
    try:
        return _answered(operation, inside, request)
    except Refusal as refusal:
        return problem(refusal)
    except (DataError, ValueError) as error:
        if "NUL (0x00)" not in str(error):
            raise
        return problem(BadInput("内容里有看不见的空字符", instead="请删去后重试", code="nul"))


def _nowhere(others: list[str]) -> HttpResponse:
    if not others:
        return problem(Missing("没有这个地址", instead="请看 /api/ 的接口说明", code="no_address"))
    answer = problem(BadInput("这个地址只接受{methods}", methods="、".join(others), code="wrong_method"), 405)
    answer["Allow"] = ", ".join(others)
    return answer


def _answered(o: Operation, inside: dict[str, str], request: HttpRequest) -> HttpResponse:
    by = _who(request, o)
    if o.question:
        return written(tell(o.question.answer(_asked(o, inside, request), by), by))
    return _acted(o, inside, request, by)


def _who(request: HttpRequest, o: Operation) -> Caller:
    said, now = request.headers.get("Authorization", ""), timezone.now()
    if not o.scope and not said:
        return nobody(now)
    by = caller(said.removeprefix(BEARER), now)
    if o.scope:
        by.open(o.scope, o.label)
    return by


def _asked(o: Operation, inside: dict[str, str], request: HttpRequest) -> dict[str, str]:
    """Parameters of the address; what must be said and is not is named."""
    said = {name: str(value).replace("\x00", "") for name, value in [*request.GET.items(), *inside.items()]}
    if secret := request.headers.get("X-Secret", ""):  # an address is kept in logs, a header is not
        said["secret"] = secret
    for param in o.params:
        if param.needed and not said.get(param.name, "").strip():
            raise BadInput(
                "没有写{name}",
                why="{says}",
                instead="请补上",
                name=param.name,
                says=param.says,
                field=param.name,
                code="missing_field",
            )
    return {name: value[:1000] for name, value in said.items()}


# -- acts --------------------------------------------------------------------------------------------------------------
def _acted(o: Operation, inside: dict[str, str], request: HttpRequest, by: Caller) -> HttpResponse:
    """1 the words · 2 the subject, if this caller may see it · 3 the act, once for an idempotency key."""
    raw = _body(request)
    said = _object(raw)
    idempotency = request.headers.get("Idempotency-Key", "")
    if len(idempotency) > 64:
        raise BadInput("提交标识太长", why="至多64字", instead="请换一个短的", field="Idempotency-Key", code="too_long")
    secret = {"secret": str(said.get("secret") or request.headers.get("X-Secret", ""))}
    if o.name in AHEAD:
        AHEAD[o.name](said, by)
    arguments = o.read(said, by)
    if o.subject:
        arguments[o.subject.argument] = o.subject.find({**secret, **_tidy(inside)}, by)
    if o.name in KEYED:
        return written(_do(o, KEYED[o.name](arguments, by, idempotency), by))
    if not idempotency:
        return written(_do(o, arguments, by))
    return written(
        _once(o, arguments, by, idempotency, hashlib.sha256(request.path.encode() + b"\n" + raw).hexdigest())
    )


def _tidy(inside: Mapping[str, str]) -> dict[str, str]:
    return {name: str(value).replace("\x00", "")[:300] for name, value in inside.items()}


def _body(request: HttpRequest) -> bytes:
    if request.content_type not in ("application/json", "") and int(request.headers.get("Content-Length") or 0):
        raise NotJson("请求须是 JSON", instead="请写 Content-Type: application/json", code="not_json")
    raw = request.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise TooLarge("请求太大", why="至多20兆字节", instead="请分批", code="too_large")
    return raw


def _object(raw: bytes) -> dict[str, Any]:
    try:
        said = json.loads(raw or b"{}")
    except (ValueError, RecursionError):
        raise BadInput("请求不是 JSON", instead="请核对括号和引号", code="not_json") from None
    if not isinstance(said, dict):
        raise BadInput("请求须是一组名称和值", instead="请写成 { … }", code="not_an_object")
    return said


def _do(o: Operation, arguments: dict[str, Any], by: Caller) -> Any:
    assert o.act is not None
    rows = ROWED.get(o.name)
    if rows is None:
        return tell(o.act.function(**arguments, by=by.by, now=by.now), by)
    return {"rows": _row_by_row(o, arguments, rows, by)}


def _row_by_row(o: Operation, arguments: dict[str, Any], name: str, by: Caller) -> list[Any]:
    """Rows that could not be read keep their refusal in their place; the others are handed to the act together."""
    assert o.act is not None
    rows = arguments[name]
    refused = [row for row in rows if isinstance(row, Refusal)]
    if refused and arguments.get("all_or_none"):
        raise refused[0]
    good = [row for row in rows if not isinstance(row, Refusal)]
    done = iter(o.act.function(**arguments | {name: good}, by=by.by, now=by.now) if good else [])
    return [tell(row if isinstance(row, Refusal) else next(done), by) for row in rows]


def _once(o: Operation, arguments: dict[str, Any], by: Caller, idempotency: str, digest: str) -> Any:
    """The answer is kept in the act's own transaction. A refused act leaves nothing, so it may be tried again; a second
    request at the same moment waits for the first at the unique key."""
    with transaction.atomic():
        asked = {"key": by.key and by.key.pk, "idempotency": idempotency, "digest": digest, "at": by.now}
        if first := sql.run(FIRST, asked):
            answer = _do(o, arguments, by)
            if o.name not in UNKEPT:
                sql.run(SAID, {"id": first[0][0], "said": Jsonb(answer)})
            return answer
    kept = Answered.objects.get(key=by.key, idempotency=idempotency)
    if kept.digest != digest:
        raise Differs(
            "这个提交标识已用于另一个请求",
            rule="一个标识一个请求",
            instead="请换一个标识",
            code="key_reused",
            field="Idempotency-Key",
        )
    if o.name in UNKEPT:
        raise Refusal(
            "这一项已经办过",
            why="它的回答只给一次，没有留存",
            instead="需要时请换一个标识重新办理",
            code="answered_once",
        )
    return kept.said


# -- the description ---------------------------------------------------------------------------------------------------
@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """/api/v1/openapi.json"""
    answer = HttpResponse(openapi.text(), content_type="application/json; charset=utf-8")
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """/api/: every address, its words, its scope; no script, nothing from elsewhere."""
    groups: dict[str, list[tuple[Operation, list[tuple[str, str, bool]]]]] = {}
    for o in operations():
        lines = [(p.name, p.says, p.needed) for p in o.params]
        lines += [(a.name, openapi.in_words(a.schema()), a.needed) for a in o.arguments]
        groups.setdefault(openapi.tag(o), []).append((o, lines))
    named = [(c.label, c.verbose_name, groups[c.label]) for c in our_apps() if c.label in groups]
    return render(request, "api/guide.html", {"groups": named, "pages_only": sorted(PAGES_ONLY.items())})
