"""挂账: what cannot be solved now is carried over on a ground, looked at again on a day, and never counted as solved."""

from __future__ import annotations

from datetime import date, datetime

from zhize.accounts.models import By
from zhize.cases.commands.base import allow, locked, move, move_leg, said
from zhize.cases.models import Case, Leg, Reply, Shelving, ShelvingReview
from zhize.cases.queries.routing import chain
from zhize.cases.supervising.windows import reckoned
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.policy import queries as policy
from zhize.record.acts import act, note, tell


@act
def shelve(case_id: int, ground: str, *, evidence: str, plan: str, review_on: date, by: By, now: datetime) -> Shelving:
    """An answered case that cannot be solved now: on a ground of the closed list, with its evidence and what is planned."""
    case = locked(case_id)
    allow(by, "shelve", case, now)
    name = _ground(case, ground, now)
    _not_said_solved(case)
    _soon_enough(case, review_on, now)
    move(case, "shelve", now)
    note(ground=ground, review_on=review_on.isoformat())
    tell()
    return Shelving.objects.create(
        case=case,
        round=case.round,
        ground=ground,
        name=name,
        evidence=said(evidence, "证据", "evidence"),
        plan=said(plan, "打算怎么解决", "plan"),
        from_at=now,
        by=by.officer_id,
        review_on=review_on,
    )


@act
def review_shelved(case_id: int, words: str, *, review_on: date, by: By, now: datetime) -> ShelvingReview:
    """Look at it on its day: what has become of it, and when it is looked at next."""
    case = locked(case_id)
    allow(by, "review_shelved", case, now)
    _soon_enough(case, review_on, now)
    move(case, "review_shelved", now)
    row = _open(case)
    row.review_on = review_on
    row.save(update_fields=["review_on"])
    note(review_on=review_on.isoformat())
    return ShelvingReview.objects.create(
        shelving=row, at=now, by=by.officer_id, words=said(words, "复核情况", "words"), review_on=review_on
    )


@act
def unshelve(case_id: int, because: str, *, by: By, now: datetime) -> Case:
    """It can be solved now: the bodies that answered take it up again. The old answer stays what it was, an answer."""
    case = locked(case_id)
    allow(by, "unshelve", case, now)
    legs = (
        Leg.objects.select_for_update(of=("self",)).filter(case=case, round=case.round, state="replied").order_by("no")
    )
    for leg in legs:
        leg.case = case
        move_leg(leg, "unshelve", now, replied_at=None)
    move(case, "unshelve", now, answered_at=None)
    row = _open(case)
    row.to_at, row.ended_because = now, said(because, "销账的原因", "because", 200)
    row.save(update_fields=["to_at", "ended_because"])
    note(why=row.ended_because)
    tell()
    return case


def _open(case: Case) -> Shelving:
    return Shelving.objects.select_for_update(of=("self",)).get(case=case, to_at__isnull=True)


def _ground(case: Case, code: str, now: datetime) -> str:
    above = chain(case.place_id, day_of(now))
    grounds = {g["code"]: g["name"] for g in policy.value("cases.shelving.grounds", above, day_of(now)).value}
    if code not in grounds:
        raise BadInput(
            "没有“{ground}”这一挂账事由",
            why="事由只能从清单中选择",
            instead="请选择：{all}",
            field="ground",
            code="unknown_ground",
            ground=code,
            all="、".join(grounds.values()),
        )
    return str(grounds[code])


def _not_said_solved(case: Case) -> None:
    if Reply.objects.filter(case=case, round=case.round, solved=True).exists():
        raise Refusal(
            "不能挂账",
            why="承办单位答复为已经解决",
            rule="挂账的不算解决",
            instead="解决了的请审核通过，没有解决的请先退回重办",
            code="said_solved",
        )


def _soon_enough(case: Case, review_on: date, now: datetime) -> None:
    """Looked at again after today, and within the longest time policy allows."""
    latest, _ = reckoned("cases.shelving.review", chain(case.place_id, day_of(now)), now)
    if not day_of(now) < review_on <= day_of(latest):
        raise BadInput(
            "复核日不对",
            why="须在{first}以后，最迟{latest}",
            instead="请改正复核日",
            field="review_on",
            code="review_day",
            first=day_of(now),
            latest=day_of(latest),
        )
