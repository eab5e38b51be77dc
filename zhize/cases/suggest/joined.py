"""Two stages made one: the learned label says which branch, the words say which matter in it.

Confidence is a product: how sure of the branch, times how much of what is heard in that branch speaks for the matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from zhize.cases.suggest.index import Heard, MatterIndex
from zhize.cases.suggest.messages import Message
from zhize.cases.suggest.spelling import spelled

if TYPE_CHECKING:
    from zhize.cases.suggest.model import Suggester, Suggestion

CANDIDATES = 3
UNLABELLED = 0.5  # branches the labels do not know are believed on words alone, and half as much


@dataclass(frozen=True, slots=True)
class Candidate:
    code: str
    confidence: float
    words: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MatterSuggestion:
    """`code` is empty when nothing in the scheme was heard: a person must choose. `label` is the first stage's answer."""

    code: str
    confidence: float
    words: list[str] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    label: str = ""
    label_confidence: float = 0.0
    label_words: list[str] = field(default_factory=list)


def suggest_matter(message: Message, suggester: Suggester | None, index: MatterIndex) -> MatterSuggestion:
    """For one message; without a suggester the words of the scheme decide alone."""
    return suggest_matters([message], suggester, index)[0]


def suggest_matters(
    messages: Sequence[Message], suggester: Suggester | None, index: MatterIndex, most: int = CANDIDATES
) -> list[MatterSuggestion]:
    """For many: the learned labels are asked in bulk. `most` candidates are named for each."""
    heard = [index.hear(message.text, message.title) for message in messages]
    labelled = suggester.suggest(messages) if suggester else [None] * len(messages)
    known = frozenset(suggester.labels) if suggester else frozenset()
    found = [_suggestion(*pair, index, most, known) for pair in zip(heard, labelled, strict=True)]
    return [_in_own_words(*pair) for pair in zip(found, messages, strict=True)]


def _suggestion(
    heard: Heard, label: Suggestion | None, index: MatterIndex, most: int, known: frozenset[str]
) -> MatterSuggestion:
    shares = index.shares(heard, _branches(heard, label, index, known))
    candidates = [Candidate(hit.code, round(hit.score, 6), hit.words) for hit in index.hits(heard, shares, most)]
    first = candidates[0] if candidates else Candidate("", 0.0)
    found = MatterSuggestion(first.code, first.confidence, first.words, candidates)
    if label is None:
        return found
    words = list(dict.fromkeys([*first.words, *label.words]))
    return replace(found, words=words, label=label.label, label_confidence=label.confidence, label_words=label.words)


def _branches(heard: Heard, label: Suggestion | None, index: MatterIndex, known: frozenset[str]) -> dict[str, float]:
    """How likely each branch is. What the model never learned can only be heard, and takes its share from the labels."""
    alone = index.chances(heard)
    if label is None:
        return alone
    shares = {code: UNLABELLED * chance for code, chance in alone.items() if index.labels.get(code, code) not in known}
    said = {label.label: label.confidence, **dict(label.runners_up)}
    rest = 1 - sum(shares.values())
    named = {code: index.labels.get(code, code) for code in alone}
    return shares | {code: rest * said[name] for code, name in named.items() if name in said}


def _in_own_words(found: MatterSuggestion, message: Message) -> MatterSuggestion:
    candidates = [replace(candidate, words=spelled(candidate.words, message)) for candidate in found.candidates]
    return replace(found, words=spelled(found.words, message), candidates=candidates)
