"""The reckoning of a deadline in Chinese sentences, in the order in which a person would do it on a wall calendar.

Runs of days are written with both their ends; nothing is summed up that could not be counted again (spec cases §2.3-9).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhize.kernel.clock import Derivation, Stage

WEEKDAYS = "一二三四五六日"


def lines(found: Derivation) -> list[str]:
    """Receipt, limit, what was not counted and why, what was counted, extensions, result, and what is still uncertain."""
    said = [f"收到：{day(found.start.date())}{found.start:%H:%M}（北京时间）。"]
    said += _pauses(found)
    for at, stage in enumerate(found.stages):
        said += [_limit(found, stage, at), *_excluded(found, stage), *_counted(found, stage), *_rolled(stage)]
        said.append(f"{'截止' if at == 0 else '延长后截止'}：{_due(found, stage)}。")
    return said + _uncertain(found) + _version(found)


def day(value: date) -> str:
    """2016年10月8日（星期六）"""
    return f"{value.year}年{value.month}月{value.day}日（星期{WEEKDAYS[value.weekday()]}）"


def span(days: Sequence[date]) -> str:
    """One day, or a run of days with both ends."""
    return day(days[0]) if len(days) == 1 else f"{day(days[0])}至{day(days[-1])}（共{len(days)}天）"


def runs(days: Iterable[date], kind: Callable[[date], str] = lambda _: "") -> list[tuple[str, list[date]]]:
    """Days that follow each other and are of one kind, together."""
    numbered = enumerate(days)
    grouped = groupby(numbered, key=lambda pair: (kind(pair[1]), pair[1] - timedelta(days=pair[0])))
    return [(key[0], [value for _, value in pairs]) for key, pairs in grouped]


def _limit(found: Derivation, stage: Stage, at: int) -> str:
    head = f"时限：{stage.limit.words}，" if at == 0 else f"第{at}次延长：{stage.limit.words}，"
    if not stage.limit.in_days:
        return (
            head
            + ("自收到时起连续计算。" if at == 0 else "自原截止时刻起接着计算。")[:-1]
            + _office(found, stage)
            + "。"
        )
    if at:
        return head + "自原截止日的次日起接着计算。"
    return head + ("收到当日计入，为第1日。" if found.first_day_counts else "收到当日不计，自次日起算。")


def _office(found: Derivation, stage: Stage) -> str:
    if stage.limit.unit != "wh":
        return ""
    return "，只计工作日的" + "、".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in found.hours)


def _pauses(found: Derivation) -> list[str]:
    said = [
        f"中止：自{_moment(since)}起，至{_moment(until)}恢复；按日计算的，中止当日起不计，恢复当日起续计。"
        for since, until in found.pauses.closed
    ]
    if found.pauses.open_since is not None:
        said.append(f"中止：自{_moment(found.pauses.open_since)}起，尚未恢复。")
    return said


def _excluded(found: Derivation, stage: Stage) -> list[str]:
    return [f"不计：{span(days)}，{reason}。" for reason, days in runs(stage.excluded, lambda each: _why(found, each))]


def _why(found: Derivation, each: date) -> str:
    if found.pauses.holds(each):
        return "中止期间"
    if each in found.calendar.off:
        return "放假" + _by(found, each)
    return "周末"


def _by(found: Derivation, each: date) -> str:
    number = found.calendar.notice_for(each)
    return f"（{number}）" if number else ""


def _counted(found: Derivation, stage: Stage) -> list[str]:
    """Which day was which; a worked weekend is said to be one, because nobody would guess it."""
    if not stage.limit.in_days:
        return []
    said, number = [], 1
    for note, days in runs(stage.counted, lambda each: _made_up(found, stage, each)):
        upto = f"至第{number + len(days) - 1}" if len(days) > 1 else ""
        said.append(f"计入：第{number}{upto}日，{span(days)}{note}。")
        number += len(days)
    return said


def _made_up(found: Derivation, stage: Stage, each: date) -> str:
    return "，调休上班" + _by(found, each) if stage.limit.unit == "wd" and each in found.calendar.work else ""


def _rolled(stage: Stage) -> list[str]:
    if not stage.rolled:
        return []
    return [f"顺延：最后一日{day(stage.counted[-1])}是休息日，顺延到其后的第一个工作日{day(stage.rolled[-1])}。"]


def _due(found: Derivation, stage: Stage) -> str:
    if not stage.limit.in_days:
        return _moment(stage.due)
    last = (stage.rolled or stage.counted)[-1]
    return day(last) + ("24时" if found.close_of_day == "24:00" else found.close_of_day)


def _moment(value: datetime) -> str:
    seconds = f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"
    return day(value.date()) + seconds


def _uncertain(found: Derivation) -> list[str]:
    said = [
        f"待定：{year}年的放假调休安排尚未录入，该年暂按周六、周日休息推算；安排公布并录入后应当重新推算。"
        for year in found.unknown_years
    ]
    if found.suspended:
        said.append("待定：计时尚未恢复，以上截止时间是最早的可能；恢复后按中止的时间顺延，中止期间不算逾期。")
    return said


def _version(found: Derivation) -> list[str]:
    asked = any(stage.limit.needs_calendar or stage.rolled for stage in found.stages)
    return [f"工作日历版本：{found.calendar_version}。"] if asked and found.calendar_version else []
