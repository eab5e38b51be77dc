"""Rules as a numbered book: each names its article and says in one sentence what is wrong with what was touched.

Spec domain §11 (invariants run on every act and nightly). A rule's check is handed what was touched (None = everything)
and yields `(rows, params)`: the keys of the rows at fault and the values for the rule's sentence.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from zhize.kernel.errors import fill

Severity = Literal["E", "W"]
Touched = Collection[str] | None
Hit = tuple[list[str], Mapping[str, Any]]
Check = Callable[[Touched], Iterable[Hit]]


@dataclass(frozen=True)
class Rule:
    """One thing that must hold (E) or deserves a look (W), with the article it stands on."""

    no: int
    name: str
    severity: Severity
    article: str
    says: str  # Simplified Chinese, with {named} places
    check: Check = field(compare=False)

    def run(self, touched: Touched = None) -> "Iterator[Finding]":
        """A hit may bring its own `severity`, where policy makes of a warning an error."""
        for rows, params in self.check(touched):
            severity = cast(Severity, params.get("severity", self.severity))
            yield Finding(self, list(rows), fill(self.says, dict(params)), severity)


@dataclass(frozen=True)
class Finding:
    """A rule that did not hold, for these rows, in one sentence."""

    rule: Rule
    rows: list[str]
    says: str
    severity: Severity = "E"

    @property
    def is_error(self) -> bool:
        return self.severity == "E"

    def as_dict(self) -> dict[str, Any]:
        rule = self.rule
        head = {"no": rule.no, "name": rule.name, "severity": self.severity, "article": rule.article}
        return {**head, "rows": self.rows, "says": self.says}


class RuleBook(list[Rule]):
    """The rules of one floor in the order of their numbers."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        super().__init__()
        for rule in rules:
            self.append(rule)

    def append(self, rule: Rule) -> None:
        """A number may stand twice, where the specification asks two things in one sentence; a name never."""
        if any(rule.name == other.name for other in self):
            raise ValueError(f"rule {rule.name} is in the book already")
        super().append(rule)
        self.sort(key=lambda entry: entry.no)

    def rule(self, no: int, name: str, severity: Severity, *, article: str, says: str) -> Callable[[Check], Check]:
        """Write the decorated check into the book."""

        def write(check: Check) -> Check:
            self.append(Rule(no, name, severity, article, says, check))
            return check

        return write

    def run(self, touched: Touched = None) -> list[Finding]:
        """Every finding of every rule; `touched` narrows the look to the rows of one act."""
        return [finding for rule in self for finding in rule.run(touched)]
