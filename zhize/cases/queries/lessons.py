"""What the office's cases teach: which letters people have sorted, and which matter they turned out to be.

A case teaches when a person stands behind its matter: a clerk chose it, or a body answered it and did not send it back.
A return that was upheld teaches the matter of the duty that was cited. Cases whose reporter is kept secret teach nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Q, Subquery

from zhize.cases.lifecycle import CASE_ANSWERED
from zhize.cases.models import Case, Leg, Return
from zhize.cases.suggest.messages import Message, fold
from zhize.register.models import Matter, MatterDuty

MOST = 200_000
EXAMPLES = 5  # cases a matter; they are heard while people type, and five cost a millisecond
SHORT = 40  # characters of one without a title
SILENT = ("withdrawn", "not_accepted", "merged")


@dataclass(frozen=True)
class Lesson:
    """A letter, and the matter it turned out to be."""

    case: int
    title: str
    text: str
    matter: str  # its code

    def message(self, labels: dict[str, str]) -> Message:
        """As the learner reads it: the label of its branch; letters in the same words are one group."""
        words = fold(f"{self.title}\n{self.text}")
        return Message(
            self.title, self.text, labels[self.matter[:2]], hashlib.blake2b(words.encode(), digest_size=8).hexdigest()
        )


def lessons(day: date, most: int = MOST) -> Iterator[Lesson]:
    """The newest first, so that the cap forgets the oldest."""
    cited, scheme = _cited(), _Scheme(day)
    for pk, title, text, code, by_hand, leg, duty in _cases(most):
        matter = scheme.taught(code, cited[pk], by_hand, leg, duty) if pk in cited else code
        if matter:
            yield Lesson(pk, title, text, matter)


def labels() -> dict[str, str]:
    """What the learner calls each branch: the label letters are sorted by, else the branch's code."""
    rows = Matter.objects.filter(parent__isnull=True).values_list("code", "label")
    return {code[:2]: label or code for code, label in rows}


def mark(taught: Sequence[Lesson]) -> str:
    """The same lessons, the same mark."""
    said = "\n".join(f"{lesson.case} {lesson.matter}" for lesson in taught)
    return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()


def examples(taught: Sequence[Lesson], most: int = EXAMPLES) -> dict[str, list[int]]:
    """For each matter its newest cases, of copies one."""
    found: dict[str, dict[str, int]] = {}
    for lesson in reversed(taught):
        of_matter = found.setdefault(lesson.matter, {})
        if len(of_matter) < most:
            of_matter.setdefault(fold(lesson.title or lesson.text), lesson.case)
    return {code: list(cases.values()) for code, cases in sorted(found.items())}


def words_of(named: dict[str, list[int]]) -> dict[str, list[str]]:
    """What the cases named say in short: the title, else how they begin. Withdrawn ones, and secret ones, say nothing."""
    wanted = [pk for cases in named.values() for pk in cases]
    rows = Case.objects.filter(pk__in=wanted, confidential=False).exclude(state__in=SILENT)
    short = {pk: title or text[:SHORT] for pk, title, text in rows.values_list("pk", "title", "text")}
    return {code: [short[pk] for pk in cases if pk in short] for code, cases in named.items()}


Row = tuple[int, str, str, str, bool | None, str | None, int | None]


def _cases(most: int) -> Iterator[Row]:
    """With each, its last lead leg: sent by hand, its state, the duty it stands on."""
    last = Leg.objects.filter(case=OuterRef("pk"), capacity=Leg.Capacity.LEAD).order_by("-no")
    rows = Case.objects.filter(matter__isnull=False, confidential=False).exclude(state__in=SILENT)
    rows = rows.filter(Q(confidence__isnull=True) | Q(state__in=(*CASE_ANSWERED, "closed")))
    leg = {name: Subquery(last.values(name)[:1]) for name in ("by_hand", "state", "holding__duty_id")}
    wanted = ("pk", "title", "text", "matter__code", leg["by_hand"], leg["state"], leg["holding__duty_id"])
    return rows.order_by("-pk").values_list(*wanted)[:most].iterator(5000)


def _cited() -> dict[int, int]:
    """For each case with an upheld return, the duty that was cited last."""
    rows = Return.objects.filter(decision=Return.Decision.UPHELD, leg__capacity=Leg.Capacity.LEAD)
    return dict(rows.order_by("pk").values_list("leg__case_id", "duty_id"))


class _Scheme:
    """Which matters each duty answers, on a day."""

    def __init__(self, day: date) -> None:
        self.codes: dict[int, list[str]] = {}
        for duty, code in MatterDuty.objects.as_of(day).values_list("duty_id", "matter__code"):
            self.codes.setdefault(duty, []).append(code)

    def answers(self, duty: int | None, code: str) -> bool:
        """This matter, or one above it."""
        return any(code.startswith(above) for above in self.codes.get(duty or 0, []))

    def taught(self, code: str, cited: int, by_hand: bool | None, leg: str | None, duty: int | None) -> str:
        """What a case teaches whose return was upheld; nothing while it is open whose it is."""
        if self.answers(cited, code):
            return code
        if by_hand:
            found = self.codes.get(cited, [])
            return found[0] if len(found) == 1 else ""
        return "" if leg in ("returned", "ruled") and self.answers(duty, code) else code  # else the matter was mended
