"""What figures are asked for: a period, and a place or a body in it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhize.cases.forms.fields import Pick, PickForm
from zhize.cases.queries.figures import Span, span_of
from zhize.kernel.period import day_of

MOST_DAYS = 366 * 3


class PeriodForm(PickForm):
    """Two days, both counted; what is left out is the last thirty days."""

    PICKS = {
        "place": Pick(label=_("地方"), needed=False),
        "body": Pick(label=_("机构"), needed=False),
    }
    FIRST = False
    first = forms.DateField(label=_("自"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("至"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        first, last = self.period()
        if first > last:
            self.add_error("last", _("“至”不能早于“自”"))
        elif (last - first).days > MOST_DAYS:
            self.add_error("first", _("一次最多看三年"))
        return said

    def period(self) -> tuple[date, date]:
        today = day_of(timezone.now())
        said = getattr(self, "cleaned_data", {})
        last = min(said.get("last") or today, today)
        return said.get("first") or last - timedelta(days=29), last

    def span(self) -> Span:
        return span_of(*self.period(), timezone.now())
