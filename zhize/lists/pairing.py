"""Two lists from files, row by row: which row of the left one each right row is, and in what they differ."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from zhize.kernel.citing import Cite
from zhize.kernel.compare import normalise_basis
from zhize.kernel.compare.difference import name_differences
from zhize.kernel.compare.encoded import Rows
from zhize.kernel.compare.matcher import Matches, Progress, match
from zhize.lists.spreading import spread
from zhize.lists.tables import ListTable
from zhize.lists.weighing import shipped_weights

BATCH = 2000
CERTAIN = 0.99  # a code can be mistaken too
CATALOGUE = 8  # characters of a code no office gives by counting


@dataclass(frozen=True)
class Pair:
    """A right row and its left row (None: no counterpart); `nearest` is what came closest, proposed or not."""

    right: int
    left: int | None
    nearest: int | None
    score: float
    status: str
    difference: dict[str, Any]


def pairs(
    left: ListTable, right: ListTable, *, threshold: float | None = None, progress: Progress | None = None
) -> Iterator[Pair]:
    """One pair for each right row, in its order. Nothing is merged: a person decides."""
    matches = match(left.rows(), right.rows(), shipped_weights(), spread=spread(), progress=progress)
    coded = same_codes(left.codes, right.codes, matches)
    for row, at in coded.items():
        matches.nearest[row], matches.probability[row] = at, CERTAIN
    for start in range(0, len(right.names), BATCH):
        yield from _batch(left.rows(), right.rows(), matches, threshold or matches.threshold, start, coded)


def compile_first() -> None:
    """Two rows through every loop: what has to be compiled, is, before long lists are in memory beside the compiler."""
    two = [ListTable([name], ["《甲法》第一条"], ["02"], [""], [1]) for name in ("对甲乙丙的处罚", "对甲乙丁的处罚")]
    list(pairs(*two))
    gc.collect()


def same_codes(lefts: Sequence[str], rights: Sequence[str], matches: Matches) -> dict[int, int]:
    """Right rows whose code is a left row's, and by name another's. Serial numbers are no codes: most of what shares a
    number must be alike by name too, or the numbers be as long as a catalogue's."""
    known, ours = _once(lefts), _once(rights)
    shared = {row: known[code] for code, row in ours.items() if code in known}
    agreed = sum(int(matches.nearest[row]) == at for row, at in shared.items())
    coded = [code for code in ours if code in known]
    if agreed * 2 < len(shared) and any(len(code) < CATALOGUE for code in coded):
        return {}
    return {row: at for row, at in shared.items() if int(matches.nearest[row]) != at or matches.proposed[row] != at}


def _once(codes: Sequence[str]) -> dict[str, int]:
    """Codes that stand in one row only."""
    counts = Counter(codes)
    return {code: row for row, code in enumerate(codes) if code and counts[code] == 1}


def _batch(
    left: Rows, right: Rows, matches: Matches, threshold: float, start: int, coded: Container[int]
) -> Iterator[Pair]:
    ours = range(start, min(start + BATCH, len(right)))
    near = [int(n) for n in matches.nearest[start : ours.stop]]
    odds = [float(p) for p in matches.probability[start : ours.stop]]
    shown = [(row, n) for row, n, p in zip(ours, near, odds, strict=True) if n >= 0 and p >= matches.doubtful]
    told = {row: said for (row, _), said in zip(shown, _differences(left, right, shown, matches.alike), strict=True)}
    for row, n, p in zip(ours, near, odds, strict=True):
        status, difference = told.get(row, ("none", {}))
        paired = n if n >= 0 and p >= threshold else None
        if paired is None:
            status = "suspect" if row in told else "none"
        elif row in coded:
            status = "same_code"
        yield Pair(row, paired, n if n >= 0 else None, round(p, 4), status, difference)


def _differences(
    left: Rows, right: Rows, shown: Sequence[tuple[int, int]], alike: Any
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The gravest status of each pair and everything in which it differs."""
    unlike = [(left.names[n], right.names[row]) for row, n in shown if left.names[n] != right.names[row]]
    words = iter(name_differences([a for a, _ in unlike], [b for _, b in unlike]))
    for row, n in shown:
        said: dict[str, Any] = {}
        status = "same"
        if left.names[n] != right.names[row]:
            said["name"] = next(words)
            status = status if alike[row] else "renamed"
        if basis := basis_difference(left.bases[n], right.bases[row]):
            said["basis"], status = basis, "rebased"
        if _other(left.types[n], right.types[row]):
            said["type"], status = {"missing": left.types[n], "added": right.types[row]}, "retyped"
        yield status, said


def _other(mine: str, theirs: str) -> bool:
    return bool(mine and theirs and mine != theirs)


def basis_difference(mine: str, theirs: str) -> dict[str, Any]:
    """Empty where they are the same, or one side is silent."""
    if not mine or not theirs or mine == theirs:
        return {}
    one, two = normalise_basis(mine), normalise_basis(theirs)
    if not one or not two or one == two:
        return {}
    return {"same": _said(one & two), "missing": _said(one - two), "added": _said(two - one)}


def _said(cites: frozenset[Cite]) -> list[str]:
    return sorted(map(str, cites))
