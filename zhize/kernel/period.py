"""A span of days `[start, end)` in Beijing; the one place where a moment becomes a day (house rule 5)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import total_ordering
from zoneinfo import ZoneInfo

from zhize.kernel.errors import BadInput

BEIJING = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)


@total_ordering
@dataclass(frozen=True)
class Period:
    """Days from `start` until, but not including, `end`; `end=None` is open. Never empty."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        for day in (self.start, self.end):
            if isinstance(day, datetime):  # a datetime is a date to Python, and would carry a UTC day in
                raise TypeError("Period takes days, not moments: use day_of(moment)")
        if self.end is not None and self.end <= self.start:
            raise BadInput(
                "期间“{start} 至 {end} 前”是空的",
                why="结束日必须晚于开始日",
                instead="请改正开始日或者结束日",
                code="empty_period",
                start=self.start,
                end=self.end,
            )

    @classmethod
    def from_inclusive(cls, start: date, last: date | None) -> "Period":
        """From a paper's “至3月31日”: the last day counts."""
        return cls(start, last + ONE_DAY if last is not None else None)

    @property
    def last(self) -> date | None:
        """The last day inside, for people; None when open."""
        return self.end - ONE_DAY if self.end is not None else None

    @property
    def days(self) -> int | None:
        """How many days are inside; None when open."""
        return (self.end - self.start).days if self.end is not None else None

    def contains(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    __contains__ = contains

    def covers(self, other: "Period") -> bool:
        return self.intersect(other) == other

    def overlaps(self, other: "Period") -> bool:
        return self.intersect(other) is not None

    def intersect(self, other: "Period") -> "Period | None":
        start, end = max(self.start, other.start), _earlier(self.end, other.end)
        return Period(start, end) if end is None or start < end else None

    def minus(self, other: "Period") -> "list[Period]":
        """What is left of this period outside the other: none, one or two pieces, in order."""
        if not self.overlaps(other):
            return [self]
        left = [Period(self.start, other.start)] if self.start < other.start else []
        if other.end is None or (self.end is not None and self.end <= other.end):
            return left
        return [*left, Period(other.end, self.end)]

    def adjoins(self, other: "Period") -> bool:
        """One ends on the very day the other begins: no gap, no common day."""
        return self.end == other.start or other.end == self.start

    def __lt__(self, other: "Period") -> bool:
        return self._key() < other._key()

    def _key(self) -> tuple[date, bool, date]:
        return self.start, self.end is None, self.end or date.max  # open sorts after every closed end

    def __str__(self) -> str:
        return f"{self.start} 起" if self.last is None else f"{self.start} 至 {self.last}"


def day_of(moment: datetime) -> date:
    """The day in Beijing: at 00:30 there the UTC date is still yesterday."""
    return in_beijing(moment).date()


def start_of(day: date) -> datetime:
    """The moment the day begins."""
    return datetime.combine(day, time.min, BEIJING)


def in_beijing(moment: datetime) -> datetime:
    """The same moment on a Beijing clock; a moment without a time zone is refused, never guessed."""
    if moment.tzinfo is None:
        raise BadInput(
            "时刻 {moment} 没有时区",
            why="不写时区就不知道是哪一天",
            instead="请写明时区，例如 2016-04-01T08:30:00+08:00",
            code="naive_moment",
            moment=moment.isoformat(),
        )
    return moment.astimezone(BEIJING)


_DAY = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日)"
)


def parse_day(text: str) -> date:
    """Read 2016-04-01, 2016/4/1, 2016.4.1 or 2016年4月1日, with full-width digits and spaces tolerated."""
    found = _DAY.fullmatch(re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)))
    if found is None:
        raise _unreadable(text, "写法不是年月日")
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise _unreadable(text, "历法上没有这一天") from error


def _unreadable(text: str, why: str) -> BadInput:
    return BadInput(
        "日期“{text}”读不出来", why=why, instead="请写成 2016-04-01 或 2016年4月1日", code="bad_day", text=text
    )


def _earlier(one: date | None, two: date | None) -> date | None:
    if one is None or two is None:
        return one or two
    return min(one, two)
