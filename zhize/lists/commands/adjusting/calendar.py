"""What the calendar does by itself: decided batches take effect on their day and their lists are published, and who did not
answer in time did not object.

Not an act but a round of acts, each in its own transaction: run as often as one likes, it does what is left to do.
"""

from __future__ import annotations

from datetime import datetime

from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.lists.commands.adjusting.batches import effect
from zhize.lists.commands.adjusting.consulting import answer
from zhize.lists.commands.publishing import publish
from zhize.lists.models import Batch, Consultation
from zhize.lists.queries.planned import planned

CALENDAR = "到日施行"


def turn_over(now: datetime) -> dict[str, list[str]]:
    """Effect what is due, close what was left unanswered, publish. What the register refuses stays undone and says why.

    Editions come last: nothing may be recorded behind them (decision 0015).
    """
    done: dict[str, list[str]] = {"effected": [], "refused": [], "silent": [], "published": [], "unpublished": []}
    for batch in Batch.objects.filter(state="ordained", day__lte=day_of(now)).order_by("day", "pk"):
        done["effected" if _effected(batch, now) else "refused"].append(batch.no)
    late = Consultation.objects.filter(answer="", due__lt=now, adjustment__state="consulting").select_related(
        "adjustment"
    )
    for c in late.order_by("pk"):
        answer(c.pk, Consultation.Answer.SILENT, by=By.system(CALENDAR), now=now)
        done["silent"].append(c.adjustment.no)
    for batch in Batch.objects.filter(state="effective", publish=True, published_at=None).order_by("day", "pk"):
        done["published" if _published(batch, now) else "unpublished"].append(batch.no)
    return done


def _effected(batch: Batch, now: datetime) -> bool:
    try:
        effect(batch.pk, by=By.system(CALENDAR), now=now)
    except Refusal as no:
        Batch.objects.filter(pk=batch.pk).update(snag=no.sentence())
        return False
    return True


def _published(batch: Batch, now: datetime) -> bool:
    """By the batch's own paper, as of its day, both sides of what it moved at once."""
    issues = planned(batch)
    try:
        if not issues:
            raise Refusal(
                "这一批所涉的清单还没有公布过",
                why="第一版由人公布",
                rule="第18条",
                instead="请用“公布清单”公布第一版",
                code="first_edition",
            )
        assert batch.instrument is not None and batch.day is not None
        publish(issues, batch.day, instrument=batch.instrument, by=By.system(CALENDAR), now=now, batch=batch)
    except Refusal as no:
        Batch.objects.filter(pk=batch.pk).update(unpublished=no.sentence(), publish=no.code != "first_edition")
        return False
    return True
