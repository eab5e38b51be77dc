"""What an act or a question answers, as JSON; and a refusal as a problem (RFC 9457) with all its parts."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext

from zhize.kernel.errors import Refusal
from zhize.kernel.period import in_beijing
from zhize.register.keys import Caller
from zhize.register.serving import THINGS

NOT_YOURS = {"no_seat", "wrong_role", "other_place", "other_body", "own_case", "four_eyes"}


def tell(value: Any, by: Caller) -> Any:
    """Things by their word, rows by number and name, moments with their zone."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, datetime):
        return in_beijing(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Refusal):
        return {"refusal": value.as_dict(gettext)}
    if isinstance(value, Model):
        thing = THINGS.get(type(value))
        return tell(thing.tell(value, by), by) if thing else {"id": value.pk, "says": str(value)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: tell(getattr(value, f.name), by) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): tell(each, by) for name, each in value.items()}
    if isinstance(value, Collection):
        return [tell(each, by) for each in value]
    return str(value)


def written(content: Any, status: int = 200, kind: str = "application/json") -> HttpResponse:
    """Chinese as it is, not as escapes."""
    answer = HttpResponse(json.dumps(content, ensure_ascii=False), content_type=f"{kind}; charset=utf-8", status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def problem(refusal: Refusal, status: int | None = None) -> HttpResponse:
    """The sentence that greys the button answers the program too."""
    said = refusal.as_dict(gettext)
    code = status or (403 if refusal.code in NOT_YOURS and refusal.http_status == 409 else refusal.http_status)
    parts = {name: said[name] for name in ("what", "why", "rule", "article", "instead", "code", "field", "details")}
    answer = written(
        {"type": "about:blank", "title": said["what"], "status": code, "detail": said["sentence"], **parts},
        code,
        "application/problem+json",
    )
    if code == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer
