"""What the calendar does by itself, run by the worker: clocks run on, deadlines are reminded of, what is late is escalated."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db.models import Exists, OuterRef

from zhize.cases import tries
from zhize.cases.commands.clockwork import resume_many, urge_many
from zhize.cases.commands.escalating import BY, escalate, in_batches
from zhize.cases.lifecycle import AT_WORK, LEG_OPEN
from zhize.cases.limits import window
from zhize.cases.models import Leg, Suspension, Urge
from zhize.cases.queries.routing import chain
from zhize.kernel.period import day_of


def watch(now: datetime) -> dict[str, int]:
    """One round. Safe to run as often as one likes, by any number of workers at once."""
    tries.forget(now)
    return {"resumed": resume_due(now), "urged": urge_due(now), **escalate(now)}


def resume_due(now: datetime) -> int:
    """Suspensions whose day has come run on."""
    standing = Suspension.objects.filter(to_at__isnull=True, resume_on__lte=day_of(now), case__state__in=AT_WORK)
    cases = list(standing.order_by("case").values_list("case_id", flat=True))
    return in_batches(cases, partial(resume_many, because="预定的恢复日已到", by=BY, now=now))


def urge_due(now: datetime) -> int:
    """Legs that fall due within `cases.urge.before` get their yellow card once, whoever else has reminded them."""
    shown = Urge.objects.filter(leg=OuterRef("pk"), kind=Urge.Kind.YELLOW)
    near = Leg.objects.filter(~Exists(shown), state__in=LEG_OPEN, due__gte=now, case__suspended=False)
    until = {place: _reach(place, now) for place in near.order_by().values_list("case__place", flat=True).distinct()}
    if not until:
        return 0
    rows = near.filter(due__lte=max(until.values())).order_by("due", "pk").values_list("pk", "case__place", "due")
    legs = [leg for leg, place, due in rows if due <= until[place]]
    return in_batches(legs, partial(urge_many, words="临近办理期限，请尽快办理", kind=Urge.Kind.YELLOW, by=BY, now=now))


def _reach(place: int, now: datetime) -> datetime:
    """Until when whatever falls due there is reminded of now."""
    return window("cases.urge.before", chain(place, day_of(now)), now)
