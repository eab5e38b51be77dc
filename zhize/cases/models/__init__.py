from zhize.cases.models.case import Case, NotAccepted, PastRound, ReceiptDay, Reporter
from zhize.cases.models.clock import Extension, Suspension
from zhize.cases.models.door import WrongTry
from zhize.cases.models.exhibit import Exhibit
from zhize.cases.models.feedback import Rating, Reply, Urge
from zhize.cases.models.leg import Leg, Return
from zhize.cases.models.worklist import Proposal

__all__ = [
    "Case",
    "Exhibit",
    "Extension",
    "Leg",
    "NotAccepted",
    "PastRound",
    "Proposal",
    "Rating",
    "ReceiptDay",
    "Reply",
    "Reporter",
    "Return",
    "Suspension",
    "Urge",
    "WrongTry",
]
