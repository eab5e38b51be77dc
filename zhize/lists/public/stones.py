"""An item's address for paper and phone, and what stands there when the item is gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import segno
from django.utils.safestring import SafeString

from zhize.record.models import Instrument
from zhize.register.models import Body, Holding
from zhize.register.queries import body_name


def qr(address: str) -> SafeString:
    """The address as a QR code: inline SVG, readable when printed 25 mm wide (GB/T 18284-2000)."""
    made = segno.make(address, error="m").svg_inline(scale=4, border=2, omitsize=True, svgclass="qr", lineclass=None)
    return SafeString(made)


@dataclass(frozen=True)
class Tombstone:
    """Since when the item is gone, by which paper, and who has it now."""

    day: date
    paper: Instrument | None
    takers: Sequence[tuple[str, str]]  # name, body's code


def tombstone(history: Sequence[Holding], day: date) -> Tombstone | None:
    """None when the item was not there yet. `history` is newest first."""
    gone = [h for h in history if h.to_day and h.to_day <= day]
    if not gone:
        return None
    last = max(gone, key=lambda h: (h.to_day, h.pk))
    assert last.to_day is not None
    takers = Holding.objects.as_of(last.to_day).filter(
        duty=last.duty_id, place=last.place_id, segment=last.segment_id, from_day=last.to_day
    )
    codes = Body.objects.filter(pk__in=takers.exclude(body=last.body_id).values("body")).order_by("code")
    return Tombstone(last.to_day, last.ended_by, [(body_name(b.pk, last.to_day), b.code) for b in codes])
