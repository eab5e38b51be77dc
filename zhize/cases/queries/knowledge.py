"""Which entries answer a question, and which are stale: asked of the register as of a day, so that they are stale that day.

An entry is stale when a wording it cites is no longer what the register says of the duty, when the duty says nothing any
more, or when an article the duty stood on has changed since the entry was last looked through.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from zhize.cases.models import KnowledgeCite, KnowledgeText
from zhize.kernel.lawful import GOOD, STATES, follow
from zhize.kernel.text import fold, grams
from zhize.places.queries import chain_of
from zhize.register.models import DutyBasis, DutyWording
from zhize.register.queries.lawful import law_book

REWORDED, GONE = gettext_noop("职责表述已变"), gettext_noop("职责已经没有有效的表述")
SAYS = ("name", "detail", "levels", "field", "legal_days", "promised_days")


@dataclass(frozen=True)
class Stale:
    """Why one cited duty no longer carries the entry, since when, and where to read it."""

    duty: str
    name: str
    why: str
    since: date | None
    was: str = ""
    now: str = ""


@dataclass(frozen=True)
class Entry:
    """One entry as it stands on a day."""

    text: KnowledgeText
    cites: Sequence[DutyWording]
    stale: Sequence[Stale]


# -- which -------------------------------------------------------------------------------------------------------------
def valid_in(place_id: int, day: date) -> QuerySet[KnowledgeText]:
    """The latest texts that hold in a place: its own, and those of the places above it."""
    places = [place_id, *above(place_id, day)]
    return KnowledgeText.objects.filter(latest=True, entry__retired_at=None, entry__place__in=places)


def above(place_id: int, day: date) -> list[int]:
    """The places whose entries hold here too."""
    return list(chain_of(place_id, day))


def searched(rows: QuerySet[KnowledgeText], words: str, limit: int = 20) -> list[KnowledgeText]:
    """The entries nearest to what was typed, however long: those that share most pairs of characters, in the question above all."""
    said = fold(words)
    wanted = set(grams(said))
    pairs = {g for g in wanted if len(g) == 2} or wanted
    if not pairs:
        return list(rows.select_related("entry").order_by("-pk")[:limit])
    found = rows.filter(grams__overlap=sorted(pairs)).select_related("entry")
    scored = [(_share(pairs, text), text) for text in found]
    near = [(score, text) for score, text in scored if score >= min(2, len(pairs))]
    return [text for _score, text in sorted(near, key=lambda x: (-x[0], x[1].pk))[:limit]]


def _share(pairs: set[str], text: KnowledgeText) -> float:
    """A pair of the question weighs as much as three of the answer: what the question says it is about."""
    asked = set(grams(fold(text.question)))
    return len(pairs & asked) * 2 + len(pairs & set(text.grams))


# -- does it still hold ------------------------------------------------------------------------------------------------
def entries(texts: Iterable[KnowledgeText], day: date) -> list[Entry]:
    """Each text with what it cites and why it is stale. Six queries for all."""
    rows = list(texts)
    cites = _cites(rows)
    said = _said_now({w.duty_id for ws in cites.values() for w in ws}, day)
    laws = _law_changes({text: [w.duty_id for w in cites[text.pk]] for text in rows}, day)
    return [Entry(t, cites[t.pk], _stale(t, cites[t.pk], said, laws)) for t in rows]


def stale_texts(rows: QuerySet[KnowledgeText], day: date) -> list[Entry]:
    """The editors' queue: everything that no longer holds on the day, longest first."""
    found = [e for e in entries(rows.select_related("entry"), day) if e.stale]
    return sorted(found, key=lambda e: min((s.since or day) for s in e.stale))


def _cites(texts: Collection[KnowledgeText]) -> dict[int, list[DutyWording]]:
    found: dict[int, list[DutyWording]] = defaultdict(list)
    rows = KnowledgeCite.objects.filter(text__in=texts).select_related("wording__duty").order_by("pk")
    for cite in rows:
        found[cite.text_id].append(cite.wording)
    return found


def _said_now(duties: Collection[int], day: date) -> dict[int, DutyWording]:
    return {w.duty_id: w for w in DutyWording.objects.as_of(day).filter(duty__in=duties)}


def _stale(
    text: KnowledgeText,
    cited: Sequence[DutyWording],
    said: dict[int, DutyWording],
    laws: dict[tuple[int, int], list[Stale]],
) -> list[Stale]:
    found = []
    for wording in cited:
        today = said.get(wording.duty_id)
        if today is None:
            found.append(Stale(wording.duty.key, wording.name, GONE, wording.to_day, wording.name))
        elif today.pk != wording.pk and any(getattr(today, n) != getattr(wording, n) for n in SAYS):
            found.append(Stale(wording.duty.key, today.name, REWORDED, today.from_day, _words(wording), _words(today)))
        found += laws.get((text.pk, wording.duty_id), [])
    return found


def _words(wording: DutyWording) -> str:
    return f"{wording.name}：{wording.detail}" if wording.detail else wording.name


def _law_changes(duties: dict[KnowledgeText, list[int]], day: date) -> dict[tuple[int, int], list[Stale]]:
    """By text and duty: the articles the duty stood on when the text was last looked through, and what became of them."""
    all_duties = {d for ds in duties.values() for d in ds}
    bases: dict[int, list[DutyBasis]] = defaultdict(list)
    for basis in DutyBasis.objects.live().filter(duty__in=all_duties).select_related("law", "duty").order_by("pk"):
        bases[basis.duty_id].append(basis)
    book = law_book({b.law_id for bs in bases.values() for b in bs})
    found: dict[tuple[int, int], list[Stale]] = {}
    for text, ids in duties.items():
        ended = {law: over for law, over in book.ended.items() if over > text.on}
        for duty_id in ids:
            held = [b for b in bases[duty_id] if b.from_day <= text.on and (b.to_day is None or b.to_day > text.on)]
            fates = [(b, follow(b.law.key, b.article, text.on, day, book.moves, ended)) for b in held]
            found[text.pk, duty_id] = [
                Stale(b.duty.key, b.citation, STATES[fate.state], fate.since) for b, fate in fates if fate.state != GOOD
            ]
    return found
