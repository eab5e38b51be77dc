"""Which matter of the scheme a text speaks of, found by the words of names, synonyms and duty wordings.

Each name, synonym, wording or earlier message is a phrase. A phrase counts by how much of it stands in the text and by
how rare its pairs of characters are among all phrases; a matter counts by its best phrases. Rare pairs are looked up
first and the work has a limit, so a long text costs hardly more than a short one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhize.cases.suggest.messages import Message, fold
from zhize.cases.suggest.spelling import spelled

Array = NDArray[Any]
BUDGET = 30_000  # postings read for one text
NAME, SYNONYM, PATH, WORDING, EXAMPLE = 1.0, 1.0, 0.4, 0.6, 0.6  # what a phrase of each kind is worth
SINGLE = 0.15  # a lone character says little, but 摊 or 噪 says something
NEXT_BEST = 0.6  # each further phrase of a matter counts this much of the one before
PHRASES_TOLD = 4  # phrases of one matter that are added up
TITLE_SHARE = 0.75  # of a message with both, what the title alone counts
FAINT = 0.5  # a score below this is a stray character
DOUBT = 3.0  # how loud "none of these" always is
BRANCH_POWER, MATTER_POWER = 2.5, 2.0  # measured: with these, confidence in a branch is the share that is right
SHARPNESS = 1.0  # a phrase counts by what is heard of it, times the share that is heard, to this power


@dataclass(frozen=True, slots=True)
class MatterText:
    """A matter in words. `label` names the level-1 class (given on level 1); `examples` are messages dispatched to it."""

    code: str
    name: str
    path: Sequence[str] = ()
    synonyms: Sequence[str] = ()
    wordings: Sequence[str] = ()
    label: str = ""
    examples: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class MatterHit:
    code: str
    score: float
    words: list[str] = field(default_factory=list)


class _Phrase(NamedTuple):
    matter: int
    text: str
    worth: float


@dataclass(frozen=True, slots=True)
class Heard:
    """A text as the index hears it: how strongly each phrase, and each matter."""

    plain: str
    strength: Array
    scores: Array


class MatterIndex:
    """Asked with `nearest`; only matters of the lowest level are answered, unless a branch has none."""

    def __init__(self, matters: Sequence[MatterText], phrases: Sequence[_Phrase]) -> None:
        self.codes = [matter.code for matter in matters]
        self.labels = {matter.code[:2]: matter.label for matter in matters if matter.label}
        self.branches = sorted({code[:2] for code in self.codes})
        self._branch_of = np.array([self.branches.index(code[:2]) for code in self.codes], np.int64)
        self._phrases = [phrase.text for phrase in phrases]
        self._matter = np.array([phrase.matter for phrase in phrases], np.int64)
        self._number: dict[str, int] = {}
        self._branches: dict[str, Array] = {}
        self._lay_down([_grams(phrase.text) for phrase in phrases], np.array([phrase.worth for phrase in phrases]))

    @classmethod
    def build(cls, matters: Iterable[MatterText]) -> MatterIndex:
        every = sorted(matters, key=lambda matter: matter.code)
        parents = {matter.code[:at] for matter in every for at in range(2, len(matter.code), 2)}
        lowest = [matter for matter in every if matter.code not in parents]
        index = cls(lowest, list(_phrases(lowest)))
        index.labels = {matter.code[:2]: matter.label for matter in every if matter.label}
        return index

    def nearest(self, text: str, *, within: str | None = None, top: int = 3) -> list[MatterHit]:
        """The best matters first; `within` is the beginning of a code. No hit at all gives an empty list."""
        hits = self.best(self.hear(text), within=within, top=top)
        return [replace(hit, words=spelled(hit.words, Message(text=text))) for hit in hits]

    def nearest_many(
        self, texts: Sequence[str], *, within: Sequence[str | None] | None = None, top: int = 3
    ) -> list[list[MatterHit]]:
        branches = within or [None] * len(texts)
        return [self.nearest(text, within=branch, top=top) for text, branch in zip(texts, branches, strict=True)]

    def hear(self, text: str, title: str = "") -> Heard:
        """The text read once, for several questions; a title is read a second time by itself, for it names the matter."""
        plain = fold(f"{title}\n{text}")
        strength = self._strength(plain)
        scores = self._by_matter(strength)
        if title.strip() and text.strip():
            scores = (1 - TITLE_SHARE) * scores + TITLE_SHARE * self._by_matter(self._strength(fold(title)))
        return Heard(plain, strength, np.where(scores < FAINT, 0.0, scores))

    def best(self, heard: Heard, *, within: str | None = None, top: int = 3) -> list[MatterHit]:
        scores = heard.scores if within is None else heard.scores * self._branch(within)
        return self.hits(heard, scores, top)

    def chances(self, heard: Heard) -> dict[str, float]:
        """How likely each branch (level 1) is on words alone; what is missing to 1 is "none of these"."""
        loud = np.bincount(self._branch_of, weights=heard.scores, minlength=len(self.branches)) ** BRANCH_POWER
        return dict(zip(self.branches, (loud / (loud.sum() + DOUBT**BRANCH_POWER)).tolist(), strict=True))

    def shares(self, heard: Heard, chances: dict[str, float]) -> Array:
        """For each matter: the chance of its branch, times its share of what is heard in that branch (and of doubt)."""
        loud = heard.scores**MATTER_POWER
        whole = np.bincount(self._branch_of, weights=loud, minlength=len(self.branches)) + DOUBT**MATTER_POWER
        chance = np.array([chances.get(branch, 0.0) for branch in self.branches])
        return np.asarray(loud * (chance / whole)[self._branch_of])

    def hits(self, heard: Heard, values: Array, top: int) -> list[MatterHit]:
        """The matters of the largest values, with the words they share with the text."""
        order = np.argsort(-values, kind="stable")[:top]
        return [self._hit(int(at), float(values[at]), heard) for at in order if values[at] > 0]

    def _branch(self, within: str) -> Array:
        if within not in self._branches:
            self._branches[within] = np.array([code.startswith(within) for code in self.codes], bool)
        return self._branches[within]

    def _lay_down(self, grams: list[dict[str, None]], worth: Array) -> None:
        """Postings gram by gram, one after another in flat arrays; a phrase's full weight is what it can reach."""
        holders: dict[str, list[int]] = {}
        for phrase, found in enumerate(grams):
            for gram in found:
                holders.setdefault(gram, []).append(phrase)
        self._number = {gram: number for number, gram in enumerate(holders)}
        sizes = np.array([len(phrases) for phrases in holders.values()], np.int64)
        self._bounds = np.concatenate([[0], np.cumsum(sizes)])
        self._holders = np.array([phrase for phrases in holders.values() for phrase in phrases], np.int64)
        rarity = np.log1p(len(grams) / np.maximum(sizes, 1))
        self._weights = rarity * np.array([1.0 if len(gram) > 1 else SINGLE for gram in holders])
        full = np.bincount(self._holders, weights=np.repeat(self._weights, sizes), minlength=len(grams))
        self._worth, self._full = worth, np.maximum(full, 1e-9)

    def _strength(self, plain: str) -> Array:
        """How strongly each phrase is heard in the text: what of it is there, weighed by how much of it that is."""
        heard = self._heard(_grams(plain))
        return np.asarray(self._worth * heard * (heard / self._full) ** SHARPNESS)

    def _heard(self, grams: Iterable[str]) -> Array:
        numbers = np.array([self._number[gram] for gram in grams if gram in self._number], np.int64)
        sizes = self._bounds[numbers + 1] - self._bounds[numbers]
        order = np.argsort(sizes, kind="stable")  # rare first
        numbers, sizes = numbers[order], sizes[order]
        affordable = np.cumsum(sizes) <= BUDGET
        numbers, sizes = numbers[affordable], sizes[affordable]
        begins = np.repeat(self._bounds[numbers] - np.cumsum(sizes) + sizes, sizes)
        phrases = self._holders[begins + np.arange(len(begins))]
        return np.bincount(phrases, weights=np.repeat(self._weights[numbers], sizes), minlength=len(self._phrases))

    def _by_matter(self, strength: Array) -> Array:
        """A matter's best phrase, and a little of the next ones."""
        scores = np.zeros(len(self.codes))
        heard = np.flatnonzero(strength > 0)
        order = heard[np.lexsort((-strength[heard], self._matter[heard]))]
        owner = self._matter[order]
        first = np.searchsorted(owner, owner)
        rank = np.arange(len(order)) - first
        told = rank < PHRASES_TOLD
        np.add.at(scores, owner[told], strength[order][told] * NEXT_BEST ** rank[told])
        return scores

    def _hit(self, matter: int, score: float, heard: Heard) -> MatterHit:
        mine = np.flatnonzero((self._matter == matter) & (heard.strength > 0))
        ordered = mine[np.argsort(-heard.strength[mine], kind="stable")][:PHRASES_TOLD]
        shared = [word for at in ordered for word in _shared(self._phrases[at], heard.plain)]
        return MatterHit(self.codes[matter], score, list(dict.fromkeys(shared))[:5])


def _phrases(matters: Sequence[MatterText]) -> Iterator[_Phrase]:
    for number, matter in enumerate(matters):
        kinds = (
            ([matter.name], NAME),
            (matter.synonyms, SYNONYM),
            (matter.path, PATH),
            (matter.wordings, WORDING),
            (matter.examples, EXAMPLE),
        )
        said: dict[str, float] = {}
        for texts, worth in kinds:
            for text in texts:
                said.setdefault(fold(text), worth)
        yield from (_Phrase(number, text, worth) for text, worth in said.items() if text)


def _grams(plain: str) -> dict[str, None]:
    """Single characters and pairs, each once, in order (a dict keeps it; a set would not be the same every run)."""
    return dict.fromkeys([*plain, *(plain[at : at + 2] for at in range(len(plain) - 1))])


def _shared(phrase: str, plain: str) -> list[str]:
    """The longest pieces of the phrase, two characters or more, that stand in the text."""
    pieces, at = [], 0
    while at < len(phrase) - 1:
        end = at + 2
        while end <= len(phrase) and phrase[at:end] in plain:
            end += 1
        if end > at + 2:
            pieces.append(phrase[at : end - 1])
        at = max(at + 1, end - 1)
    return pieces
