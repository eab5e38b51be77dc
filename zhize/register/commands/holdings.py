"""Acts on holdings: assign, hand_over, entrust, authorise, devolve, take_back, cease.

A cell is (duty, segment, level, leaf place). A hand-over conserves cells: what leaves equals what arrives, on the same
day, or it is refused with the difference (invariant 4; spec §10.5 apply_transfer).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.places.queries import leaves, place_names
from zhize.places.terms import Expression
from zhize.policy.queries import require_competence
from zhize.record.acts import end, note, restate, state, touch, withdraw
from zhize.record.models import Instrument
from zhize.register.commands.base import act, allow
from zhize.register.models import Body, BodyName, Capacity, Duty, DutyWording, Holding, Mode, Segment
from zhize.register.subjects import returned_subject, subject_of, transfer_subject
from zhize.register.terms import Line, Share, Transfer

Key = tuple[int, int | None, int, int]  # duty, segment, level, body
NAME = Capacity.NAME_HOLDER


@act
def assign(lines: Sequence[Line], *, instrument: Instrument, by: By, now: datetime) -> list[Holding]:
    """Give duties to bodies (清单公布、三定): one holding per line and included place."""
    where = {p for x in lines for p in x.where.include}
    allow(by, "register.assign", where, now)
    asked = {(subject_of(x.body.kind, x.body.level), x.from_day) for x in lines}
    competences = {require_competence("assign", subject, instrument, day, where) for subject, day in asked}
    touch(
        *(f"body:{b}" for b in {x.body.pk for x in lines}),
        *(f"duty:{d}" for d in sorted({x.duty.pk for x in lines})[:500]),
    )
    note(lines=len(lines), competence=sorted(competences))
    return state(row for line in lines for row in _rows(line))


@act
def hand_over(
    transfers: Sequence[Transfer], *, day: date, instrument: Instrument, by: By, now: datetime
) -> list[Holding]:
    """Move duties from bodies to bodies on `day` (划转). All lines or none."""
    allow(by, "register.hand_over", _concerned(transfers), now)
    for subject in {transfer_subject(t.duty.type) for t in transfers}:
        where = {p for t in transfers for s in t.arriving for p in s.where.include}
        require_competence("hand_over", subject, instrument, day, where)
    return _move(transfers, day, Mode.TRANSFERRED)


@act
def authorise(
    transfers: Sequence[Transfer], *, day: date, instrument: Instrument, by: By, now: datetime
) -> list[Holding]:
    """The receiver acts in its own name by authority of law or regulation (授权)."""
    allow(by, "register.authorise", _concerned(transfers), now)
    require_competence("authorise", "authorisation", instrument, day, _concerned(transfers))
    return _move(transfers, day, Mode.AUTHORISED)


@act
def devolve(
    transfers: Sequence[Transfer], *, day: date, instrument: Instrument, by: By, now: datetime
) -> list[Holding]:
    """A duty goes down to a lower body, which acts in its own name (下放)."""
    allow(by, "register.devolve", _concerned(transfers), now)
    require_competence("devolve", "devolution", instrument, day, _concerned(transfers))
    return _move(transfers, day, Mode.DEVOLVED)


@act
def entrust(
    duty: Duty,
    principal: Body,
    to: Body,
    where: Expression,
    *,
    level: int,
    day: date,
    until: date,
    segment: Segment | None = None,
    instrument: Instrument,
    by: By,
    now: datetime,
) -> list[Holding]:
    """The principal stays answerable in its own name; `to` performs for a term (委托). No re-entrusting, no coercion."""
    allow(by, "register.entrust", where.include, now)
    require_competence("entrust", "entrustment", instrument, day, where.include)
    mine = _locked([(duty.pk, segment.pk if segment else None, level, principal.pk)], day)
    missing = leaves(where, day) - _cells(mine, day, {})
    if missing:
        raise Refusal(
            "“{body}”不能委托这项职责",
            why="它在{places}并不以自己名义行使这项职责",
            article="行政许可法第二十四条、行政处罚法（委托条款）",
            rule="第8条：只有权力主体可以委托，受委托者不得再委托",
            instead="请由以其名义行使的机构办理委托",
            code="principal_does_not_hold",
            body=_body_name(principal, day),
            places=_say_places(missing, day),
        )
    touch(f"body:{principal.pk}", f"body:{to.pk}", f"duty:{duty.pk}")
    line = Line(duty, to, level, where, day, until, segment, Capacity.PERFORMER, Mode.ENTRUSTED, principal)
    return state(_rows(line))


@act
def take_back(
    holdings: Sequence[Holding], to: Body | None = None, *, day: date, instrument: Instrument, by: By, now: datetime
) -> list[Holding]:
    """Take back what was entrusted (it simply ends) or devolved, authorised, transferred (it returns to `to`)."""
    where = {h.place_id for h in holdings}
    allow(by, "register.take_back", where, now)
    for subject in {returned_subject(h.mode, h.duty.type) for h in holdings}:
        require_competence("take_back", subject, instrument, day, where)
    rows = list(Holding.objects.live().filter(pk__in=[h.pk for h in holdings]).select_for_update().order_by("pk"))
    if len(rows) != len(holdings):
        raise _overtaken()
    own = [h for h in rows if h.capacity == NAME]
    if own and to is None:
        raise Refusal(
            "没有写明收回后由谁行使",
            why="以其名义行使的职责收回后不能无主",
            rule="第4条：划出等于划入",
            instead="请指定收回机构",
            code="no_receiver",
        )
    end(rows, day)
    touch(*(f"body:{h.body_id}" for h in rows), *(f"duty:{h.duty_id}" for h in rows))
    back = [
        restate(h, body_id=to.pk, from_day=day, mode=Mode.STATUTORY, instrument_id=instrument.pk, ended_by_id=None)
        for h in own
        if to is not None
    ]
    return state(back)


@act
def cease(
    holdings: Sequence[Holding], *, why: str, day: date, instrument: Instrument, by: By, now: datetime
) -> list[Holding]:
    """From `day` on nobody holds these in that body's stead: the item is taken off its list (取消), its history stays."""
    allow(by, "register.cease", {h.place_id for h in holdings}, now)
    for subject in {subject_of(h.body.kind, h.body.level) for h in holdings}:
        require_competence("assign", subject, instrument, day, {h.place_id for h in holdings})
    rows = list(Holding.objects.live().filter(pk__in=[h.pk for h in holdings]).select_for_update().order_by("pk"))
    if len(rows) != len(holdings):
        raise _overtaken()
    touch(*(f"body:{h.body_id}" for h in rows), *(f"duty:{h.duty_id}" for h in rows))
    note(why=why, ceased=len(rows))
    withdraw([h for h in rows if h.from_day >= day])
    return end([h for h in rows if h.from_day < day], day)


def _concerned(transfers: Sequence[Transfer]) -> set[int]:
    """Where something leaves or arrives."""
    return {p for t in transfers for s in (*t.leaving, *t.arriving) for p in s.where.include}


def _rows(line: Line) -> list[Holding]:
    return [
        Holding(
            duty=line.duty,
            segment=line.segment,
            level=line.level,
            place_id=place,
            excludes=list(line.where.exclude),
            body=line.body,
            capacity=line.capacity,
            mode=line.mode,
            principal=line.principal,
            concurrent=line.concurrent,
            from_day=line.from_day,
            to_day=line.to_day,
            clause=line.clause,
        )
        for place in line.where.include
    ]


def _move(transfers: Sequence[Transfer], day: date, mode: str) -> list[Holding]:
    """1 lock what the givers hold · 2 compare cells out and in · 3 end what leaves · 4 open what arrives."""
    keys = [k for t in transfers for k in _keys(t)]
    held: dict[Key, list[Holding]] = defaultdict(list)
    for h in _locked(keys, day):
        held[h.duty_id, h.segment_id, h.level, h.body_id].append(h)
    seen: dict[Expression, set[int]] = {}
    leaving: list[Holding] = []
    arriving: list[Holding] = []
    for t in transfers:
        out, until = _balance(t, held, day, seen)
        kept = [r for h, share, gone in out for r in _remainder(h, share, gone, day, seen)]
        leaving += [h for h, _, _ in out]
        arriving += kept + [r for s in t.arriving for r in _rows(_arrival(t, s, day, until, mode))]
    begun = [h for h in leaving if h.from_day >= day]
    withdraw(begun)
    end([h for h in leaving if h.from_day < day], day)
    bodies = {s.body.pk for t in transfers for s in (*t.leaving, *t.arriving)}
    touch(*(f"body:{b}" for b in bodies), *(f"duty:{d}" for d in sorted({t.duty.pk for t in transfers})[:500]))
    note(lines=len(transfers))
    return state(arriving)


def _keys(t: Transfer) -> list[Key]:
    segment = t.segment.pk if t.segment else None
    return [(t.duty.pk, segment, t.level, s.body.pk) for s in t.leaving]


def _locked(keys: Sequence[Key], day: date) -> list[Holding]:
    """The givers' live holdings, locked in id order: of fifty acts at once one goes first, the others find it done."""
    wanted = set(keys)
    rows = (
        Holding.objects.live()
        .from_day_on(day)
        .filter(duty_id__in={k[0] for k in wanted}, body_id__in={k[3] for k in wanted}, capacity=NAME)
    )
    locked = rows.select_for_update(of=("self",)).order_by("pk")
    return [h for h in locked if (h.duty_id, h.segment_id, h.level, h.body_id) in wanted]


def _balance(
    t: Transfer, held: dict[Key, list[Holding]], day: date, seen: dict[Expression, set[int]]
) -> tuple[list[tuple[Holding, Share, set[int]]], date | None]:
    """Which holdings lose which leaves; refused when a giver does not hold them or when out differs from in."""
    out: list[tuple[Holding, Share, set[int]]] = []
    leaving: set[int] = set()
    for share, key in zip(t.leaving, _keys(t), strict=True):
        said = _leaves(share.where, day, seen)
        mine = [(h, said & _leaves(_expression(h), day, seen)) for h in held[key]]
        if missing := said - {leaf for _, cells in mine for leaf in cells}:
            raise _not_held(t.duty, share.body, missing, day)
        out += [(h, share, cells) for h, cells in mine if cells]
        leaving |= said
    _same_cells(t, leaving, day, seen)
    terms = {h.to_day for h, _, _ in out}
    if len(terms) > 1:
        raise Refusal("不能一并划转", why="划出机构的几项归属期限不同", instead="请按期限分行划转", code="mixed_terms")
    return out, next(iter(terms), None)


def _same_cells(t: Transfer, leaving: set[int], day: date, seen: dict[Expression, set[int]]) -> None:
    arriving: set[int] = set()
    for share in t.arriving:
        cells = _leaves(share.where, day, seen)
        if twice := arriving & cells:
            raise Refusal(
                "“{places}”划给了两个机构",
                why="划入有重叠",
                rule="第4条：划出等于划入",
                instead="请改正接收范围",
                code="arrives_twice",
                places=_say_places(twice, day),
            )
        arriving |= cells
    if leaving != arriving:
        short, over = leaving - arriving, arriving - leaving
        raise Refusal(
            "划出与划入不等：{duty}",
            why="{difference}",
            rule="第4条：划出等于划入",
            instead="请改正接收范围或划出范围",
            code="not_conserved",
            duty=_duty_name(t.duty, day),
            difference=_difference(short, over, day),
            details=[{"unreceived": sorted(short)}, {"not_given": sorted(over)}],
        )


def _difference(short: set[int], over: set[int], day: date) -> str:
    parts = []
    if short:
        parts.append(f"{_say_places(short, day)}划出后无人接收")
    if over:
        parts.append(f"{_say_places(over, day)}没有划出却被接收")
    return "，".join(parts)


def _remainder(h: Holding, share: Share, gone: set[int], day: date, seen: dict[Expression, set[int]]) -> list[Holding]:
    """What the giver keeps from `day`: its expression without what left; nothing when all left.

    The places that left are excluded by name, so a township founded later in a county that left stays out too; a share
    that itself has exclusions can only be taken out leaf by leaf.
    """
    if not _leaves(_expression(h), day, seen) - gone:
        return []
    left = gone if share.where.exclude else set(share.where.include)
    return [restate(h, from_day=max(day, h.from_day), excludes=sorted({*h.excludes, *left}), ended_by_id=None)]


def _arrival(t: Transfer, share: Share, day: date, until: date | None, mode: str) -> Line:
    return Line(t.duty, share.body, t.level, share.where, day, until, t.segment, NAME, mode, clause=t.clause)


def _expression(h: Holding) -> Expression:
    return Expression((h.place_id,), tuple(h.excludes))


def _leaves(where: Expression, day: date, seen: dict[Expression, set[int]]) -> set[int]:
    if where not in seen:
        seen[where] = leaves(where, day)
    return seen[where]


def _cells(rows: Iterable[Holding], day: date, seen: dict[Expression, set[int]]) -> set[int]:
    return {leaf for h in rows for leaf in _leaves(_expression(h), day, seen)}


def _not_held(duty: Duty, body: Body, missing: set[int], day: date) -> Refusal:
    return Refusal(
        "“{body}”不能划出“{duty}”",
        why="它在{places}已不行使或从未行使这项职责",
        rule="第4条：划出等于划入",
        instead="请查看这项职责现由谁行使，再改正划出机构或地域",
        code="not_held",
        body=_body_name(body, day),
        duty=_duty_name(duty, day),
        places=_say_places(missing, day),
    )


def _overtaken() -> Refusal:
    return Refusal(
        "这项职责归属已被另一项操作改动",
        why="同一时刻只有一项操作能成功",
        rule="同一对象一次一项",
        instead="请刷新后按最新情况重新办理",
        code="overtaken",
    )


def _body_name(body: Body, day: date) -> str:
    row = BodyName.objects.as_of(day).filter(body=body).first()
    return row.name if row else body.code


def _duty_name(duty: Duty, day: date) -> str:
    row = DutyWording.objects.as_of(day).filter(duty=duty).first()
    return row.name if row else duty.key


def _say_places(ids: set[int], day: date) -> str:
    names = place_names(set(sorted(ids)[:3]), day)
    more = f"等{len(ids)}处" if len(ids) > 3 else ""
    return "、".join(names.values()) + more
