"""Errors as the spec has them: 404 unknown, 403 no key, 400 everything else; several at once; a code that may be finer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from zhize.cases.open311.writing import FORMATS, answer
from zhize.kernel.errors import Refusal
from zhize.register.keys import NoKey, Shut

MISSING = {"jurisdiction_id", "service_code", "api_key"}


class Errors(Exception):
    """What is wrong, as (HTTP status, description); the first decides the status."""

    def __init__(self, *wrong: tuple[int, str]) -> None:
        super().__init__(wrong)
        self.wrong = wrong


View = Callable[..., HttpResponse]


def open311(*methods: str) -> Callable[[View], View]:
    """A GeoReport address: these methods, the format by its suffix, and every refusal in that format. No cookie is read,
    so there is no form to forge: the key is the proof."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, format: str, **kwargs: Any) -> HttpResponse:
            try:
                if format not in FORMATS:
                    raise Errors((404, f"没有“{format}”这种格式，请用 xml 或 json"))
                if request.method not in (*methods, "HEAD"):
                    return _not_allowed(methods, format)
                with transaction.atomic():
                    return view(request, *args, format=format, **kwargs)
            except Errors as error:
                return told(error.wrong, format)
            except Refusal as refusal:
                return told([(_status(refusal), str(refusal))], format)
            except (RequestDataTooBig, SuspiciousOperation):
                return told([(400, "请求太大，或者字段太多")], format)

        return guarded

    return decorate


def told(wrong: Any, format: str) -> HttpResponse:
    rows = [{"code": code, "description": says} for code, says in wrong]
    return answer("errors", rows, format, wrong[0][0])


def _status(refusal: Refusal) -> int:
    if isinstance(refusal, NoKey | Shut):
        return 403
    return 404 if refusal.code in ("unknown_case", "unknown_receipt") else 429 if refusal.http_status == 429 else 400


def _not_allowed(methods: tuple[str, ...], format: str) -> HttpResponse:
    response = told([(405, f"这个地址只接受 {'、'.join(methods)}")], format)
    response["Allow"] = ", ".join(methods)
    return response
