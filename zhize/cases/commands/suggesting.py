"""The machine's rounds: learn anew from the office's cases (nightly), and speak of the cases that wait (every minute)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from zhize.cases.commands.learning import BY, learn, suggest
from zhize.cases.learning import for_dispatch, in_service, office_model
from zhize.cases.models import Case, MatterModel
from zhize.cases.queries import lessons
from zhize.cases.suggest import Message
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of

if TYPE_CHECKING:
    from zhize.cases.suggest.model import Progress

MOST = 500  # cases a round


def learn_from_cases(now: datetime, progress: Progress | None = None) -> MatterModel:
    """Learn anew from everything people have sorted until now; refused when that is too little, and left when nothing has
    been added or corrected since."""
    from zhize.cases.suggest import Suggester

    day, known = day_of(now), lessons.labels()
    taught = [lesson for lesson in lessons.lessons(day) if lesson.matter[:2] in known][::-1]  # the oldest first
    mark, before = lessons.mark(taught), in_service()
    if before is not None and before.card.get("lessons") == mark:
        return before
    messages = [lesson.message(known) for lesson in taught]
    model = Suggester.train(messages, progress=progress, trained_on=day.isoformat())
    model.card["lessons"] = mark
    return learn(model, lessons.examples(taught), by=BY, now=now)


def suggest_waiting(now: datetime, most: int = MOST) -> int:
    """Say something of each case that waits without a matter and was never spoken of; one refusal stops nothing else."""
    waiting = Case.objects.filter(state="registered", snag=Case.Snag.NO_MATTER, suggested__isnull=True)
    cases = list(waiting.order_by("pk")[:most])
    if not cases:
        return 0
    row = in_service()
    model, day, done = office_model(row), day_of(now), 0
    for place in dict.fromkeys(case.place_id for case in cases):
        here = [case for case in cases if case.place_id == place]
        said = for_dispatch([Message(c.title, c.text) for c in here], model, place, day)
        done += sum(_done(partial(suggest, c.pk, s, row, by=BY, now=now)) for c, s in zip(here, said, strict=True))
    return done


def _done(act: Callable[[], object]) -> bool:
    try:
        act()
    except Refusal:  # somebody was faster: then there is nothing left to say here
        return False
    return True
