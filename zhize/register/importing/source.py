"""A file as handed in → a book of sheets: what it is, whether it may be read, in which of the forms offices use.

csv, tsv and text in UTF-8, UTF-16 or GB18030, xlsx and xls; each of them also gzipped. Everything else, and everything
that would cost more memory than a register of a province deserves, is refused in one sentence.
"""

from __future__ import annotations

import gzip
import hashlib
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile

from zhize.register.importing import delimited, legacy, workbook
from zhize.register.importing.limits import LARGEST_FILE, LARGEST_UNPACKED, PIECE, unfit
from zhize.register.importing.terms import Sheet

GZIP, ZIP, OLE = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STRANGE = {
    b"%PDF": "PDF 文件",
    b"{\\rt": "RTF 文档",
    b"7z\xbc\xaf": "7z 压缩包",
    b"Rar!": "RAR 压缩包",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"PK\x05\x06": "空的压缩包",
}
INSTEAD = "请另存为 xlsx 工作簿或 UTF-8 的 csv 后再导入"


@dataclass
class Book:
    """What was handed in: its name, the digest of its very bytes, and its sheets in order."""

    name: str
    sha256: str
    sheets: list[Sheet]


@contextmanager
def open_book(path: Path | str) -> Iterator[Book]:
    """The book at `path`; the file stays open as long as its lines are read."""
    path = Path(path)
    with _open(path) as file:
        digest = _digest(file)
        with _unpacked(file) as plain:
            yield Book(path.name, digest, _sheets(plain, path.name))


def _open(path: Path) -> IO[bytes]:
    if not path.is_file():
        raise unfit(
            "no_file", "找不到文件“{name}”", "{path}不是文件", "请核对文件的位置", name=path.name, path=str(path)
        )
    if path.stat().st_size > LARGEST_FILE:
        raise unfit(
            "file_too_large",
            "文件“{name}”太大",
            "超过 {limit} MB",
            "请分成几个文件导入",
            name=path.name,
            limit=LARGEST_FILE // 1_000_000,
        )
    try:
        return path.open("rb")
    except OSError as error:
        raise unfit(
            "unreadable", "打不开文件“{name}”", error.strerror or "无法读取", "请检查读取权限", name=path.name
        ) from error


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


@contextmanager
def _unpacked(file: IO[bytes]) -> Iterator[IO[bytes]]:
    """The same bytes, without a gzip wrapping; a wrapping that unfolds to more than is allowed is not followed."""
    packed = file.read(2) == GZIP
    file.seek(0)
    if not packed:
        yield file
        return
    with tempfile.SpooledTemporaryFile(max_size=16_000_000) as plain:
        _gunzip(file, plain)
        plain.seek(0)
        yield plain


def _gunzip(file: IO[bytes], plain: tempfile.SpooledTemporaryFile[bytes]) -> None:
    size = 0
    try:
        with gzip.open(file) as packed:
            while piece := packed.read(PIECE):
                size += len(piece)
                if size > LARGEST_UNPACKED:
                    raise unfit(
                        "unpacked_too_large",
                        "文件解压后太大",
                        "超过 {limit} MB，可能是压缩炸弹",
                        "请核对文件来源，或分成几个文件导入",
                        limit=LARGEST_UNPACKED // 1_000_000,
                    )
                plain.write(piece)
    except (OSError, EOFError, zlib.error) as error:
        raise unfit("broken_gzip", "压缩文件已损坏", "gzip 解不开", "请重新取得文件") from error


def _sheets(file: IO[bytes], name: str) -> list[Sheet]:
    head = file.read(8)
    file.seek(0)
    if head.startswith(ZIP):
        return workbook.sheets(file)
    if head.startswith(OLE):
        return legacy.sheets(file)
    for mark, sort in STRANGE.items():
        if head.startswith(mark):
            raise unfit("not_a_table", "读不了文件“{name}”", "这是{sort}", INSTEAD, name=name, sort=sort)
    if not head.strip():
        raise unfit("empty_file", "文件“{name}”是空的", "", "请核对是否选错了文件", name=name)
    return delimited.sheets(file, Path(name.removesuffix(".gz")).stem)


def saved(file: UploadedFile[Any], folder: Path) -> Path:
    """An upload under its own name, in a folder of its own."""
    path = folder / (Path(str(file.name)).name or "upload")
    with path.open("wb") as out:
        for chunk in file.chunks():
            out.write(chunk)
    return path
