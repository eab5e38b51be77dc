"""What a case asks for, one by one; and a reply taken apart into what it says to each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from zhize.accounts.models import By
from zhize.cases.commands.base import allow, locked, move, said, tidy
from zhize.cases.models import Case, Demand
from zhize.cases.terms import AnswerGiven
from zhize.kernel.errors import BadInput
from zhize.record.acts import act, note, tell

MOST = 20  # demands of one case


@act
def itemise(case_id: int, demands: Sequence[str], *, by: By, now: datetime) -> list[Demand]:
    """List what the reporter asks for (诉求点), so that the reply answers each. Listed anew, the earlier list is dropped;
    an empty list makes the case one demand again."""
    case = locked(case_id)
    allow(by, "itemise", case, now)
    texts = [said(text, "诉求点", "demands", 200) for text in demands if tidy(text)]
    if len(texts) > MOST:
        raise BadInput("诉求点太多", why="一件至多列{most}项", instead="请合并相近的几项", field="demands", code="too_many", most=MOST)  # fmt: skip
    move(case, "itemise", now)
    case.demands.filter(dropped_at__isnull=True).update(dropped_at=now)
    note(demands=len(texts))
    tell()
    return Demand.objects.bulk_create([Demand(case=case, no=no, text=text, at=now) for no, text in enumerate(texts, 1)])


@dataclass(frozen=True)
class Given:
    """A reply as it will stand: the whole, and what it says to each demand. `asked` are all that were listed."""

    text: str
    solved: bool
    evidence: str
    each: Sequence[tuple[Demand, AnswerGiven]] = ()
    asked: Sequence[int] = ()

    @property
    def known(self) -> dict[str, Any]:
        """For the guards."""
        given = {demand.no for demand, _ in self.each}
        return {"demands": len(self.asked), "unanswered": tuple(no for no in self.asked if no not in given)}

    def as_draft(self) -> dict[str, Any]:
        answers = [asdict(answered) for _, answered in self.each]
        return {"text": self.text, "solved": self.solved, "evidence": self.evidence, "answers": answers}


def answer_of(case: Case, text: str, solved: bool, evidence: str, answers: Sequence[AnswerGiven]) -> Given:
    """Words checked; with demands the whole is solved only when each is, and its evidence is theirs together."""
    listed = {demand.no: demand for demand in demands_of(case)}
    each = [(_listed(listed, a), _shown(a)) for a in answers if tidy(a.text)]
    if each:
        text = text if tidy(text) else "\n".join(f"{demand.no}. {demand.text}：{a.text}" for demand, a in each)
        solved = all(a.solved for _, a in each)
        evidence = "；".join(a.evidence for _, a in each if a.evidence)
    evidence = said(evidence, "解决的证据", "evidence") if solved else tidy(evidence)
    if listed and not each:
        return Given("", solved, evidence, (), list(listed))
    return Given(said(text, "答复", "text"), solved, evidence, each, list(listed))


def demands_of(case: Case) -> list[Demand]:
    return list(case.demands.filter(dropped_at__isnull=True))


def _listed(listed: dict[int, Demand], answered: AnswerGiven) -> Demand:
    if answered.demand in listed:
        return listed[answered.demand]
    raise BadInput("没有第{no}项诉求", instead="请按列明的诉求逐项答复", field="answers", code="unknown_demand", no=answered.demand)  # fmt: skip


def _shown(answered: AnswerGiven) -> AnswerGiven:
    """What is said to be solved shows its evidence."""
    no, text = answered.demand, said(answered.text, "答复", f"answer_{answered.demand}")
    evidence = said(answered.evidence, "解决的证据", f"evidence_{no}") if answered.solved else tidy(answered.evidence)
    return replace(answered, text=text, evidence=evidence)
