"""Papers as PDF by Typst, which comes as one wheel and needs nothing of the system's (docs/decisions/0014). The layout is
gb9704.typ; words go in as data, so nothing anybody writes is ever read as markup."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import typst

from zhize.record.papers import COLOURS, Paper, chinese_day, fonts

LAYOUT = Path(__file__).with_name("gb9704.typ")
STANDARD: Literal["a-2a"] = "a-2a"  # tagged, kept readable by archives; a screen reader gets headings and table heads


def write(paper: Paper) -> Iterator[bytes]:
    """The same paper gives the same bytes: the only moment in it is its own day."""
    day = paper.day
    data = asdict(paper) | {
        "day": chinese_day(day) if day else "",
        "annexes": [asdict(a) for a in paper.annexes],
        "colours": COLOURS,
    }
    faces = {"body": fonts.pick(fonts.BODY), "title": fonts.pick(fonts.TITLE), "black": fonts.pick(fonts.BLACK)}
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else datetime(2000, 1, 1, tzinfo=UTC)
    yield typst.compile(  # type: ignore[misc]
        LAYOUT.read_bytes(),
        sys_inputs={"paper": json.dumps(data, ensure_ascii=False), "faces": json.dumps(faces, ensure_ascii=False)},
        font_paths=fonts.paths(),
        pdf_standards=STANDARD,
        timestamp=at,
    )
