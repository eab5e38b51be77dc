"""Which proposals a body takes part in: those about cases it leads, and those it was asked about."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from zhize.cases.models import Leg, Proposal, ProposalQuestion


def of_body(body_id: int) -> QuerySet[Proposal]:
    """What a body's seat sees. Why somebody was chosen by hand is not for the bodies."""
    led = Leg.objects.filter(case=OuterRef("case"), body=body_id, capacity=Leg.Capacity.LEAD)
    asked = ProposalQuestion.objects.filter(proposal=OuterRef("pk"), body=body_id)
    return Proposal.objects.filter(Exists(led) | Exists(asked)).exclude(kind=Proposal.Kind.HAND)
