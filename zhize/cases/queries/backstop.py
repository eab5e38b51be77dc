"""Nobody holds it: where policy names a body that stands in (兜底承办), the case goes there, and the evidence says by which rule."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhize.cases.fresh import Fresh
from zhize.policy import queries as policy
from zhize.record.models import Instrument
from zhize.register.models import Body, BodyLife
from zhize.register.queries.bodies import body_name

KEY = "cases.backstop"
_standing: Fresh[dict[str, Any] | None] = Fresh(2)


def backstop(chain: list[int], day: date) -> dict[str, Any] | None:
    """The body that stands in there that day, with the paper that says so; nothing where none is named or it is no more."""
    said = policy.value(KEY, chain, day)
    return _standing.get((said.value, said.instrument_id, day), lambda: _told(said, day)) if said.value else None


def _told(said: policy.Value, day: date) -> dict[str, Any] | None:
    body = Body.objects.filter(code=said.value).first()
    if body is None or not BodyLife.objects.as_of(day).filter(body=body).exists():
        return None
    paper = Instrument.objects.filter(pk=said.instrument_id or 0).first()
    return {
        "body": body.pk, "code": body.code, "name": body_name(body.pk, day), "key": paper.key if paper else "",
        "citation": paper.citation if paper else "", "article": said.article,
    }  # fmt: skip


def forget() -> None:
    _standing.kept.clear()
