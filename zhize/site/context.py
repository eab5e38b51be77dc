"""What every page's frame needs: its menus and its language. No query is made here."""

from typing import Any

from django.http import HttpRequest

from zhize.site import navigation


def shell(request: HttpRequest) -> dict[str, Any]:
    return {
        "public_links": navigation.links(navigation.PUBLIC, request),
        "desk_links": navigation.links(navigation.DESK, request),
    }
