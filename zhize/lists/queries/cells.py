"""One cell looked into: what the catalogue says, what is said here, flag by flag; and what was decided about it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_noop

from zhize.kernel.clock import Limit
from zhize.lists.models import Comparison, Divergence, Ruling
from zhize.lists.queries.ground import fees_said, penalty_said
from zhize.places.models import Place
from zhize.register.models import Body, Duty, DutyBasis, DutyCode, DutyWording, Particulars
from zhize.register.queries import body_names


@dataclass(frozen=True)
class Side:
    """An item's text as it stood for the run, in the words people wrote."""

    name: str = ""
    type: str = ""
    levels: str = ""
    codes: str = ""
    bases: str = ""
    legal: str = ""
    promised: str = ""
    fees: str = ""
    penalty: str = ""
    body: str = ""


ROWS = (
    ("name", gettext_noop("名称"), "NAME"),
    ("codes", gettext_noop("编码"), "RECODED"),
    ("type", gettext_noop("权力类型"), "TYPE"),
    ("levels", gettext_noop("行使层级"), "LEVEL"),
    ("bases", gettext_noop("设定依据"), "BASIS"),
    ("body", gettext_noop("承担部门"), "BODY"),
    ("legal", gettext_noop("法定时限"), "TIME"),
    ("promised", gettext_noop("承诺时限"), ""),
    ("fees", gettext_noop("收费"), "FEE"),
    ("penalty", gettext_noop("处罚种类和幅度"), "PENALTY"),
)


@dataclass(frozen=True)
class Compared:
    """One row of the two texts side by side."""

    label: str
    flag: str
    theirs: str
    ours: str
    differs: bool


def beside(run: Comparison, found: Divergence | None, duty: Duty, place: Place, body: Body | None) -> list[Compared]:
    """The two texts; a row stands where either says something."""
    local = (found.other if found else None) or duty
    catalogue, own = (local, duty) if found and found.status in ("RECODED",) else (duty, local)
    theirs, ours = side(run, catalogue), side(run, own, body)
    rows = []
    for name, label, flag in ROWS:
        a, b = getattr(theirs, name), getattr(ours, name)
        if name == "body":
            a = "、".join(found.detail.get("BODY", {}).get("usual", ())) if found else ""
        if a or b:
            rows.append(
                Compared(
                    label, flag, a, b, bool(found and flag in found.flags) or (name in ("name", "bases") and a != b)
                )
            )
    return rows


def side(run: Comparison, duty: Duty, body: Body | None = None) -> Side:
    """What is said of the duty that day; by the body for itself where it says so."""
    asked = (run.day, run.believed)
    wording = DutyWording.objects.as_of(*asked).filter(duty=duty).first()
    said = _said(run, duty, body)
    codes = DutyCode.objects.as_of(*asked).filter(duty=duty).order_by("scheme", "value").values_list("value", flat=True)
    bases = DutyBasis.objects.as_of(*asked).filter(duty=duty).select_related("law").order_by("pk")
    legal = said.get("legal_limit") or (f"{wording.legal_days}wd" if wording and wording.legal_days else "")
    promised = said.get("promised_limit") or (f"{wording.promised_days}wd" if wording and wording.promised_days else "")
    return Side(
        name=wording.name if wording else duty.key,
        type=str(Duty.Type(duty.type).label) if duty.type else "",
        levels="、".join(str(Place.Level(n).label) for n in sorted(wording.levels)) if wording else "",
        codes="、".join(codes), bases="\n".join(b.citation for b in bases), legal=_limit(legal), promised=_limit(promised),
        fees=fees_said(said), penalty=penalty_said(said),
        body=body_names([body.pk], run.day).get(body.pk, "") if body else "",
    )  # fmt: skip


def _said(run: Comparison, duty: Duty, body: Body | None) -> dict[str, Any]:
    rows = Particulars.objects.as_of(run.day, run.believed).filter(duty=duty).filter(Q(body=None) | Q(body=body))
    said: dict[str, Any] = {}
    for row in sorted(rows, key=lambda r: r.body_id or 0):
        said |= row.said
    return said


def _limit(text: str) -> str:
    return str(Limit.parse(text).words) if text else ""


def rulings(duties: Collection[int], place: Place | None) -> list[Ruling]:
    """Everything decided about the item here or everywhere, the newest first, withdrawn ones too."""
    here = Q(place=place) | Q(place=None)
    rows = Ruling.objects.filter(Q(duty__in=duties) | Q(other__in=duties)).filter(here)
    return list(rows.select_related("instrument", "ruled_by", "other").order_by("-pk")[:50])
