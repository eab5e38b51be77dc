"""What the calendar does by itself: decided batches take effect on their day, and who did not answer in time did not object.

Not an act but a round of acts, each in its own transaction: run as often as one likes, it does what is left to do.
"""

from __future__ import annotations

from datetime import datetime

from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.lists.commands.adjusting.batches import effect
from zhize.lists.commands.adjusting.consulting import answer
from zhize.lists.models import Batch, Consultation

CALENDAR = "到日施行"


def turn_over(now: datetime) -> dict[str, list[str]]:
    """Effect what is due and close what was left unanswered. A batch the register refuses stays decided and says why."""
    done: dict[str, list[str]] = {"effected": [], "refused": [], "silent": []}
    for batch in Batch.objects.filter(state="ordained", day__lte=day_of(now)).order_by("day", "pk"):
        done["effected" if _effected(batch, now) else "refused"].append(batch.no)
    late = Consultation.objects.filter(answer="", due__lt=now, adjustment__state="consulting").select_related(
        "adjustment"
    )
    for c in late.order_by("pk"):
        answer(c.pk, Consultation.Answer.SILENT, by=By.system(CALENDAR), now=now)
        done["silent"].append(c.adjustment.no)
    return done


def _effected(batch: Batch, now: datetime) -> bool:
    try:
        effect(batch.pk, by=By.system(CALENDAR), now=now)
    except Refusal as no:
        Batch.objects.filter(pk=batch.pk).update(snag=no.sentence())
        return False
    return True
