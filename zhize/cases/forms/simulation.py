"""What a simulation is asked for: a draft that stands open or a file that describes one, and the period whose cases it is tried on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhize.cases.forms.fields import Pick, PickForm
from zhize.cases.forms.figures import MOST_DAYS
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.register.drafts.annex import MOST, annex


def _date() -> forms.DateInput:
    """As the browser wants it, whatever the language."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SimulationForm(PickForm):
    """`drafts`: what this seat may choose from, by sort."""

    PICKS = {"place": Pick(label=_("哪里的诉求"), needed=False, help_text=_("不写就是席位的辖区。"))}
    FIRST = False
    draft = forms.ChoiceField(label=_("草案"), required=False)
    file = forms.FileField(
        label=_("或者交一个 TOML 文件"),
        required=False,
        help_text=_("写明什么职责从哪个机构划给哪个机构、在哪里、从哪一天起。"),
    )
    first = forms.DateField(label=_("收到日期自"), widget=_date())
    last = forms.DateField(label=_("至，含当日"), widget=_date())
    day = forms.DateField(
        label=_("按哪一天的登记比较"),
        required=False,
        widget=_date(),
        help_text=_("不写就是草案全部施行之日。"),
    )

    def __init__(self, *args: Any, drafts: list[tuple[str, list[tuple[str, str]]]], **kwargs: Any) -> None:
        self.drafts = drafts
        super().__init__(*args, **kwargs)

    def say_choices(self) -> None:
        """The names of drafts are data; only the sorts are words."""
        field: Any = self.fields["draft"]
        field.choices = [("", "—"), *((label, options) for label, options in self.drafts if options)]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if bool(said.get("draft")) == bool(said.get("file")) and not self.errors:
            self.add_error("draft", _("请选一份草案，或者交一个文件，二者取一"))
        first, last = said.get("first"), said.get("last")
        if first and last and first > last:
            self.add_error("last", _("“至”不能早于“自”"))
        elif first and last and (last - first).days > MOST_DAYS:
            self.add_error("first", _("一次最多看三年"))
        if said.get("file"):
            self._read_file(said)
        return said

    def _read_file(self, said: dict[str, Any]) -> None:
        """Refused at once, while whoever wrote it sits there."""
        said["content"] = said["file"].read(MOST + 1)
        try:
            annex(said["content"], said["file"].name, day_of(timezone.now()))
        except Refusal as refusal:
            self.add_error("file", refusal.sentence(lambda text: str(_(text))))

    @staticmethod
    def usual() -> dict[str, Any]:
        """The last year."""
        today = day_of(timezone.now())
        return {"first": today - timedelta(days=364), "last": today}
