"""The words intake is given in, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody tells government. `confidence` is None when a person chose the matter, else the suggester's.

    The same `idempotency_key` from the same door gets the first answer again, whatever happened in between.
    """

    text: str
    place_id: int
    kind: str = "complaint"
    title: str = ""
    channel: str = "web"
    address: str = ""
    lat: float | None = None
    lon: float | None = None
    occurred_on: date | None = None
    matter_id: int | None = None
    confidence: float | None = None
    words: Sequence[str] = ()
    name: str = ""
    phone: str = ""
    confidential: bool = False
    about: int | None = None  # the body complained of: it never gets the case
    call: str = ""  # the exchange's number of the call
    idempotency_key: str = ""


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """What a reply says to one of the demands listed, by its number."""

    demand: int
    text: str
    solved: bool = False
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender gets: the number and the secret, and where the case went. `replayed`: it was received before."""

    case_id: int
    no: str
    secret: str
    state: str
    snag: str
    due: datetime
    body_id: int | None = None
    replayed: bool = False
