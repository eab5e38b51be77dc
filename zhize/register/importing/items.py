"""Which duty a row speaks of: one the register has, one an earlier row brought, or a new one.

A code decides before a name; a code whose name is another matter is refused, never merged. Without a code the same words
of the same type are the same duty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zhize.kernel.text import fold, similarity
from zhize.register.importing.particulars import split
from zhize.register.importing.terms import WARNING, Said, Tentative, short
from zhize.register.models import Duty, DutyCode, DutySegment, DutyWording, Particulars

ALIKE = 0.5
Ref = int | str  # a duty the register has, by id; one this import brings, by key


@dataclass
class Want:
    """A duty as a row gives it."""

    said: Said
    kind: str
    name: str
    type: str = ""
    scheme: str = ""
    code: str = ""
    detail: str = ""
    domain: str = ""
    levels: list[int] = field(default_factory=list)
    bases: list[list[object]] = field(default_factory=list)
    main: str = ""
    legal_days: int | None = None
    promised_days: int | None = None
    told: dict[str, Any] = field(default_factory=dict)  # fields of the item (register.fields), in shape
    owner: int = 0  # the body whose list it is, where the same words may be another body's own duty
    barred: set[int] = field(default_factory=set)  # duties of the register that are another body's
    column: str = "name"
    code_column: str = "code"

    def as_plan(self, key: str, day: date) -> dict[str, Any]:
        """What `define` needs, without the empty parts."""
        said = {
            "key": key, "kind": self.kind, "type": self.type, "name": self.name[:300], "detail": self.detail,
            "field": self.domain[:40], "levels": self.levels, "bases": self.bases, "main": self.main,
            "codes": {self.scheme: self.code} if self.code else {}, "legal_days": self.legal_days,
            "promised_days": self.promised_days, "from": day.isoformat(),
        }  # fmt: skip
        return {k: v for k, v in said.items() if v not in ("", None, [], {})}


@dataclass
class Old:
    """A duty of the register."""

    id: int
    key: str
    kind: str
    type: str
    name: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    divided: bool = False
    told: dict[int | None, dict[str, Any]] = field(default_factory=dict)  # particulars, by body

    def says(self, told: dict[str, Any], bodies: Iterable[int]) -> bool:
        """Does the register say all of this already, the catalogue's part for everybody, the rest for each of these bodies?"""
        catalogue, own = split(told)
        parts = [(catalogue, None), *((own, b) for b in bodies)]
        return all(self.told.get(b, {}).get(n) == v for part, b in parts for n, v in part.items())


@dataclass
class Settled:
    """The duty decided on: its reference, and what to write of it."""

    ref: Ref
    new: dict[str, Any] | None = None
    add_code: tuple[str, str] | None = None
    old: Old | None = None


class Items:
    """Duties of the register asked for in batches, and those of the file so far."""

    def __init__(self, day: date, prefix: str) -> None:
        self.day, self.prefix = day, prefix
        self.olds: dict[int, Old] = {}
        self.by_code: dict[str, Old] = {}
        self.by_name: dict[tuple[str, str, str], list[Old]] = {}
        self.keys: set[str] = set()  # of the register
        self.file_keys: Tentative[str, bool] = Tentative()
        self.file_codes: Tentative[tuple[str, str], tuple[Ref, str, str]] = Tentative()  # → ref, name, where
        self.file_names: Tentative[tuple[str, str, str, int], tuple[Ref, str, str]] = Tentative()  # → ref, code, where

    @staticmethod
    def told(want: Want, item: Settled, bodies: Iterable[int]) -> list[list[Any]]:
        """What is to be said of the item beside its words: [duty, fields, bodies]; nothing when the register says it already."""
        whose = list(bodies)
        if not want.told or (item.old is not None and item.old.says(want.told, whose)):
            return []
        return [[item.ref, want.told, whose]]

    # -- what the register has --
    def prepare(self, wants: Iterable[Want]) -> None:
        """Fetch, in three queries, every duty of the register these rows may mean."""
        wants = list(wants)
        codes = {w.code for w in wants if w.code}
        names = {w.name for w in wants if w.name}
        coded = list(DutyCode.objects.as_of(self.day).filter(value__in=codes).values_list("duty_id", "value"))
        worded = DutyWording.objects.as_of(self.day).filter(name__in=names).values_list("duty_id", flat=True)
        olds = self._olds({d for d, _ in coded} | set(worded))
        self.olds = olds
        self.by_code = {value: olds[d] for d, value in coded}
        self.by_name = {}
        for old in olds.values():
            self.by_name.setdefault((old.kind, old.type, fold(old.name)), []).append(old)
        self.keys = set(Duty.objects.filter(key__in={_slug(c) for c in codes}).values_list("key", flat=True))

    def _olds(self, ids: set[int]) -> dict[int, Old]:
        duties = Duty.objects.filter(pk__in=ids).values_list("pk", "key", "kind", "type")
        olds = {row[0]: Old(*row) for row in duties}
        for pk, name in DutyWording.objects.as_of(self.day).filter(duty__in=ids).values_list("duty_id", "name"):
            olds[pk].name = name
        for pk, scheme, value in (
            DutyCode.objects.as_of(self.day).filter(duty__in=ids).values_list("duty_id", "scheme", "value")
        ):
            olds[pk].codes[scheme] = value
        rows = Particulars.objects.as_of(self.day).filter(duty__in=ids).values_list("duty_id", "body_id", "said")
        for pk, body, told in rows:
            olds[pk].told[body] = told
        for pk in DutySegment.objects.as_of(self.day).filter(duty__in=ids).values_list("duty_id", flat=True):
            olds[pk].divided = True
        return olds

    # -- deciding --
    def settle(self, want: Want) -> Settled | None:
        """None when the row cannot be taken; its findings say why."""
        here = f"第{want.said.no}行"
        words = (want.kind, want.type, fold(want.name), want.owner)
        found = self._of_register(want)
        if found is None and not want.said.refused:
            found = self._of_file(want, words)
        if want.said.refused:
            return None
        if found is None:
            key = self._key(want)
            found = Settled(key, want.as_plan(key, self.day))
        if want.code:
            self.file_codes.enter((want.scheme, want.code), (found.ref, want.name, here))
        self.file_names.enter(words, (found.ref, want.code, here))
        return found

    def _of_register(self, want: Want) -> Settled | None:
        old = self.by_code.get(want.code) if want.code else None
        if old is not None:
            return self._same_code(want, old)
        named = [o for o in self.by_name.get((want.kind, want.type, fold(want.name)), []) if o.id not in want.barred]
        free = [o for o in named if not want.code or want.scheme not in o.codes]
        if len(free) > 1:
            many = "、".join(filter(None, (next(iter(o.codes.values()), "") for o in free)))
            why = f"登记中有{len(free)}项职责都叫这个名字" + (f"（{many}）" if many else "")
            want.said.fault(want.column, why, "请补填事项代码")
            return None
        if named and not free:
            other = named[0].codes.get(want.scheme, "")
            want.said.fault(
                want.column, f"登记中另有同名事项（代码{other}）", "请核对是否同一事项；如是，请改用登记的代码", WARNING
            )
            return None
        if not free:
            return None
        return Settled(free[0].id, None, self._parallel(want, free[0]), free[0])

    def _same_code(self, want: Want, old: Old) -> Settled | None:
        if fold(old.name) == fold(want.name):
            return Settled(old.id, old=old)
        if similarity(old.name, want.name) < ALIKE:
            why = f"代码{want.code}已登记为“{short(old.name)}”，与本行名称不是一回事"
            want.said.fault(want.code_column, why, "请核对代码；确为改名的，请办理修改表述")
            return None
        why = f"名称与登记的“{short(old.name, 60)}”不同，按代码归为同一事项，登记的名称不变"
        want.said.fault(want.column, why, "如应改名，请办理修改表述", WARNING)
        return Settled(old.id, old=old)

    def _parallel(self, want: Want, old: Old) -> tuple[str, str] | None:
        """The name is known, the code is not: one more of its parallel codes, said aloud."""
        if not want.code or (want.scheme, want.code) in self.file_codes:
            return None
        want.said.fault(
            want.code_column, "按名称归到已登记的事项，这个代码作为并行代码补登", "请核对是否同一事项", WARNING
        )
        return want.scheme, want.code

    def _of_file(self, want: Want, words: tuple[str, str, str, int]) -> Settled | None:
        if want.code and (seen := self.file_codes.get((want.scheme, want.code))):
            ref, name, where = seen
            if fold(name) != fold(want.name):
                why = f"与{where}代码相同而名称不同（“{short(name)}”）"
                want.said.fault(want.code_column, why, "请改正其中一行的代码或名称")
                return None
            return Settled(ref)
        if seen := self.file_names.get(words):
            ref, code, where = seen
            if code == want.code:
                return Settled(ref)
            want.said.fault(want.column, f"与{where}名称重复而代码不同", "请核对是否同一事项重复登记", WARNING)
        return None

    def _key(self, want: Want) -> str:
        """The code where there is one and it is free, else a serial of this import."""
        key = _slug(want.code) or self._serial(want)
        while key in self.keys or key in self.file_keys:
            key = self._serial(want) if key == _slug(want.code) else key + "b"
        self.file_keys.enter(key, True)
        return key

    def _serial(self, want: Want) -> str:
        return f"{self.prefix}-{want.said.no}-{want.kind}"

    @property
    def tentative(self) -> list[Tentative[Any, Any]]:
        return [self.file_keys, self.file_codes, self.file_names]


def _slug(code: str) -> str:
    return re.sub(r"[^\w-]", "-", code)[:100]
