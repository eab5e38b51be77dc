"""The register's desk: the door and the seats, the log, the findings, the acts."""

from zhize.register.views.acts import enter_instrument, hand_over, rename, suggest
from zhize.register.views.desk import desk, events, findings, head
from zhize.register.views.door import door, seats
from zhize.register.views.imports import (
    accept_import,
    discard_import,
    draft_import,
    errand,
    import_,
    imports,
    stop_errand,
)
from zhize.register.views.keys import issue_key, keys, revoke_key

__all__ = [
    "accept_import",
    "desk",
    "discard_import",
    "door",
    "draft_import",
    "enter_instrument",
    "errand",
    "events",
    "findings",
    "hand_over",
    "head",
    "import_",
    "imports",
    "issue_key",
    "keys",
    "rename",
    "revoke_key",
    "seats",
    "stop_errand",
    "suggest",
]
