"""责任清单 of one body, in its four tabs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhize.lists import queries
from zhize.lists.kinds import LISTS
from zhize.lists.queries import duties
from zhize.places.asking import Asked
from zhize.register.fields import fields_for, say
from zhize.register.models import Body
from zhize.register.queries import body_name
from zhize.register.queries.items import Item


def duty_tabs(request: HttpRequest, body: Body, on: Asked) -> HttpResponse:
    """/lists/BODY/duty/?tab=boundaries&day="""
    tab = request.GET.get("tab", "")
    tab = tab if tab in duties.TABS else "duties"
    context: dict[str, Any] = {
        "on": on, "as_of": on.day, "body": body, "name": body_name(body.pk, on.day), "kind": LISTS["duty"], "tab": tab,
        "tabs": [{"key": k, "label": label} for k, label in duties.TABS.items()],
        "kinds": [
            {"label": k.label, "count": n, "url": on.url("lists:list", body.code, k.name), "here": k.name == "duty"}
            for k, n in queries.list_kinds(body, on.day)
        ],
    }  # fmt: skip
    if tab == "duties":
        context["tree"] = duties.tree(body, on.day)
    elif tab == "boundaries":
        context["boundaries"] = duties.boundaries(body, on.day)
    else:
        kind = {"supervision": "supervision", "services": "service"}[tab]
        context["rows"] = [_row(i, body, on) for i in duties.of_kind(body, kind, on.day)]
    return render(request, "lists/duty_list.html", context)


def _row(i: Item, body: Body, on: Asked) -> dict[str, Any]:
    said = [(f.label, say(f, i.said[f.name])) for f in fields_for(i.type) if i.said.get(f.name)]
    return {"name": i.name, "url": on.url("lists:item", body.code, i.key), "detail": i.detail, "said": said}
