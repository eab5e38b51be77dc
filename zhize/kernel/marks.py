"""What a text and a thing are found by, as numbers: each pair of neighbouring characters, and each thing by kind and number.

Chinese is written without blanks, so there are no words to index; a pair of characters is rare enough to be looked up and
common enough that every question has some.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence

from zhize.kernel.text import simplified

_MARKS = re.compile(r"[\W_]")
_LETTER = "ꙮ"  # a letter nobody writes, so that it lives through the spelling
_BITS, _THING = 21, 48  # a character has 21 bits, two have 42; above them the kinds of things
MATTER, PLACE, BODY, VOLUME = 1, 2, 3, 4
VOLUME_SIZE = 2048  # numbers that stand in one volume


def plain(text: str) -> str:
    """One spelling: NFKC, small letters, traditional to simplified; what is neither letter nor digit becomes a blank."""
    said = unicodedata.normalize("NFKC", text).lower()
    said = said if said.isascii() else simplified(said)
    return _MARKS.sub(" ", said)


def of_text(text: str) -> set[int]:
    """The pairs of a text, never across a blank or a mark."""
    return _pairs(plain(text))


def of_texts(texts: Sequence[str]) -> list[set[int]]:
    """The same for many, their spelling made one together: that is most of the work."""
    kept = plain(_LETTER.join(text.replace(_LETTER, " ") for text in texts))
    return [_pairs(text) for text in kept.split(_LETTER)]


def _pairs(said: str) -> set[int]:
    points = [ord(c) for c in said]
    return {left << _BITS | right for left, right in itertools.pairwise(points) if left != 32 and right != 32}


def of_thing(kind: int, number: int) -> int:
    return kind << _THING | number


def volume(number: int) -> int:
    """The volume a number stands in: by it the newest are looked through first, in the index itself."""
    return of_thing(VOLUME, number // VOLUME_SIZE)
