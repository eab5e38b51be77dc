"""Papers as Word files in the layout of GB/T 9704-2012. The proprietary faces are named, not shipped: an office has them, and
where it has not Word takes the nearest."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor

from zhize.record.papers import Annex, Bar, Paper, chinese_day

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BODY, TITLE, BLACK, LATIN = "仿宋_GB2312", "方正小标宋简体", "黑体", "Times New Roman"
PITCH, SQUEEZE = 580, -842  # 22 lines in 225 mm, in twentieths of a point; 28 characters in 156 mm, in 1/4096 pt
BREADTH = Mm(156)


def write(paper: Paper) -> Iterator[bytes]:
    book = Document()
    _prepare(book, paper)
    if paper.text:
        _text(book, paper)
        for annex in paper.annexes:
            book.add_page_break()
            _line(book, "附件", face=BLACK, indent=False)
            _title(book, annex.title)
            _table(book, annex)
    else:
        _title(book, paper.title)
        for annex in paper.annexes:
            _part(book, annex)
    _imprint(book, paper.imprint)
    out = io.BytesIO()
    book.save(out)
    yield out.getvalue()


def _prepare(book: Any, paper: Paper) -> None:
    """Page, grid, the face of the text, page numbers on the outer side."""
    book.core_properties.title, book.core_properties.author = paper.title.replace("\n", ""), paper.signed_by
    style = book.styles["Normal"]
    _face(style, BODY, 16)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    for section in book.sections:
        _page(section)
    book.settings.odd_and_even_pages_header_footer = True


def _page(section: Any) -> None:
    section.start_type = WD_SECTION.NEW_PAGE
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(35 - 7 - 5)  # the number's upper edge 7 mm below the type area
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    for name, value in (("type", "linesAndChars"), ("linePitch", PITCH), ("charSpace", SQUEEZE)):
        grid.set(qn(f"w:{name}"), str(value))
    _number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT, right=Pt(14))
    _number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT, left=Pt(14))


def _number(paragraph: Any, align: Any, left: Any = None, right: Any = None) -> None:
    """— N —, 4号, one character from the edge."""
    paragraph.alignment = align
    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.right_indent = left, right
    for part in ("— ", None, " —"):
        run = paragraph.add_run(part or "")
        _face(run, "宋体", 14)
        if part is None:
            for kind, text in (("begin", ""), ("", "PAGE"), ("separate", "")):
                run._r.append(_field(kind, text))
            _face(result := paragraph.add_run("1"), "宋体", 14)  # what a reader shows that does not reckon pages itself
            result._r.append(_field("end", ""))


def _field(kind: str, text: str) -> Any:
    element = OxmlElement("w:fldChar" if kind else "w:instrText")
    if kind:
        element.set(qn("w:fldCharType"), kind)
    else:
        element.text = text
    return element


def _text(book: Any, paper: Paper) -> None:
    for _ in range(2):
        _line(book, "")
    _title(book, paper.title)
    for words in paper.text:
        _line(book, words)
    if paper.annexes:
        _line(book, "")
        _line(book, "附件：" + paper.annexes[0].title.replace("\n", ""))
    for _ in range(2):
        _line(book, "")
    for words in (paper.signed_by, chinese_day(paper.day) if paper.day else ""):
        signed = _line(book, words, indent=False)
        signed.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        signed.paragraph_format.right_indent = Pt(64)  # 右空四字


def _title(book: Any, words: str) -> None:
    paragraph = book.add_heading("", level=1)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(0), Pt(29)
    paragraph.paragraph_format.line_spacing_rule, paragraph.paragraph_format.line_spacing = (
        WD_LINE_SPACING.EXACTLY,
        Pt(33),
    )
    run = paragraph.add_run(words)  # "\n" becomes a line break
    _face(run, TITLE, 22)
    run.font.bold = False
    run.font.color.rgb = RGBColor(0, 0, 0)  # Word's headings are blue


def _part(book: Any, annex: Annex) -> None:
    """一级标题 in 黑体, what is to be said, the table."""
    if annex.title:
        heading = book.add_heading("", level=2)
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(14), Pt(4)
        run = heading.add_run(annex.title)
        _face(run, BLACK, 16)
        run.font.bold, run.font.color.rgb = False, RGBColor(0, 0, 0)
    for words in annex.lead:
        _line(book, words)
    if annex.rows:
        _table(book, annex)


def _line(book: Any, words: str, face: str = BODY, indent: bool = True) -> Any:
    paragraph = book.add_paragraph()
    if indent and words:
        paragraph.paragraph_format.first_line_indent = Pt(32)
    paragraph.paragraph_format.line_spacing_rule, paragraph.paragraph_format.line_spacing = (
        WD_LINE_SPACING.EXACTLY,
        Pt(29),
    )
    _face(paragraph.add_run(words), face, 16)
    return paragraph


def _face(thing: Any, name: str, size: float) -> None:
    thing.font.name, thing.font.size = LATIN, Pt(size)
    properties = (
        thing.element.get_or_add_rPr() if hasattr(thing.element, "get_or_add_rPr") else thing._r.get_or_add_rPr()
    )
    fonts = properties.find(qn("w:rFonts"))
    fonts.set(qn("w:eastAsia"), name)


def _table(book: Any, annex: Annex) -> None:
    """The headings repeat on every page; no row breaks over two."""
    table = book.add_table(rows=1, cols=len(annex.heads))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    whole = sum(annex.widths)
    widths = [Emu(int(BREADTH * share / whole)) for share in annex.widths]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    _row(table.rows[0], annex.heads, widths, BLACK, centred=True)
    _mark(table.rows[0], "w:tblHeader")
    for cells in annex.rows:
        _row(table.add_row(), cells, widths, BODY)
    if annex.note:
        _face(book.add_paragraph().add_run(annex.note), BODY, 10.5)


def _row(row: Any, cells: Any, widths: list[Any], face: str, centred: bool = False) -> None:
    _mark(row, "w:cantSplit")
    for at, (cell, words) in enumerate(zip(row.cells, cells, strict=True)):
        cell.width = widths[at]
        paragraph = cell.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred or at == 0 else WD_ALIGN_PARAGRAPH.LEFT
        if isinstance(words, Bar):
            paragraph.add_run().add_picture(io.BytesIO(words.png()), width=widths[at] - Mm(4), height=Mm(3.2))
            continue
        for n, line in enumerate(words.split("\n")):
            run = paragraph.add_run()
            if n:
                run.add_break()
            run.add_text(line)
            _face(run, face, 10.5)


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _imprint(book: Any, words: str) -> None:
    """版记 between two rules, at the end."""
    if not words:
        return
    paragraph = book.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(16)
    _face(paragraph.add_run(words), BODY, 10.5)
    edges = OxmlElement("w:pBdr")
    for side in ("top", "bottom"):
        edge = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "8"), ("space", "4"), ("color", "000000")):
            edge.set(qn(f"w:{name}"), value)
        edges.append(edge)
    paragraph._p.get_or_add_pPr().insert_element_before(edges, "w:spacing", "w:ind", "w:jc", "w:rPr")
