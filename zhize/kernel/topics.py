"""What many speak of: letters about one affair found together, over time, the same for the same letters in any order.

Pairs of letters that are alike are joined from the most alike on, as long as the two groups are alike on average and no
longer apart than the window. An average, not a chain: else every letter about noise hangs on every other by one in between.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from scipy import sparse

from zhize.kernel.alike import plain

WINDOW = timedelta(days=30)
LEAST = 3
NEAR = 0.34  # two letters worth a look
ALIKE = 0.30  # two groups on average
ELSEWHERE = 1.5  # how much more alike letters must be that name different counties
TITLE, TEXT = 0.6, 0.4  # the title says where and what in twenty characters
COMMON = 0.08  # a pair in more letters than this says nothing of the affair
BLOCK = 2048
_COUNTY = re.compile(r"[A-Z]\d+[区县市]|[\u4e00-\u9fff]{2}[区县]")
_NO_COUNTY = (
    "小区",
    "社区",
    "园区",
    "地区",
    "片区",
    "库区",
    "校区",
    "景区",
    "主城区",
    "心城区",
    "郊区",
    "辖区",
    "山区",
    "街区",
    "老区",
    "各区",
    "该区",
)


@dataclass(frozen=True, slots=True)
class Told:
    """One letter. `who`: the same word for the same teller; `votes`: how many others put their name under it."""

    no: str
    title: str
    text: str
    at: datetime | None = None
    who: str = ""
    votes: int = 0


@dataclass(frozen=True)
class Topic:
    """Letters about one affair. `peak`: the window with most letters; `growth`: its letters over those of the window before."""

    members: list[str]
    title: str
    words: list[str]
    first_seen: datetime | None
    last_seen: datetime | None
    peak: int
    peak_from: date | None
    before: int
    tellers: int
    votes: int
    days: dict[str, int] = field(default_factory=dict)

    @property
    def growth(self) -> float:
        """How many times as many as in the window before; from nothing, the number itself."""
        return round(self.peak / max(1, self.before), 2)


def topics(told: Iterable[Told], *, window: timedelta = WINDOW, least: int = LEAST) -> list[Topic]:
    """Hottest first: most letters within one window, then most letters, then the earlier one."""
    letters = sorted(told, key=lambda t: (t.at is None, t.at or datetime.min, t.no, t.title))
    if len(letters) < least:
        return []
    rows = vectors(letters)
    groups = [g for g in joined(rows, letters, window) if len(g) >= least]
    seen = _words_seen(letters) if groups else Counter()
    found = [_topic([letters[n] for n in g], rows[g], seen, len(letters), window) for g in groups]
    return sorted(found, key=lambda t: (-t.peak, -len(t.members), t.first_seen is None, str(t.first_seen), t.members))


# -- letters as numbers ------------------------------------------------------------------------------------------------
def vectors(letters: Sequence[Told]) -> sparse.csr_matrix:
    """Pairs of characters, title and text each of length 1, the title louder; rare ones weigh more."""
    titles, texts = ([plain(t.title) for t in letters], [plain(t.text) for t in letters])
    columns: dict[str, int] = {}
    whole = [_counts(f"{a} {b}", columns) for a, b in zip(titles, texts, strict=True)]
    seen = np.bincount(np.fromiter((c for row in whole for c in row), np.int64), minlength=len(columns))
    most = max(COMMON * len(letters), 10)
    worth = np.where((seen > 1) & (seen <= most), np.log(1 + (1 + len(letters)) / (1 + seen)), 0.0)
    loud = _matrix([_counts(t, columns) for t in titles], worth)
    soft = _matrix([_counts(t, columns) for t in texts], worth)
    return (loud * TITLE**0.5 + soft * TEXT**0.5).tocsr()


def _counts(text: str, columns: dict[str, int]) -> Counter[int]:
    found: Counter[int] = Counter()
    for word in text.split():
        for at in range(len(word) - 1):
            found[columns.setdefault(word[at : at + 2], len(columns))] += 1
    return found


def _matrix(rows: Sequence[Counter[int]], worth: Any) -> sparse.csr_matrix:
    ends = np.cumsum([0, *(len(r) for r in rows)])
    where = np.fromiter((c for r in rows for c in r), np.int64, int(ends[-1]))
    values = (1 + np.log(np.fromiter((n for r in rows for n in r.values()), np.float64, int(ends[-1])))) * worth[where]
    found = sparse.csr_matrix((values, where, ends), shape=(len(rows), len(worth)))
    found.sort_indices()
    found.eliminate_zeros()
    length = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
    return sparse.diags(1 / np.where(length > 0, length, 1)) @ found


# -- joining -----------------------------------------------------------------------------------------------------------
def joined(rows: sparse.csr_matrix, letters: Sequence[Told], window: timedelta) -> list[list[int]]:
    """Groups of row numbers, by first member."""
    groups, where = _Groups(rows, [t.at for t in letters], window), [counties(f"{t.title} {t.text}") for t in letters]
    for likeness, one, other in _near(rows):
        elsewhere = where[one] and where[other] and not where[one] & where[other]
        if likeness >= (NEAR * ELSEWHERE if elsewhere else NEAR):
            groups.join(one, other)
    return sorted(groups.members.values())


def counties(text: str) -> frozenset[str]:
    """The districts and counties a letter names (鹿城区; A7县 where places are written as codes)."""
    return frozenset(m for m in _COUNTY.findall(text.upper()) if not m.endswith(_NO_COUNTY))


def _near(rows: sparse.csr_matrix) -> list[tuple[float, int, int]]:
    """Pairs alike enough, the most alike first; of equals the earlier letters."""
    found: list[tuple[float, int, int]] = []
    turned = rows.T.tocsr()
    for start in range(0, rows.shape[0], BLOCK):
        block = (rows[start : start + BLOCK] @ turned).tocoo()
        keep = (block.data >= NEAR) & (block.col > block.row + start)
        pairs = (-block.data[keep].round(6), block.row[keep] + start, block.col[keep])
        found += zip(*(p.tolist() for p in pairs), strict=True)
    return [(-likeness, one, other) for likeness, one, other in sorted(found)]


class _Groups:
    """Who stands with whom, and the sum of each group's vectors: the average of all pairs is one product of two sums."""

    def __init__(self, rows: sparse.csr_matrix, at: Sequence[datetime | None], window: timedelta) -> None:
        self.window, self.at = window, at
        self.members = {n: [n] for n in range(rows.shape[0])}
        self.home = list(range(rows.shape[0]))
        self.rows = rows
        self.sums: dict[int, Any] = {}

    def join(self, one: int, other: int) -> None:
        a, b = sorted((self.home[one], self.home[other]))
        if a == b or not self._together(a, b) or self._average(a, b) < ALIKE:
            return
        self.sums[a] = self._sum(a) + self._sum(b)
        self.sums.pop(b, None)
        for n in self.members[b]:
            self.home[n] = a
        self.members[a] = sorted(self.members[a] + self.members.pop(b))

    def _sum(self, group: int) -> Any:
        return self.sums[group] if group in self.sums else self.rows[group]

    def _average(self, a: int, b: int) -> float:
        product = self._sum(a).multiply(self._sum(b)).sum()
        return float(product) / (len(self.members[a]) * len(self.members[b]))

    def _together(self, a: int, b: int) -> bool:
        """Is there a letter of each within one window of the other? Letters without a day go with any."""
        first, second = self._days(a), self._days(b)
        if not first or not second:
            return True
        return first[0] - second[-1] <= self.window and second[0] - first[-1] <= self.window

    def _days(self, group: int) -> list[datetime]:
        """In order, since letters are sorted by time."""
        return [at for n in self.members[group] if (at := self.at[n]) is not None]


# -- what is said of a topic -------------------------------------------------------------------------------------------
def _topic(letters: list[Told], rows: sparse.csr_matrix, seen: Counter[str], of: int, window: timedelta) -> Topic:
    times = sorted(t.at for t in letters if t.at is not None)
    peak, start = _peak([t.date() for t in times], window.days)
    before = sum(start - window <= t.date() < start for t in times) if start else 0
    days = Counter(str(t.date()) for t in times)
    return Topic(
        members=[t.no for t in letters],
        title=_middle(letters, rows),
        words=_telling(letters, seen, of),
        first_seen=times[0] if times else None,
        last_seen=times[-1] if times else None,
        peak=peak or len(letters),  # letters without a day: all of them
        peak_from=start,
        before=before,
        tellers=len({t.who or t.no for t in letters}),
        votes=sum(t.votes for t in letters),
        days=dict(sorted(days.items())),
    )


def _peak(days: list[date], length: int) -> tuple[int, date | None]:
    """The window of so many days with most letters, the latest of equals, and its first day."""
    best, start = 0, None
    first = 0
    for last, day in enumerate(days):
        while (day - days[first]).days >= length:
            first += 1
        if last - first + 1 >= best:
            best, start = last - first + 1, days[first]
    return best, start


def _middle(letters: list[Told], rows: sparse.csr_matrix) -> str:
    """The title of the letter most like all the others."""
    product = np.asarray(rows @ rows.sum(axis=0).T).ravel().round(6)
    chosen = letters[int(np.argmax(product))]
    return chosen.title or chosen.text[:40]


def _words(letter: Told) -> set[str]:
    import rjieba

    cut = rjieba.cut(f"{plain(letter.title)} {plain(letter.text)}")
    return {w for w in cut if len(w) > 1 and not w.isdigit()}


def _words_seen(letters: Sequence[Told]) -> Counter[str]:
    return Counter(word for letter in letters for word in _words(letter))


def _telling(letters: list[Told], seen: Counter[str], of: int, most: int = 8) -> list[str]:
    """Words said in many of these letters and in few others."""
    here = Counter(word for letter in letters for word in _words(letter))
    share = len(letters)
    score = {w: n / share * np.log((1 + of) / (1 + seen[w])) for w, n in here.items() if n > 1 and n >= share / 4}
    return sorted(score, key=lambda w: (-round(float(score[w]), 9), w))[:most]


def by_window(days: dict[str, int], until: date, length: int, windows: int = 8) -> Iterator[tuple[date, int]]:
    """How many letters in each of the last windows, the oldest first."""
    counted: dict[int, int] = defaultdict(int)
    for day, n in days.items():
        counted[(until - date.fromisoformat(day)).days // length] += n
    for back in range(windows - 1, -1, -1):
        yield until - timedelta(days=(back + 1) * length - 1), counted[back]
