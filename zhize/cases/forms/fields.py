"""What several forms share: words, and things picked from a list or typed and then understood."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext

from zhize.accounts.forms import Form
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.places.queries import find_place
from zhize.record.models import Instrument
from zhize.register.queries.bodies import find_body
from zhize.register.queries.duties import find_duty
from zhize.register.queries.matters import find_matter


def find_paper(text: str, day: date) -> Instrument:
    """A document by key or number."""
    row = Instrument.objects.filter(key=text).first() or Instrument.objects.filter(number=text).first()
    if row is None:
        raise BadInput(
            "登记中没有文件“{text}”",
            why="文号或者代号对不上",
            instead="请先登记这份文件，或者从列表里选",
            text=text,
            code="unknown_paper",
        )
    return row


Words = str | Promise


@dataclass(frozen=True)
class Kind:
    """What can be picked: how it is found, and where the options come from."""

    find: Callable[..., Any]
    page: str
    args: tuple[str, ...] = ()


KINDS = {
    "place": Kind(find_place, "places:suggest"), "body": Kind(find_body, "register:suggest", ("bodies",)),
    "duty": Kind(find_duty, "register:suggest", ("duties",)), "paper": Kind(find_paper, "register:suggest", ("papers",)),
    "matter": Kind(find_matter, "cases:suggest_matter"),
}  # fmt: skip


class Said(forms.CharField):
    """Words of any length; commands judge them, so that web, API and importer are refused alike."""

    def __init__(self, rows: int = 4, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), strip=True, **kwargs)


@dataclass(frozen=True)
class Pick:
    """A typeahead of a form: `name` sends the key, `name`_text what was typed; either is enough. The name's last word says
    what is picked."""

    label: Words = ""
    help_text: Words = ""
    needed: bool = True


@dataclass(frozen=True)
class Part:
    """One thing of a form on the page: a field, or a typeahead."""

    bound: Any = None
    name: str = ""
    url: str = ""
    label: Words = ""
    hint: Words = ""
    value: str = ""
    text: str = ""
    error: str = ""
    needed: bool = True


class SpokenForm(Form):
    """Choices are said in the language of the page; those of the models are Chinese."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say_choices()

    def say_choices(self) -> None:
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                given: Any = field.choices
                field.choices = [(value, gettext(str(label))) for value, label in given]


class PickForm(SpokenForm):
    """A form with typeaheads, declared in `PICKS`; what was found stands in `found`."""

    PICKS: dict[str, Pick] = {}
    FIRST = True  # the typeaheads stand before the other fields

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found: dict[str, Any] = {}
        for name, pick in self.PICKS.items():
            anchor = forms.HiddenInput(
                attrs={"id": f"{self.add_prefix(name)}-text"}
            )  # where the summary of errors leads
            self.fields[name] = forms.CharField(required=False, max_length=120, widget=anchor, label=pick.label)  # type: ignore[arg-type]
            self.fields[f"{name}_text"] = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, pick in self.PICKS.items():
            self.found[name] = None if name in self.errors else self._read(name, pick)
        return cleaned

    def _read(self, name: str, pick: Pick) -> Any:
        """The thing; None when nothing was said. A refusal becomes the field's error."""
        said = self.cleaned_data.get(name, "") or self.cleaned_data.get(f"{name}_text", "")
        if not said.strip():
            if pick.needed:
                self.add_error(name, gettext("请打几个字，从列表里选"))
            return None
        try:
            return _kind(name).find(said, day_of(timezone.now()))
        except Refusal as refusal:
            self.add_error(name, refusal.sentence(gettext))
            return None

    def refused(self, refusal: Refusal) -> None:
        """What a command refused, at the field it named."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, refusal.sentence(gettext))

    def parts(self) -> Iterator[Part]:
        """For the page, in order."""
        hidden = {n for name in self.PICKS for n in (name, f"{name}_text")}
        fields = [Part(bound=self[name]) for name in self.fields if name not in hidden]
        picks = [self._part(name, pick) for name, pick in self.PICKS.items()]
        yield from picks + fields if self.FIRST else fields + picks

    def _part(self, name: str, pick: Pick) -> Part:
        error = str(self.errors.get(name, [""])[0]) if self.is_bound else ""
        value, text = self[name].value() or "", self[f"{name}_text"].value() or ""
        kind = _kind(name)
        return Part(
            None,
            self.add_prefix(name),
            reverse(kind.page, args=kind.args),
            pick.label,
            pick.help_text,
            value,
            text,
            error,
            pick.needed,
        )


def _kind(name: str) -> Kind:
    return KINDS[name.split("_")[-1]]
