"""Small amends (简易更正): a telephone, a place, the hours. No desk is asked, the register keeps who wrote what and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.lists import rights  # noqa: F401  (declares the rights)
from zhize.lists.commands.adjusting.carrying import carrier
from zhize.lists.queries.adjusting import own_holdings, site_of
from zhize.places.queries import chain_of
from zhize.policy.queries import value
from zhize.record.acts import act, note, touch
from zhize.register import access, commands
from zhize.register.fields import FIELDS
from zhize.register.models import Body, Duty, Particulars
from zhize.register.terms import Described


@act
def mend(body: Body, duty: Duty, said: dict[str, Any], *, by: By, now: datetime) -> Particulars:
    """Put a minor field right from today on, by the paper the item stands on; anything else needs an adjustment."""
    day = day_of(now)
    place = site_of(body, day)
    access.require(by, "lists.mend", place, day, body=body.pk)
    minor = value("lists.minor_fields", chain_of(place, day) if place else [], day).value
    if strange := [FIELDS[n].label if n in FIELDS else n for n in said if n not in minor]:
        raise Refusal(
            "“{fields}”不能直接更正", why="它是权责内容的一部分", rule="简易调整", instead="请起草一份清单调整", code="not_minor",
            fields="、".join(strange), field=next(n for n in said if n not in minor),
        )  # fmt: skip
    held = own_holdings(body, duty, day)
    if not held:
        raise Refusal("这一事项今天不在本机构的清单里", rule="第4条", instead="请核对事项", code="not_held")
    row = Particulars.objects.as_of(day).filter(duty=duty, body=body).select_related("instrument").first()
    paper = row.instrument if row else held[0].instrument
    before = dict(row.said) if row else {}
    touch(f"body:{body.pk}", f"duty:{duty.pk}")
    note(mended=sorted(said), was={n: before.get(n, "") for n in said})
    line = Described(duty, before | said, day, body, "简易更正")
    return commands.describe([line], instrument=paper, by=carrier(by), now=now)[0]
