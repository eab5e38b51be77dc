"""The nouns of an import: a line of the file, a row with named values, a finding, a judgement."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

ERROR, WARNING, NOTE = "E", "W", "I"
TAKEN, REFUSED, SKIPPED = "taken", "refused", "skipped"


@dataclass(frozen=True)
class Line:
    """One line of a sheet as it stood; `spanned` when its first cell is merged across the table."""

    no: int
    cells: list[str]
    spanned: bool = False

    @property
    def distinct(self) -> set[str]:
        return {c for c in self.cells if c}


@dataclass
class Sheet:
    """One sheet of a book; its lines are read once. `total` is None when it is not known beforehand."""

    name: str
    lines: Iterable[Line]
    total: int | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Finding:
    """What is wrong or doubtful: where, which value, why, and what to do instead. Only an E keeps the row out."""

    row: int | None
    column: str
    value: str
    why: str
    instead: str
    severity: str = ERROR
    sheet: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "why": self.why,
            "instead": self.instead,
            "severity": self.severity,
            "sheet": self.sheet,
        }

    def sentence(self) -> str:
        where = "".join([f"“{self.sheet}”" if self.sheet else "", f"第{self.row}行" if self.row else "", self.column])
        value = f"“{short(self.value)}”" if self.value else ""
        return f"{where}{value}：{self.why.rstrip('。')}。" + (f"{self.instead.rstrip('。')}。" if self.instead else "")


@dataclass
class Said:
    """A data row: what stands in each known column, and what was found while reading it."""

    line: Line
    sheet: str
    table: str
    values: dict[str, str]
    headers: dict[str, str]
    section: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def no(self) -> int:
        return self.line.no

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    def fault(self, name: str, why: str, instead: str, severity: str = ERROR, value: str | None = None) -> None:
        """Note a finding on a column; `name` that is no known field is taken as the column's own words."""
        said = self.get(name) if value is None else value
        column = self.headers.get(name, LABELS.get(name, name))
        self.findings.append(Finding(self.no, column, short(said, 200), why, instead, severity, self.sheet))

    @property
    def refused(self) -> bool:
        return any(f.severity == ERROR for f in self.findings)


@dataclass
class Judged:
    """A line with its verdict: what it will do to the register (`plan`) and how it was understood (`shown`)."""

    line: Line
    sheet: str
    verdict: str
    reason: str = ""
    plan: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


K = TypeVar("K")
V = TypeVar("V")


class Tentative(dict[K, V]):
    """What the rows so far brought; what a row added is taken back when the row turns out refused."""

    def __init__(self) -> None:
        super().__init__()
        self._added: list[K] = []

    def begin(self) -> None:
        self._added = []

    def enter(self, key: K, value: V) -> None:
        """The first to enter a key keeps it."""
        if key not in self:
            self[key] = value
            self._added.append(key)

    def take_back(self) -> None:
        for key in self._added:
            del self[key]
        self._added = []


Progress = Callable[[str, int, int | None], None]  # stage, done so far, total when known
LABELS: dict[str, str] = {}  # field → its usual heading; filled by the kinds


def quiet(stage: str, done: int, total: int | None) -> None:
    """No progress shown."""


def short(text: str, longest: int = 40) -> str:
    """A value as it is quoted in a sentence: one line, cut where it is long."""
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"
