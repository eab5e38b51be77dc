"""Traditional Chinese is the Simplified page, converted on its way out (issue §5)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from zhize.site import traditional

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class TraditionalMiddleware:
    """Stands right after LocaleMiddleware, which says what language the reader asked for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if getattr(request, "LANGUAGE_CODE", "") == "zh-hant" and isinstance(response, HttpResponse):
            _convert(response)
        return response


def _convert(response: HttpResponse) -> None:
    if not response.get("Content-Type", "").startswith("text/html") or response.has_header("Content-Encoding"):
        return
    response.content = traditional.page(response.content.decode(response.charset)).encode(response.charset)
    if response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))
