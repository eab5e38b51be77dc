"""An attachment over the wire. Whoever calls has fetched it as its reader may; the browser gets nothing it could run."""

from __future__ import annotations

from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase

from zhize.cases.attaching import ENDINGS, place_of
from zhize.cases.models import Attachment

SHOWN = ("image/jpeg",)  # drawn by ourselves; everything else is downloaded


def served(attachment: Attachment) -> HttpResponseBase:
    """With its type said and not guessed, in a sandbox, named by its number: a sender's name is words, no file name."""
    place = place_of(attachment.digest)
    if not place.exists():
        raise Http404("the file is not on this machine")
    name = f"{attachment.case_id}-{attachment.no}.{ENDINGS[attachment.type]}"
    response = FileResponse(
        place.open("rb"),
        content_type=attachment.type,
        as_attachment=attachment.type not in SHOWN,
        filename=name,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
