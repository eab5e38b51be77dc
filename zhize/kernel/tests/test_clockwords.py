"""The reckoning as a citizen reads it, and proof that reading it is enough to reckon again."""

import re
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from zhize.kernel.clock import Limit
from zhize.kernel.period import ONE_DAY
from zhize.kernel.tests.notices import at, reckon


def test_two_working_days_over_the_national_day_of_2016() -> None:
    assert reckon("2016-09-29 10:15", "2wd").lines == [
        "收到：2016年9月29日（星期四）10:15（北京时间）。",
        "时限：2个工作日，收到当日不计，次日起算。",
        "计入：第1日，2016年9月30日（星期五）。",
        "不计：2016年10月1日（星期六）至10月2日（星期日）共2天，周末。",
        "不计：2016年10月3日（星期一）至10月7日（星期五）共5天，按国家放假安排休息。",
        "计入：第2日，2016年10月8日（星期六），是调休的上班日。",
        "截止：2016年10月8日（星期六）24时。",
        "依据：国办发明电〔2015〕18号；工作日历版本2026-1。",
    ]


def test_office_hours_are_said_stretch_by_stretch() -> None:
    paused = [(at("2016-09-30 11:00"), at("2016-09-30 14:00"))]
    assert reckon("2016-09-30 10:15", "5wh", suspensions=paused).lines == [
        "收到：2016年9月30日（星期五）10:15（北京时间）。",
        "中止：自2016年9月30日（星期五）11:00起，2016年9月30日（星期五）14:00恢复；中止期间不计。",
        "时限：5个工作小时，自收到时刻起算，只计工作日的08:30–12:00、13:30–17:30。",
        "计入：2016年9月30日（星期五）10:15至11:00，45分。",
        "计入：2016年9月30日（星期五）14:00至17:30，3小时30分。",
        "不计：2016年10月1日（星期六）至10月2日（星期日）共2天，周末。",
        "不计：2016年10月3日（星期一）至10月7日（星期五）共5天，按国家放假安排休息。",
        "计入：2016年10月8日（星期六）08:30至09:15，45分。",
        "截止：2016年10月8日（星期六）09:15。",
        "依据：国办发明电〔2015〕18号；工作日历版本2026-1。",
    ]


def test_a_suspension_an_extension_and_both_years_notices() -> None:
    found = reckon(
        "2016-12-28 09:00",
        "1wd",
        suspensions=[(at("2016-12-29 09:00"), at("2016-12-30 09:00"))],
        extensions=[Limit.parse("1wd")],
    )
    assert found.lines == [
        "收到：2016年12月28日（星期三）09:00（北京时间）。",
        "中止：自2016年12月29日（星期四）09:00起，2016年12月30日（星期五）09:00恢复；"
        "按日计算，中止当日起不计，恢复当日起续计。",
        "时限：1个工作日，收到当日不计，次日起算。",
        "不计：2016年12月29日（星期四），中止期间。",
        "计入：第1日，2016年12月30日（星期五）。",
        "截止：2016年12月30日（星期五）24时。",
        "第1次延长：1个工作日，自原截止日的次日起接着算。",
        "不计：2016年12月31日（星期六）至2017年1月1日（星期日）共2天，周末。",
        "不计：2017年1月2日（星期一），按国家放假安排休息。",
        "计入：第1日，2017年1月3日（星期二）。",
        "延长后截止：2017年1月3日（星期二）24时。",
        "依据：国办发明电〔2016〕17号；工作日历版本2026-1。",
    ]


def test_hours_by_the_clock_are_said_plainly() -> None:
    assert reckon("2016-09-30 21:30", "24h").lines == [
        "收到：2016年9月30日（星期五）21:30（北京时间）。",
        "时限：24小时，自收到时刻起算，按钟点连续计算，不扣除休息日。",
        "截止：2016年10月1日（星期六）21:30。",
    ]


def test_a_roll_is_said() -> None:
    lines = reckon("2016-09-24 09:00", "7d", last_day_rolls=True).lines
    assert "顺延：最后一日是休息日，顺延到其后的第一个工作日2016年10月8日（星期六）。" in lines


# -- a reader with nothing but the sentences ------------------------------------------------------------------
DAY = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日（星期(.)）")


def read_days(line: str) -> list[date]:
    found, year = [], 0
    for text_year, month, day, weekday in DAY.findall(line):
        year = int(text_year) if text_year else year
        found.append(date(year, int(month), int(day)))
        assert "一二三四五六日"[found[-1].weekday()] == weekday
    return [found[0] + timedelta(days=n) for n in range((found[-1] - found[0]).days + 1)]


terms = st.fixed_dictionaries(
    {
        "suspensions": st.lists(
            st.tuples(st.integers(0, 30), st.integers(0, 12)).map(
                lambda p: (date(2016, 9, 1) + timedelta(days=p[0]), date(2016, 9, 1) + timedelta(days=p[0] + p[1]))
            ),
            max_size=2,
        ),
        "first_day_counts": st.booleans(),
        "last_day_rolls": st.booleans(),
    }
)


@given(st.integers(0, 60), st.integers(1, 20), st.sampled_from(["wd", "d"]), terms)
def test_every_day_is_accounted_for_once_and_the_count_comes_out(
    n: int, amount: int, unit: str, some: dict[str, Any]
) -> None:
    received = date(2016, 9, 1) + timedelta(days=n)
    found = reckon(f"{received} 09:00", f"{amount}{unit}", **some)
    counted = [day for line in found.lines if line.startswith("计入") for day in read_days(line)]
    left_out = [day for line in found.lines if line.startswith("不计") for day in read_days(line)]
    rolled = [day for line in found.lines if line.startswith("顺延") for day in read_days(line)]
    due = next(read_days(line)[-1] for line in found.lines if line.startswith("截止"))
    first = received if some["first_day_counts"] else received + ONE_DAY
    assert sorted(counted + left_out + rolled) == [first + timedelta(days=k) for k in range((due - first).days + 1)]
    assert len(counted) == amount
    assert due == found.due.date() and left_out == found.excluded


@given(st.integers(0, 60 * 24 * 4), st.integers(1, 30))
def test_the_stretches_of_office_hours_add_up(quarters: int, amount: int) -> None:
    start = at("2016-09-01 00:00") + timedelta(minutes=15 * quarters)
    found = reckon(f"{start:%Y-%m-%d %H:%M}", f"{amount}wh")
    said = [line for line in found.lines if line.startswith("计入")]
    hours = sum(int(h) for line in said for h in re.findall(r"(\d+)小时", line))
    minutes = sum(int(m) for line in said for m in re.findall(r"(\d+)分", line))
    assert hours * 60 + minutes == amount * 60
