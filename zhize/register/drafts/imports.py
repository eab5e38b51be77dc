"""An import is the draft of a paper's annex: tried as accepting it would write it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Q

from zhize.accounts.models import By
from zhize.kernel.errors import BadInput
from zhize.register.drafts.sorts import TrialDraft
from zhize.register.importing import queries
from zhize.register.importing.commands import accept_import
from zhize.register.importing.terms import Progress
from zhize.register.models import Import

MOST = 50


def open_imports(places: Collection[int] | None) -> list[tuple[str, str]]:
    rows = Import.objects.filter(state=Import.State.DRAFTED, counts__taken__gt=0).select_related("instrument")
    if places is not None:
        rows = rows.filter(Q(place__in=places) | Q(place=None))
    return [(f"import:{i.pk}", f"{i} {i.file_name}") for i in rows[:MOST]]


def find_import(rest: str, _day: date) -> TrialDraft:
    if not rest.isdecimal():
        raise BadInput("没有第{number}号导入", instead="请核对编号", number=rest[:20], code="no_import", field="draft")
    draft = queries.draft(int(rest))

    def carry(by: By, now: datetime, progress: Progress) -> None:
        accept_import(draft.pk, instrument=draft.instrument, by=by, now=now, progress=progress)

    return TrialDraft(
        f"import:{draft.pk}", f"{draft} {draft.file_name}", draft.instrument.citation if draft.instrument else "", carry
    )
