"""The sorts of drafts there are: which stand open, and how one of them is carried out.

Modules are named, not imported: no process loads what only a trial needs, and floors above can declare theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy

from zhize.accounts.models import By
from zhize.kernel.errors import BadInput
from zhize.register.importing.terms import Progress


@dataclass(frozen=True)
class TrialDraft:
    """`carry` writes all of it to the register, by the acts that adopting it would take; refused as adopting would be."""

    key: str
    label: str
    paper: str
    carry: Callable[[By, datetime, Progress], None]


@dataclass(frozen=True)
class Sort:
    """`open` and `find` are dotted names: open(places or None for everywhere) → [(key, label)]; find(rest of the key, day) → TrialDraft."""

    label: str | Promise
    open: str
    find: str


SORTS: dict[str, Sort] = {
    "import": Sort(
        gettext_lazy("导入草案"),
        "zhize.register.drafts.imports.open_imports",
        "zhize.register.drafts.imports.find_import",
    ),
}


def open_drafts(places: Collection[int] | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """By sort: what waits to be adopted in these places."""
    return [(str(sort.label), import_string(sort.open)(places)) for sort in SORTS.values()]


def find(key: str, day: date) -> TrialDraft:
    """The draft under "import:7"; one that says no day of its own is tried as of this one."""
    sort, _, rest = key.strip().partition(":")
    if sort not in SORTS or not rest:
        raise BadInput(
            "没有“{key}”这份草案",
            why="草案写作“{sorts}”之一加冒号和编号，或者是一个 TOML 文件",
            instead="请从列出的草案中选择",
            key=key[:80],
            sorts="、".join(SORTS),
            code="no_draft",
            field="draft",
        )
    found: TrialDraft = import_string(SORTS[sort].find)(rest, day)
    return found
