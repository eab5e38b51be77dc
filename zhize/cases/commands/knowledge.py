"""What the desk answers from: written on the wording of duties, looked through again when that has changed, put away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from zhize.accounts.models import By
from zhize.cases.commands.base import said
from zhize.cases.models import AnswerCite, Case, Knowledge, KnowledgeCite, KnowledgeText, Reply
from zhize.cases.queries.knowledge import entries, valid_in
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.kernel.text import fold, grams
from zhize.places.models import Place
from zhize.record.acts import act, note, touch
from zhize.register import access
from zhize.register.models import Duty, DutyWording


@act
def write_entry(
    question: str,
    answer: str,
    *,
    duties: Sequence[Duty],
    place: Place | None = None,
    entry: Knowledge | None = None,
    public: bool = True,
    by: By,
    now: datetime,
) -> Knowledge:
    """A new entry for a place, or the next text of an entry. It cites the wordings the duties have today."""
    held = _held(entry.pk) if entry else None
    where = held.place if held else place
    if where is None:
        raise BadInput("没有选定适用地方", instead="请选择这条知识适用的地方", field="place", code="no_place")
    access.require(by, "cases.write_entry", where.pk, day_of(now))
    kept = held or Knowledge.objects.create(place=where, public=public)
    if kept.public != public:
        Knowledge.objects.filter(pk=kept.pk).update(public=public)
    _next(
        kept, said(question, "问题", "question", 200), said(answer, "答复口径", "answer"), _wordings(duties, now), now
    )
    return kept


@act
def confirm_entry(entry: Knowledge, *, by: By, now: datetime) -> Knowledge:
    """Read again and found right as it is: the same words, on the wordings of today."""
    held = _held(entry.pk)
    access.require(by, "cases.confirm_entry", held.place_id, day_of(now))
    text = KnowledgeText.objects.get(entry=held, latest=True)
    duties = Duty.objects.filter(wordings__in=text.wordings.all()).distinct().order_by("pk")
    _next(held, text.question, text.answer, _wordings(list(duties), now), now)
    return held


@act
def retire_entry(entry: Knowledge, why: str, *, by: By, now: datetime) -> Knowledge:
    """Nobody answers from it any more; the answers given from it still show it."""
    held = _held(entry.pk)
    access.require(by, "cases.retire_entry", held.place_id, day_of(now))
    note(entry=held.pk, why=said(why, "停用的理由", "why", 300))
    touch(f"knowledge:{held.pk}")
    held.retired_at = now
    held.save(update_fields=["retired_at"])
    return held


def cite(reply: Reply, texts: Sequence[KnowledgeText], case: Case, now: datetime) -> None:
    """What a direct answer was given from, kept with it. Nobody is answered from what the register has overtaken."""
    if not texts:
        return
    day = day_of(now)
    holds = {t.pk for t in valid_in(case.place_id, day).filter(pk__in=[t.pk for t in texts])}
    for each in entries(texts, day):
        if each.text.pk not in holds or each.stale:
            raise Refusal(
                "不能引用知识条目“{question}”",
                why="它引用的职责或者条文已变，还没有核对"
                if each.stale
                else "它已有新的一版、已经停用，或者不适用于这个地方",
                rule="知识以职责为据",
                instead="请先核对这一条，或者不引用它答复",
                code="stale_knowledge",
                question=each.text.question,
            )
    AnswerCite.objects.bulk_create([AnswerCite(reply=reply, text=t) for t in dict.fromkeys(texts)])
    note(knowledge=[t.pk for t in texts])


def _held(pk: int) -> Knowledge:
    """The entry, held until the act is done; one that was put away is not written on."""
    held = Knowledge.objects.select_for_update(of=("self",)).select_related("place").get(pk=pk)
    if held.retired_at is not None:
        raise Refusal("这条知识已经停用", instead="请另写一条", code="retired")
    return held


def _wordings(duties: Sequence[Duty], now: datetime) -> list[DutyWording]:
    """Each duty's wording in force today. A duty that says nothing today is no ground for an answer."""
    found = {w.duty_id: w for w in DutyWording.objects.as_of(day_of(now)).filter(duty__in=duties)}
    silent = [d.key for d in duties if d.pk not in found]
    if silent or not found:
        raise BadInput(
            "没有引用今天有效的职责",
            why="“{keys}”今天没有有效的表述" if silent else "每条知识都要引用职责",
            rule="知识以职责为据",
            instead="请从列表里选一项现行的职责；职责已取消的，请停用这条知识",
            field="duty",
            code="no_wording",
            keys="、".join(silent),
        )
    return [found[d.pk] for d in duties]


def _next(entry: Knowledge, question: str, answer: str, wordings: Sequence[DutyWording], now: datetime) -> None:
    last = KnowledgeText.objects.filter(entry=entry, latest=True).first()
    if last is not None:
        KnowledgeText.objects.filter(pk=last.pk).update(latest=False)
    text = KnowledgeText.objects.create(
        entry=entry,
        no=last.no + 1 if last else 1,
        question=question,
        answer=answer,
        grams=grams(fold(f"{question} {answer}")),
        on=day_of(now),
        at=now,
    )
    KnowledgeCite.objects.bulk_create([KnowledgeCite(text=text, wording=w) for w in dict.fromkeys(wordings)])
    touch(f"knowledge:{entry.pk}", *(f"duty:{w.duty_id}" for w in wordings))
    note(entry=entry.pk, no=text.no, wordings=[w.pk for w in wordings])
