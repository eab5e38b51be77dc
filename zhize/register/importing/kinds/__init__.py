"""The kinds of tables offices hand in, by name."""

from __future__ import annotations

from zhize.register.importing.kinds.base import Kind, remember
from zhize.register.importing.kinds.bodies import Bodies
from zhize.register.importing.kinds.duty import DutyList
from zhize.register.importing.kinds.holdings import Holdings
from zhize.register.importing.kinds.power import Power
from zhize.register.importing.kinds.service import Service
from zhize.register.importing.kinds.township import Township
from zhize.register.importing.kinds.transfer import Transfer

KINDS: dict[str, type[Kind]] = {k.name: k for k in (Power, DutyList, Bodies, Holdings, Transfer, Service, Township)}
for _kind in KINDS.values():
    remember(_kind.tables)

__all__ = ["KINDS", "Kind"]
