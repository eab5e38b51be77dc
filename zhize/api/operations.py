"""The table of addresses: every act that can be said in JSON by POST, every public question by GET.

Nothing is listed by hand: acts come from `all_acts()`, questions from the floors' `api.py`. What an address takes is the
act's own signature.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, get_args, get_type_hints

from django.db.models import Model
from django.utils.module_loading import autodiscover_modules

from zhize.api.rows import read_row, row_schema
from zhize.api.spelling import Schema, Unspeakable, known, read, schema
from zhize.kernel.errors import Refusal
from zhize.register.acts import Act, all_acts
from zhize.register.keys import Caller
from zhize.register.serving import MADE, MEANT, PAGES_ONLY, READS, ROWED, SUBJECTS, Param, Read, Row, Subject

HANDED = ("by", "now")


@dataclass(frozen=True)
class Argument:
    """One argument of an act: how it is said, whether it must be."""

    name: str
    hint: Any
    needed: bool
    made: tuple[type[Model], tuple[str, ...]] | None = None  # rows to be made
    by_id: bool = False  # the act takes the id, JSON says the thing

    def schema(self) -> Schema:
        if self.made:
            return {"type": "array", "items": row_schema(*self.made), "maxItems": 5000}
        return schema(self.hint)

    def read(self, value: Any, by: Caller) -> Any:
        if self.made:
            rows = read(list[Any], value, self.name, by)
            return [read_row(*self.made, each, f"{self.name}.{n}", by) for n, each in enumerate(rows)]
        found = read(self.hint, value, self.name, by)
        return found.pk if self.by_id else found

    def read_rows(self, value: Any, by: Caller) -> list[Any]:
        """Each row, or the refusal in its place."""
        return [self._row(each, n, by) for n, each in enumerate(read(list[Any], value, self.name, by))]

    def _row(self, value: Any, at: int, by: Caller) -> Any:
        try:
            return read(get_args(self.hint)[0], value, f"{self.name}.{at}", by)
        except Refusal as refusal:
            return refusal


@dataclass(frozen=True)
class Operation:
    """One address: an act or a question."""

    method: str
    path: str
    name: str
    label: str
    says: str
    params: tuple[Param, ...] = ()
    act: Act | None = None
    question: Read | None = None
    subject: Subject | None = None
    arguments: tuple[Argument, ...] = ()
    free: str = ""  # the argument that takes whatever else is said (reword's changes)
    pattern: re.Pattern[str] = field(default=re.compile(""), compare=False)

    @property
    def scope(self) -> str:
        return self.act.name if self.act else self.question.scope if self.question else ""

    def read(self, said: Mapping[str, Any], by: Caller) -> Row:
        """The body as the act's arguments. Raises BadInput."""
        also = [p.name for p in self.subject.also] if self.subject else []
        names = [a.name for a in self.arguments]
        known(said, [*names, *also], [a.name for a in self.arguments if a.needed], "")
        rowed = ROWED.get(self.name, "")
        found = {
            a.name: a.read_rows(said[a.name], by) if a.name == rowed else a.read(said[a.name], by)
            for a in self.arguments
            if a.name in said
        }
        free: Any = found.pop(self.free, None) if self.free else None
        return {**found, **(free or {})}


@cache
def operations() -> tuple[Operation, ...]:
    """Every address, acts first."""
    acts = [o for a in served() if (o := _act(a)) is not None]
    return tuple(_compiled(o) for o in [*acts, *(_question(r) for r in READS.values())])


def served() -> list[Act]:
    """The acts that are for programs: all but those that say why not, and the machine's own."""
    autodiscover_modules("api")
    return [a for a in all_acts() if a.name not in PAGES_ONLY and not _machines(a)]


def unspoken() -> list[str]:
    """Acts JSON has no words for, and that do not say why not: a fault, found by the tests."""
    return [a.name for a in served() if _act(a) is None]


def _machines(a: Act) -> bool:
    return a.right is not None and not a.right.roles and not a.right.public


def find(method: str, path: str) -> tuple[Operation | None, dict[str, str], list[str]]:
    """The address, what stands in it, and the methods it would take."""
    fixed = _fixed().get((method, path))
    if fixed:
        return fixed, {}, []
    hits = [(o, match) for o in operations() if (match := o.pattern.fullmatch(path))]
    taken = next(((o, m.groupdict()) for o, m in hits if o.method == method), None)
    return (*taken, []) if taken else (None, {}, sorted({o.method for o, _ in hits}))


@cache
def _fixed() -> dict[tuple[str, str], Operation]:
    return {(o.method, o.path): o for o in operations() if "{" not in o.path}


def _compiled(o: Operation) -> Operation:
    pattern = re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(o.path)))
    return Operation(**{**vars(o), "pattern": pattern})


def _question(r: Read) -> Operation:
    more = (Param("before", "接着往下翻：上一页给出的 next"),) if r.paged else ()
    return Operation(
        "GET",
        r.path,
        f"read.{re.sub('[^a-z]+', '_', r.path).strip('_')}",
        r.name,
        r.says,
        (*r.params, *more),
        question=r,
    )


def _act(a: Act) -> Operation | None:
    """None: JSON has no word for one of its arguments."""
    try:
        found = list(_arguments(a))
    except (Unspeakable, NameError):
        return None
    subject = next((s for x in found if (s := SUBJECTS.get((a.app, x.name)))), None)
    rest = tuple(x for x in found if subject is None or x.name != subject.argument)
    path = f"{subject.path}/{a.word}" if subject else f"{a.app}/{a.word}"
    free = next((p.name for p in inspect.signature(a.function).parameters.values() if p.kind is p.VAR_KEYWORD), "")
    return Operation(
        "POST", path, a.name, a.label, a.says, subject.params if subject else (), a, None, subject, rest, free
    )


def _arguments(a: Act) -> list[Argument]:
    hints, found = get_type_hints(a.function), []
    for p in inspect.signature(a.function).parameters.values():
        if p.name not in HANDED and (made := _argument(a, p, hints[p.name])):
            found.append(made)
    return found


def _argument(a: Act, p: inspect.Parameter, hint: Any) -> Argument | None:
    """What has a default and no word in JSON is left at its default."""
    needed = p.default is p.empty and p.kind is not p.VAR_KEYWORD
    if fields := MADE.get((a.name, p.name)):
        return Argument(p.name, hint, needed, (get_args(hint)[0], fields))
    if meant := MEANT.get((a.name, p.name)):
        return Argument(p.name, meant, needed, by_id=True)
    try:
        schema(hint := dict[str, Any] if p.kind is p.VAR_KEYWORD else hint)
    except Unspeakable:
        if needed:
            raise
        return None
    return Argument(p.name, hint, needed)
