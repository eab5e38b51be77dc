"""Consultation between bodies: consult (征求意见), answer, mediate (协调)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from zhize.accounts.models import By
from zhize.kernel.errors import BadInput
from zhize.kernel.period import day_of
from zhize.lists.commands.adjusting.base import allow, locked, move, said
from zhize.lists.limits import term
from zhize.lists.models import Adjustment, Consultation
from zhize.lists.queries.adjusting import facts
from zhize.record.acts import act, tell, touch
from zhize.register import access
from zhize.register.models import Body


@act
def consult(
    adjustment_ids: Collection[int], bodies: Sequence[Body], question: str = "", *, by: By, now: datetime
) -> list[Consultation]:
    """Ask other bodies what they think of it, each until its own limit. The filer is not asked about his own wish."""
    rows, asked = locked(adjustment_ids), {b.pk: b for b in bodies}
    words = said(question, "征求什么", "question", needed=False)
    made: list[Consultation] = []
    for a in rows:
        allow(by, "consult", a, now)
        others = [b for b in asked.values() if b.pk != a.body_id]
        if not others:
            raise BadInput(
                "没有选征求哪些机构的意见",
                why="申报机构自己不用征求",
                instead="请选择其他机构",
                code="nobody_asked",
                field="bodies",
            )
        move(a, "consult", by, now, words)
        due = term("lists.limit.answer", a.place_id, now).due(now)
        made += [
            Consultation(adjustment=a, round=a.round, body=b, question=words, asked_at=now, due=due) for b in others
        ]
    touch(*(f"body:{pk}" for pk in asked))
    tell()
    return Consultation.objects.bulk_create(made)


@act
def answer(consultation_id: int, answer: str, words: str = "", *, by: By, now: datetime) -> Consultation:
    """One body's answer; with the last of them the adjustment goes on, or to mediation when somebody objects.

    The machine answers for a body that let its limit pass: `silent`, which is no objection.
    """
    row = Consultation.objects.filter(pk=consultation_id).values_list("adjustment_id", flat=True).first()
    if row is None:
        raise BadInput("没有这件征求意见", instead="请刷新后重试", code="unknown_consultation")
    a = locked([row])[0]
    c = Consultation.objects.select_for_update().get(pk=consultation_id)
    access.require(by, "lists.answer", a.place_id, day_of(now), body=c.body_id)
    _open(c, answer, now, by)
    c.answer, c.answered_at, c.answered_by = answer, now, by.officer_id
    c.words = said(words, "不同意的理由", "words", needed=answer == Consultation.Answer.OBJECT)
    move(a, "answer", by, now, f"{c.get_answer_display()}。{c.words}".strip())
    c.save()
    known = facts(a, now, "answer")
    if not known.waiting:
        move(a, "answer:objected" if known.objections else "answer:agreed", by, now)
    return c


def _open(c: Consultation, answer: str, now: datetime, by: By) -> None:
    silent = answer == Consultation.Answer.SILENT
    if c.answer:
        raise BadInput("这个机构已经答复过", instead="答复以第一次为准", code="answered")
    if answer not in Consultation.Answer.values or (silent and (by.via != "system" or now <= c.due)):
        raise BadInput("请选择同意或者不同意", code="bad_answer", field="answer")


@act
def mediate(adjustment_id: int, settled: bool, words: str, *, by: By, now: datetime) -> Adjustment:
    """The office brings those who object and who ask together: settled, with the terms written down, or returned (协调)."""
    a = locked([adjustment_id])[0]
    allow(by, "mediate", a, now)
    move(a, "mediate" if settled else "mediate:returned", by, now, said(words, "协调结果", "words"))
    return a
