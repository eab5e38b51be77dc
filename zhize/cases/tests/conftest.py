"""A very small register for these tests, built by the same acts an office has: one city, two districts, five bodies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction

from zhize.accounts.models import By, Officer
from zhize.cases import exhibits
from zhize.cases.queries import centres, desk, likely, routing
from zhize.kernel.period import BEIJING
from zhize.places.commands import establish
from zhize.places.models import Place
from zhize.places.terms import Dated, Expression, PlaceHistory
from zhize.policy import queries as policy_queries
from zhize.policy.commands import one, set_policy
from zhize.record.models import Instrument
from zhize.register.commands import appoint, assign, define, define_matters, found, map_matter
from zhize.register.commands.matters import Answer, NewMatter
from zhize.register.models import Body, Capacity, Duty, Holding, Matter, Seat
from zhize.register.terms import Line, NewBody, NewDuty

START = date(2015, 1, 1)
CLERK = By.system("测试")
SETUP = datetime(2015, 1, 1, 9, tzinfo=BEIJING)
PLACES = {  # key: level, name, parent
    "330000": (2, "浙江省", ""),
    "330300": (3, "温州市", "330000"),
    "330302": (4, "鹿城区", "330300"),
    "330304": (4, "瓯海区", "330300"),
    "330302001": (5, "五马街道", "330302"),
    "330304001": (5, "景山街道", "330304"),
}
BODIES = {  # code: level, name, place
    "hotline": (3, "温州市统一政务咨询投诉举报中心", "330300"),
    "office": (3, "温州市机构编制委员会办公室", "330300"),
    "lc-enforce": (4, "鹿城区综合行政执法局", "330302"),
    "oh-enforce": (4, "瓯海区综合行政执法局", "330304"),
    "lc-env": (4, "鹿城区环境保护局", "330302"),
    "lc-market": (4, "鹿城区市场监督管理局", "330302"),
}
DUTIES = {
    "stalls": "对占道经营的查处",
    "noise": "对社会生活噪声的查处",
    "food": "对餐饮油烟的监管",
    "ads": "对户外广告的管理",
}
MATTERS = {
    "01": "城乡建设",
    "0101": "市容环卫",
    "010101": "占道摆摊",
    "02": "环境保护",
    "0201": "噪声",
    "020101": "夜间施工噪声",
    "0202": "油烟",
    "0203": "广告牌",
    "03": "无人认领的事",
}
POLICY: dict[str, Any] = {
    "cases.limit.enquiry": "2wd", "cases.limit.help": "5wd", "cases.limit.complaint": "5wd", "cases.limit.report": "5wd",
    "cases.limit.suggestion": "5wd", "cases.limit.praise": "5wd", "cases.limit.complex": "15wd",
    "cases.limit.sign": "1wd", "cases.limit.return_window": "1wd", "cases.first_response": "1wd",
    "cases.extension.max": "7wd", "cases.reopen.limit": "3wd",
    "cases.suspension.grounds": [{"code": "reporter", "name": "等待来件人补充材料", "evidence": "补正通知", "resume": "材料补齐"}],
    "cases.rework.limit": "5wd",
    "cases.exclusion.grounds": [
        {"code": code, "name": name} for code, name in
        (("unlawful", "诉求要求违法"), ("beyond", "超出现行政策"), ("force", "不可抗力"))],
    "cases.not_accepted.reasons": [
        {"code": "litigation", "name": "应当通过诉讼解决", "route": "请向人民法院提出", "article": "信访条例第十四条第二款"}],
    "cases.follow_up.sample": 0,
    "cases.emergency": {"limit": "2h", "words": ["着火"], "numbers": []},
    "calendar.2016": {
        "off": ["2016-01-01", *[f"2016-02-{d:02}" for d in range(8, 13)], "2016-04-04", "2016-05-02", "2016-06-09",
                "2016-06-10", "2016-09-15", "2016-09-16", *[f"2016-10-{d:02}" for d in range(3, 8)]],
        "work": ["2016-02-06", "2016-02-14", "2016-06-12", "2016-09-18", "2016-10-08", "2016-10-09"]},
}  # fmt: skip
SEATS = {  # username: role, body, place
    "taker": ("call_taker", "hotline", "330300"),
    "lc_taker": ("call_taker", "hotline", "330302"),
    "taker2": ("call_taker", "hotline", "330300"),
    "dispatcher": ("dispatcher", "hotline", "330300"),
    "supervisor": ("supervisor", "hotline", "330300"),
    "approver": ("approver", "office", "330300"),
    "editor": ("register_editor", "office", "330300"),
    "lc": ("handler", "lc-enforce", "330302"),
    "oh": ("handler", "oh-enforce", "330304"),
    "env": ("handler", "lc-env", "330302"),
    "lc_head": ("leader", "lc-enforce", "330302"),
    "oh_head": ("leader", "oh-enforce", "330304"),
    "lc_boss": ("supervisor", "lc-enforce", "330302"),
    "oh_boss": ("supervisor", "oh-enforce", "330304"),
}


@dataclass
class Town:
    """The things of the town by their short names."""

    paper: Instrument
    places: dict[str, Place]
    bodies: dict[str, Body] = field(default_factory=dict)
    duties: dict[str, Duty] = field(default_factory=dict)
    matters: dict[str, Matter] = field(default_factory=dict)
    seats: dict[str, Seat] = field(default_factory=dict)

    def by(self, username: str) -> By:
        """The officer acting from the seat of this name."""
        seat = self.seats[username]
        return By(seat.officer_id, seat.pk, username, "web")

    def holding(self, duty: str, body: str) -> Holding:
        return Holding.objects.live().get(duty=self.duties[duty], body=self.bodies[body])


def at(text: str) -> datetime:
    """2016-03-01 10:00, in Beijing."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def later(moment: datetime, **more: int) -> datetime:
    return moment + timedelta(**more)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever stands in this small town needs a test database: without the mark none is made when a file runs alone."""
    for item in items:
        if "built" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db)


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Town]:
    """The town, built once a module inside a transaction that is never committed."""
    with django_db_blocker.unblock(), transaction.atomic():
        forget()
        yield build()
        transaction.set_rollback(True)
    forget()


@pytest.fixture
def town(built: Town) -> Iterator[Town]:
    """The town as it was built; what a test does to it is taken back."""
    forget()
    with transaction.atomic():
        yield built
        connection.check_constraints()
        transaction.set_rollback(True)
    forget()


def forget() -> None:
    """What processes remember outlives a rolled-back test."""
    exhibits.forget()
    routing.forget()
    desk.forget()
    centres.forget()
    likely.forget()
    cache.clear()
    policy_queries.forget()


def build() -> Town:
    paper = Instrument.objects.create(
        key="t-2015-1",
        number="温演〔2015〕1号",
        title="关于公布职责清单的通知",
        kind="notice",
        issuer="温州市人民政府",
        issuer_class="政府",
        issuer_level="city",
        issuer_area="330300",
        effective=START,
        demo=True,
    )
    town = Town(paper, _places(paper))
    said: dict[str, Any] = {"instrument": paper, "by": CLERK, "now": SETUP}
    place = {key: row.pk for key, row in town.places.items()}
    town.bodies = found(
        [
            NewBody(code, "机关", level, name, START, place[where], phone="0577-00000000")
            for code, (level, name, where) in BODIES.items()
        ],
        **said,
    )
    town.duties = define([NewDuty(key, "work", name, START, levels=[4]) for key, name in DUTIES.items()], **said)
    assign(list(_lines(town)), **said)
    labels = {"01": "城乡建设", "02": "环境保护"}
    town.matters = define_matters(
        [NewMatter(code, name, START, labels.get(code, "")) for code, name in MATTERS.items()], **said
    )
    pairs = {"010101": "stalls", "020101": "noise", "0202": "food", "0203": "ads"}
    map_matter([Answer(town.matters[m], town.duties[d]) for m, d in pairs.items()], day=START, **said)
    set_policy([one(key, town.places["330300"], value, START) for key, value in POLICY.items()], **said)
    town.seats = _seats(town, said)
    forget()
    return town


def _places(paper: Instrument) -> dict[str, Place]:
    def dated(value: str) -> list[Dated]:
        return [Dated(value, START)] if value else []

    histories = [
        PlaceHistory(key, level, lives=dated("x"), names=dated(name), codes=dated(key), parents=dated(parent))
        for key, (level, name, parent) in PLACES.items()
    ]
    return establish(histories, instrument=paper, by=CLERK, now=SETUP)


def _lines(town: Town) -> Iterator[Line]:
    def line(duty: str, body: str, where: str, capacity: str = Capacity.NAME_HOLDER, level: int = 4) -> Line:
        return Line(
            town.duties[duty], town.bodies[body], level, Expression((town.places[where].pk,)), START, capacity=capacity
        )

    yield line("stalls", "lc-enforce", "330302")
    yield line("stalls", "oh-enforce", "330304")
    yield line("noise", "lc-enforce", "330302")
    yield line("noise", "lc-env", "330302", Capacity.ASSIST)
    yield line("food", "lc-env", "330302")
    yield line("ads", "lc-enforce", "330302")
    yield line("ads", "lc-market", "330302", level=3)


def _seats(town: Town, said: dict[str, Any]) -> dict[str, Seat]:
    officers = {name: Officer.objects.create(username=name, display_name=name) for name in SEATS}
    rows = [
        Seat(officer=officers[name], role=role, body=town.bodies[body], place=town.places[place], from_day=START)
        for name, (role, body, place) in SEATS.items()
    ]
    return dict(zip(SEATS, appoint(rows, **said), strict=True))
