"""The merger of the town's lines on 15 September 2016, entered by the acts an office has and read by anybody."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.town import Town
from zhize.cases import commands
from zhize.cases.models import HotlineLine
from zhize.cases.queries.lines import by_mode, lines
from zhize.kernel.errors import BadInput, Refusal

DAY = date(2016, 9, 15)


def test_the_lines_of_the_city_go_into_one_number_on_their_day(town: Town) -> None:
    before, after = by_mode(lines(DAY - timedelta(days=1))), by_mode(lines(DAY))
    assert before == [("own", "独立运行", 15)]
    assert after == [("merged", "并入", 9), ("dual", "双号并存", 6)]
    line = next(x for x in lines(DAY) if x.number == "12369")
    assert (line.owner, line.since, line.calls) == ("温州市环境保护局", DAY, 15300)
    assert line.document.key == "wz-demo-2016-hotline"


def test_anybody_reads_it_and_takes_it_away(town: Town) -> None:
    page = Client(headers={"host": "localhost"}).get("/lines/?day=2016-09-15").content.decode()
    assert "双号并存 <strong>6</strong>" in page
    sheet = Client(headers={"host": "localhost"}).get("/lines/lines.xlsx?day=2016-09-15")
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(sheet.streaming_content)))  # type: ignore[attr-defined]
    rows = book.get_sheet_by_name("热线归并").to_python()
    assert len(rows) == 16
    assert rows[1][0] == "12301"


def test_a_line_is_counted_once_a_day_and_stands_one_way(town: Town) -> None:
    line, paper = HotlineLine.objects.get(number="12369"), town.paper("wz-demo-2016-hotline")
    seat = {"instrument": paper, "by": town.seat("duban"), "now": town.now}
    with pytest.raises(Refusal, match="只能统计一次"):
        commands.count_line(line, 5, from_day=date(2016, 8, 1), to_day=date(2016, 9, 15), **seat)
    with pytest.raises(Refusal, match="已是“双号并存”"):
        commands.merge_line(line, "dual", day=date(2017, 1, 1), **seat)
    with pytest.raises(BadInput, match="没有“gone”"):
        commands.merge_line(line, "gone", day=date(2017, 1, 1), **seat)
    commands.merge_line(line, "branch", day=date(2017, 1, 1), **seat)
    assert next(x for x in lines(date(2017, 1, 1)) if x.number == "12369").mode == "branch"
