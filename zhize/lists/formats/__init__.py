"""A rendered list, or a paper about one, as files people and machines take away. Every format reads the same plain data an
edition holds, so what is downloaded of an edition is what was published."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from zhize.kernel.errors import BadInput
from zhize.lists.formats import jsonld, sheets
from zhize.lists.formats.papers import list_paper
from zhize.record.papers import docx, pdf

Rendered = dict[str, Any]


@dataclass(frozen=True)
class Format:
    """`write` gives the bytes in pieces, so that a province's list need not stand in memory twice."""

    name: str
    label: str
    mime: str
    write: Callable[[Rendered], Iterable[bytes]]


FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        Format("xlsx", "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", sheets.xlsx),
        Format("csv", "CSV", "text/csv; charset=utf-8", sheets.csv),
        Format("json", "JSON", "application/json", sheets.json_),
        Format("jsonld", "JSON-LD", "application/ld+json", jsonld.write),
        Format("docx", "Word", docx.MIME, lambda rendered: docx.write(list_paper(rendered))),
        Format("pdf", "PDF", "application/pdf", lambda rendered: pdf.write(list_paper(rendered))),
    )
}
PAPERS: dict[str, Callable[[Any], Iterable[bytes]]] = {"docx": docx.write, "pdf": pdf.write}


def export(rendered: Rendered, name: str) -> Iterator[bytes]:
    """The list in a format. Raises BadInput for one we do not write."""
    if name not in FORMATS:
        raise BadInput(
            "没有“{format}”这种格式",
            why="可选：" + "、".join(FORMATS),
            code="unknown_format",
            format=name,
            field="format",
        )
    return iter(FORMATS[name].write(rendered))
