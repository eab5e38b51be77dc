"""A batch of adjustments is a draft, too: tried as its day will carry it out (`register/drafts`)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from zhize.accounts.models import By
from zhize.kernel.errors import BadInput
from zhize.lists.commands.adjusting.carrying import carry_out
from zhize.lists.models import Batch
from zhize.register.drafts import TrialDraft
from zhize.register.drafts.papers import trial_paper
from zhize.register.importing.terms import Progress

OPEN, MOST = ("open", "ordained"), 50


def open_batches(places: Collection[int] | None) -> list[tuple[str, str]]:
    rows = Batch.objects.filter(state__in=OPEN).order_by("-pk")
    return [(f"batch:{b.pk}", str(b)) for b in (rows if places is None else rows.filter(place__in=places))[:MOST]]


def find_batch(rest: str, day: date) -> TrialDraft:
    """By its row or its number. One not decided yet has no paper and no day: it is tried on a paper of its government, as of `day`."""
    rows = Batch.objects.filter(state__in=OPEN).select_related("instrument", "place")
    batch = rows.filter(**({"pk": int(rest)} if rest.isdecimal() and len(rest) < 19 else {"no": rest})).first()
    if batch is None:
        raise BadInput(
            "没有待施行的调整批次“{rest}”",
            instead="请从列出的草案中选择",
            rest=rest[:40],
            code="no_batch",
            field="draft",
        )
    on = batch.day or day

    def carry(by: By, now: datetime, progress: Progress) -> None:
        paper = batch.instrument or trial_paper(batch.place, on)
        if paper._state.adding:
            paper.save()
        carry_out(list(batch.adjustments.select_related("body", "place", "duty", "to")), paper, on, by, now)
        progress("试行草案", 1, 1)

    return TrialDraft(f"batch:{batch.pk}", str(batch), batch.instrument.citation if batch.instrument else "", carry)
