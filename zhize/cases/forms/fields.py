"""Fields that several forms share: a place, a matter, a body, a duty — chosen from a list or typed and then understood."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext

from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.places.models import Place
from zhize.places.queries import find_place
from zhize.register.models import Body, Duty, Matter
from zhize.register.queries.bodies import find_body
from zhize.register.queries.duties import find_duty
from zhize.register.queries.matters import find_matter

FINDERS = {"place": find_place, "body": find_body, "duty": find_duty, "matter": find_matter}


class Said(forms.CharField):
    """Words of any length; commands judge them, so that web, API and importer are refused alike."""

    def __init__(self, rows: int = 4, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), strip=True, **kwargs)


class Picked:
    """A thing picked from a typeahead: `name` holds its key, `name`_text what was typed; either is enough."""

    def __init__(self, form: forms.Form, name: str, *, needed: bool) -> None:
        self.form, self.name, self.needed = form, name, needed
        kind = name.split("_")[-1]
        self.find = FINDERS[kind]

    def read(self) -> Any:
        """The thing; None when nothing was said and nothing is needed. A refusal becomes the field's error."""
        said = self.form.cleaned_data.get(self.name, "") or self.form.cleaned_data.get(f"{self.name}_text", "")
        if not said.strip():
            if self.needed:
                self.form.add_error(self.name, gettext("请从列表中选择"))
            return None
        try:
            return self.find(said, day_of(timezone.now()))
        except Refusal as refusal:
            self.form.add_error(self.name, refusal.sentence(gettext))
            return None


class PickForm(forms.Form):
    """A form with typeaheads: their names in `PICKS`, with whether each is needed."""

    PICKS: dict[str, bool] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.PICKS:
            self.fields[name] = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)
            self.fields[f"{name}_text"] = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, needed in self.PICKS.items():
            if name not in self.errors:
                cleaned[f"{name}_found"] = Picked(self, name, needed=needed).read()
        return cleaned

    def refused(self, refusal: Refusal) -> None:
        """What a command refused, at the field it named."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, refusal.sentence(gettext))


__all__ = ["Body", "Duty", "Matter", "PickForm", "Place", "Said"]
