from zhize.record.models.event import Event, Seal
from zhize.record.models.instrument import Instrument
from zhize.record.models.law import Law, LawVersion, Provision
from zhize.record.models.statement import Statement, StatementQuerySet, never_two_at_once, statement_rules

__all__ = [
    "Event",
    "Instrument",
    "Law",
    "LawVersion",
    "Provision",
    "Seal",
    "Statement",
    "StatementQuerySet",
    "never_two_at_once",
    "statement_rules",
]
