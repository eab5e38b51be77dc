"""How GeoReport answers are written: XML as the spec prints it, JSON by its “Spark” rule (no root, lists unwrapped)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from django.http import HttpResponse

from zhize.kernel.period import in_beijing

FORMATS = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
EACH = {  # how one element of a list is called
    "services": "service", "service_requests": "request", "service_request_updates": "request_update", "errors": "error",
    "endpoints": "endpoint", "formats": "format", "attributes": "attribute", "values": "value", "notes": "note",
    "photos": "photo",
}  # fmt: skip
Content = Sequence[Mapping[str, Any]] | Mapping[str, Any]


def answer(root: str, content: Content, format: str, status: int = 200) -> HttpResponse:
    """The content under its root in XML, bare in JSON."""
    text = _json(content) if format == "json" else f'<?xml version="1.0" encoding="utf-8"?>\n{_xml(root, content)}\n'
    return HttpResponse(text, content_type=FORMATS.get(format, FORMATS["xml"]), status=status)


def moment(value: datetime | None) -> str | None:
    """W3C, with the zone."""
    return in_beijing(value).replace(microsecond=0).isoformat() if value else None


def _json(content: Content) -> str:
    return json.dumps(_emptied(content), ensure_ascii=False)


def _emptied(value: Any) -> Any:
    """Empty words are null."""
    if isinstance(value, Mapping):
        return {name: _emptied(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_emptied(each) for each in value]
    return None if value == "" else value


def _xml(name: str, value: Any) -> str:
    if value is None or value == "":
        return f"<{name}/>"
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(_xml(inner, each) for inner, each in value.items())}</{name}>"
    if isinstance(value, list | tuple):
        return f"<{name}>{''.join(_xml(EACH[name], each) for each in value)}</{name}>"
    return f"<{name}>{_words(value)}</{name}>"


def _words(value: Any) -> str:
    """What XML 1.0 cannot hold at all (control characters) is left out."""
    if isinstance(value, bool):
        return str(value).lower()
    kept = "".join(
        c for c in str(value) if c in "\t\n\r" or (" " <= c < "\ud800") or ("\ue000" <= c <= "\ufffd") or c > "\uffff"
    )
    return escape(kept)
