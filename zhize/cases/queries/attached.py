"""Which files of a case somebody may see. A voice or a face is its owner: of a sealed case the handlers see none."""

from __future__ import annotations

from django.db.models import QuerySet

from zhize.cases.models import Attachment, Case
from zhize.cases.queries.identity import sealed_from
from zhize.register.models import Seat


def attached(case: Case) -> QuerySet[Attachment]:
    """All of them, for the reporter himself: only what he sent; what the office adds is its own."""
    return Attachment.objects.filter(case=case, by=Attachment.By.REPORTER)


def attached_for(case: Case, seat: Seat) -> QuerySet[Attachment]:
    """For a seat that may see the case (信访条例第二十三条: nothing that tells who reported goes to whom it is sealed from)."""
    rows = Attachment.objects.filter(case=case)
    return rows.none() if sealed_from(case, seat) else rows
