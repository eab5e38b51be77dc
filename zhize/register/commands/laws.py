"""Acts that follow a change of law: enter the change (立改废释), and move duties to the articles that now say it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.policy.queries import require_competence
from zhize.record.acts import end, note, state, touch
from zhize.record.models import Instrument, Law, LawChange, LawVersion, Provision, ProvisionMove
from zhize.register import access
from zhize.register.commands.base import act
from zhize.register.models import DutyBasis
from zhize.register.subjects import law_subject
from zhize.register.terms import Basis, LawChanged, Rebased


@act
def change_law(said: LawChanged, *, instrument: Instrument, by: By, now: datetime) -> LawChange:
    """Enter what happened to a law; from its day on every question about a basis takes it into account.

    1 the law, and whether the paper may change one of its rank · 2 versions · 3 article by article · 4 the new words.
    """
    access.require(by, "register.change_law", None, day_of(now))
    law = _law(said)
    competence = require_competence("change_law", law_subject(law.level), instrument, said.day)
    _versions(law, said)
    laws = {x.key: x for x in Law.objects.filter(key__in={m.to_law for m in said.moves if m.to_law})}
    change = state([LawChange(law=law, kind=said.kind, note=said.note, from_day=said.day)])[0]
    state(
        ProvisionMove(
            law=law, old=m.old, new=list(m.new), how=m.how, about=sorted(m.about), note=m.note, from_day=said.day,
            to_law=_known(laws, m.to_law) if m.to_law else None,
        )
        for m in said.moves
    )  # fmt: skip
    texts = [Provision(law=law, version_day=said.day, article=a, text=t) for a, t in said.texts.items()]
    Provision.objects.bulk_create(texts, batch_size=1000)
    touch(f"law:{law.pk}")
    note(law=law.key, competence=competence, kind=said.kind, moves=len(said.moves), texts=len(texts))
    return change


def _law(said: LawChanged) -> Law:
    found = Law.objects.select_for_update().filter(key=said.law).first()
    if found is None and said.kind == LawChange.Kind.ENACTED and said.name:
        return Law.objects.create(key=said.law, name=said.name, level=said.level, author=said.author)
    if found is None:
        raise _unknown(said.law)
    return found


def _known(laws: dict[str, Law], key: str) -> Law:
    if key not in laws:
        raise _unknown(key)
    return laws[key]


def _unknown(key: str) -> Refusal:
    return Refusal(
        "找不到法律“{key}”",
        why="法律登记中没有这个简称",
        rule="立改废释",
        instead="新制定的法律请选“立”并写明全称，否则请核对简称",
        key=key,
        code="unknown_law",
    )


def _versions(law: Law, said: LawChanged) -> None:
    """立 begins a version, 改 ends one and begins another, 废 ends the last, 释 leaves the text as it is.

    A change entered late stands before later ones: the version it interrupts ends, the new one lasts until the next.
    """
    if said.kind == LawChange.Kind.INTERPRETED:
        return
    running = list(LawVersion.objects.live().filter(law=law).from_day_on(said.day).select_for_update())
    _nothing_against(said, running)
    here = [v for v in running if v.from_day < said.day]
    until = here[0].to_day if here else None
    end(here, said.day)
    if said.kind != LawChange.Kind.REPEALED and all(v.from_day != said.day for v in running):
        state([LawVersion(law=law, from_day=said.day, to_day=until)])


def _nothing_against(said: LawChanged, running: Sequence[LawVersion]) -> None:
    """One change of a kind a day; nothing is repealed that is not in force, or that goes on afterwards."""
    same = LawChange.objects.as_of(said.day).filter(law__key=said.law, kind=said.kind, from_day=said.day)
    if same.exists():
        raise Refusal(
            "这部法律{day}的这项变动已经登记",
            why="同一部法律同一天同一种变动只登记一次",
            rule="立改废释",
            instead="请核对施行日期；登记有误的请更正",
            code="change_entered",
            day=said.day,
        )
    later = [v.from_day for v in running if v.from_day >= said.day]
    if said.kind == LawChange.Kind.REPEALED and (later or not running):
        raise Refusal(
            "不能登记这部法律自{day}起废止",
            why="它在{next}还有登记的版本" if later else "它在这一天已经失效",
            rule="立改废释",
            instead="请核对施行日期",
            code="not_in_force",
            day=said.day,
            next=min(later, default=said.day),
        )


@act
def rebase(lines: Sequence[Rebased], *, instrument: Instrument, by: By, now: datetime) -> list[DutyBasis]:
    """Duties stand on other articles from a day on: the old bases end, the new ones begin, all in one act."""
    access.require(by, "register.rebase", None, day_of(now))
    laws = {x.key: x for x in Law.objects.filter(key__in={b.law for x in lines for b in x.bases})}
    ending = {
        b.pk: b for b in DutyBasis.objects.live().select_for_update().filter(pk__in={e for x in lines for e in x.ends})
    }
    for line in lines:
        end([_still(ending, pk) for pk in line.ends], line.day)
    touch(*sorted({f"duty:{x.duty.pk}" for x in lines})[:500])
    note(rebased=len(lines))
    return state(_said(b, line, _known(laws, b.law)) for line in lines for b in line.bases)


def _still(ending: dict[int, DutyBasis], pk: int) -> DutyBasis:
    if pk not in ending:
        raise Refusal(
            "设定依据已被另一项操作改动",
            why="同一时刻只有一项操作能成功",
            rule="同一对象一次一项",
            instead="请刷新后按最新情况重新办理",
            code="overtaken",
        )
    return ending[pk]


def _said(b: Basis, line: Rebased, law: Law) -> DutyBasis:
    return DutyBasis(
        duty=line.duty, law=law, article=b.article, paragraph=b.paragraph, item=b.item, unverified=b.unverified,
        from_day=line.day,
    )  # fmt: skip
