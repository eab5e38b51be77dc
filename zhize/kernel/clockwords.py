"""The reckoning of a deadline in Chinese sentences, in the order in which a person would do it on a wall calendar.

Days that follow each other and are treated alike are said together, with both ends; nothing is summed up that could not
be counted again (spec cases §2.3-9: a result shorter than expected must be explainable).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhize.kernel.clock import Derivation, Stage

WEEKDAYS = "一二三四五六日"


def lines(found: Derivation) -> list[str]:
    """Receipt, suspensions, limit, each day counted or not and why, extensions, result, doubts, basis."""
    said = [f"收到：{moment(found.start)}（北京时间）。", *_pauses(found)]
    for at, stage in enumerate(found.stages):
        said += [_limit(found, stage, at), *_walk(found, stage), *_rolled(found, stage)]
        said.append(f"{'截止' if at == 0 else '延长后截止'}：{_due(found, stage)}。")
    return said + _uncertain(found) + _basis(found)


# -- days and moments ------------------------------------------------------------------------------------------
def day(value: date) -> str:
    """2016年10月8日（星期六）"""
    return f"{value.year}年{value.month}月{value.day}日（星期{WEEKDAYS[value.weekday()]}）"


def moment(value: datetime) -> str:
    """2016年10月8日（星期六）10:15"""
    return day(value.date()) + _clock(value)


def span(days: Sequence[date]) -> str:
    """One day, or a run of days with both ends and its length."""
    first, last = day(days[0]), day(days[-1])
    if len(days) == 1:
        return first
    return f"{first}至{last.removeprefix(f'{days[0].year}年')}共{len(days)}天"


def _clock(value: datetime) -> str:
    return f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"


def _length(value: timedelta) -> str:
    hours, rest = divmod(int(value.total_seconds()), 3600)
    minutes, seconds = divmod(rest, 60)
    parts = ((hours, "小时"), (minutes, "分"), (seconds, "秒"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0分"


# -- what was agreed -------------------------------------------------------------------------------------------
def _limit(found: Derivation, stage: Stage, at: int) -> str:
    head = f"时限：{stage.limit.words}" if at == 0 else f"第{at}次延长：{stage.limit.words}"
    if stage.limit.unit == "wh":
        return f"{head}，{_from(at)}，只计工作日的{_office(found)}。"
    if stage.limit.unit == "h":
        return f"{head}，{_from(at)}，按钟点连续计算，不扣除休息日。"
    if stage.limit.unit == "mo":
        head += "，到对应日届满，没有对应日的到月末"
    if at:
        return f"{head}，自原截止日的次日起接着算。"
    return f"{head}，收到当日计入，为第1日。" if found.first_day_counts else f"{head}，收到当日不计，次日起算。"


def _from(at: int) -> str:
    return "自收到时刻起算" if at == 0 else "自原截止时刻起接着算"


def _office(found: Derivation) -> str:
    return "、".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in found.hours)


def _pauses(found: Derivation) -> list[str]:
    rule = "按日计算，中止当日起不计，恢复当日起续计" if found.limit.in_days else "中止期间不计"
    said = [f"中止：自{moment(since)}起，{moment(until)}恢复；{rule}。" for since, until in found.pauses.closed]
    if found.pauses.open_since is not None:
        said.append(f"中止：自{moment(found.pauses.open_since)}起，尚未恢复。")
    return said


# -- the walk along the calendar -------------------------------------------------------------------------------
def _walk(found: Derivation, stage: Stage) -> list[str]:
    if not stage.limit.in_days:
        return _hours(found, stage)
    marks = sorted([(each, True) for each in stage.counted] + [(each, False) for each in stage.excluded])
    said, number = [], 1
    for (counts, note), days in _runs(found, stage, marks):
        if counts:
            said.append(f"计入：{_numbers(number, len(days))}，{span(days)}{note}。")
            number += len(days)
        else:
            said.append(f"不计：{span(days)}，{note}。")
    return said


def _runs(
    found: Derivation, stage: Stage, marks: Iterable[tuple[date, bool]]
) -> list[tuple[tuple[bool, str], list[date]]]:
    """Neighbouring days that are counted, or left out, for the same reason."""
    noted = (((counts, _made_up(found, stage, each) if counts else _why(found, each)), each) for each, counts in marks)
    return [(kind, [each for _, each in group]) for kind, group in groupby(noted, key=lambda pair: pair[0])]


def _numbers(first: int, count: int) -> str:
    return f"第{first}日" if count == 1 else f"第{first}至{first + count - 1}日"


def _hours(found: Derivation, stage: Stage) -> list[str]:
    """Stretch by stretch, with the days skipped between them."""
    if stage.limit.unit == "h" and not found.pauses.closed:
        return []
    said = [(opens.date(), _stretch(opens, closes)) for opens, closes in stage.stretches]
    for days in _unbroken(found, stage.excluded):
        said.append((days[0], f"不计：{span(days)}，{_why(found, days[0])}。"))
    return [sentence for _, sentence in sorted(said, key=lambda pair: pair[0])]


def _stretch(opens: datetime, closes: datetime) -> str:
    until = _clock(closes) if opens.date() == closes.date() else moment(closes)
    return f"计入：{moment(opens)}至{until}，{_length(closes - opens)}。"


def _unbroken(found: Derivation, days: Sequence[date]) -> list[list[date]]:
    """Runs of days without a working day between them, left out for the same reason."""
    keyed = groupby(enumerate(days), key=lambda pair: (_why(found, pair[1]), pair[1].toordinal() - pair[0]))
    return [[each for _, each in group] for _, group in keyed]


def _why(found: Derivation, each: date) -> str:
    if found.pauses.holds(each):
        return "中止期间"
    return "按国家放假安排休息" if each in found.calendar.off else "周末"


def _made_up(found: Derivation, stage: Stage, each: date) -> str:
    """A worked weekend is said to be one, because nobody would guess it."""
    return "，是调休的上班日" if stage.limit.needs_calendar and each in found.calendar.work else ""


def _rolled(found: Derivation, stage: Stage) -> list[str]:
    if not stage.rolled:
        return []
    off = [(each, False) for each in stage.rolled[:-1]]
    said = [f"不计：{span(days)}，{note}。" for (_, note), days in _runs(found, stage, off)]
    return [*said, f"顺延：最后一日是休息日，顺延到其后的第一个工作日{day(stage.rolled[-1])}。"]


# -- the result ------------------------------------------------------------------------------------------------
def _due(found: Derivation, stage: Stage) -> str:
    if not stage.limit.in_days:
        return moment(stage.due)
    last = (stage.rolled or stage.counted)[-1]
    return day(last) + ("24时" if found.close_of_day == "24:00" else found.close_of_day)


def _uncertain(found: Derivation) -> list[str]:
    said = [
        f"待定：{year}年的放假调休安排尚未录入，暂按周六、周日休息推算；录入后应当重新推算。"
        for year in found.unknown_years
    ]
    if found.suspended:
        said.append("待定：计时尚未恢复，以上是最早可能的截止时间；恢复后相应顺延，中止期间不算逾期。")
    return said


def _basis(found: Derivation) -> list[str]:
    """The notices that moved a day of this reckoning, and which edition of the calendar was used."""
    calendar = found.calendar
    days = (each for stage in found.stages for each in (*stage.counted, *stage.excluded, *stage.rolled))
    moved = sorted(each for each in days if each in calendar.off or each in calendar.work)
    notices = dict.fromkeys(number for each in moved if (number := calendar.notice_for(each)))
    asked = any(stage.limit.needs_calendar or stage.rolled for stage in found.stages)
    if not asked:
        return []
    edition = [f"工作日历版本{calendar.version}"] if calendar.version else []
    parts = [*notices, *edition]
    return [f"依据：{'；'.join(parts)}。"] if parts else []
