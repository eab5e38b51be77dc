"""The paper an import is the annex of: one the register knows, or one entered together with the draft."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from zhize.accounts.models import By
from zhize.kernel.errors import BadInput
from zhize.kernel.text import fold, looks_like_docnumber, read_docnumber
from zhize.record.models import Instrument
from zhize.register.loading.papers import enter_instruments


@dataclass(frozen=True)
class Particulars:
    """What a paper not yet registered prints of itself."""

    title: str = ""
    kind: str = "list"
    issuer: str = ""
    issuer_class: str = ""
    issuer_level: str = ""
    issuer_area: str = ""
    published: date | None = None
    effective: date | None = None

    @property
    def given(self) -> bool:
        return bool(self.issuer_class and self.issuer_level)


def find_paper(text: str) -> Instrument | None:
    """A paper by key, by number (brackets put right) or by title."""
    said = text.strip()
    number = read_docnumber(said).text if looks_like_docnumber(said) else said
    for field, value in (("key", said), ("number", number), ("title", said.strip("《》"))):
        found = list(Instrument.objects.filter(**{field: value})[:2])
        if len(found) > 1:
            raise BadInput(
                "有几份文件都是“{text}”", instead="请用文件的键", text=said, code="ambiguous_paper", field="instrument"
            )
        if found:
            return found[0]
    return None


def paper_of(text: str, said: Particulars) -> Instrument:
    """The registered paper, or a new one, not yet saved, from its particulars."""
    if found := find_paper(text):
        return found
    if not said.given:
        raise BadInput("登记中没有文件“{text}”", instead="请核对文号；新文件请同时写明 --issuer、--issuer-class、--issuer-level、--issuer-area",
                       text=text, code="unknown_paper", field="instrument")  # fmt: skip
    number = read_docnumber(text).text if looks_like_docnumber(text) else ""
    return Instrument(
        key=re.sub(r"[^\w〔〕-]", "", fold(number or text))[:110], number=number, title=said.title or text, kind=said.kind,
        issuer=said.issuer, issuer_class=said.issuer_class, issuer_level=said.issuer_level, issuer_area=said.issuer_area,
        published=said.published, effective=said.effective,
    )  # fmt: skip


def enter(paper: Instrument, by: By, now: datetime) -> Instrument:
    """Register the paper if it is new (登记文件)."""
    return paper if paper.pk else enter_instruments([paper], by=by, now=now)[paper.key]
