"""What every page passes: a refusal becomes one clear sentence; Traditional Chinese is made on the way out (issue §5)."""

from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext

from zhize.kernel.errors import BadInput, Refusal
from zhize.site import traditional

READ = ("text/html", "application/geo+json")  # pages, and the names on maps
GetResponse = Callable[[HttpRequest], HttpResponseBase]


class RefusalMiddleware:
    """A refusal no page has caught is said on a page of its own, with its status; as JSON to those who ask for JSON."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        error = _said_of(error) or error
        if not isinstance(error, Refusal):
            return None
        if request.GET.get("format") == "json":
            said = {"refusal": error.as_dict(gettext)}
            return JsonResponse(said, status=error.http_status, json_dumps_params={"ensure_ascii": False})
        template = "site/refused_part.html" if getattr(request, "htmx", False) else "site/refused.html"
        return render(request, template, {"refusal": error}, status=error.http_status)


def _said_of(error: Exception) -> Refusal | None:
    """A NUL that no form has caught: PostgreSQL keeps no such character, whichever field it came in."""
    if isinstance(error, DataError | ValueError) and "NUL (0x00)" in str(error):
        return BadInput(
            "提交的内容里有看不见的空字符", why="这种字符存不进登记", instead="请删去后重新填写", code="nul"
        )
    return None


class TraditionalMiddleware:
    """Stands right after ChosenLanguage, which says what language the reader asked for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if getattr(request, "LANGUAGE_CODE", "") == "zh-hant" and isinstance(response, HttpResponse):
            _convert(response)
        return response


def _convert(response: HttpResponse) -> None:
    if not response.get("Content-Type", "").startswith(READ) or response.has_header("Content-Encoding"):
        return
    response.content = traditional.page(response.content.decode(response.charset)).encode(response.charset)
    if response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))
