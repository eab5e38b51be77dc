"""The site's addresses and the preview's, as under DEBUG; two pages that fail on purpose."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from zhize.site.urls import urlpatterns as site


def refuse(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def break_down(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


def suspect(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("on purpose")


urlpatterns = [
    *site,
    path("preview/", include("zhize.site.preview")),
    path("refuse/", refuse),
    path("break/", break_down),
    path("suspect/", suspect),
]
