"""What is taken away: sheets, linked data, and papers in the layout of GB/T 9704-2012."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from typing import Any

import docx as word
import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from tests.town import Town
from zhize.lists.formats import export
from zhize.lists.formats.papers import in_lines, list_paper, notice_of
from zhize.lists.queries.issues import Issue
from zhize.lists.queries.renderers import render
from zhize.lists.tests.test_editions import LATER, MAY, deciding, one
from zhize.record.papers import Annex, Paper
from zhize.record.papers.docx import write as write_docx
from zhize.record.papers.pdf import write as write_pdf
from zhize.register.commands import withdraw
from zhize.register.models import Holding

LONG = Paper(
    in_lines("关于公布", "温州市住房和城乡建设委员会权力清单", "的公告"),
    ["根据温政发〔2016〕12号，现予以公布。", "特此公告。"],
    "温州市人民政府",
    date(2016, 7, 1),
    [Annex("权力清单", ["序号", "事项名称"], [[str(n), f"事项{n} <&> #strong[x]"] for n in range(1, 200)], [1, 9])],
    "版次 甲-1",
)


@pytest.fixture
def rendered(town: Town) -> dict[str, Any]:
    return render(Issue("power", town.body("wz-zhujian")), MAY)


def text(pdf: bytes) -> list[str]:
    book = pypdfium2.PdfDocument(pdf)
    return [re.sub(r"\s", "", book[n].get_textpage().get_text_range()) for n in range(len(book))]


def test_every_item_stands_in_csv_and_xlsx_under_the_same_headings(rendered: dict[str, Any]) -> None:
    raw = b"".join(export(rendered, "csv"))
    assert raw.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    sheet = (
        CalamineWorkbook.from_filelike(io.BytesIO(b"".join(export(rendered, "xlsx")))).get_sheet_by_index(0).to_python()
    )
    assert lines[0] == sheet[1]
    assert len(lines) - 1 == len(sheet) - 2 == len(rendered["items"])
    at = lines[0].index("事项名称")
    assert [r[at] for r in lines[1:]] == [r[at] for r in sheet[2:]] == [i["name"] for i in rendered["items"]]


@pytest.mark.parametrize("evil", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_name_is_never_a_formula(rendered: dict[str, Any], evil: str) -> None:
    rendered["items"][0]["name"] = evil
    lines = list(csv.reader(io.StringIO(b"".join(export(rendered, "csv")).decode("utf-8-sig"))))
    assert f"'{evil}" in lines[1]
    book = b"".join(export(rendered, "xlsx"))
    import zipfile

    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")


def test_json_is_the_render_itself(rendered: dict[str, Any]) -> None:
    assert json.loads(b"".join(export(rendered, "json"))) == rendered


def test_linked_data_speaks_cpsv_ap_org_and_eli_and_every_link_leads_to_a_node(rendered: dict[str, Any]) -> None:
    said = json.loads(b"".join(export(rendered, "jsonld")))
    nodes = {n["@id"]: n for n in said["@graph"]}
    services = [n for n in nodes.values() if "cpsv:PublicService" in n["@type"]]
    assert services and len([n for n in nodes.values() if "zhize:Duty" in n["@type"]]) == len(rendered["items"])
    for node in services:
        assert nodes[node["cv:hasCompetentAuthority"]["@id"]]["@type"] == [
            "cv:PublicOrganisation",
            "org:FormalOrganization",
        ]
        assert all(nodes[law["@id"]]["@type"] == "eli:LegalResource" for law in node["cv:hasLegalResource"])
        assert all(nodes[part["@id"]]["@type"].startswith("eli:LegalResource") for part in node["zhize:basis"])
        assert all(place["@id"] in nodes for place in node["dct:spatial"])


def test_a_paper_in_pdf_is_a4_numbered_and_repeats_the_heads_of_its_table() -> None:
    data = b"".join(write_pdf(LONG))
    book, pages = pypdfium2.PdfDocument(data), text(data)
    width, height = book[0].get_size()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)
    assert len(pages) > 5
    assert all("序号" in page and "事项名称" in page for page in pages[1:])
    assert [bool(re.search(f"—{n}—", page)) for n, page in enumerate(pages, 1)] == [True] * len(pages)
    assert "#strong[x]" in pages[1], "what people write is data, never markup"
    assert data == b"".join(write_pdf(LONG)), "the same paper, the same bytes"


def test_the_text_of_a_paper_stands_in_22_lines_of_28_characters() -> None:
    data = b"".join(write_pdf(Paper("标题", ["甲" * 28 * 40])))
    page = pypdfium2.PdfDocument(data)[1].get_textpage()
    boxes = [page.get_charbox(n) for n in range(page.count_chars()) if page.get_text_range(n, 1) == "甲"]
    lines = sorted({round(b[1]) for b in boxes})
    assert len([1 for b in boxes if round(b[1]) == lines[-1]]) == 28
    assert 28 <= (lines[-1] - lines[0]) / (len(lines) - 1) <= 30, "29 points from line to line"


def test_a_paper_in_word_has_the_standard_s_page_faces_and_outer_numbers() -> None:
    book = word.Document(io.BytesIO(b"".join(write_docx(LONG))))
    section = book.sections[0]
    assert [
        round(x.mm) for x in (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    ] == [37, 35, 28, 26]
    xml = book.element.xml
    for face in ("仿宋_GB2312", "方正小标宋简体", "黑体"):
        assert face in xml or face in book.styles.element.xml
    assert "w:tblHeader" in xml and "w:cantSplit" in xml and 'w:linePitch="580"' in xml
    assert book.settings.odd_and_even_pages_header_footer
    assert len(book.tables[0].rows) == 200
    for footer in (section.footer, section.even_page_footer):
        field = re.findall(r'fldCharType="(\w+)"|<w:instrText>(\w+)<|<w:t>(\w+)<', footer._element.xml)
        assert ["".join(x) for x in field] == ["begin", "PAGE", "separate", "1", "end"]
    assert xml.index("w:pBdr") < xml.index("w:spacing", xml.index("w:pBdr")), "the order Word's schema wants"


def test_a_title_breaks_before_the_kind_of_list() -> None:
    assert LONG.title == "关于公布温州市住房和城乡建设委员会\n权力清单的公告"
    assert in_lines("关于公布", "甲局权力清单", "的公告") == "关于公布甲局权力清单的公告"


def test_a_correction_s_notice_says_what_was_wrong_and_that_the_old_edition_stays(town: Town) -> None:
    wrong = one(town, "wz-zhujian")
    row = Holding.objects.as_of(MAY).filter(body=town.body("wz-zhujian"), duty__kind="power").order_by("pk")[0]
    withdraw([row], why="误登", instrument=deciding(town), by=town.seat("dengji"), now=town.now + LATER)
    right = one(town, "wz-zhujian", now=town.now + 2 * LATER, corrects=wrong, reason="误登一项")
    assert "予以公布" in notice_of(wrong).text[0]
    paper = notice_of(right)
    assert "误登一项" in paper.text[0] and "继续保留" in paper.text[1]
    assert len(paper.annexes[0].rows) == 1
    assert "关于更正" in "".join(text(b"".join(write_pdf(paper))))


def test_a_list_on_paper_shows_what_a_sheet_has_room_for(rendered: dict[str, Any]) -> None:
    (annex,) = list_paper(rendered).annexes
    assert annex.heads[:3] == ["序号", "事项名称", "权力类型"] and "实施主体" not in annex.heads
    assert len(annex.rows) == len(rendered["items"])
