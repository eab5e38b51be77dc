"""What every request passes that belongs to no feature."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation


def client_address(request: HttpRequest) -> str:
    """Whose tries are counted. Behind the TLS proxy the proxy's own address would be everybody's: then it is whom the
    proxy names last in X-Forwarded-For, for what stands before that the client wrote itself."""
    there: str = request.META.get("REMOTE_ADDR", "")
    named = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() if settings.TLS_PROXY else ""
    try:
        return str(ip_address(named or there))
    except ValueError:
        return there


class ChosenLanguage:
    """The language the reader chose with the switch, else Simplified Chinese.

    Not Django's LocaleMiddleware: that follows the browser's own language, and most browsers in a Chinese office that
    were set up in English would then be shown the page nobody there asked for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
