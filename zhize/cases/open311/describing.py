"""GeoReport v2 as an OpenAPI description: the standard has none of its own, and a client's generator asks for one."""

from __future__ import annotations

from typing import Any

from zhize.cases.open311.requests import LONGEST
from zhize.cases.open311.services import ATTRIBUTES
from zhize.cases.open311.updates import SAYING

Row = dict[str, Any]
TEXT: Row = {"type": "string"}
WHERE = ("lat", "long", "address_string", "address_id")
ERRORS: Row = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["code", "description"],
        "properties": {"code": {"type": "integer"}, "description": TEXT},
    },
}
ASKED = (
    "service_request_id", "service_code", "start_date", "end_date", "status", "api_key", "extensions", "page", "page_size", "bbox",
    "updated_after", "updated_before",
)  # fmt: skip
SENT = (
    "api_key", "jurisdiction_id", "service_code", *WHERE, "email", "device_id", "account_id", "first_name", "last_name", "phone",
    "description", "media_url", *(f"attribute[{code}]" for code in ATTRIBUTES),
)  # fmt: skip
MOVED = ("api_key", "service_request_id", "updated_datetime", "status", "description")


def describe() -> Row:
    """Every address below /open311/v2/, both formats."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Open311 GeoReport v2", "version": "2.0"},
        "paths": {
            "/open311/v2/discovery.{format}": {"get": _operation("discovery", ())},
            "/open311/v2/services.{format}": {"get": _operation("services", (*WHERE, "extensions"))},
            "/open311/v2/services/{service_code}.{format}": {"get": _operation("service", ("service_code",))},
            "/open311/v2/requests.{format}": {"get": _operation("requests", ASKED), "post": _form("request", SENT, ("api_key", "service_code"))},
            "/open311/v2/requests/{service_request_id}.{format}": {"get": _operation("one_request", ("service_request_id",))},
            "/open311/v2/tokens/{token}.{format}": {"get": _operation("token", ("token",))},
            "/open311/v2/servicerequestupdates.{format}": {
                "get": _operation("updates", ("start_date", "end_date", "api_key")),
                "post": _form("update", MOVED, ("api_key", "service_request_id", "status")),
            },
        },
    }  # fmt: skip


def _operation(name: str, params: tuple[str, ...]) -> Row:
    inside = {"service": "service_code", "one_request": "service_request_id", "token": "token"}.get(name)
    shown = [_param(p, p == inside) for p in params] + [_param("jurisdiction_id", False)]
    return {"operationId": f"open311.{name}", "parameters": [_format(), *shown], "responses": _answers()}


def _form(name: str, fields: tuple[str, ...], needed: tuple[str, ...]) -> Row:
    said = {f: dict(TEXT) for f in fields}
    said.get("description", {}).update(maxLength=LONGEST)
    if "updated_datetime" in said:
        said["status"] = {"type": "string", "enum": list(SAYING)}
    body = {"type": "object", "properties": said, "required": list(needed)}
    return {
        "operationId": f"open311.send_{name}", "parameters": [_format()], "responses": _answers(),
        "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": body}}},
    }  # fmt: skip


def _param(name: str, inside: bool) -> Row:
    return {"name": name, "in": "path" if inside else "query", "required": inside, "schema": TEXT}


def _format() -> Row:
    return {"name": "format", "in": "path", "required": True, "schema": {"type": "string", "enum": ["xml", "json"]}}


def _answers() -> Row:
    said: Row = {"200": {"description": "OK", "content": {"text/xml": {}, "application/json": {}}}}
    return said | {
        code: {"description": "errors", "content": {"text/xml": {}, "application/json": {"schema": ERRORS}}}
        for code in ("400", "403", "404", "429")
    }
