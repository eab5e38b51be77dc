"""Which proposals a body takes part in: those about cases it leads, and those it was asked about."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from zhize.accounts.models import By
from zhize.cases.models import Leg, Proposal, ProposalQuestion
from zhize.register.models import Seat


def of_body(body_id: int) -> QuerySet[Proposal]:
    """What a body's seat sees. Why somebody was chosen by hand is not for the bodies."""
    led = Leg.objects.filter(case=OuterRef("case"), body=body_id, capacity=Leg.Capacity.LEAD)
    asked = ProposalQuestion.objects.filter(proposal=OuterRef("pk"), body=body_id)
    return Proposal.objects.filter(Exists(led) | Exists(asked)).exclude(kind=Proposal.Kind.HAND)


def body_of(by: By) -> int | None:
    """The body somebody acts for; nobody's for the public and the machine."""
    if by.seat_id is None:
        return None
    return Seat.objects.filter(pk=by.seat_id).values_list("body_id", flat=True).first()
