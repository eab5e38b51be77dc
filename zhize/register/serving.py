"""What a floor serves to programs, declared in its `api.py`: its things and how they are named in JSON, its public
questions, and what the arguments of its acts mean. `zhize/api` makes addresses and the OpenAPI description out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from zhize.kernel.errors import BadInput
from zhize.register.keys import Caller

Said = Mapping[str, str]
Row = dict[str, Any]


@dataclass(frozen=True)
class Thing:
    """A kind of thing: the word that stands for it in JSON (its code, key or number), how it is found, how it is told."""

    model: type[Model]
    name: str
    says: str
    find: Callable[[str, Caller], Model]
    tell: Callable[[Any, Caller], Any]


@dataclass(frozen=True)
class Param:
    name: str
    says: str
    needed: bool = False
    of: str = "string"


@dataclass(frozen=True)
class Read:
    """A question by GET. `scope`: a key that opens it is needed; empty, it is public. `paged`: it answers a page."""

    path: str
    name: str
    says: str
    answer: Callable[[Said, Caller], Any]
    params: tuple[Param, ...] = ()
    scope: str = ""
    paged: bool = False
    gives: str = ""


@dataclass(frozen=True)
class Subject:
    """An act's argument that stands in the address: `case_id` is found by number, below /cases/{no}/."""

    argument: str
    path: str
    params: tuple[Param, ...]
    find: Callable[[Said, Caller], int]
    also: tuple[Param, ...] = ()  # said in the body beside the act's own arguments


Prepare = Callable[[dict[str, Any], Caller, str], dict[str, Any]]

THINGS: dict[type[Model], Thing] = {}
READS: dict[str, Read] = {}
SUBJECTS: dict[tuple[str, str], Subject] = {}  # (app, argument)
MEANT: dict[tuple[str, str], type[Model]] = {}  # (act, argument): the id of such a thing
MADE: dict[tuple[str, str], tuple[str, ...]] = {}  # (act, argument): rows to be made, with these fields
KEYED: dict[str, Prepare] = {}  # acts that keep the idempotency key themselves; gets (arguments, caller, key)
AHEAD: dict[str, Callable[[Mapping[str, Any], Caller], None]] = {}  # looks up in one statement what the body names
ROWED: dict[str, str] = {}  # acts that answer row by row, and which argument holds the rows
UNKEPT: set[str] = set()  # acts whose answer is not kept for a replay: it holds what is shown once
PAGES_ONLY: dict[str, str] = {}  # acts that are not served, and why


def serve(*things: Thing) -> None:
    THINGS.update({thing.model: thing for thing in things})


def reads(*found: Read) -> None:
    READS.update({read.path: read for read in found})


def thing_named(name: str) -> Thing | None:
    return next((thing for thing in THINGS.values() if thing.name == name), None)


def here(found: Any, says: str) -> Any:
    """The thing, or 404 in one sentence."""
    if found is None:
        raise Missing(says, instead="请核对代码或编号", code="not_found")
    return found


WITHHELD: list[Callable[[int], list[str]]] = []  # of what a body must not learn: "case:12"; features declare it


class Missing(BadInput):
    http_status = 404
