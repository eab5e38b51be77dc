"""The parts pages are made of: one function a part, its parameters are the part's contract. `{% load zhize %}`.

A thing with a page of its own (body, document, duty) may be an object with `get_absolute_url` or a dict with `url`.
Days are `date`, moments aware `datetime`; a span is half-open `[start, end)` and is said with its last day.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext as _

from zhize.kernel.errors import Refusal
from zhize.kernel.period import Period, in_beijing
from zhize.site import difference as differences

register = template.Library()
SPRITE = "vendor/tabler-icons-3.51.0/icons.svg"
LATIN = str.maketrans({"：": ": ", "。": ". ", "（": " (", "）": ")", "，": ", "})
HTML_LANG = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}


# ---- words ----------------------------------------------------------------------------------------------------------


@register.filter
def say(thing: Any) -> Any:
    """A refusal, a label or a template in the language of the page."""
    if isinstance(thing, Refusal):
        sentence = thing.sentence(gettext)
        return sentence.translate(LATIN).strip() if get_language() == "en" else sentence
    return gettext(thing) if isinstance(thing, str) and thing else thing


@register.simple_tag
def html_lang() -> str:
    """`<html lang>`: zh-Hans, zh-Hant, en."""
    language = get_language() or "zh-hans"
    return HTML_LANG.get(language, language)


@register.simple_tag
def data_lang() -> SafeString:
    """What the register holds is Chinese on an English page too; a screen reader must know."""
    return SafeString("" if html_lang().startswith("zh") else ' lang="zh-Hans"')


@register.filter
def link(thing: Any) -> str:
    """The address of a thing, or nothing."""
    if isinstance(thing, dict):
        return str(thing.get("url") or "")
    return thing.get_absolute_url() if hasattr(thing, "get_absolute_url") else ""


# ---- days -----------------------------------------------------------------------------------------------------------


@register.simple_tag
def day(value: date) -> SafeString:
    """{% day value %} → 2016-04-01"""
    return format_html('<time class="day" datetime="{0}">{0}</time>', value.isoformat())


@register.simple_tag
def moment(value: datetime) -> SafeString:
    """{% moment value %} → 2016-04-01 09:30, Beijing time; the last instant of a day is its 24:00, as people say it."""
    local = in_beijing(value)
    said = f"{local:%Y-%m-%d} 24:00" if local.time() == time.max else f"{local:%Y-%m-%d %H:%M}"
    return format_html('<time class="day" datetime="{}">{}</time>', local.isoformat(), said)


@register.simple_tag
def span(start: "date | Period", end: date | None = None) -> SafeString:
    """{% span period %} or {% span from_day to_day %}; `to_day` is the first day no longer inside."""
    period = start if isinstance(start, Period) else Period(start, end)
    if period.last is None:
        said = format_html(_("{start} 起"), start=day(period.start))
    else:
        said = format_html(_("{start} 至 {last}"), start=day(period.start), last=day(period.last))
    return format_html('<span class="span">{}</span>', said)


# ---- small parts ----------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An outline from the sprite; with a label it speaks, without one it is decoration."""
    role = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}#{}"></use></svg>', role, static(SPRITE), name)


TONES = {
    "ok": "circle-check",
    "wait": "hourglass",
    "late": "alert-triangle",
    "stop": "circle-x",
    "info": "info-circle",
    "plain": "",
}


@register.inclusion_tag("site/parts/badge.html")
def badge(text: str | Promise, tone: str = "plain", symbol: str | None = None) -> dict[str, Any]:
    """A state in a word. tone: ok, wait, late, stop, info, plain; the icon says it to those who see no colour."""
    return {"text": text, "tone": tone, "symbol": TONES[tone] if symbol is None else symbol}


@register.inclusion_tag("site/parts/document.html")
def document(doc: Any, clause: str = "", compact: bool = False) -> dict[str, Any]:
    """A citation: doc.number, doc.title, doc.demo, doc.unverified (fields not yet checked); compact leaves the title out."""
    return {"doc": doc, "clause": clause, "compact": compact}


@register.inclusion_tag("site/parts/marks.html")
def marks(thing: Any) -> dict[str, Any]:
    """演示数据 and 待核, for anything that has `demo` or `unverified`."""
    return {"thing": thing}


@register.inclusion_tag("site/parts/copy.html")
def copy(text: str, label: str = "") -> dict[str, Any]:
    """Copies `text` exactly as given, also on a Traditional page."""
    return {"text": text, "label": label}


@register.inclusion_tag("site/parts/print.html")
def print_button(label: str = "") -> dict[str, Any]:
    return {"label": label}


@register.inclusion_tag("site/parts/progress.html")
def progress(done: int, total: int, label: str) -> dict[str, Any]:
    return {"done": done, "total": max(total, 1), "label": label, "percent": round(100 * done / max(total, 1))}


@register.inclusion_tag("site/parts/figure.html")
def figure(value: Any, label: str, note: str = "", url: str = "", tone: str = "") -> dict[str, Any]:
    """One number with its words; tone: late, wait or nothing."""
    return {"value": value, "label": label, "note": note, "url": url, "tone": tone}


@register.inclusion_tag("site/parts/nothing.html")
def nothing(title: str, text: str = "", url: str = "", action: str = "", symbol: str = "inbox") -> dict[str, Any]:
    """Nothing here: say why, and the one thing to do next."""
    return {"title": title, "text": text, "url": url, "action": action, "symbol": symbol}


@register.inclusion_tag("site/parts/crumb.html")
def crumb(label: str, url: str = "") -> dict[str, Any]:
    """Inside {% block crumbs %}, from the outermost in; the page itself last and without an address."""
    return {"label": label, "url": url}


# ---- larger parts ---------------------------------------------------------------------------------------------------


@register.inclusion_tag("site/parts/facts.html")
def facts(rows: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A definition list: (label, value) pairs; empty values are left out."""
    return {"rows": [(label, value) for label, value in rows if value not in (None, "")]}


@register.inclusion_tag("site/parts/holder.html")
def holder(holder: Any, heading: str = "", level: int = 3) -> dict[str, Any]:
    """Who it is: holder.body (name, phone, address, url), .capacity, .mode, .on_behalf (body), .span, .document, .clause."""
    return {"holder": holder, "heading": heading, "tag": f"h{level}"}


@register.inclusion_tag("site/parts/explanation.html")
def explanation(reasons: Iterable[Any], rejected: Iterable[Any] = (), opened: bool = False) -> dict[str, Any]:
    """Why this one: reasons (says, document, clause) in order, and the candidates rejected (body, why, document, clause)."""
    return {"reasons": list(reasons), "rejected": list(rejected), "opened": opened}


@register.inclusion_tag("site/parts/timeline.html")
def timeline(entries: Iterable[Any], label: str = "") -> dict[str, Any]:
    """Statements, newest first: entry.title, .start, .end, .state (current|past|future|withdrawn), .text, .document, .clause."""
    return {"entries": list(entries), "label": label}


@register.inclusion_tag("site/parts/deadline.html")
def deadline(derivation: Any, title: str, now: datetime, state: str = "running") -> dict[str, Any]:
    """A limit that prints its own derivation. state: running, suspended, done; late is seen from `now`."""
    late = state == "running" and now > derivation.due
    shown = "late" if late else state
    return {"derivation": derivation, "title": title, "state": shown, "left": _left(derivation.due - now)}


@register.inclusion_tag("site/parts/difference.html")
def difference(before: str, after: str, before_label: str = "", after_label: str = "") -> dict[str, Any]:
    """Two wordings: what went, what came."""
    pieces = differences.difference(before, after)
    return {"pieces": pieces, "before_label": before_label, "after_label": after_label, "same": before == after}


@register.inclusion_tag("site/parts/refusal.html")
def refusal(refusal: Refusal) -> dict[str, Any]:
    """A refusal on its own: what, why, by which rule, what to do instead."""
    return {"refusal": refusal.as_dict(gettext)}


@register.inclusion_tag("site/parts/pager.html", takes_context=True)
def pager(context: template.Context, older: str = "", newer: str = "", shown: int = 0) -> dict[str, Any]:
    """Keyset pages: `older`/`newer` are the cursors given to ?before= and ?after=; the other filters stay."""
    return {"older": older, "newer": newer, "shown": shown, "request": context["request"]}


@register.inclusion_tag("site/parts/map.html")
def place_map(into: str, latitude: str, longitude: str, papers: Iterable[tuple[Any, str]] = ()) -> dict[str, Any]:
    """A map without tiles, today's boundaries only: a point goes into the inputs with these two ids, its place into the
    typeahead `into`. papers: (document, source) the boundaries stand on."""
    return {"into": into, "latitude": latitude, "longitude": longitude, "papers": list(papers)}


@register.inclusion_tag("site/parts/tree.html")
def place_tree(into: str) -> dict[str, Any]:
    """From the city down to the township, each level asked for when it is opened; a choice goes into the typeahead `into`."""
    return {"into": into}


# ---- forms ----------------------------------------------------------------------------------------------------------


@register.inclusion_tag("site/parts/errors.html")
def errors(form: BaseForm) -> dict[str, Any]:
    """The summary on top of a form: every error, each a link to its field."""
    per_field = [(bound, message) for bound in form for message in bound.errors]
    general = list(form.non_field_errors())
    hidden = [(None, message) for message in general]
    found = hidden + per_field
    count = ngettext("有 %(count)d 处需要改正", "有 %(count)d 处需要改正", len(found)) % {"count": len(found)}
    return {"found": found, "title": count, "anchor": f"{form.prefix or 'form'}-errors"}


@register.inclusion_tag("site/parts/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """One field: label, hint, error, widget; a group of choices becomes a fieldset with a legend."""
    return {"bound": bound, "widget": _dressed(bound), "single": isinstance(bound.field.widget, CheckboxInput)}


@register.inclusion_tag("site/parts/fields.html")
def fields(form: BaseForm) -> dict[str, Any]:
    """All fields of a form with its summary of errors."""
    return {"form": form}


@register.inclusion_tag("site/parts/typeahead.html")
def typeahead(
    name: str,
    url: str,
    label: str,
    value: str = "",
    text: str = "",
    hint: str = "",
    error: str = "",
    needed: bool = False,
) -> dict[str, Any]:
    """Type a few words, choose one: asks `url?q=` for {% options %}; the form sends `name` (value) and `name`_text (words)."""
    return locals()


@register.inclusion_tag("site/parts/options.html")
def options(found: Iterable[Any], name: str, nothing: str = "") -> dict[str, Any]:
    """The answer to a typeahead: option.value, .text, .note, or .url when choosing means going there."""
    return {"found": list(found), "name": name, "nothing": nothing}


def _dressed(bound: BoundField) -> SafeString:
    """The widget in the base style's clothes; the widget's own classes stay."""
    widget = bound.field.widget
    own = widget.attrs.get("class", "")
    state = " is-invalid" if bound.errors else ""
    return bound.as_widget(attrs={"class": f"{_clothes(widget)}{state} {own}".strip()})


def _clothes(widget: Any) -> str:
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return "choices"
    return "form-select" if isinstance(widget, Select) else "form-control"


def _left(left: timedelta) -> str:
    """How long until then, or since, in the two units that matter."""
    late, minutes = left < timedelta(0), int(abs(left).total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        said = _("{days} 天 {hours} 小时").format(days=days, hours=hours)
    else:
        said = _("{hours} 小时 {minutes} 分").format(hours=hours, minutes=rest)
    return (_("已超过 {time}") if late else _("还剩 {time}")).format(time=said)


@register.filter
def lines(texts: Iterable[str]) -> SafeString:
    """Sentences as list items."""
    return format_html_join("", "<li>{}</li>", ((text,) for text in texts))
