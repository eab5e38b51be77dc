"""Reports to take away: the same numbers on paper, in the workbook and on the page; what the hotline says of the lists."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from docx import Document

from zhize.cases.commands import decide_return, dispatch, follow_up, request_return
from zhize.cases.queries import duty_report as duties
from zhize.cases.queries import reporting, workbook
from zhize.cases.queries.figures import figures
from zhize.cases.queries.reporting import KINDS, period_of, report
from zhize.cases.tests.conftest import CLERK, Town, at
from zhize.cases.tests.stories import TUESDAY, WEDNESDAY, received, replied, sent
from zhize.cases.tests.test_pages_desk import Story, story  # noqa: F401
from zhize.kernel.errors import BadInput
from zhize.record.papers import Bar, docx, pdf
from zhize.register.commands import map_matter
from zhize.register.commands.matters import Answer

pytestmark = pytest.mark.django_db
NOW, DAY = at("2016-04-10 09:00"), date(2016, 3, 15)
NAME = "欧阳明月"


def busy(town: Town) -> None:
    for n in range(6):
        case, _ = replied(town, name=NAME, phone="13812345678", text=f"{NAME}反映第{n}家")
        follow_up(
            case.pk, reached=True, contacted=True, solved=n > 0, satisfied="yes", by=town.by("taker"), now=WEDNESDAY
        )
    sent(town, place="330304001")
    received(town, "03")


def said(pieces: object) -> bytes:
    return b"".join(pieces)  # type: ignore[call-overload,no-any-return]


def words(data: bytes) -> str:
    """Everything readable in a docx or xlsx."""
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        return "".join(box.read(n).decode("utf-8", "ignore") for n in box.namelist())


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [("daily", "2016-03-15", "2016-03-15"), ("weekly", "2016-03-14", "2016-03-20"), ("monthly", "2016-03-01", "2016-03-31"),
     ("yearly", "2016-01-01", "2016-12-31")],
)  # fmt: skip
def test_a_day_lies_in_its_period(kind: str, first: str, last: str) -> None:
    assert [d.isoformat() for d in period_of(kind, DAY)] == [first, last]
    with pytest.raises(BadInput):
        period_of("hourly", DAY)


def test_the_report_says_what_the_figures_say(town: Town) -> None:
    busy(town)
    told = report("monthly", town.places["330300"].pk, DAY, NOW)
    assert told.total[0] == 8
    by_name = {f.name: f for f, _ in told.figures}
    for f in figures(told.span, place_id=told.place, names=list(by_name)):
        assert (f.part, f.whole, f.out) == (by_name[f.name].part, by_name[f.name].whole, by_name[f.name].out)


def test_the_paper_has_its_parts_in_order_and_names_nobody(town: Town) -> None:
    busy(town)
    book = Document(
        io.BytesIO(said(docx.write(reporting.paper(report("monthly", town.places["330300"].pk, DAY, NOW)))))
    )
    heads = [p.text for p in book.paragraphs if p.style and p.style.name == "Heading 2"]
    assert heads[:2] == ["一、受理情况", "二、按时答复"] and heads[-1].startswith("六、分组排名")
    cells = {c.text for table in book.tables for row in table.rows for c in row.cells}
    assert {"鹿城区综合行政执法局", "83.3%", "5 / 6"} <= cells
    assert len(book.inline_shapes) >= 7, "drawn bars"
    assert NAME not in " ".join(cells)


@pytest.mark.parametrize("kind", KINDS)
def test_every_report_can_be_had_in_every_format(town: Town, kind: str) -> None:
    busy(town)
    from zhize.cases.views.reports import written

    place = town.places["330300"].pk
    assert said(written(kind, place, DAY, NOW, "docx"))[:2] == b"PK"
    assert said(written(kind, place, DAY, NOW, "pdf"))[:5] == b"%PDF-"
    data = said(written(kind, place, DAY, NOW, "xlsx"))
    assert "chart1.xml" in str(zipfile.ZipFile(io.BytesIO(data)).namelist()) and NAME not in words(data)


def test_a_quiet_period_is_a_report_too(town: Town) -> None:
    told = report("daily", town.places["330300"].pk, DAY, NOW)
    assert told.total == (0, 0) and said(pdf.write(reporting.paper(told)))
    assert said(workbook.write(told))


def test_the_workbooks_numbers_are_numbers(town: Town) -> None:
    from python_calamine import CalamineWorkbook

    busy(town)
    data = said(workbook.write(report("monthly", town.places["330300"].pk, DAY, NOW)))
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book.sheet_names == ["受理", "按日", "机构", "指标", "排名"]
    rates = {row[0]: row[1:4] for row in book.get_sheet_by_name("指标").to_python()[2:]}
    assert rates["解决率"] == [pytest.approx(5 / 6), 5.0, 6.0]


# -- what the hotline says of the lists --------------------------------------------------------------------------------
def test_a_year_of_cases_speaks_of_duties(town: Town) -> None:
    replied(town)
    _, leg = sent(town)
    request_return(
        leg.pk, body=town.bodies["lc-env"], duty=town.duties["food"], reason="油烟", by=town.by("lc"), now=TUESDAY
    )
    decide_return(leg.pk, "upheld", by=town.by("dispatcher"), now=TUESDAY)
    orphan = received(town, "03")
    dispatch(orphan.pk, body=town.bodies["lc-env"], why="临时协调", by=town.by("dispatcher"), now=TUESDAY)
    told = duties.duty_report(town.places["330300"].pk, DAY, NOW)
    [first, *_] = told.duties
    assert (first.name, first.legs, first.returns, first.upheld) == ("对占道经营的查处", 2, 1, 1)
    assert ("无人负责", "无人认领的事") in {(kind, matter) for kind, matter, _, _ in told.gaps}
    assert {name for _, name in told.unused} == {"对社会生活噪声的查处", "对餐饮油烟的监管", "对户外广告的管理"}
    assert (told.cases, told.cited) == (3, 2)


def test_the_year_shows_matters_without_a_duty_and_matters_of_two_bodies(town: Town) -> None:
    """What nobody's duty answers, and what a second body could claim: with the cases that met it."""
    received(town, "03")
    sent(town)
    day = date(2016, 1, 1)
    said = {"day": day, "instrument": town.paper, "by": CLERK, "now": TUESDAY}
    map_matter(
        [Answer(town.matters["010101"], town.duties[d], rank) for rank, d in enumerate(("stalls", "food"), 1)], **said
    )
    told = duties.duty_report(town.places["330300"].pk, DAY, NOW)
    assert told.health.unmapped == [("无人认领的事", 1)]
    [line] = told.health.overlaps
    assert (line.matter, line.cases) == ("占道摆摊", 1)
    assert line.first.startswith("鹿城区综合行政执法局") and line.others == ("鹿城区环境保护局（对餐饮油烟的监管）",)


# -- on the desk -------------------------------------------------------------------------------------------------------
def test_the_centre_takes_reports_away_and_a_body_does_not(story: Story) -> None:  # noqa: F811
    page = story.page("supervisor", "/desk/reports/?day=2016-03-15")
    assert "/desk/reports/monthly/2016-03-01/report.docx?place=330300" in page
    path = "/desk/reports/daily/2016-03-15/report.xlsx?place=330302"
    answer = story.at("supervisor").get(path)
    assert b"".join(answer.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    assert story.at("lc").get(path).status_code == 403
    assert story.at("supervisor").get("/desk/reports/hourly/2016-03-15/report.xlsx").status_code == 404


def test_a_district_has_its_own_and_no_other(story: Story) -> None:  # noqa: F811
    """Another district asked for gives one's own."""
    assert "report.docx?place=330302" in story.page("lc_boss", "/desk/reports/?place=330304")


def test_a_bar_is_a_picture_of_its_shares() -> None:
    data = Bar([("on", 0.5), ("open", 0.25)]).png(8, 1)
    assert data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) < 200
