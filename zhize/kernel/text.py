"""Words and document numbers as people write them: fold to match, normalise to keep, flag what looks wrong.

Spec domain §0: store simplified, fold traditional on match and import; importers tolerate misprints and flag them.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from zhize.kernel.errors import BadInput

_DROPPED = re.compile(r"[\s「」『』“”‘’\"'《》〈〉\u200b\ufeff]+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """One spelling to compare by: NFKC, traditional → simplified, no spaces, no quotation marks. Never shown."""
    plain = _DROPPED.sub("", unicodedata.normalize("NFKC", text))
    return simplified(plain) if _BEYOND_ASCII.search(plain) else plain


def simplified(text: str) -> str:
    """Traditional characters to simplified ones, by OpenCC's phrase tables."""
    return str(_opencc().convert(text))


def grams(text: str) -> list[str]:
    """Single characters and pairs of the folded text: what a two-character Chinese word can be found by."""
    plain = fold(text)
    return sorted(set(plain) | {plain[at : at + 2] for at in range(len(plain) - 1)})


def similarity(one: str, two: str) -> float:
    """0 to 1: twice the common grams over all grams (Dice); 1 only for texts with the same grams."""
    left, right = set(grams(one)), set(grams(two))
    if not left and not right:
        return 1.0
    return 2 * len(left & right) / (len(left) + len(right))


@dataclass(frozen=True)
class DocNumber:
    """机关代字〔YYYY〕N号, with what had to be put right or looks wrong, in sentences."""

    text: str
    agency: str
    year: int
    serial: int
    flags: tuple[str, ...] = ()
    suggestion: str = ""  # the number that was probably meant

    def __str__(self) -> str:
        return self.text


def docnumber(text: str) -> str:
    """'温政办[2016]42号' → '温政办〔2016〕42号'; refused when it is no document number at all."""
    return read_docnumber(text).text


def looks_like_docnumber(text: str) -> bool:
    """Can it be read as a document number, misprints tolerated?"""
    return _loose(text) is not None


def read_docnumber(text: str) -> DocNumber:
    """The number taken apart, with its flags (spec domain §0; layout of GB/T 9704-2012)."""
    found = _loose(text)
    if found is None:
        raise BadInput(
            "“{text}”不是发文字号",
            why="发文字号应当写成“机关代字〔年份〕顺序号号”",
            article="GB/T 9704-2012 7.2.5",
            instead="请写成“温政办〔2016〕42号”的样子",
            code="bad_docnumber",
            text=text,
        )
    agency, year, serial = found["agency"], int(found["year"]), int(found["serial"])
    kept = f"{agency}〔{year}〕{serial}号"
    meant = _meant(agency)
    suggestion = f"{meant}〔{year}〕{serial}号" if meant else ""
    return DocNumber(kept, agency, year, serial, tuple(_flags(text, found, suggestion)), suggestion)


STRICT = re.compile(r"^[\u4e00-\u9fff]{2,10}〔(19|20)\d{2}〕[1-9]\d{0,4}号$")
_LOOSE = re.compile(
    r"(?P<agency>[\u4e00-\u9fff]{2,10})[〔\[(【{](?P<year>(?:19|20)\d{2})年?[〕\])】}]"
    r"(?P<nth>第?)(?P<zeros>0*)(?P<serial>[1-9]\d{0,4})(?P<mark>号?)"
)


def _loose(text: str) -> "re.Match[str] | None":
    return _LOOSE.fullmatch(fold(text))


def _meant(agency: str) -> str:
    """“政办法” is “政办发” misprinted: an agency code ends in 发, and no office is called 办法 (spec domain §0, S1)."""
    return agency[:-1] + "发" if agency.endswith("办法") else ""


def _flags(text: str, found: "re.Match[str]", suggestion: str) -> list[str]:
    flags = []
    if suggestion:
        flags.append(f"机关代字“{found['agency']}”疑为误印，可能是“{suggestion}”，请核对原件")
    if found["nth"]:
        flags.append("顺序号前不加“第”字，已去掉")
    if found["zeros"]:
        flags.append("顺序号不编虚位，前面的 0 已去掉")
    if not found["mark"]:
        flags.append("缺“号”字，已补上")
    if unicodedata.normalize("NFKC", text) != text or simplified(text) != text:
        flags.append("繁体字或者全角字符已转为规范写法")
    return flags


@cache
def _opencc() -> Any:
    """Loaded on first use: a process that never meets Chinese text should not pay for the dictionaries."""
    from opencc import OpenCC

    return OpenCC("t2s")
