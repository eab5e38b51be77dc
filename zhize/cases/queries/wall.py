"""The supervisor's wall: what presses now — overdue, due today, sent back, disputed, ordered, named, carried over, hot, looked into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from zhize.cases.models import Case, Leg, Look, Notice, Order, Return, Shelving, Topic
from zhize.cases.queries import topics
from zhize.cases.queries.desk import at_own_centre, in_reach, places_of
from zhize.cases.supervising.lifecycle import ORDER_OPEN
from zhize.kernel.merkle import digest
from zhize.kernel.period import ONE_DAY, day_of, start_of
from zhize.places.queries import place_name
from zhize.record.digest import ALGORITHM, canonical
from zhize.register.models import Seat
from zhize.register.queries.bodies import body_names

MOST, SHOWN = 999, 6
WAITING = ("registered", "to_dispatch", "passing", "refusing", "dispatched", "handling")  # not answered yet


@dataclass(frozen=True)
class Row:
    """One line of a tile."""

    title: str
    url: str
    at: datetime | None = None
    note: str = ""
    late: bool = False


@dataclass(frozen=True)
class Tile:
    """A heap that presses: how much lies on it, and the first of it."""

    key: str
    label: str
    count: int
    rows: list[Row]
    url: str = ""
    tone: str = ""
    empty: str = ""

    @property
    def said(self) -> str:
        return f"{MOST}+" if self.count > MOST else str(self.count)


@dataclass(frozen=True)
class Wall:
    tiles: list[Tile]
    mark: str = field(default="")


def wall(seat: Seat, now: datetime) -> Wall:
    """All tiles of a seat, and a mark that changes when any of them does: who has seen it needs nothing new."""
    tiles = [tile(seat, now) for tile in TILES]
    said = [[t.key, t.count, [[r.title, r.late] for r in t.rows]] for t in tiles]
    return Wall(tiles, digest(ALGORITHM, canonical({"tiles": said, "day": str(day_of(now))})).hex()[:16])


# -- the tiles ---------------------------------------------------------------------------------------------------------
def overdue(seat: Seat, now: datetime) -> Tile:
    rows = _unanswered(seat, now).filter(due__lt=now).order_by("due", "pk")
    return _of_cases(
        "overdue", gettext_noop("已超期"), rows, now, "?queue=late", "late", gettext_noop("没有超期的诉求")
    )


def due_today(seat: Seat, now: datetime) -> Tile:
    rows = _unanswered(seat, now).filter(due__gte=now, due__lt=start_of(day_of(now) + ONE_DAY)).order_by("due", "pk")
    return _of_cases("due_today", gettext_noop("今天到期"), rows, now, "", "wait", gettext_noop("今天没有到期的诉求"))


def parts_late(seat: Seat, now: datetime) -> Tile:
    """A case is late if a part that must be answered is, though its own promise still runs (§2.3-11)."""
    rows = _legs(seat, now, "dispatched", "signed").filter(
        required=True, due__lt=now, case__suspended=False, case__due__gte=now
    )
    return _of_legs(
        "parts_late", gettext_noop("协办超期"), rows.order_by("due", "pk"), now, "late", gettext_noop("没有超期的协办")
    )


def sent_back(seat: Seat, now: datetime) -> Tile:
    """Return requests not decided; past the decision's own limit they are red."""
    rows = Return.objects.filter(decision="").select_related("leg__case")
    rows = in_reach_of(rows, seat, now, "leg__case__place_id").order_by("due", "pk")
    names = body_names({r.leg.body_id for r in rows[:SHOWN]}, day_of(now))
    shown = [_row(r.leg.case, r.due, names.get(r.leg.body_id, ""), r.due < now) for r in rows[:SHOWN]]
    return Tile(
        "sent_back", gettext_noop("退回待审"), _count(rows), shown, _worklist("returns"), "wait", gettext_noop("没有等着审核的退回申请")
    )  # fmt: skip


def disputes(seat: Seat, now: datetime) -> Tile:
    rows = _legs(seat, now, "in_dispute").order_by("due", "pk")
    return _of_legs("disputes", gettext_noop("职责争议"), rows, now, "wait", gettext_noop("没有等着裁定的职责争议"))


def ordered(seat: Seat, now: datetime) -> Tile:
    rows = Order.objects.filter(state__in=ORDER_OPEN).select_related("case", "leg").order_by("due", "pk")
    rows = in_reach(rows, seat, now, "case__place_id")
    names = body_names({r.leg.body_id for r in rows[:SHOWN]}, day_of(now))
    shown = [
        Row(
            f"{r.number} {names.get(r.leg.body_id, '')}", reverse("cases:order_page", args=[r.pk]), r.due,
            r.get_state_display(), r.late_at(now),
        )
        for r in rows[:SHOWN]
    ]  # fmt: skip
    return Tile(
        "ordered", gettext_noop("督办单"), _count(rows), shown, reverse("cases:orders"), "wait", gettext_noop("没有没销号的督办单")
    )  # fmt: skip


def to_issue(seat: Seat, now: datetime) -> Tile:
    rows = _placed(Notice.objects.filter(state__in=("drafted", "issued")), seat, now).order_by("-pk")
    shown = [
        Row(
            n.title,
            reverse("cases:notice", args=[n.pk]),
            n.due,
            n.get_state_display(),
            n.due is not None and n.due < now,
        )
        for n in rows[:SHOWN]
    ]
    return Tile(
        "notices", gettext_noop("通报"), _count(rows), shown, reverse("cases:notices"), "wait", gettext_noop("没有待签发、待整改的通报")
    )  # fmt: skip


def to_review(seat: Seat, now: datetime) -> Tile:
    """Carried over and due to be looked at again."""
    rows = Shelving.objects.filter(to_at__isnull=True, review_on__lte=day_of(now)).select_related("case")
    rows = in_reach(rows, seat, now, "case__place_id").order_by("review_on", "pk")
    shown = [_row(s.case, start_of(s.review_on), s.name, s.review_on < day_of(now)) for s in rows[:SHOWN]]
    return Tile(
        "to_review", gettext_noop("挂账待复核"), _count(rows), shown, _worklist("shelved"), "wait", gettext_noop("没有到复核日的挂账")
    )  # fmt: skip


def looked_into(seat: Seat, now: datetime) -> Tile:
    """Who opened the identity of a reporter today, and for what."""
    rows = Look.objects.filter(at__gte=start_of(day_of(now)), case__confidential=True).select_related("case")
    rows = in_reach(rows, seat, now, "case__place_id").order_by("-at", "-pk")
    shown = [_row(x.case, x.at, x.purpose) for x in rows[:SHOWN]]
    return Tile(
        "looks", gettext_noop("今天查看保密身份"), _count(rows), shown, "", "plain", gettext_noop("今天没有人查看过保密的身份")
    )  # fmt: skip


def hot_topics(seat: Seat, now: datetime) -> Tile:
    """What many speak of, by the words many use: no title, for that is one teller's own sentence."""
    rows = topics.hot(seat, now)
    shown = [_of_topic(t, place_name(t.place_id, day_of(now))) for t in rows[:SHOWN]]
    return Tile(
        "hot", gettext_noop("热点"), _count(rows), shown, reverse("cases:topics"), "wait", gettext_noop("最近没有热点")
    )  # fmt: skip


TILES: list[Callable[[Seat, datetime], Tile]] = [
    overdue, due_today, parts_late, sent_back, disputes, ordered, to_issue, to_review, hot_topics, looked_into,
]  # fmt: skip


# -- parts -------------------------------------------------------------------------------------------------------------
def _unanswered(seat: Seat, now: datetime) -> QuerySet[Case]:
    return in_reach(Case.objects.filter(state__in=WAITING, suspended=False), seat, now)


def _legs(seat: Seat, now: datetime, *states: str) -> QuerySet[Leg]:
    rows = Leg.objects.filter(state__in=states).select_related("case")
    return in_reach(rows.filter(round=F("case__round")), seat, now, "case__place_id")


def _placed(rows: QuerySet[Any], seat: Seat, now: datetime) -> QuerySet[Any]:
    places = places_of(seat.place_id, day_of(now))
    return rows if places is None else rows.filter(place__in=places)


def in_reach_of(rows: QuerySet[Any], seat: Seat, now: datetime, name: str) -> QuerySet[Any]:
    """Rows that know their case only through a leg."""
    rows, places = at_own_centre(rows, seat, now, name), places_of(seat.place_id, day_of(now))
    return rows if places is None else rows.filter(**{f"{name}__in": places})


def _of_cases(key: str, label: str, rows: QuerySet[Case], now: datetime, queue: str, tone: str, empty: str) -> Tile:
    shown = [_row(c, c.due, "", c.due < now) for c in rows[:SHOWN]]
    url = f"{reverse('cases:worklist')}{queue}" if queue else ""
    return Tile(key, label, _count(rows), shown, url, tone, empty)


def _of_legs(key: str, label: str, rows: QuerySet[Leg], now: datetime, tone: str, empty: str) -> Tile:
    legs = list(rows[:SHOWN])
    names = body_names({leg.body_id for leg in legs}, day_of(now))
    shown = [_row(leg.case, leg.due, names.get(leg.body_id, ""), leg.due < now) for leg in legs]
    return Tile(key, label, _count(rows), shown, "", tone, empty)


def _of_topic(topic: Topic, place: str) -> Row:
    """Cases and callers apart: ten calls of one are not ten people."""
    said = gettext("{place} · 本期{recent}件，上期{before}件，共{callers}人").format(
        place=place, recent=topic.recent, before=topic.before, callers=topic.callers
    )
    return Row("、".join(topic.words[:3]) or place, reverse("cases:topic", args=[topic.pk]), topic.last_seen, said)


def _row(case: Case, at: datetime, note: str = "", late: bool = False) -> Row:
    """By number, not by words: the wall hangs where everybody passes."""
    return Row(case.no, reverse("cases:case", args=[case.pk]), at, note, late)


def _worklist(queue: str) -> str:
    return f"{reverse('cases:worklist')}?queue={queue}"


def _count(rows: QuerySet[Any]) -> int:
    return rows.order_by()[: MOST + 1].count()
