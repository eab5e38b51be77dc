"""Three hotline centres in the small town: the city's, and those of its two districts; and one case on its way between them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhize.accounts.models import By, Officer
from zhize.cases.commands import pass_on
from zhize.cases.models import Case, Passage
from zhize.cases.tests.conftest import CLERK, SETUP, START, Town, forget
from zhize.cases.tests.stories import TUESDAY, fresh, received
from zhize.places.terms import Expression
from zhize.policy.commands import one, set_policy
from zhize.register.commands import appoint, assign, define, found
from zhize.register.models import Seat
from zhize.register.terms import Line, NewBody, NewDuty

BODIES = {"lc-hotline": ("鹿城区政务热线中心", "330302"), "oh-hotline": ("瓯海区政务热线中心", "330304")}
SEATS = {  # username: role, body, place
    "lc_call": ("call_taker", "lc-hotline", "330302"),
    "lc_sort": ("dispatcher", "lc-hotline", "330302"),
    "lc_watch": ("supervisor", "lc-hotline", "330302"),
    "oh_sort": ("dispatcher", "oh-hotline", "330304"),
}


def with_centres(town: Town) -> Town:
    """The register says who runs the hotline where; policy says by which duty."""
    said: dict[str, Any] = {"instrument": town.paper, "by": CLERK, "now": SETUP}
    town.bodies |= found(
        [NewBody(c, "事业单位", 4, n, START, town.places[p].pk) for c, (n, p) in BODIES.items()], **said
    )
    town.duties |= define([NewDuty("hotline", "work", "负责热线的受理、分派和督办", START, levels=[3, 4])], **said)
    runs = {"330300": ("hotline", 3), "330302": ("lc-hotline", 4), "330304": ("oh-hotline", 4)}
    assign(
        [Line(town.duties["hotline"], town.bodies[b], n, Expression((town.places[p].pk,)), START) for p, (b, n) in runs.items()],
        **said,
    )  # fmt: skip
    set_policy([one("cases.centre.duty", town.places["330300"], "hotline", START)], **said)
    officers = {name: Officer.objects.create(username=name, display_name=name) for name in SEATS}
    rows = [
        Seat(officer=officers[n], role=role, body=town.bodies[body], place=town.places[place], from_day=START)
        for n, (role, body, place) in SEATS.items()
    ]
    town.seats |= dict(zip(SEATS, appoint(rows, **said), strict=True))
    forget()
    return town


def told(town: Town, by: str = "", matter: str = "", now: datetime = TUESDAY, **more: Any) -> Case:
    """A case taken down in a centre, or told by the citizen himself."""
    return received(town, matter, now, town.by(by) if by else By.citizen(), **more)


def offered(town: Town, case: Case, to: str = "330302", by: str = "dispatcher", now: datetime = TUESDAY) -> Passage:
    return pass_on(case.pk, town.places[to], "应由该中心办理", by=town.by(by), now=now)


def at_centre(case: Case, town: Town) -> str:
    """The code of the place whose centre has the case."""
    return next(code for code, place in town.places.items() if place.pk == fresh(case).centre_id)
