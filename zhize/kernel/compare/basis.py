"""Legal bases as sets of places in laws: the law, its article, and the paragraph and item where they are named."""

from __future__ import annotations

import re
from functools import lru_cache

from zhize.kernel.citing import Cite, parse_basis
from zhize.kernel.numerals import NUMBER, to_han, to_int
from zhize.kernel.text import fold

NATION = "中华人民共和国"
_PLAIN = re.compile(
    rf"《([^《》()（）〔〕\s]{{2,40}})》(?:第({NUMBER})条)?"
)  # nine cells of ten, read without the reader
_EDITION = re.compile(r"\((?:19|20)\d{2}年?[^()]*\)|\(试行\)|\(暂行\)")
_MARKS = re.compile(r"[()〔〕\[\]〈〉]")


def normalise_basis(text: str) -> frozenset[Cite]:
    """Every place cited, once: lists and ranges filled in, numbers in Chinese, laws by their short names."""
    return _normalised(text.strip())


@lru_cache(maxsize=1 << 16)
def _normalised(text: str) -> frozenset[Cite]:
    if not text:
        return frozenset()
    plain = _PLAIN.fullmatch(text)
    if plain and (number := to_int(plain[2] or "0")) is not None:
        return frozenset([Cite(law_name(plain[1]), f"第{to_han(number)}条" if number else "")])
    cites = parse_basis(text).cites
    return frozenset(Cite(law_name(c.law), c.article, c.paragraph, c.item) for c in cites)


@lru_cache(maxsize=1 << 14)
def law_name(name: str) -> str:
    """A law by its name without 中华人民共和国, script, marks and year of edition."""
    plain = _EDITION.sub("", fold(name))
    return _MARKS.sub("", plain).removeprefix(NATION) or plain


def laws(cites: frozenset[Cite]) -> frozenset[str]:
    return frozenset(c.law for c in cites)


def articles(cites: frozenset[Cite]) -> frozenset[tuple[str, str]]:
    return frozenset((c.law, c.article) for c in cites if c.article)
