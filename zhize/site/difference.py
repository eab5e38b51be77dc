"""What changed between two wordings, piece by piece, so that a reader sees the change and not two walls of text."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

# Chinese is compared character by character; Latin words and numbers as wholes (“2016” never becomes “20~~15~~16”).
_TOKEN = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
_LONG = 4000  # beyond this, character comparison takes seconds: whole sentences are compared instead
_SENTENCE = re.compile(r"[^。；\n]*[。；\n]?")


class Piece(NamedTuple):
    kind: str  # same, gone, new
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """The pieces in reading order: what stayed, what went, what came."""
    old, new = _cut(before, after)
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(old[a:b])))
            continue
        pieces += [Piece("gone", "".join(old[a:b]))] if b > a else []
        pieces += [Piece("new", "".join(new[c:d]))] if d > c else []
    return pieces


def _cut(before: str, after: str) -> tuple[list[str], list[str]]:
    token = _SENTENCE if max(len(before), len(after)) > _LONG else _TOKEN
    return [part for part in token.findall(before) if part], [part for part in token.findall(after) if part]
