from zhize.record.models.event import Event, Seal
from zhize.record.models.instrument import Instrument
from zhize.record.models.law import Law, LawChange, LawVersion, Provision, ProvisionMove
from zhize.record.models.message import Message
from zhize.record.models.statement import Statement, StatementQuerySet, never_two_at_once, statement_rules

__all__ = [
    "Event",
    "Instrument",
    "Law",
    "LawChange",
    "LawVersion",
    "Message",
    "Provision",
    "ProvisionMove",
    "Seal",
    "Statement",
    "StatementQuerySet",
    "never_two_at_once",
    "statement_rules",
]
