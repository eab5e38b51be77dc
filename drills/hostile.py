"""Drill 12: files that mean harm, or were only made by somebody in a hurry, are handed to the import.

Bombs, broken workbooks, strange encodings, rare characters, and 100,000 rows of which one in ten is wrong in a way we know. Nothing crashes,
the reader's process stays under 512 MB, and every wrong row is named by its line.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from drills._ground import SEED, Bars, Site, throw_away

HEADS = ["序号", "主项编码", "事项名称", "权力类型", "实施依据", "行使层级", "实施主体", "备注"]
GOOD = ["1", "330201001000", "对占道经营的处罚", "行政处罚", "《城市管理条例》第九条", "市级", "城市管理局", ""]
READER = """
import django, json, os, resource, sys; django.setup()
from datetime import date
from pathlib import Path
from zhize.kernel.errors import Refusal
from zhize.places.queries import find_place
from zhize.record.models import Instrument
from zhize.register.importing.commands import try_out
from zhize.register.importing.desk import Desk
from zhize.register.importing.source import open_book
day, said = date(2016, 7, 1), {}
paper, place = Instrument.objects.filter(kind="list").first() or Instrument.objects.first(), find_place("330300", day)
for path in sorted(Path(%(folder)r).iterdir()):
    try:
        with open_book(path) as book:
            reading, rows = try_out("power", book, Desk(day, place=place, paper=paper))
            named = [j.line.no for j in rows if j.verdict == "refused" or any(f.severity == "E" for f in j.findings)]
        said[path.name] = {"end": "read", "named": named, "counts": reading.counts()["lines"]}
    except Refusal as refusal:
        said[path.name] = {"end": "refused", "code": refusal.code, "says": str(refusal)}
    except BaseException as error:
        said[path.name] = {"end": "crashed", "says": f"{type(error).__name__}: {error}"[:300]}
    said[path.name]["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # the most until now
most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
Path(%(out)r).write_text(json.dumps({"files": said, "megabytes": most}, ensure_ascii=False))
print("0")
"""


def run(quick: bool = False, seed: int = SEED) -> dict[str, Any]:
    from zhize import postgres

    with throw_away() as site, postgres.ensure(site.home):
        return drill(site, rows=2_000 if quick else 100_000, mutations=20 if quick else 300, seed=seed, large=not quick)


def drill(site: Site, *, rows: int, mutations: int, seed: int, large: bool) -> dict[str, Any]:
    bars, draw = Bars(), random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="zhize-hostile-") as top:
        folder, out = Path(top) / "files", Path(top) / "said.json"
        folder.mkdir()
        wrong = _fuzzed(folder / "rows.csv", rows, draw)
        for name, content in _files(large).items():
            (folder / name).write_bytes(content)
        good = _workbook([HEADS, *[GOOD] * 20])
        for n in range(mutations):
            (folder / f"mutated-{n:03}.xlsx").write_bytes(_mutated(good, draw))
        site.python(READER % {"folder": str(folder), "out": str(out)})
        said = json.loads(out.read_text())
    files = said["files"]
    crashed = {name: end["says"] for name, end in files.items() if end["end"] == "crashed"}
    unnamed = sorted(set(wrong) - set(files["rows.csv"].get("named", [])))
    bars.is_("crashed", crashed, {})
    bars.is_("wrong_rows_not_named", len(unnamed), 0)
    bars.at_most("megabytes", said["megabytes"], 512)
    bars.is_("bombs_read", sorted(n for n, end in files.items() if "bomb" in n and end["end"] == "read"), [])
    bars.is_("rare_characters_lost", [n for n in files if n.startswith("rare") and files[n]["end"] != "read"], [])
    ends = {
        n: f"{e.get('code') or e['end']}, {e['megabytes']} MB" for n, e in files.items() if not n.startswith("mutated")
    }
    return bars.told(
        "hostile", seed, rows=rows, wrong_rows=len(wrong), mutations=mutations, ends=ends, unnamed=unnamed[:5]
    )


def _fuzzed(path: Path, rows: int, draw: random.Random) -> list[int]:
    """One row in ten has no name, or a type nobody knows, or scraps for a name's sake; their line numbers."""
    wrong = []
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADS)
        for n in range(rows):
            row = [str(n + 1), f"3302{n:08}", f"对第{n}种占道经营的处罚", *GOOD[3:]]
            if draw.random() < 0.1:
                field, scrap = draw.choice([(2, ""), (3, "无此类型"), (3, "\u202e乱"), (3, "😀")])
                row[field] = scrap
                wrong.append(n + 2)
            writer.writerow(row)
    return wrong


def _files(large: bool) -> dict[str, bytes]:
    table = "\n".join([",".join(HEADS), ",".join(GOOD)])
    rare = table.replace("占道", "𠮷㐂𬴊䶮")
    size = 400_000_000 if large else 20_000_000
    return {
        "bomb-sheet.xlsx": _zip(_parts() | {"xl/worksheets/sheet1.xml": b"<row/>" * (size // 6)}),
        "bomb-strings.xlsx": _zip(_parts() | {"xl/sharedStrings.xml": b"<si><t>x</t></si>" * (size // 17)}),
        "bomb-many.xlsx": _zip(_parts() | {f"xl/media/{n}": b"\0" * (size // 20) for n in range(20)}),
        "entities.xlsx": _zip(_parts() | {"xl/worksheets/sheet1.xml": _laughs()}),
        "bomb.csv.gz": gzip.compress(b"0" * size, 9),
        "empty.xlsx": b"PK\x05\x06" + b"\0" * 18,
        "cut.xlsx": _workbook([HEADS, GOOD])[:-300],
        "not.xlsx": b"PK\x03\x04" + b"\xff" * 4000,
        "outside.xlsx": _zip({"../../../../tmp/zhize-outside": b"x", "xl/workbook.xml": b"<workbook/>"}),
        "rare-gb18030.csv": rare.encode("gb18030"),
        "rare-utf16.csv": rare.encode("utf-16"),
        "rare-utf8-bom.csv": rare.encode("utf-8-sig"),
        "nul.csv": table.replace("占道", "占\0道").encode(),
        "half-character.csv": table.encode()[:-2] + b"\xe5",
        "unclosed.csv": table.encode() + b'\n"' + "一".encode() * (3_000_000 if large else 30_000),
        "wide.csv": b",".join([b"x"] * 5000),
        "formula.csv": table.replace("对占道", '=HYPERLINK("http://x")').encode(),
        "one-cell.csv": b"x" * 5_000_000,
        "noise.csv": bytes(random.Random(3).randrange(256) for _ in range(50_000)),
        "legacy.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5000,
        "letter.pdf": b"%PDF-1.7\n",
    }


def _laughs() -> bytes:
    kinds = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "哈">{kinds}]><worksheet>&l11;</worksheet>'.encode()


def _parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(_workbook([HEADS, GOOD]))) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def _zip(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return made.getvalue()


def _workbook(rows: list[list[str]]) -> bytes:
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
    return made.getvalue()


def _mutated(good: bytes, draw: random.Random) -> bytes:
    """Bytes of the package, or of one part inside it, are turned over, cut or doubled."""
    if draw.random() < 0.4:
        return _turned(good, draw)
    parts = _parts()
    name = draw.choice(list(parts))
    parts[name] = _turned(parts[name], draw)
    return _zip(parts)


def _turned(content: bytes, draw: random.Random) -> bytes:
    turned = bytearray(content)
    for _ in range(draw.randint(1, 12)):
        at = draw.randrange(len(turned))
        turned[at] = draw.choice([0, 0x3C, 0x26, 0xFF, turned[at] ^ (1 << draw.randrange(8))])
    cut = draw.randrange(len(turned))
    return bytes(turned[:cut] if draw.random() < 0.2 else turned + turned[cut:] if draw.random() < 0.1 else turned)
