"""The site's addresses, three pages that fail on purpose, and one answer that is no page."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from zhize.site.urls import urlpatterns as site


def refuse(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def break_down(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


def suspect(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("on purpose")


def plain(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"name": "机关"}, json_dumps_params={"ensure_ascii": False})


urlpatterns = [
    *site,
    path("plain.json", plain),
    path("refuse/", refuse),
    path("break/", break_down),
    path("suspect/", suspect),
]
