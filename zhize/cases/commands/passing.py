"""A case passed on to another hotline centre — up, down, across: offered with a reason, taken over or not, fetched back.

The promise runs on through all of it: the reporter has one government to deal with. What the receiving centre has to itself is
the time to take the case over (`cases.limit.take_over`), and the register, asked anew for its own place.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhize.accounts.models import By
from zhize.cases.commands.base import allow, locked, move, said, tidy
from zhize.cases.commands.dispatching import send
from zhize.cases.models import Case, Passage
from zhize.cases.passing import ARTICLE, UP, way
from zhize.cases.queries.centres import acting_at, centre_name, centre_of_seat, centres, centres_above, offered
from zhize.cases.queries.routing import chain
from zhize.cases.supervising.windows import reckoned
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.places.models import Place
from zhize.policy import queries as policy
from zhize.record.acts import act, note, tell


@act
def pass_on(case_id: int, to: Place, why: str, *, by: By, now: datetime) -> Passage:
    """Offer a case to the centre of another place: above, below or beside one's own. It stays here until taken over."""
    case = locked(case_id)
    seat = allow(by, "pass_on", case, now)
    day = day_of(now)
    here = case.centre_id or (centre_of_seat(seat, day) if seat else None)
    if here is None or to.pk == here or to.pk not in centres(case.place_id, day):
        raise _no_centre(to, here, now)
    leads = way(here, to.pk, list(chain(here, day)), list(chain(to.pk, day)))
    _not_for_ever(case, here, leads, now)
    due, reckoning = reckoned("cases.limit.take_over", chain(to.pk, day), now)
    move(case, "pass_on", now, centre_id=here)
    row = Passage.objects.create(
        case=case, round=case.round, sender_id=here, receiver=to, way=leads, why=said(why, "转送理由", "why", 2000), at=now,
        by=by.officer_id, due=due, reckoning=reckoning, state="offered",
    )  # fmt: skip
    note(sender=here, receiver=to.pk, way=leads, why=row.why, due=due.isoformat())
    tell()
    return row


@act
def take_over(case_id: int, *, place: Place | None = None, by: By, now: datetime) -> Case:
    """The receiving centre has it from now on, clocks and all; the register is asked for its own place, and followed."""
    case = locked(case_id)
    row = _ended(case, "take_over", "", by, now)
    note(place=(where := _within(case, row, place, now)))
    step = "take_over" if case.matter_id else "take_over:unsorted"
    snag = Case.Snag.PASSED if case.matter_id else Case.Snag.NO_MATTER
    move(case, step, now, centre_id=row.receiver_id, place_id=where, snag=snag)
    return send(case, now) if case.matter_id else case


@act
def turn_down(case_id: int, why: str, *, by: By, now: datetime) -> Case:
    """The receiving centre does not take it, and says why: it is the sender's as before."""
    case = locked(case_id)
    row = _ended(case, "turn_down", said(why, "不接收的理由", "why", 2000), by, now)
    note(why=row.words)
    return _back(case, "turn_down", now)


@act
def fetch_back(case_id: int, why: str = "", *, by: By, now: datetime) -> Case:
    """The sender takes the offer back while nobody has taken it over."""
    case = locked(case_id)
    row = _ended(case, "fetch_back", tidy(why)[:2000], by, now)
    note(why=row.words)
    return _back(case, "fetch_back", now)


# -- parts -------------------------------------------------------------------------------------------------------------
def _ended(case: Case, step: str, words: str, by: By, now: datetime) -> Passage:
    """The passage that waits, over; who offered the case does not answer for the other centre."""
    waiting = offered(case)
    other = waiting.by if waiting and step != "fetch_back" else None
    allow(by, step, case, now, at=acting_at(case, step), other_than=other)
    if waiting is None:
        raise Refusal("没有待接收的转送", rule="先转送后接收", instead="请刷新后查看最新状态", code="nothing_offered")
    row = Passage.objects.select_for_update(of=("self",)).get(pk=waiting.pk)
    row.take(step)
    row.words, row.ended_at, row.ended_by = words, now, by.officer_id
    row.save(update_fields=["state", "words", "ended_at", "ended_by"])
    note(sender=row.sender_id, receiver=row.receiver_id, way=row.way, late=row.late_at(now))
    tell()
    return row


def _back(case: Case, step: str, now: datetime) -> Case:
    """With the sender, where it waits for a human again."""
    sorted_ = case.matter_id is not None
    snag = Case.Snag.TURNED if sorted_ else Case.Snag.NO_MATTER
    move(case, step if sorted_ else f"{step}:unsorted", now, snag=snag)
    return case


def _within(case: Case, row: Passage, place: Place | None, now: datetime) -> int:
    """Where it happened, inside the receiving centre's place: as it stands, else as named, else the whole place."""
    day = day_of(now)
    wanted = place.pk if place else case.place_id
    if row.receiver_id in chain(wanted, day):
        return wanted
    if place is None:
        return row.receiver_id
    raise BadInput(
        "地点不在{centre}的辖区",
        why="接收以后由本中心按职责分派，地点须在本辖区",
        instead="请改选本辖区的地点；不在本辖区的请不要接收",
        field="place",
        code="place_of_another_centre",
        centre=centre_name(row.receiver_id, day),
    )


def _not_for_ever(case: Case, here: int, leads: str, now: datetime) -> None:
    """踢皮球: after so many passages in a round the only way left is up; who stands at the top keeps the case."""
    day = day_of(now)
    most: int = policy.value("cases.passings.most", list(chain(here, day)), day).value
    done = Passage.objects.filter(case=case, round=case.round).exclude(state="fetched").count()
    if done < most or leads == UP:
        return
    top = len(centres_above(here, day)) == 1
    raise Refusal(
        "不能再转送",
        why="这一轮已经转送{n}次，至多{most}次",
        article=ARTICLE,
        rule="转送有度",
        instead="请由本中心分派；没有单位负责的，列为登记建议" if top else "请报上级热线中心",
        code="passed_enough",
        n=done,
        most=most,
    )


def _no_centre(to: Place, here: int | None, now: datetime) -> BadInput:
    said_: dict[str, Any] = {"centre": centre_name(here, day_of(now)) if to.pk == here else str(to)}
    return BadInput(
        "不能转送给{centre}",
        why="这一件就在该中心" if to.pk == here else "登记中那里没有热线中心",
        instead="请从列出的热线中心中选择",
        field="to",
        code="no_centre",
        **said_,
    )
