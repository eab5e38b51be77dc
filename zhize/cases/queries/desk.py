"""What a seat sees: its queues with their counts, the cases it may open, and the lines of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_noop

from zhize.cases.lifecycle import CASE_ANSWERED, CASE_OVER, LEG_OPEN
from zhize.cases.models import Case, Extension, Leg, Order, Passage, Proposal, Rating, ReplyDraft, SampleCheck
from zhize.cases.queries.centres import centre_of_seat, centres, own, passed
from zhize.cases.queries.finding import found as found_by
from zhize.cases.queries.identity import without_own
from zhize.cases.queries.outgoing import SEALED, sealed_among
from zhize.cases.queries.parts import late_parts
from zhize.cases.queries.routing import Fresh
from zhize.cases.queries.taking_part import of_body
from zhize.cases.queries.telling import CASE_TONES, LEG_TONES
from zhize.kernel.period import day_of
from zhize.places.models import Place, PlacePath
from zhize.places.queries import full_names
from zhize.record.paging import Page, page
from zhize.register.models import MatterName, Seat
from zhize.register.queries.bodies import body_names
from zhize.register.queries.queues import Queue, Rows, roles

_reach: Fresh[list[int] | None] = Fresh(300, 200)
R = Seat.Role
CENTRE = frozenset(
    {
        R.CALL_TAKER.value,
        R.DISPATCHER.value,
        R.SUPERVISOR.value,
        R.AUDITOR.value,
        R.APPROVER.value,
        R.REGISTER_EDITOR.value,
    }
)


# -- which cases -------------------------------------------------------------------------------------------------------
def visible(seat: Seat, now: datetime) -> QuerySet[Case]:
    """A body's seat sees what was sent to the body; the others what lies in their place; a hotline centre what is at it, and to
    read what it passed on or is offered."""
    if seat.of_a_body:
        own = Case.objects.filter(pk__in=Leg.objects.filter(body=seat.body_id).values("case_id"))
        return without_own(own, seat)
    rows, more = in_reach(Case.objects.all(), seat, now), passed(seat, now)
    return rows if more is None else rows | without_own(Case.objects.filter(more), seat)


def in_reach(rows: QuerySet[Any], seat: Seat, now: datetime, name: str = "place_id") -> QuerySet[Any]:
    """Rows whose place lies in the seat's, without what complains of its own body."""
    rows = without_own(rows, seat, "pk" if rows.model is Case else "case")
    rows = at_own_centre(rows, seat, now, name)
    places = places_of(seat.place_id, day_of(now))
    return rows if places is None else rows.filter(**{f"{name}__in": places})


def at_own_centre(rows: QuerySet[Any], seat: Seat, now: datetime, name: str) -> QuerySet[Any]:
    """A hotline's seat has to do with its own centre's cases. `name` is the way to the case's place; a row that has a place
    of its own stands by that alone."""
    way = name.removesuffix("place_id")
    return own(rows, seat, now, way) if way or rows.model is Case else rows


def places_of(place_id: int, day: date) -> list[int] | None:
    """The place and all within it, ever or now; None when that is everything."""

    def read() -> list[int] | None:
        ids = set(PlacePath.objects.filter(chain__contains=[place_id]).values_list("place_id", flat=True)) | {place_id}
        level = Place.objects.values_list("level", flat=True).get(pk=place_id)
        outside = PlacePath.objects.exclude(place_id__in=ids).filter(place__level__gt=level).exists()
        return sorted(ids) if outside else None

    return _reach.get((place_id, day), read)


# -- the queues --------------------------------------------------------------------------------------------------------
def _cases(*states: str, **more: Any) -> Callable[[Seat, datetime], Rows]:
    return lambda seat, now: in_reach(Case.objects.filter(state__in=states, **more), seat, now)


def _own_legs(*states: str) -> Callable[[Seat, datetime], Rows]:
    return lambda seat, _now: Leg.objects.filter(body=seat.body_id, state__in=states)


def _legs(*states: str) -> Callable[[Seat, datetime], Rows]:
    return lambda seat, now: in_reach(Leg.objects.filter(state__in=states), seat, now, "case__place_id")


def _late(seat: Seat, now: datetime) -> Rows:
    rows = Case.objects.exclude(state__in=(*CASE_OVER, *CASE_ANSWERED)).filter(due__lt=now, suspended=False)
    return in_reach(rows, seat, now)


def _late_legs(seat: Seat, now: datetime) -> Rows:
    return Leg.objects.filter(body=seat.body_id, state__in=LEG_OPEN, due__lt=now, case__suspended=False)


def _heard(wanted: bool) -> Q:
    """Has somebody been reached this round? Asked case by case: an Exists in an "or" may be answered by reading every rating
    there ever was."""
    reached = Rating.objects.filter(case=OuterRef("pk"), round=OuterRef("round"), reached=True)
    return Q(IsNull(Subquery(reached.order_by().values("pk")[:1]), not wanted))


REACHABLE = Q(reporter__phone_masked__gt="")


def _to_follow_up(seat: Seat, now: datetime) -> Rows:
    return in_reach(Case.objects.filter(REACHABLE, _heard(False), state__in=CASE_ANSWERED), seat, now)


def _to_close(seat: Seat, now: datetime) -> Rows:
    mute = Q(reporter__isnull=True) | Q(reporter__phone_masked="")
    return in_reach(Case.objects.filter(mute | _heard(True), state__in=CASE_ANSWERED), seat, now)


def _drafted(seat: Seat, now: datetime) -> Rows:
    """Replies that wait for the head of the unit."""
    return _own_legs("signed", "in_dispute")(seat, now).filter(
        Exists(ReplyDraft.objects.filter(leg=OuterRef("pk"), passed=None))
    )


def _to_sample(seat: Seat, now: datetime) -> Rows:
    drawn = SampleCheck.objects.filter(case=OuterRef("pk"), round=OuterRef("round"), passed=None)
    return in_reach(Case.objects.filter(Exists(drawn), state__in=CASE_ANSWERED), seat, now)


def _to_grant(seat: Seat, now: datetime) -> Rows:
    asked = Extension.objects.filter(case=OuterRef("pk"), state=Extension.State.ASKED)
    return in_reach(Case.objects.filter(Exists(asked)), seat, now)


def _ordered(state: str) -> Callable[[Seat, datetime], Rows]:
    """Legs with an order that waits: for the body to answer, for the supervisor to check."""

    def rows(seat: Seat, now: datetime) -> Rows:
        legs = Leg.objects.filter(Exists(Order.objects.filter(leg=OuterRef("pk"), state=state)))
        return legs.filter(body=seat.body_id) if seat.of_a_body else in_reach(legs, seat, now, "case__place_id")

    return rows


def _offered(seat: Seat, now: datetime) -> Rows:
    """What another centre passes on to this one."""
    here = centre_of_seat(seat, day_of(now))
    offers = Passage.objects.filter(case=OuterRef("pk"), state="offered", receiver=here)
    return Case.objects.filter(Exists(offers), state="passing") if here else Case.objects.none()


def _passed_on(seat: Seat, now: datetime) -> Rows:
    """What this centre passed on and is not over: to be read, with where it is now."""
    here = centre_of_seat(seat, day_of(now))
    if here is None:
        return Case.objects.none()
    gone = Passage.objects.filter(case=OuterRef("pk"), sender=here, state__in=("offered", "taken"))
    rows = Case.objects.filter(Exists(gone)).exclude(state__in=CASE_OVER)
    return without_own(rows.exclude(~Q(state="passing"), centre=here), seat)


def _several(seat: Seat, now: datetime) -> bool:
    """Where there is one centre nothing passes between centres."""
    return len(centres(seat.place_id, day_of(now))) > 1


def _gaps(seat: Seat, now: datetime) -> Rows:
    if seat.of_a_body:
        return of_body(seat.body_id).filter(settled_at__isnull=True)
    return in_reach(Proposal.objects.filter(settled_at__isnull=True), seat, now)


TAKER, DISPATCHER, HANDLER, SUPERVISOR = R.CALL_TAKER.value, R.DISPATCHER.value, R.HANDLER.value, R.SUPERVISOR.value
LEADER = R.LEADER.value
EDITOR, APPROVER, AUDITOR = R.REGISTER_EDITOR.value, R.APPROVER.value, R.AUDITOR.value
QUEUES = (
    Queue("screen", gettext_noop("待确定事项"), roles(TAKER, DISPATCHER), _cases("registered"), gettext_noop("没有等着看的来件")),
    Queue("dispatch", gettext_noop("待分派"), roles(DISPATCHER), _cases("to_dispatch"), gettext_noop("没有等着分派的诉求")),
    Queue("offered", gettext_noop("转送待接收"), roles(DISPATCHER, SUPERVISOR), _offered, gettext_noop("没有别的热线中心转来的诉求"), "wait",
          there=_several),
    Queue("passed_on", gettext_noop("已转出"), roles(DISPATCHER, SUPERVISOR), _passed_on, gettext_noop("没有转到别的热线中心的诉求"),
          there=_several),
    Queue("sign", gettext_noop("待签收"), roles(HANDLER), _own_legs("dispatched"), gettext_noop("没有等着签收的诉求"), "wait"),
    Queue("handle", gettext_noop("办理中"), roles(HANDLER, LEADER), _own_legs("signed", "in_dispute"), gettext_noop("手上没有在办的诉求")),
    Queue("sign_off", gettext_noop("待审签"), roles(LEADER), _drafted, gettext_noop("没有等着审签的拟复"), "wait"),
    Queue("asked", gettext_noop("已申请退回"), roles(HANDLER), _own_legs("return_requested"), gettext_noop("没有申请退回的诉求")),
    Queue("returns", gettext_noop("退回待审"), roles(DISPATCHER, SUPERVISOR), _legs("return_requested"), gettext_noop("没有等着审核的退回申请"), "wait"),
    Queue("disputes", gettext_noop("职责争议"), roles(APPROVER), _legs("in_dispute"), gettext_noop("没有等着裁定的职责争议"), "wait"),
    Queue("confirm", gettext_noop("不予受理待确认"), roles(DISPATCHER, SUPERVISOR), _cases("refusing"), gettext_noop("没有等着确认的不予受理")),
    Queue("grants", gettext_noop("延期待批"), roles(SUPERVISOR), _to_grant, gettext_noop("没有等着决定的延期申请"), "wait"),
    Queue("review", gettext_noop("答复待审"), roles(DISPATCHER, SUPERVISOR), _cases("replied"), gettext_noop("没有等着审核的答复")),
    Queue("follow_up", gettext_noop("待回访"), roles(TAKER, SUPERVISOR), _to_follow_up, gettext_noop("没有等着回访的诉求")),
    Queue("sample", gettext_noop("待核查"), roles(SUPERVISOR), _to_sample, gettext_noop("没有被抽中核查的诉求")),
    Queue("close", gettext_noop("待办结"), roles(SUPERVISOR), _to_close, gettext_noop("没有等着办结的诉求")),
    Queue("late", gettext_noop("已超期"), roles(DISPATCHER, SUPERVISOR, AUDITOR), _late, gettext_noop("没有超期的诉求"), "late"),
    Queue("late_own", gettext_noop("已超期"), roles(HANDLER, LEADER), _late_legs, gettext_noop("没有超期的诉求"), "late"),
    Queue("suspended", gettext_noop("计时中止"), roles(SUPERVISOR, AUDITOR), _cases("dispatched", "handling", suspended=True),
          gettext_noop("没有中止计时的诉求")),
    Queue("ordered", gettext_noop("督办待答复"), roles(HANDLER), _ordered("issued"), gettext_noop("没有等着答复的督办单"), "late"),
    Queue("to_check", gettext_noop("督办待核销"), roles(SUPERVISOR), _ordered("answered"), gettext_noop("没有等着核销的督办答复"), "wait"),
    Queue("shelved", gettext_noop("挂账"), roles(SUPERVISOR, AUDITOR), _cases("shelved"), gettext_noop("没有挂账的诉求")),
    Queue("gaps", gettext_noop("登记建议"), roles(HANDLER, DISPATCHER, SUPERVISOR, EDITOR, APPROVER), _gaps, gettext_noop("没有待处理的登记建议"), "wait", ("pk",)),
)  # fmt: skip


# -- the lines ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """A row of a list, whatever it was made from."""

    case: Case
    state: str
    tone: str
    due: datetime
    late: bool
    place: str
    matter: str
    body: str = ""
    title: str = ""


def lines(rows: Iterable[Any], now: datetime, seat: Seat) -> list[Line]:
    """Cases or legs as lines, the names read once for all; of a sealed case its handlers read no words."""
    found = [(r.case, r) if isinstance(r, Leg) else (r, None) for r in rows]
    day = day_of(now)
    places = full_names({c.place_id for c, _ in found}, day)
    matters = matter_names({c.matter_id for c, _ in found if c.matter_id}, day)
    leads = _leads([c.pk for c, leg in found if leg is None])
    bodies = body_names(set(leads.values()) | {leg.body_id for _, leg in found if leg}, day)
    sealed = sealed_among([c for c, _ in found], seat)
    late = late_parts([c.pk for c, leg in found if leg is None and not c.answered_at], now)
    said = [
        _line(c, leg, places, matters, bodies.get(leg.body_id if leg else leads.get(c.pk, 0), ""), now)
        for c, leg in found
    ]
    titles = {c.pk: SEALED if c.pk in sealed else c.heading for c, _ in found}
    return [replace(x, title=titles[x.case.pk], late=x.late or x.case.pk in late) for x in said]


def _line(
    case: Case, leg: Leg | None, places: dict[int, str], matters: dict[int, str], body: str, now: datetime
) -> Line:
    state, tone = (
        (leg.get_state_display(), LEG_TONES[leg.state]) if leg else (case.get_state_display(), CASE_TONES[case.state])
    )
    if leg is None and case.snag and case.state in ("registered", "to_dispatch"):
        state, tone = case.get_snag_display(), "wait"
    due = leg.due if leg else case.due
    late = leg.late_at(now) if leg else case.late_at(now)
    return Line(
        case,
        state,
        tone,
        due,
        late and not case.over,
        places.get(case.place_id, ""),
        matters.get(case.matter_id or 0, ""),
        body,
    )


def matter_names(ids: Iterable[int], day: date) -> dict[int, str]:
    return dict(MatterName.objects.as_of(day).filter(matter_id__in=set(ids)).values_list("matter_id", "name"))


def _leads(cases: list[int]) -> dict[int, int]:
    rows = Leg.objects.filter(case_id__in=cases, capacity=Leg.Capacity.LEAD).order_by("case_id", "no")
    return dict(rows.values_list("case_id", "body_id"))


def searched(
    seat: Seat, now: datetime, words: str, state: str, kind: str, params: Mapping[str, str], size: int = 50
) -> Page:
    """A page of all cases this seat may see: by number, by words of any field (`finding.py`), by state and kind."""
    rows = visible(seat, now)
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(kind=kind) if kind else rows
    said = words.replace("\x00", "").strip()
    return found_by(rows, said, seat, day_of(now), params, size) if said else page(rows, ("-pk",), params, size)


def forget() -> None:
    """Drop what is remembered; for tests."""
    _reach.kept.clear()
