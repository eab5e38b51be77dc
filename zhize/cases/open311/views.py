"""The addresses of GeoReport v2. Each reads the request, asks one question or does one act, and writes the answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from zhize.cases.open311 import describing, requests, services, updates
from zhize.cases.open311.errors import Errors, open311
from zhize.cases.open311.reading import asked, place_of
from zhize.cases.open311.writing import FORMATS, answer

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGESET = "2026-11-24T00:00:00+08:00"


@open311("GET")
def open311_discovery(request: HttpRequest, format: str) -> HttpResponse:
    """discovery.{xml,json}: where what is served."""
    here = request.build_absolute_uri(reverse("cases:open311_discovery", args=["xml"])).removesuffix("/discovery.xml")
    endpoint = {
        "specification": SPECIFICATION, "url": here, "changeset": CHANGESET, "type": "production", "formats": list(FORMATS.values()),
    }  # fmt: skip
    said = {
        "changeset": CHANGESET,
        "contact": "请与本地政务服务热线联系",
        "key_service": "密钥由本地登记员发放，请与热线管理机构联系",
        "endpoints": [endpoint],
    }
    return answer("discovery", said, format)


@open311("GET")
def open311_services(request: HttpRequest, format: str) -> HttpResponse:
    """services.F: what can be reported here, today. A point or an address narrows “here” to its place."""
    at = asked(request)
    found = services.services(place_of(at).pk, at.by.day)
    return answer("services", [each.as_dict(at.extended) for each in found.values()], format)


@open311("GET")
def open311_service(request: HttpRequest, code: str, format: str) -> HttpResponse:
    """services/CODE.F: what more can be said."""
    at = asked(request)
    if code not in services.matter_names(at.by.day):
        raise Errors((404, f"没有服务 service_code“{code[:40]}”"))
    return answer("service_definition", services.definition(code), format)


@open311("GET", "POST")
def open311_requests(request: HttpRequest, format: str) -> HttpResponse:
    """requests.F: send one in, or list them."""
    at = asked(request, key=request.method == "POST")
    if request.method == "POST":
        return answer("service_requests", [requests.take(at)], format)
    return answer("service_requests", requests.shown(at, requests.paged(at, requests.wanted(at))), format)


@open311("GET")
def open311_request(request: HttpRequest, no: str, format: str) -> HttpResponse:
    """requests/ID.F"""
    at = asked(request)
    found = requests.shown(at, requests.public(at.by).filter(no=no.replace("\x00", "")))
    if not found:
        raise Errors((404, f"没有 service_request_id“{no[:40]}”"))
    return answer("service_requests", found, format)


@open311("GET")
def open311_token(request: HttpRequest, token: str, format: str) -> HttpResponse:
    """tokens/TOKEN.F"""
    return answer("service_requests", [requests.token(asked(request), token)], format)


@open311("GET", "POST")
def open311_updates(request: HttpRequest, format: str) -> HttpResponse:
    """servicerequestupdates.F"""
    at = asked(request, key=request.method == "POST")
    rows = [updates.update(at)] if request.method == "POST" else updates.updates(at)
    return answer("service_request_updates", rows, format)


@require_safe
def open311_description(request: HttpRequest) -> HttpResponse:
    """openapi.json: all of it for a client's generator."""
    return JsonResponse(describing.describe(), json_dumps_params={"ensure_ascii": False})
