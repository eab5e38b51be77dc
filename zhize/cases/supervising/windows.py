"""Limits of supervision: a policy's limit counted from a moment, with the sentences anybody can recompute it by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from zhize.cases.limits import COUNTING, counting
from zhize.kernel.clock import Limit, derive
from zhize.kernel.period import day_of
from zhize.policy import queries as policy
from zhize.policy.keys import KEYS
from zhize.policy.queries import Value
from zhize.record.models import Instrument


def reckoned(key: str, chain: Sequence[int], start: datetime) -> tuple[datetime, list[str]]:
    """Until when, and how that is reckoned: the limit, the paper it stands on, the days counted."""
    day, above = day_of(start), list(chain)
    value = policy.value(key, above, day)
    rules = counting(*(policy.value(name, above, day).value for name in COUNTING))
    found = derive(start, Limit.parse(value.value), policy.calendar(), **rules)
    return found.due, [f"{KEYS[key].says}：{found.limit.words}，依据{_basis(value)}。", *found.lines]


def before(key: str, chain: Sequence[int], now: datetime) -> Limit:
    """A policy's limit on a day, as such."""
    return Limit.parse(policy.value(key, list(chain), day_of(now)).value)


def _basis(value: Value) -> str:
    paper = Instrument.objects.filter(pk=value.instrument_id).first() if value.instrument_id else None
    doubt = "（待核）" if value.unverified else ""
    return f"{paper.citation if paper else '系统默认值'}{value.article}{doubt}"


def as_term(key: str, chain: Sequence[int], day: date) -> dict[str, Any]:
    """A policy's limit as pinned terms keep it."""
    value = policy.value(key, list(chain), day)
    paper = Instrument.objects.filter(pk=value.instrument_id).first() if value.instrument_id else None
    return {
        "key": key, "value": value.value, "article": value.article, "paper": paper.citation if paper else "",
        "since": value.from_day.isoformat() if value.from_day else "", "unverified": value.unverified,
    }  # fmt: skip
