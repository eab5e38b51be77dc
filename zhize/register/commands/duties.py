"""Acts on duties: define, reword, recode, divide, retire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.kernel.text import fold, grams
from zhize.policy.queries import require_competence
from zhize.record.acts import current, finish, note, replace, restate, state, touch
from zhize.record.counting import recount
from zhize.record.models import Instrument, Law, Statement
from zhize.register.commands.base import act, allow, held_in
from zhize.register.models import (
    Absence,
    Duty,
    DutyBasis,
    DutyCode,
    DutyLink,
    DutySegment,
    DutyWording,
    Holding,
    Particulars,
    Segment,
)
from zhize.register.queries.bodies import body_name
from zhize.register.queries.duties import duty_name
from zhize.register.terms import Basis, NewDuty

REST = "其余"
SAID = (DutyWording, DutyCode, DutyBasis, DutyLink, DutySegment, Particulars, Absence)


@act
def define(lines: Sequence[NewDuty], *, instrument: Instrument, by: By, now: datetime) -> dict[str, Duty]:
    """Define duties: wording, codes, legal bases, the main duty each is part of. Returns them by key."""
    allow(by, "register.define", (), now)
    made = Duty.objects.bulk_create(
        [Duty(key=x.key, kind=x.kind, type=x.type, demo=x.demo) for x in lines], batch_size=5000
    )
    recount(Duty)
    duties = {d.key: d for d in made}
    mains = duties | {d.key: d for d in Duty.objects.filter(key__in={x.main for x in lines if x.main} - set(duties))}
    laws = _laws({b.law for x in lines for b in x.bases})
    state(row for x in lines for row in _say(x, duties[x.key], mains, laws))
    touch(*(f"duty:{d.pk}" for d in made[:500]))
    note(defined=len(made))
    return duties


@act
def reword(duty: Duty, *, day: date, instrument: Instrument, by: By, now: datetime, **changes: Any) -> DutyWording:
    """The duty's words or attributes change from `day` on."""
    allow(by, "register.reword", held_in(duty), now)
    old = DutyWording.objects.as_of(day).filter(duty=duty).first()
    if old is None:
        raise Refusal("这项职责在{day}没有表述", instead="请先登记职责", day=day, code="no_wording")
    if "name" in changes:
        changes["grams"] = grams(fold(changes["name"]))
    touch(f"duty:{duty.pk}")
    new = restate(old, from_day=day, instrument_id=instrument.pk, ended_by_id=None, **changes)
    return replace(old, new, day)


@act
def recode(
    duty: Duty, codes: dict[str, str], *, day: date, instrument: Instrument, by: By, now: datetime
) -> list[DutyCode]:
    """From `day` on the duty has these codes: by scheme, what differs ends and begins, an empty one only ends."""
    allow(by, "register.recode", held_in(duty), now)
    held = {c.scheme: c for c in DutyCode.objects.as_of(day).filter(duty=duty).select_for_update()}
    moved = {s: v for s, v in codes.items() if v != (held[s].value if s in held else "")}
    touch(f"duty:{duty.pk}")
    note(codes=moved)
    finish([held[s] for s in moved if s in held], day)
    return state(DutyCode(duty=duty, scheme=s, value=v, from_day=day) for s, v in moved.items() if v)


@act
def divide(
    duty: Duty, names: Sequence[str], *, day: date, instrument: Instrument, by: By, now: datetime
) -> dict[str, Segment]:
    """Divide a duty into named segments and an explicit 其余; whoever held the whole holds every segment from `day`.

    The segments partition the duty, so cells are conserved (invariants 4 and 15).
    """
    where = held_in(duty)
    allow(by, "register.divide", where, now)
    note(competence=require_competence("divide", "segment", instrument, day, where))
    if DutySegment.objects.as_of(day).filter(duty=duty).exists():
        raise Refusal("这项职责已经划分", rule="划分须完整", instead="请先取消原划分", code="already_divided")
    wanted = [*dict.fromkeys(n.strip() for n in names if n.strip() and n.strip() != REST), REST]
    segments = {n: Segment.objects.get_or_create(duty=duty, name=n, defaults={"rest": n == REST})[0] for n in wanted}
    state(DutySegment(duty=duty, segment=s, from_day=day) for s in segments.values())
    whole = list(Holding.objects.live().from_day_on(day).filter(duty=duty, segment=None).select_for_update())
    finish(whole, day)
    paper = current().instrument
    assert paper is not None
    state(
        restate(h, segment_id=s.pk, from_day=max(day, h.from_day), ended_by_id=None, instrument_id=paper.pk)
        for h in whole
        for s in segments.values()
    )
    touch(f"duty:{duty.pk}")
    note(segments=wanted)
    return segments


@act
def retire(duties: Sequence[Duty], *, day: date, instrument: Instrument, by: By, now: datetime) -> None:
    """From `day` on there is no such duty (职责终止): what is said of it ends with it. Refused while anybody holds it then."""
    ids = [d.pk for d in duties]
    held = Holding.objects.live().filter(duty__in=ids)
    allow(by, "register.retire", set(held.values_list("place_id", flat=True)), now)
    if (still := held.from_day_on(day).select_related("duty", "body").first()) is not None:
        raise _still_held(still, day)
    for model in SAID:
        finish(list(model.objects.live().from_day_on(day).filter(duty__in=ids).select_for_update().order_by("pk")), day)
    touch(*(f"duty:{pk}" for pk in ids[:500]))
    note(retired=len(ids))


def _still_held(h: Holding, day: date) -> Refusal:
    return Refusal(
        "“{duty}”在{day}以后还有人行使，不能终止",
        why="{body}的归属没有终止",
        rule="第2条：职责不能无主",
        instead="请先取消或者划转它的归属",
        code="still_held",
        duty=duty_name(h.duty_id, h.from_day),
        body=body_name(h.body_id, h.from_day),
        day=day,
    )


def _say(x: NewDuty, duty: Duty, mains: dict[str, Duty], laws: dict[str, Law]) -> list[Statement]:
    day = x.from_day
    rows: list[Statement] = [
        DutyWording(
            duty=duty,
            name=x.name,
            detail=x.detail,
            levels=x.levels,
            field=x.field,
            from_day=day,
            personal_liberty=x.personal_liberty,
            legal_days=x.legal_days,
            promised_days=x.promised_days,
            grams=grams(fold(x.name)),
        )
    ]
    rows += [DutyCode(duty=duty, scheme=s, value=v, from_day=day) for s, v in x.codes.items()]
    rows += [_basis(b, duty, laws, day) for b in x.bases]
    if x.main:
        if x.main not in mains:
            raise Refusal(
                "找不到主要职责“{key}”",
                why="所属主要职责须先登记",
                instead="请先登记主要职责",
                key=x.main,
                code="unknown_main",
            )
        rows.append(DutyLink(duty=duty, to=mains[x.main], how=DutyLink.How.PART_OF, from_day=day))
    return rows


def _basis(b: Basis, duty: Duty, laws: dict[str, Law], day: date) -> DutyBasis:
    return DutyBasis(
        duty=duty,
        law=laws[b.law],
        article=b.article,
        paragraph=b.paragraph,
        item=b.item,
        unverified=b.unverified,
        from_day=day,
    )


def _laws(keys: set[str]) -> dict[str, Law]:
    laws = {x.key: x for x in Law.objects.filter(key__in=keys)}
    if missing := sorted(keys - set(laws)):
        raise Refusal(
            "找不到法律“{names}”",
            why="设定依据须先登记",
            rule="第10条",
            instead="请先登记这部法律",
            names="、".join(missing[:5]),
            code="unknown_law",
        )
    return laws
