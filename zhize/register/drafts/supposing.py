"""The register as it would be: a draft is carried out inside a savepoint that never outlives the question.

Nothing is worked out twice: what the acts refuse is refused here, in the same sentence; what they write is what is asked.
What they lock is free again as soon as the block ends, so ask inside and reckon outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import OperationalError, connection, transaction
from django.db.models import Q
from psycopg.errors import LockNotAvailable

from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.policy.models import Setting
from zhize.policy.queries import forget
from zhize.register.drafts.sorts import TrialDraft
from zhize.register.importing.terms import Progress, quiet
from zhize.register.models import Holding, MatterDuty

WHO = "模拟"
PATIENCE = "5s"  # waiting for an act under way; then somebody else goes first
_SAID = ("duty_id", "segment_id", "level", "place_id", "body_id", "capacity", "from_day", "to_day")


@dataclass(frozen=True)
class Changed:
    """What the draft writes: counts, and the days on which it begins to hold and holds as a whole."""

    begun: int
    ended: int
    mapped: int
    settings: tuple[Setting, ...]
    first: date
    day: date


@contextmanager
def supposing(draft: TrialDraft, now: datetime, progress: Progress = quiet) -> Iterator[Changed]:
    """Inside, the register answers as if the draft were adopted; afterwards nothing has happened."""
    try:
        with transaction.atomic():
            _carried(draft, now, progress)
            yield _changed(now)
            transaction.set_rollback(True)
    finally:
        forget()  # policy read while the draft stood is not remembered


def _carried(draft: TrialDraft, now: datetime, progress: Progress) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('lock_timeout', %s, true)", [PATIENCE])
    try:
        draft.carry(By.system(WHO), now, progress)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise Refusal(
            "现在不能模拟{draft}",
            why="有人正在改动同一些职责",
            rule="同一对象一次一项",
            instead="请过一会儿再试",
            draft=draft.label,
            code="busy",
        ) from error


def _changed(now: datetime) -> Changed:
    """Read off the rows: a holding stated again with another end is one that ends, any other one that begins."""
    mine = Q(recorded_by__at=now, recorded_by__who=WHO)
    gone = set(Holding.objects.filter(withdrawn_by__at=now, withdrawn_by__who=WHO).values_list(*_SAID[:-1]))
    rows = [(row[:-1] in gone, *row[-2:]) for row in Holding.objects.live().filter(mine).values_list(*_SAID)]
    begun = [start for again, start, _end in rows if not again]
    ended = [end for again, _start, end in rows if again and end]
    mapped = list(MatterDuty.objects.live().filter(mine, to_day=None).values_list("from_day", flat=True))
    older = set(
        Setting.objects.filter(withdrawn_by__at=now, withdrawn_by__who=WHO).values_list("key", "place_id", "from_day")
    )
    said = Setting.objects.live().filter(mine)
    settings = tuple(s for s in said if (s.key, s.place_id, s.from_day) not in older)
    days = [*begun, *ended, *mapped, *(s.from_day for s in settings)] or [day_of(now)]
    return Changed(len(begun), len(ended), len(mapped), settings, min(days), max(days))
