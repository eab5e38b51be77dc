"""What the calendar does by itself, run by the worker: resume what was suspended until a day, remind before a deadline."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db.models import Exists, OuterRef

from zhize.cases import tries
from zhize.cases.commands.clocks import resume, urge
from zhize.cases.commands.escalating import BY, MOST, done, escalate
from zhize.cases.lifecycle import LEG_OPEN
from zhize.cases.limits import window
from zhize.cases.models import Leg, Suspension, Urge
from zhize.cases.queries.routing import chain
from zhize.kernel.period import day_of


def watch(now: datetime) -> dict[str, int]:
    """One round; each act by itself, so that one refusal stops nothing else. Safe to run as often as one likes."""
    tries.forget(now)
    return {"resumed": resume_due(now), "urged": urge_due(now), **escalate(now)}


def resume_due(now: datetime) -> int:
    """Suspensions whose day has come run on."""
    standing = Suspension.objects.filter(to_at__isnull=True, resume_on__lte=day_of(now)).order_by("pk")
    cases = list(standing.values_list("case_id", flat=True)[:MOST])
    return sum(done(partial(resume, pk, "预定的恢复日已到", by=BY, now=now)) for pk in cases)


def urge_due(now: datetime) -> int:
    """Legs that fall due within `cases.urge.before` get their yellow card once, whoever else has reminded them."""
    shown = Urge.objects.filter(leg=OuterRef("pk"), kind=Urge.Kind.YELLOW)
    near = Leg.objects.filter(~Exists(shown), state__in=LEG_OPEN, due__gt=now, case__suspended=False)
    near = near.select_related("case").order_by("due")[:MOST]
    wanted = [leg for leg in near if leg.due <= window("cases.urge.before", chain(leg.case.place_id, day_of(now)), now)]
    return sum(
        done(partial(urge, leg.pk, "临近办理期限，请尽快办理", kind=Urge.Kind.YELLOW, by=BY, now=now)) for leg in wanted
    )
