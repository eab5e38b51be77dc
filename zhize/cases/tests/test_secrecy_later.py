"""What a reporter says of himself later is veiled like what he said first; and no list of events tells a body that it was complained of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from zhize.cases.announcements import concerned
from zhize.cases.commands import dispatch, rate, receive, reopen, reply, review, sign
from zhize.cases.models import Case, Recusal
from zhize.cases.tests.conftest import Town
from zhize.cases.tests.stories import CITIZEN, handler, lead, message
from zhize.kernel.period import day_of
from zhize.record.models import Event
from zhize.register.models import Seat

pytestmark = pytest.mark.django_db
NAME = "欧阳金丝雀"


@pytest.fixture
def reported(town: Town) -> Case:
    """Against one body, answered by another; the reporter is not content and says so under his name."""
    now = timezone.now()
    said = message(town, kind="report", about=town.bodies["lc-enforce"].pk, name=NAME, phone="13987651234")
    case = Case.objects.get(pk=receive(said, by=CITIZEN, now=now).case_id)
    dispatch(case.pk, body=town.bodies["lc-env"], why="由别的机构核查", by=town.by("dispatcher"), now=now)
    leg = lead(case)
    sign(leg.pk, by=handler(town, leg), now=now)
    reply(leg.pk, "已核查。", by=handler(town, leg), now=now)
    review(case.pk, passed=True, by=town.by("supervisor"), now=now)
    rate(
        case.pk,
        contacted=False,
        solved=False,
        satisfied="no",
        words=f"{NAME}不满意，打13987651234",
        by=CITIZEN,
        now=now,
    )
    reopen(case.pk, f"我叫{NAME}，没有解决", by=CITIZEN, now=now + timedelta(minutes=1))
    return Case.objects.get(pk=case.pk)


def page(seat: Seat, address: str) -> str:
    here = Client(headers={"host": "localhost"})
    here.force_login(seat.officer, backend="django.contrib.auth.backends.ModelBackend")
    return here.get(address).content.decode()


def events(seat: Seat, address: str) -> list[Any]:
    here = Client(headers={"host": "localhost"})
    here.force_login(seat.officer, backend="django.contrib.auth.backends.ModelBackend")
    return list(here.get(address).context["events"])


def test_his_later_words_reach_the_handler_without_him(town: Town, reported: Case) -> None:
    leg = lead(reported)
    seat = Seat.objects.as_of(day_of(timezone.now())).filter(body=leg.body_id, role=Seat.Role.HANDLER).first()
    assert seat is not None
    shown = page(seat, f"/desk/cases/{reported.pk}/")
    assert "不满意" in shown and "〔隐去〕" in shown
    assert NAME not in shown and "13987651234" not in shown


def test_the_events_of_the_register_do_not_tell_a_body_it_was_complained_of(town: Town, reported: Case) -> None:
    """An auditor in the very body complained of reads the log of everything else."""
    editor, address = town.seats["editor"], f"/desk/events/?touched=case:{reported.pk}"
    assert len(events(editor, address)) > 3
    Recusal.objects.create(case=reported, body_id=editor.body_id, at=timezone.now())
    left = [*events(editor, address), *events(editor, "/desk/register/")]
    assert not [told for told in left if f"case:{reported.pk}" in told.row.touched]


def test_no_mail_tells_a_body_of_a_case_against_it(town: Town, reported: Case) -> None:
    for body in (lead(reported).body_id, town.bodies["lc-enforce"].pk):
        for seat in Seat.objects.as_of(day_of(timezone.now())).filter(body=body, role=Seat.Role.HANDLER):
            seat.officer.email = f"b{body}@example.org"
            seat.officer.save()
    touched = [f"case:{reported.pk}", f"body:{lead(reported).body_id}", f"body:{town.bodies['lc-enforce'].pk}"]
    event = Event(act="withdraw", at=timezone.now(), via="web", touched=touched)
    told = {draft.to for draft in concerned(event) if draft.channel == "mail"}
    theirs = Seat.objects.live().filter(body=town.bodies["lc-enforce"]).values_list("officer_id", flat=True)
    assert told and not told & {f"officer:{pk}" for pk in theirs}
