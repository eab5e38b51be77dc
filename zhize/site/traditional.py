"""A page in Traditional Chinese, made from the rendered Simplified one.

Converted: text between tags, and the attributes a person reads. Left alone: scripts, styles, comments, what a person
typed (`<textarea>`, `value=`), and any element marked `translate="no"`. So a form sends back exactly what it was given.
"""

import re
from functools import cache, lru_cache
from typing import Any

import opencc

# Standard characters (為, 眾, 裡), not OpenCC's own variants (爲, 衆, 裏), and no change of vocabulary.
CONFIG = "s2tw"

_PIECE = re.compile(
    r"(?P<left><!--.*?-->|<(script|style|textarea)\b.*?</\2\s*>|<(\w+)\b[^>]*\stranslate=[\"']?no\b[^>]*>.*?</\3\s*>)"
    r"|(?P<tag><[^>]*>)"
    r"|(?P<text>[^<]+)",
    re.DOTALL | re.IGNORECASE,
)
_READ_ATTRIBUTE = re.compile(
    r"(\s(?:title|placeholder|aria-label|aria-description|aria-valuetext|alt|label|data-label|data-say)=)"
    r"(\"[^\"]*\"|'[^']*')",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3400-\u9fff]")


def page(html: str) -> str:
    """The whole page, or a fragment of one."""
    return _PIECE.sub(_piece, html)


@lru_cache(maxsize=16384)
def words(text: str) -> str:
    """One run of words; pages repeat the same ones, so most are remembered."""
    return _converter().convert(text) if _HAN.search(text) else text


def _piece(found: re.Match[str]) -> str:
    if found["text"]:
        return words(found["text"])
    if found["tag"] and found["tag"].startswith('<meta name="description"'):
        return words(found["tag"])
    if found["tag"]:
        return _READ_ATTRIBUTE.sub(lambda attribute: attribute[1] + words(attribute[2]), found["tag"])
    return found["left"]


@cache
def _converter() -> Any:
    return opencc.OpenCC(CONFIG)
