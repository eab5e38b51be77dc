"""What is answered when a page could not be made: 503 and when to try again where the database is away or its disk is full, else 500.

Plain words without a template: a page's frame asks who is signed in, and that is what cannot be asked now.
"""

from __future__ import annotations

import json
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

AGAIN = 5  # seconds
AWAY = "数据库暂时用不了，刚才的内容没有办成。请过几秒钟再试；同一个提交标识再交一次，不会重复。"
BROKEN = "系统出了差错，刚才的内容没有办成。请稍后再试；一再出现时，请把时间和所做的事告诉管理员。"
PAGE = (
    '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>{code}</title>'
    '<main><h1>{says}</h1><p><a href="/">首页</a></p></main></html>'
)


def broken(request: HttpRequest) -> HttpResponse:
    """Django's handler500: called while the error is being handled."""
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    code, says = (503, AWAY) if away else (500, BROKEN)
    answer = _for_programs(code, says) if request.path.startswith(("/api/", "/open311/")) else _for_people(code, says)
    if away:
        answer["Retry-After"] = str(AGAIN)
    answer["Cache-Control"] = "no-store"
    return answer


def _for_people(code: int, says: str) -> HttpResponse:
    return HttpResponse(PAGE.format(code=code, says=says), status=code)


def _for_programs(code: int, says: str) -> HttpResponse:
    said = {
        "type": "about:blank",
        "title": says,
        "status": code,
        "detail": says,
        "code": "away" if code == 503 else "fault",
    }
    return HttpResponse(json.dumps(said, ensure_ascii=False), content_type="application/problem+json", status=code)
