"""Acts on bodies: found, rename, merge, split, abolish."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from zhize.accounts.models import By
from zhize.kernel.codes import check_uscc
from zhize.kernel.errors import Refusal
from zhize.policy.queries import require_competence
from zhize.record.acts import current, finish, note, replace, restate, state, touch, withdraw
from zhize.record.models import Instrument, Statement
from zhize.register.commands.base import act, allow, sites
from zhize.register.models import (
    Body,
    BodyCode,
    BodyContact,
    BodyLife,
    BodyName,
    BodySite,
    BodySuccession,
    BodySuperior,
    Duty,
    Holding,
    Seat,
)
from zhize.register.subjects import subject_of
from zhize.register.terms import NewBody

OWN = (BodyLife, BodyName, BodySite, BodyContact, BodyCode)


@act
def found(lines: Sequence[NewBody], *, instrument: Instrument, by: By, now: datetime) -> dict[str, Body]:
    """Found bodies (设立): life, name, site, superior, contact, code. Returns them by code."""
    allow(by, "register.found", {x.place_id for x in lines}, now)
    asked: dict[tuple[str, int, date], set[int]] = defaultdict(set)
    for x in lines:
        asked[x.kind, x.level, x.from_day].add(x.place_id)
    competences = {_competent("found", k, level, instrument, day, where) for (k, level, day), where in asked.items()}
    made = Body.objects.bulk_create(
        [Body(code=x.code, kind=x.kind, level=x.level, family=x.family, demo=x.demo) for x in lines], batch_size=5000
    )
    bodies = {b.code: b for b in made}
    known = bodies | _superiors(lines, bodies)
    state(row for line in lines for row in _say(line, known))
    touch(*(f"body:{b.pk}" for b in made[:500]))
    note(founded=len(made), competence=sorted(competences))
    return bodies


@act
def rename(
    body: Body, name: str, *, short: str = "", day: date, instrument: Instrument, by: By, now: datetime
) -> BodyName:
    """The body is called otherwise from `day`; it stays the same body (更名, spec §12.1)."""
    where = sites([body], now)
    allow(by, "register.rename", where, now)
    _competent("rename", body.kind, body.level, instrument, day, where)
    old = BodyName.objects.as_of(day).filter(body=body).first()
    if old is not None and old.name == name:
        raise Refusal(
            "“{name}”已是现用名称",
            why="更名前后相同",
            instead="请核对新名称",
            name=name,
            code="same_name",
            field="name",
        )
    touch(f"body:{body.pk}")
    note(name=name)
    return replace(old, BodyName(body=body, name=name, short=short, from_day=day), day)


@act
def merge(pairs: Sequence[tuple[Body, Body]], *, day: date, instrument: Instrument, by: By, now: datetime) -> None:
    """Bodies cease and others answer for all they held, from `day` (合并、组建): (body, its heir), as the paper lists them."""
    allow(by, "register.merge", sites([body for pair in pairs for body in pair], now), now)
    for kind, level in {(body.kind, body.level) for body, _ in pairs}:
        where = sites([b for b, _ in pairs if (b.kind, b.level) == (kind, level)], now)
        _competent("merge", kind, level, instrument, day, where)
    bodies, heirs = [body for body, _ in pairs], {body.pk: heir for body, heir in pairs}
    _rehome(bodies, lambda _, body: heirs.get(body), day)
    _succeed([(body, heir, None) for body, heir in pairs], day, "合并")
    _resubordinate(heirs, day)
    _close(bodies, day)
    touch(*(f"body:{heir.pk}" for _, heir in pairs))


@act
def subordinate(
    body: Body, superior: Body, *, day: date, instrument: Instrument, by: By, now: datetime
) -> BodySuperior:
    """The body stands under another superior from `day` (改隶)."""
    allow(by, "register.subordinate", sites([body], now), now)
    old = BodySuperior.objects.as_of(day).filter(body=body).first()
    touch(f"body:{body.pk}", f"body:{superior.pk}")
    return replace(old, BodySuperior(body=body, superior=superior, from_day=day), day)


@act
def split(
    body: Body, map_: Mapping[int, Body], otherwise: Body, *, day: date, instrument: Instrument, by: By, now: datetime
) -> None:
    """The body ceases; each duty goes to the body the map names, the rest to `otherwise` (分立)."""
    allow(by, "register.split", sites([body, otherwise, *map_.values()], now), now)
    _competent("split", body.kind, body.level, instrument, day, sites([body], now))
    held = _rehome([body], lambda h, _: map_.get(h.duty_id, otherwise), day)
    pairs: dict[tuple[int, int | None], tuple[Body, Body, Duty | None]] = {
        (otherwise.pk, None): (body, otherwise, None)
    }
    for h in held:
        target = map_.get(h.duty_id)
        if target is not None:
            pairs[target.pk, h.duty_id] = (body, target, h.duty)
    _succeed(pairs.values(), day, "分立")
    _close([body], day)


@act
def abolish(
    body: Body,
    *,
    rehome: Mapping[int, Body] | None = None,
    close: Iterable[int] = (),
    day: date,
    instrument: Instrument,
    by: By,
    now: datetime,
) -> None:
    """The body ceases (撤销). Everything it holds is re-homed (`rehome`: duty id → body) or closed (`close`: duty ids)
    in the same act, or the act is refused with the list of what is left (invariant 5)."""
    allow(by, "register.abolish", sites([body, *(rehome or {}).values()], now), now)
    _competent("abolish", body.kind, body.level, instrument, day, sites([body], now))
    rehome, closing = rehome or {}, set(close)
    left = [h for h in _held([body], day) if h.duty_id not in rehome and h.duty_id not in closing]
    if left:
        raise Refusal(
            "不能撤销“{body}”",
            why="它还有{n}项职责没有去向",
            rule="第5条：撤销机构须同时安置其全部职责",
            instead="请为所列职责逐项指定承接机构或注明取消",
            code="holdings_left",
            body=_name(body, day),
            n=len(left),
            details=[{"holding": h.pk, "duty": h.duty.key} for h in left[:100]],
        )
    _rehome([body], lambda h, _: rehome.get(h.duty_id), day)
    finish(_held([body], day), day)
    _succeed({(b.pk, d): (body, b, Duty.objects.get(pk=d)) for d, b in rehome.items()}.values(), day, "撤销")
    _close([body], day)


def _competent(act_: str, kind: str, level: int, paper: Instrument, day: date, where: Collection[int]) -> str:
    return require_competence(act_, subject_of(kind, level), paper, day, where)


def _say(x: NewBody, known: Mapping[str, Body]) -> list[Statement]:
    body = known[x.code]
    span: dict[str, Any] = {"body": body, "from_day": x.from_day, "to_day": x.to_day, "instrument_id": x.instrument_id}
    rows: list[Statement] = [
        BodyLife(**span),
        BodyName(name=x.name, short=x.short, **span),
        BodySite(place_id=x.place_id, **span),
    ]
    if x.superior:
        rows.append(BodySuperior(superior=known[x.superior], **span))
    if x.phone or x.address:
        rows.append(BodyContact(phone=x.phone, address=x.address, **span))
    if x.uscc:
        rows.append(BodyCode(scheme="USCC", value=check_uscc(x.uscc), **span))
    return rows


def _superiors(lines: Sequence[NewBody], new: Mapping[str, Body]) -> dict[str, Body]:
    wanted = {x.superior for x in lines if x.superior} - set(new)
    found_ = {b.code: b for b in Body.objects.filter(code__in=wanted)}
    if missing := sorted(wanted - set(found_)):
        raise Refusal(
            "找不到上级机构“{codes}”",
            why="上级须先登记",
            rule="先上后下",
            instead="请先设立上级机构",
            codes="、".join(missing[:5]),
            code="unknown_superior",
        )
    return found_


def _name(body: Body, day: date) -> str:
    row = BodyName.objects.as_of(day).filter(body=body).first()
    return row.name if row else body.code


def _held(bodies: Sequence[Body], day: date) -> list[Holding]:
    mine = Holding.objects.live().from_day_on(day).filter(Q(body__in=bodies) | Q(principal__in=bodies))
    return list(mine.select_related("duty").select_for_update(of=("self",)).order_by("pk"))


def _rehome(bodies: Sequence[Body], to: Callable[[Holding, int], Body | None], day: date) -> list[Holding]:
    """Everything the bodies hold, or have entrusted to others, goes on under the body `to` names; one batch.

    `to` is asked with the holding and the body that ceases; None leaves the holding where it is.
    """
    ceasing = {b.pk for b in bodies}
    moved = [(h, changes) for h in _held(bodies, day) if (changes := _heirs(h, ceasing, to))]
    paper = current_paper_id()
    finish([h for h, _ in moved], day)
    state(
        restate(h, from_day=max(day, h.from_day), instrument_id=paper, ended_by_id=None, **changes)
        for h, changes in moved
    )
    return [h for h, _ in moved]


def _heirs(h: Holding, ceasing: set[int], to: Callable[[Holding, int], Body | None]) -> dict[str, int]:
    parts = {"body_id": h.body_id, "principal_id": h.principal_id}
    heirs = {name: to(h, body) for name, body in parts.items() if body is not None and body in ceasing}
    return {name: heir.pk for name, heir in heirs.items() if heir is not None}


def current_paper_id() -> int:
    """The id of the paper the act under way cites."""
    paper = current().instrument
    if paper is None:
        raise Refusal("没有写明依据文件", instead="请先选择依据文件", code="no_instrument")
    return paper.pk


def _resubordinate(heirs: Mapping[int, Body], day: date) -> None:
    links = list(BodySuperior.objects.live().from_day_on(day).filter(superior__in=heirs).exclude(body__in=heirs))
    finish(links, day)
    paper = current_paper_id()
    state(
        restate(
            x, superior_id=heirs[x.superior_id].pk, from_day=max(day, x.from_day), instrument_id=paper, ended_by_id=None
        )
        for x in links
        if heirs[x.superior_id].pk != x.body_id
    )


def _succeed(pairs: Iterable[tuple[Body, Body, Duty | None]], day: date, how: str) -> None:
    state(BodySuccession(before=a, after=b, duty=d, from_day=day, how=how) for a, b, d in pairs)


def _close(bodies: Sequence[Body], day: date) -> None:
    """End everything said of the bodies on their last day; their subordinates must have moved before."""
    below = BodySuperior.objects.as_of(day).filter(superior__in=bodies).exclude(body__in=bodies)
    if left := below.select_related("superior").first():
        raise Refusal(
            "不能终止“{body}”",
            why="还有{n}个下属机构",
            rule="撤销前先安置下属机构",
            instead="请先调整下属机构的隶属",
            code="subordinates_left",
            body=_name(left.superior, day),
            n=below.count(),
        )
    for model in (*OWN, BodySuperior, Seat):
        finish(list(model.objects.live().from_day_on(day).filter(body__in=bodies)), day)
    withdraw(list(BodySuccession.objects.live().filter(before__in=bodies, from_day__gt=day)))  # it ceased before that
    touch(*(f"body:{body.pk}" for body in bodies))
