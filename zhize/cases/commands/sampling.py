"""Of the cases whose reporter cannot be reached some are drawn, and somebody who did not call looks at them before they close."""

from __future__ import annotations

from datetime import datetime

from zhize.accounts.models import By
from zhize.cases.answering import drawn
from zhize.cases.commands.base import allow, locked, move, said
from zhize.cases.models import Case, Rating, SampleCheck
from zhize.cases.queries.facts import last_caller
from zhize.cases.queries.routing import chain
from zhize.kernel.period import day_of
from zhize.policy import queries as policy
from zhize.record.acts import act, note, tell


@act
def sample_check(case_id: int, *, passed: bool, words: str, by: By, now: datetime) -> SampleCheck:
    """Say what was found: the calls were made and the thing is done, or not; then the case goes back to be done again."""
    case = locked(case_id)
    allow(by, "sample_check", case, now, other_than=last_caller(case))
    move(case, "sample_check", now)
    row = SampleCheck.objects.select_for_update().get(case=case, round=case.round)
    row.passed, row.words, row.ended_at, row.ended_by = passed, said(words, "核查情况", "words"), now, by.officer_id
    row.save()
    note(passed=passed, words=row.words)
    tell()
    return row


def draw(case: Case, now: datetime) -> None:
    """At the last attempt that policy asks for: by the case's number, so that nobody picks."""
    above, day = chain(case.place_id, day_of(now)), day_of(now)
    tried = Rating.objects.filter(case=case, round=case.round)
    if (
        tried.filter(reached=True).exists()
        or tried.count() < policy.value("cases.follow_up.attempts", above, day).value
    ):
        return
    if drawn(case.no, case.round, policy.value("cases.follow_up.sample", above, day).value):
        _, new = SampleCheck.objects.get_or_create(case=case, round=case.round, defaults={"drawn_at": now})
        note(drawn=new)
