"""Who carries an errand out, by what it asks for. A feature above declares its own (`apps.py`) by name, so that no process
loads what only the worker needs."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from zhize.register.models import Errand

WAITING = gettext_lazy("表格较大，由后台办理，可以离开这一页；办完以前登记没有任何改变。")


@dataclass(frozen=True)
class Doer:
    """`act` takes the errand, the moment and a progress, and gives what was made; the pages are where the errand came from
    and where another file can be handed in."""

    act: str
    page: str
    label: str | Promise
    again: str
    says: str | Promise = WAITING


DOERS: dict[str, Doer] = {
    Errand.What.DRAFT.value: Doer(
        "zhize.register.importing.errands.draft", "register:imports", gettext_lazy("导入"), "register:draft_import"
    ),
    Errand.What.ACCEPT.value: Doer(
        "zhize.register.importing.errands.accept", "register:imports", gettext_lazy("导入"), "register:draft_import"
    ),
}
