"""When is it due, and why: limits, the working-day calendar, and a derivation a citizen can recompute by hand.

Spec cases §2.3. Nothing here reads a clock; the moment of receipt is handed in, its day is the day in Beijing.
Counting rules: the day after receipt is day 1 (民法典 第二百零一条) unless the rule set counts the first day, like
Korea (Civil Petitions decree art. 18); hours run from the moment of receipt; suspended time is never counted.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Any

from zhize.kernel import clockwords
from zhize.kernel.errors import BadInput
from zhize.kernel.period import BEIJING, ONE_DAY, in_beijing

Hours = tuple[tuple[time, time], ...]
Pause = tuple[date, date | None]  # days or moments; None: not resumed yet

OFFICE_HOURS: Hours = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))
UNIT_WORDS = {"wd": "个工作日", "d": "日", "mo": "个月", "h": "小时", "wh": "个工作小时"}
TICK = timedelta(microseconds=1)
NOTICE_REACH = timedelta(
    days=3
)  # a year's notice also moves 29–31 December of the year before (2018-12-29, 2022-12-31)


@dataclass(frozen=True)
class Limit:
    """How long: 2wd working days, 7d calendar days, 3mo months, 24h hours by the wall clock, 8wh office hours."""

    amount: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> "Limit":
        found = re.fullmatch(r"([1-9]\d{0,4})(wd|d|mo|h|wh)", unicodedata.normalize("NFKC", text).strip().lower())
        if found is None:
            raise BadInput(
                "时限“{text}”读不出来",
                why="时限由 1 到 99999 的整数和单位组成：wd 工作日、d 日、mo 月、h 小时、wh 工作小时",
                instead="请写成 2wd、15wd、24h 或 7d 的样子",
                code="bad_limit",
                text=text,
            )
        return cls(int(found[1]), found[2])

    @property
    def in_days(self) -> bool:
        return self.unit in ("wd", "d", "mo")

    @property
    def needs_calendar(self) -> bool:
        return self.unit in ("wd", "wh")

    @property
    def words(self) -> str:
        """2个工作日, 7日, 24小时, 8个工作小时."""
        return f"{self.amount}{UNIT_WORDS[self.unit]}"

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


@dataclass(frozen=True)
class Calendar:
    """Monday to Friday, except `off` (weekdays off) and `work` (make-up weekends), as the yearly notices of the State
    Council set them. `years` says which notices are known; beyond them every answer is provisional."""

    off: AbstractSet[date] = frozenset()
    work: AbstractSet[date] = frozenset()
    years: AbstractSet[int] = frozenset()
    version: str = ""
    source: Mapping[int, str] = field(default_factory=dict)  # year of the notice → its number

    @classmethod
    def from_notices(cls, notices: Iterable[Mapping[str, Any]], version: str = "") -> "Calendar":
        """From the [[year]] tables of a pack's calendar.toml."""
        rows = list(notices)
        return cls(
            frozenset(day for row in rows for day in row["off"]),
            frozenset(day for row in rows for day in row["work"]),
            frozenset(row["year"] for row in rows),
            version,
            {row["year"]: row["number"] for row in rows if row.get("number")},
        )

    def is_working(self, day: date) -> bool:
        return day in self.work or (day.weekday() < 5 and day not in self.off)

    def working_from(self, day: date) -> date:
        """The first working day on or after `day`."""
        return day if self.is_working(day) else self.working_from(day + ONE_DAY)

    def working_until(self, day: date) -> date:
        """The last working day on or before `day`."""
        return day if self.is_working(day) else self.working_until(day - ONE_DAY)

    def notice_for(self, day: date) -> str:
        """The number of the notice that moved this day, if known."""
        return self.source.get((day + NOTICE_REACH).year, "")

    def unknown_years(self, first: date, last: date) -> list[int]:
        """Years whose notice could change the count between the two days and is not known."""
        needed = range(first.year, (last + NOTICE_REACH).year + 1)
        return [year for year in needed if year not in self.years]


@dataclass(frozen=True)
class Stage:
    """One limit counted out: the original one, or an extension that goes on from where the last ended."""

    limit: Limit
    first: date  # the first day looked at
    end: datetime  # the exact instant, 24:00 being the next day's 00:00
    due: datetime  # the last moment in time
    counted: tuple[date, ...] = ()
    excluded: tuple[date, ...] = ()  # looked at and not counted
    rolled: tuple[date, ...] = ()  # after a last day that was a day off: the days up to the working day it ends on
    stretches: tuple[tuple[datetime, datetime], ...] = ()  # limits in hours: the time that was counted


@dataclass(frozen=True)
class Derivation:
    """A due moment with everything it was derived from: kept with the case, so later edits change no history (§2.3-7).

    For a limit in days `due` is the last microsecond of its last day, so that `day_of(due)` is the day people mean
    by “24时”. While a suspension stands open the due moment cannot be known: `due` is then the earliest possible one,
    `suspended` and `provisional` are set, and `late_at` answers no.
    """

    due: datetime
    start: datetime
    limit: Limit
    stages: tuple[Stage, ...]
    calendar: Calendar
    pauses: "Pauses"
    first_day_counts: bool
    close_of_day: str
    hours: Hours
    suspended: bool
    unknown_years: tuple[int, ...]

    @property
    def provisional(self) -> bool:
        return bool(self.unknown_years) or self.suspended

    @property
    def calendar_version(self) -> str:
        return self.calendar.version

    @property
    def excluded(self) -> list[date]:
        """Every day between receipt and due that was not counted."""
        return [day for stage in self.stages for day in (*stage.excluded, *stage.rolled[:-1])]

    @cached_property
    def lines(self) -> list[str]:
        """The reckoning in Chinese sentences; made when first asked for, since most cases are never argued about."""
        return clockwords.lines(self)

    def late_at(self, moment: datetime) -> bool:
        """Is it overdue at that moment? Never while the clock stands still."""
        return moment > self.due and not self.suspended


def derive(
    start: datetime,
    limit: Limit,
    calendar: Calendar,
    *,
    suspensions: Sequence[Pause] = (),
    extensions: Sequence[Limit] = (),
    first_day_counts: bool = False,
    close_of_day: str = "24:00",
    hours: Hours = OFFICE_HOURS,
    last_day_rolls: bool = False,
) -> Derivation:
    """The due moment for what was received at `start`.

    `suspensions` are half-open: the day a pause begins is not counted, the day it ends is counted again; hours pause
    to the minute. `extensions` go on from the due moment before. `last_day_rolls`: a limit in calendar days that ends
    on a day off ends on the next working day (民法典 第二百零三条).
    """
    _check_hours(hours)
    begun, pauses = in_beijing(start), Pauses.of(suspensions) if suspensions else NO_PAUSES
    terms = _Terms(calendar, pauses, close_of_day, hours, last_day_rolls)
    first = begun.date() if first_day_counts else begun.date() + ONE_DAY
    stages = [terms.count(begun, first, limit, first_day_counts)]
    for extension in extensions:
        stages.append(terms.count(stages[-1].end, stages[-1].due.date() + ONE_DAY, extension))
    due = stages[-1].due
    suspended = pauses.open_since is not None and pauses.open_since <= due
    return Derivation(
        due, begun, limit, tuple(stages), calendar, pauses, first_day_counts, close_of_day, hours, suspended,
        terms.unknown_years(stages),
    )  # fmt: skip


@dataclass(frozen=True)
class _Terms:
    """How days and hours are counted in one derivation."""

    calendar: Calendar
    pauses: "Pauses"
    close_of_day: str
    hours: Hours
    last_day_rolls: bool

    def count(self, moment: datetime, day: date, limit: Limit, counts_first: bool = False) -> Stage:
        """Days are counted from `day` on, hours from `moment` on; months have as many days as the calendar gives them."""
        if not limit.in_days:
            return self._time(moment, limit)
        return self._days(day, limit, _days_in(day, limit.amount, counts_first) if limit.unit == "mo" else limit.amount)

    def _days(self, first: date, limit: Limit, amount: int) -> Stage:
        counted: list[date] = []
        excluded: list[date] = []
        is_working, holds, every_day = self.calendar.is_working, self.pauses.holds, limit.unit != "wd"
        day = first
        while len(counted) < amount:
            (counted if (every_day or is_working(day)) and not holds(day) else excluded).append(day)
            day += ONE_DAY
        rolled = self._rolled(counted[-1]) if every_day and self.last_day_rolls else []
        end = _closing(rolled[-1] if rolled else counted[-1], self.close_of_day)
        due = end - TICK if self.close_of_day == "24:00" else end
        return Stage(limit, first, end, due, tuple(counted), tuple(excluded), tuple(rolled))

    def _rolled(self, last: date) -> list[date]:
        """The days after a last day off, up to and including the next working day."""
        days: list[date] = []
        while not self.calendar.is_working(last) or self.pauses.holds(last):
            last += ONE_DAY
            days.append(last)
        return days

    def _time(self, moment: datetime, limit: Limit) -> Stage:
        left, end = timedelta(hours=limit.amount), moment
        stretches: list[tuple[datetime, datetime]] = []
        for opens, closes in self.pauses.outside(self._open(moment, limit)):
            end = _later(opens, left)
            stretches.append((opens, end if closes is None else min(end, closes)))
            if closes is None or end <= closes:
                break
            left -= _elapsed(opens, closes)
        used = sorted({opens.date() for opens, _ in stretches}) if limit.unit == "wh" else []
        excluded = self._off(moment.date(), end.date(), set(used)) if limit.unit == "wh" else ()
        return Stage(limit, moment.date(), end, end, tuple(used), excluded, stretches=tuple(stretches))

    def _open(self, moment: datetime, limit: Limit) -> "Iterator[Stretch]":
        return self._office(moment) if limit.unit == "wh" else _endless(moment)

    def _office(self, moment: datetime) -> "Iterator[Stretch]":
        """Office hours from the moment on, for ever."""
        day = moment.date()
        while True:
            if self.calendar.is_working(day):
                for opens, closes in self.hours:
                    if (end := _at(day, closes)) > moment:
                        yield max(_at(day, opens), moment), end
            day += ONE_DAY

    def _off(self, first: date, last: date, used: AbstractSet[date]) -> tuple[date, ...]:
        """Whole days without a single counted office hour, because they were off or paused."""
        days = (first + timedelta(days=number) for number in range((last - first).days))
        off = (day for day in days if self.pauses.holds(day) or not self.calendar.is_working(day))
        return tuple(day for day in off if day not in used)

    def unknown_years(self, stages: Sequence[Stage]) -> tuple[int, ...]:
        asked = [stage for stage in stages if stage.limit.needs_calendar or self.last_day_rolls]
        if not asked:
            return ()
        return tuple(self.calendar.unknown_years(asked[0].first, asked[-1].due.date()))


Stretch = tuple[datetime, datetime | None]


@dataclass(frozen=True)
class Pauses:
    """Suspensions as a list of intervals, not a flag (§2.3-8): closed ones merged, and when the open one began."""

    closed: tuple[tuple[datetime, datetime], ...] = ()
    open_since: datetime | None = None

    @classmethod
    def of(cls, suspensions: Iterable[Pause]) -> "Pauses":
        closed: list[tuple[datetime, datetime]] = []
        open_since = None
        for since, until in sorted(_begun(suspensions), key=lambda pause: pause[0]):
            if until is None:
                open_since = min(since, open_since or since)
                continue
            _in_order(since, end := _moment(until))
            if closed and since <= closed[-1][1]:
                since, end = closed[-1][0], max(end, closed.pop()[1])
            closed.append((since, end))
        return cls(tuple(closed), open_since)

    def holds(self, day: date) -> bool:
        """Is this whole day left out? From the day a pause begins, to the day before it ends."""
        return any(since.date() <= day < until.date() for since, until in self.closed)

    def outside(self, stretches: "Iterator[Stretch]") -> "Iterator[Stretch]":
        """What is left of the stretches of time outside the pauses."""
        for opens, closes in stretches:
            here: datetime | None = opens
            for since, until in self.closed:
                if here is None or until <= here or (closes is not None and since >= closes):
                    continue
                if here < since:
                    yield here, since
                here = until if closes is None or until < closes else None
            if here is not None:
                yield here, closes


NO_PAUSES = Pauses()


def _days_in(first: date, months: int, counts_first: bool) -> int:
    """How many days from `first` on: to the day of the same number as the receipt's, or the last of a month that has none
    (民法典 第二百零二条). Where the day of receipt counts, to the day before that one (Korea's civil code, art. 160)."""
    from_day = first if counts_first else first - ONE_DAY
    year, month = divmod(from_day.year * 12 + from_day.month - 1 + months, 12)
    length = monthrange(year, month + 1)[1]
    last = date(year, month + 1, min(from_day.day, length))
    if counts_first and from_day.day <= length:
        last -= ONE_DAY
    return (last - first).days + 1


def _endless(moment: datetime) -> Iterator[Stretch]:
    yield moment, None


def _begun(suspensions: Iterable[Pause]) -> list[tuple[datetime, date | None]]:
    return [(_moment(since), until) for since, until in suspensions]


def _moment(when: date) -> datetime:
    """A day stands for its 00:00 in Beijing."""
    return in_beijing(when) if isinstance(when, datetime) else _at(when, time())


def _in_order(since: datetime, until: datetime) -> None:
    if until < since:
        raise BadInput(
            "中止的恢复时间 {until} 早于开始时间 {since}",
            why="中止必须先开始后恢复",
            instead="请改正中止的起止时间",
            code="bad_suspension",
            since=since.isoformat(),
            until=until.isoformat(),
        )


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, BEIJING)


def _later(moment: datetime, by: timedelta) -> datetime:
    """Elapsed time: reckoned in UTC, because China's clocks did jump in 1986–1991 (§2.3-12)."""
    return (moment.astimezone(UTC) + by).astimezone(BEIJING)


def _elapsed(since: datetime, until: datetime) -> timedelta:
    return until.astimezone(UTC) - since.astimezone(UTC)


def _closing(day: date, close_of_day: str) -> datetime:
    days, at = _parsed_close(close_of_day)
    return _at(day + days, at)


@lru_cache(maxsize=64)
def _parsed_close(text: str) -> tuple[timedelta, time]:
    if text == "24:00":
        return ONE_DAY, time()
    try:
        return timedelta(), time.fromisoformat(text)
    except ValueError as error:
        raise BadInput("一天的截止时刻“{text}”读不出来", instead="请写成 17:30 或者 24:00", text=text) from error


@lru_cache(maxsize=64)
def _check_hours(hours: Hours) -> None:
    """Without office hours the count of office hours would never end."""
    if not hours or any(opens >= closes for opens, closes in hours):
        raise BadInput("办公时间为空或者次序颠倒", instead="请写成 08:30–12:00、13:30–17:30 的样子", code="bad_hours")
