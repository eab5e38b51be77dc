"""What the guards of the lifecycle need to know of a case at one moment."""

from __future__ import annotations

from datetime import datetime

from zhize.cases.answering import FAILED, PASSED, WAITING
from zhize.cases.guards import Facts
from zhize.cases.limits import window
from zhize.cases.models import (
    Case,
    Exclusion,
    Extension,
    Leg,
    Rating,
    Reply,
    ReplyDraft,
    Reporter,
    Return,
    SampleCheck,
    Urge,
)
from zhize.cases.queries.centres import centres
from zhize.cases.queries.routing import chain
from zhize.kernel.period import ONE_DAY, day_of, start_of
from zhize.policy import queries as policy
from zhize.record.models import Event


def facts(case: Case, now: datetime, leg: Leg | None = None) -> Facts:
    """Read once for an act, or for all the buttons of a page."""
    above = chain(case.place_id, day_of(case.received_at))
    day = day_of(now)
    ratings = list(Rating.objects.filter(case=case, round=case.round).values_list("source", "reached"))
    extensions = list(Extension.objects.filter(case=case, round=case.round).values_list("state", flat=True))
    excluded = set(Exclusion.objects.filter(case=case).exclude(agreed=False).values_list("leg_id", "agreed"))
    calendar = policy.calendar()
    sample = _sample(case) if any(not reached for _, reached in ratings) else ""
    ended = case.ended_at or case.answered_at
    asked = Return.objects.filter(leg=leg).first() if leg is not None else None
    decided = asked.decided_at if asked and asked.decision == Return.Decision.REFUSED else None
    return Facts(
        now=now,
        due=(leg.due if leg else case.due),
        suspended=case.suspended,
        knows_matter=case.matter_id is not None,
        asked_return=asked is not None,
        return_refused=decided is not None,
        contest_until=window("cases.contest.window", above, decided) if decided else None,
        sent_back=max(0, _answers(case) - 1),
        sent_back_allowed=policy.value("cases.review.sent_back", above, day).value,
        return_until=leg.return_until if leg else None,
        asking_extension=Extension.State.ASKED in extensions,
        extensions=extensions.count(Extension.State.GRANTED),
        extensions_allowed=policy.value("cases.extension.max_count", above, day).value,
        rated=any(reached for _, reached in ratings),
        rated_by_reporter=any(source == Rating.Source.REPORTER for source, _ in ratings),
        rate_until=window("cases.rating.window", above, ended) if ended else None,
        attempts=sum(not reached for _, reached in ratings),
        attempts_needed=policy.value("cases.follow_up.attempts", above, day).value,
        reachable=Reporter.objects.filter(case=case).exclude(phone_masked="").exists(),
        reopen_until=window("cases.reopen.window", above, ended) if ended else None,
        urges=Urge.objects.filter(case=case, own=True, at__gte=start_of(calendar.working_until(day))).count(),
        urges_allowed=policy.value("cases.urge.own_a_day", above, day).value,
        sign_off=leg is not None and case.kind in policy.value("cases.reply.sign_off", above, day).value,
        draft_waits=leg is not None and ReplyDraft.objects.filter(leg=leg, passed__isnull=True).exists(),
        sample=sample,
        found_wanting=sample == FAILED or _wanting(case),
        asking_exclusion=any(agreed is None for _, agreed in excluded),
        left_out=leg is not None and (leg.pk, True) in excluded,
        centres=len(centres(case.place_id, day)),
        next_working=calendar.working_from(day + ONE_DAY),
    )


def _answers(case: Case) -> int:
    """How often the lead has answered in this round: every answer but the last was sent back."""
    return Reply.objects.filter(case=case, round=case.round, leg__capacity=Leg.Capacity.LEAD).count()


def _sample(case: Case) -> str:
    """Drawn for a check, and what it found; only who was called in vain can have been."""
    drawn = SampleCheck.objects.filter(case=case, round=case.round).first()
    return "" if drawn is None else {None: WAITING, True: PASSED, False: FAILED}[drawn.passed]


def _wanting(case: Case) -> bool:
    """What the reporter said last of this round."""
    said = Rating.objects.filter(case=case, round=case.round, reached=True, refused=False).order_by("-pk").first()
    return said is not None and (said.solved is False or said.satisfied == Rating.Satisfied.NO)


def last_caller(case: Case) -> int | None:
    """Who tried to reach the reporter last."""
    calls = Event.objects.filter(act="follow_up", touched__contains=[f"case:{case.pk}"])
    return calls.order_by("-pk").values_list("officer_id", flat=True).first()
