"""What a page is asked about: which day, as believed when, in which place. Read from the address, refused in one sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from zhize.kernel.errors import BadInput
from zhize.kernel.period import BEIJING, day_of, parse_day
from zhize.places.models import Place
from zhize.places.queries import find_place, root_place

LAST_YEAR = 2200


@dataclass(frozen=True)
class Asked:
    """The day asked about, and the moment whose knowledge counts (now when None)."""

    day: date
    today: date
    believed: datetime | None = None

    @property
    def past(self) -> bool:
        return self.day < self.today

    @property
    def carried(self) -> dict[str, str]:
        """What every link of the page carries on: the day, when it is not today, and the moment believed."""
        said = {} if self.day == self.today else {"day": self.day.isoformat()}
        return said | ({"believed": self.believed.isoformat()} if self.believed else {})

    def url(self, page: str, *args: str, **query: Any) -> str:
        """The address of a page on the same day; `query` is added, a given `day` wins."""
        pairs = {k: v for k, v in (self.carried | query).items() if v not in (None, "")}
        return reverse(page, args=args) + (f"?{urlencode(pairs)}" if pairs else "")


def asked(params: Mapping[str, str], now: datetime) -> Asked:
    """?day=2016-05-01&believed=2016-06-02T09:00; today and what is known now when left out."""
    today = day_of(now)
    day = params.get("day", "").strip()
    return Asked(read_day(day) if day else today, today, _believed(params.get("believed", "").strip(), now))


def place_asked(params: Mapping[str, str], day: date) -> Place:
    """The place chosen (?place=), else the one typed (?place_text=); the whole installation when neither was given."""
    text = params.get("place", "").strip() or params.get("place_text", "").strip()
    return find_place(text, day) if text else root_place(day)


def read_day(text: str) -> date:
    """A day the register can know of."""
    return _within_reach(parse_day(text), text)


def _within_reach(day: date, text: str) -> date:
    if not date(1900, 1, 1) <= day <= date(LAST_YEAR, 12, 31):
        raise BadInput(
            "日期“{text}”不在登记的年代之内",
            why="登记只记 1900 年到 2200 年",
            instead="请核对年份",
            text=text,
            code="bad_day",
            field="day",
        )
    return day


def read_moment(text: str) -> datetime:
    """A moment; without a zone it is Beijing time, of a day alone its first."""
    said = _moment(text, time.min)
    _within_reach(said.date(), text)
    return said


def read_believed(text: str, now: datetime) -> datetime:
    """The moment whose knowledge counts; a day means the end of that day. What is not yet come nobody can have known."""
    said = _moment(text, time.max)
    if said.year > LAST_YEAR or (said > now and day_of(said) > day_of(now)):
        raise BadInput(
            "不能按{day}的登记回答",
            why="这一时刻还没有到",
            instead="请填写今天或者以前的时刻",
            day=said.date(),
            code="future_belief",
            field="believed",
        )
    _within_reach(said.date(), text)
    return said.astimezone(BEIJING)  # PostgreSQL knows no offsets beyond 15:59


def _moment(text: str, of_day: time) -> datetime:
    """An ISO moment, in Beijing where it says nothing else; of a day alone, `of_day`."""
    try:
        said = datetime.fromisoformat(re.sub(r" (?=\d\d:\d\d$)", "+", text))
    except ValueError:
        said = datetime.combine(_whole_day(text), of_day)
    else:
        said = datetime.combine(said.date(), of_day) if re.fullmatch(r"\d{4}-?\d\d-?\d\d", text) else said
    return said if said.tzinfo else said.replace(tzinfo=BEIJING)


def _whole_day(text: str) -> date:
    try:
        return parse_day(text)
    except BadInput as no:
        raise BadInput(
            "“{text}”不是一个时刻",
            why=no.as_dict()["why"],
            instead="请写成 2021-02-01T12:00、2021-02-01T12:00+08:00 或 2021年2月1日",
            text=text,
            code="bad_moment",
            field="believed",
        ) from None


def _believed(text: str, now: datetime) -> datetime | None:
    return read_believed(text, now) if text else None
