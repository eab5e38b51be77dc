"""The site's own act: check everything, every night (spec §11: on every act what it touched, nightly all)."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps

from zhize.accounts.models import By
from zhize.kernel.period import day_of
from zhize.kernel.rule import RuleBook
from zhize.record import outbox
from zhize.record.acts import act, note
from zhize.record.models import Message
from zhize.record.verify import status, verify_log, verify_statements
from zhize.register import access

access.declare(
    [
        access.Right("site.check", "夜间核验", machine=True),
        access.Right("site.resend", "重发失败的发件", frozenset({"supervisor", "register_editor"}), access.ANYWHERE),
    ]
)
KEPT = 500  # findings kept in the event; the count is always whole


@act
def check(*, by: By, now: datetime) -> dict[str, Any]:
    """Walk the sealed log and every statement, run every rule; the event keeps what was found."""
    access.require(by, "site.check", None, day_of(now))
    found = examine()
    note(broken=found["broken"][:KEPT], findings=found["findings"][:KEPT], counts=counts(found))
    return found


@act
def resend(message_id: int, *, by: By, now: datetime) -> Message:
    """What failed, or was too old to go by itself, is tried anew."""
    access.require(by, "site.resend", None, day_of(now))
    message = outbox.send_again(message_id, now)
    note(message=message_id, event=message.event_id)
    return message


def examine() -> dict[str, Any]:
    """The log's state, what was altered, and every finding of every rule."""
    broken = [b.as_dict() for b in (*verify_log(), *verify_statements())]
    return {"log": status(), "broken": broken, "findings": [f.as_dict() for book in books() for f in book.run(None)]}


def counts(found: dict[str, Any]) -> dict[str, int]:
    """How many alterations, errors and warnings."""
    errors = sum(f["severity"] == "E" for f in found["findings"])
    return {"broken": len(found["broken"]), "errors": errors, "warnings": len(found["findings"]) - errors}


def books() -> list[RuleBook]:
    """The rule books of all floors that have one."""
    names = [c.name for c in apps.get_app_configs() if c.name.startswith("zhize.")]
    return [import_module(f"{n}.invariants").BOOK for n in names if find_spec(f"{n}.invariants")]
