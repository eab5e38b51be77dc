"""The OpenAPI 3.1 description, read off the table of addresses; docs/openapi.json is this text."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from zhize.api.operations import Argument, Operation, operations
from zhize.api.spelling import Schema
from zhize.register.acts import our_apps
from zhize.register.serving import Param

VERSION = "1"
REFUSED = {
    "400": "读不懂", "401": "没有密钥", "403": "这把密钥、这个席位不能办", "404": "没有", "409": "这时候不能办",
    "413": "请求太大", "415": "不是 JSON", "422": "提交标识已用于另一个请求", "429": "太快",
}  # fmt: skip
PROBLEM: Schema = {
    "type": "object",
    "required": ["title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string", "description": "不能做什么"}, "status": {"type": "integer"},
        "detail": {"type": "string", "description": "整句话"}, "what": {"type": "string"}, "why": {"type": "string"},
        "rule": {"type": "string"}, "article": {"type": "string", "description": "依据的条文"},
        "instead": {"type": "string", "description": "可以怎么办"}, "code": {"type": "string"}, "field": {"type": "string"},
        "details": {"type": "array", "items": {}},
    },
}  # fmt: skip


@cache
def text() -> str:
    return json.dumps(describe(), ensure_ascii=False, indent=1) + "\n"


def describe() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for o in operations():
        paths.setdefault(f"/api/v1/{o.path}", {})[o.method.lower()] = _operation(o)
    shared: dict[str, Schema] = {}
    return {
        "openapi": "3.1.0",
        "info": {"title": "职责 Zhize", "version": VERSION, "description": INTRODUCTION},
        "tags": [{"name": c.label, "description": str(c.verbose_name)} for c in our_apps()],
        "paths": _shared(paths, shared),
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "登记员发放的接口密钥"}},
            "schemas": {"Problem": PROBLEM} | shared,
            "responses": {code: _problem(says) for code, says in REFUSED.items()},
        },
    }


def _shared(node: Any, found: dict[str, Schema]) -> Any:
    """What is said of one class is said once, below components; two classes of one name are told apart by a number."""
    if isinstance(node, list):
        return [_shared(each, found) for each in node]
    if not isinstance(node, dict):
        return node
    told = {name: _shared(each, found) for name, each in node.items()}
    if "title" not in told or "properties" not in told:
        return told
    name = told["title"]
    while found.setdefault(name, told) != told:
        name += "2"
    return {"$ref": f"#/components/schemas/{name}"}


INTRODUCTION = (
    "每个行为一个地址：POST，正文是它的参数，与工作台上办的是同一件事，权限和拒绝的话也相同。公开的问题用 GET，不要密钥。"
    "写操作可以带 Idempotency-Key：同一密钥、同一标识的请求只办一次，再来得到同样的回答。分页用 before，取上一页的 next。"
)


def tag(o: Operation) -> str:
    if o.act:
        return o.act.app
    module = o.question.answer.__module__ if o.question else ""
    return module.split(".")[1]


def _operation(o: Operation) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": o.name, "summary": o.label, "description": o.says, "tags": [tag(o)],
        "parameters": [_param(p, p.name in _inside(o)) for p in o.params],
        "responses": {"200": {"description": "办好了" if o.act else "回答", "content": {"application/json": {"schema": _answer(o)}}}, **_refused(o)},
    }  # fmt: skip
    if o.scope:
        said |= {"security": [{"key": []}], "x-scope": o.scope}
    if o.act:
        said["requestBody"] = {
            "required": any(a.needed for a in o.arguments),
            "content": {"application/json": {"schema": body(o)}},
        }
        said["parameters"].append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "同一标识只办一次",
                "schema": {"type": "string", "maxLength": 64},
            }
        )
    return said


def _answer(o: Operation) -> Schema:
    if o.question and o.question.paged:
        return {
            "type": "object",
            "required": ["rows", "next"],
            "properties": {"rows": {"type": "array"}, "next": {"type": "string"}},
        }
    return {} if o.act else {"type": "object"}


def body(o: Operation) -> Schema:
    """What the act is told."""
    also = {p.name: {"type": "string", "description": p.says} for p in (o.subject.also if o.subject else ())}
    needed = [a.name for a in o.arguments if a.needed]
    said: Schema = {
        "type": "object",
        "properties": {a.name: _described(a) for a in o.arguments} | also,
        "additionalProperties": False,
    }
    return said | ({"required": needed} if needed else {})


def _described(a: Argument) -> Schema:
    return a.schema()


def _inside(o: Operation) -> list[str]:
    return [p.name for p in o.params if f"{{{p.name}}}" in o.path]


def _param(p: Param, inside: bool) -> dict[str, Any]:
    kind: Schema = {"type": "string"} | ({"format": p.of} if p.of != "string" else {})
    if p.name == "secret":
        return {
            "name": "X-Secret",
            "in": "header",
            "required": False,
            "description": p.says,
            "schema": {"type": "string"},
        }
    return {
        "name": p.name,
        "in": "path" if inside else "query",
        "required": p.needed,
        "description": p.says,
        "schema": kind,
    }


def _refused(o: Operation) -> dict[str, Any]:
    codes = ["400", "404", *(["409", "413", "415", "422"] if o.act else ["409"]), "401", "403", "429"]
    return {code: {"$ref": f"#/components/responses/{code}"} for code in sorted(set(codes))}


def _problem(says: str) -> dict[str, Any]:
    return {
        "description": says,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def in_words(said: Schema) -> str:
    """A schema as the guide says it."""
    if "anyOf" in said:
        return "，或者".join(dict.fromkeys(in_words(each) for each in said["anyOf"]))
    if said.get("type") == "array":
        inner = said.get("items") or {}
        return f"一列：{in_words(inner)}" if inner else "一列"
    if said.get("type") == "object" and said.get("properties"):
        return "{ " + "、".join(said["properties"]) + " }"
    if "enum" in said:
        return "、".join(map(str, said["enum"]))
    return str(
        said.get("description") or WORDS.get(said.get("format", "")) or WORDS.get(str(said.get("type")), "任何值")
    )


WORDS = {
    "string": "文字", "integer": "整数", "number": "数", "boolean": "true 或 false", "date": "日期", "date-time": "时刻", "object": "一组名称和值",
    "null": "null", "int64": "整数",
}  # fmt: skip
