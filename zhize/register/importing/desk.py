"""The desk an import is read at: whose paper, which day and place, and what the register already knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from zhize.kernel.errors import Refusal
from zhize.kernel.text import fold
from zhize.places.models import Place
from zhize.places.queries import chain_of, root_place
from zhize.policy.queries import require_competence
from zhize.record.models import Instrument
from zhize.register.importing.laws import Statutes
from zhize.register.importing.names import Known, Match, Roster
from zhize.register.importing.places import Gazetteer
from zhize.register.importing.terms import WARNING, Finding, Said
from zhize.register.models import Body
from zhize.register.queries.schemes import scheme_on
from zhize.register.subjects import subject_of


@dataclass
class Desk:
    """`own` is the body whose list it is; `receiver` the body a hand-over goes to, where the table does not say."""

    day: date
    place: Place | None = None
    paper: Instrument | None = None
    own_name: str = ""
    receiver: str = ""
    findings: list[Finding] = field(default_factory=list)
    _may: dict[tuple[str, str, int | None], str] = field(default_factory=dict)

    @cached_property
    def places(self) -> Gazetteer:
        return Gazetteer(self.place, self.day)

    @cached_property
    def roster(self) -> Roster:
        return Roster(self.places, self.day)

    @cached_property
    def laws(self) -> Statutes:
        return Statutes(self.day)

    @cached_property
    def classes(self) -> dict[str, str]:
        """How power items were classed on the paper's day: folded name → today's type."""
        chain = chain_of(self.place.pk, self.day) if self.place else [root_place(self.day).pk]
        then = scheme_on(self.day, chain)
        return {fold(name): now for name, now in then.classes} if then else {}

    @cached_property
    def own(self) -> Known | None:
        if not self.own_name:
            return None
        found = self.roster.match(self.own_name)
        if not found.bodies:
            self.findings.append(Finding(None, "部门", self.own_name, found.why, found.instead))
        return found.bodies[0] if found.bodies else None

    def bodies(self, said: Said, column: str) -> list[Known]:
        """The bodies a cell names, faults noted; the list's own body where the cell is blank."""
        text = said.get(column)
        if not text.strip():
            if self.own is None:
                why, what = "没有写明实施主体，标题里也看不出是哪个部门的清单", "请补填，或指明是哪个部门的清单"
                said.fault(column, why, what)
            return [self.own] if self.own else []
        found, lost = self.roster.all_of(text)
        for match in lost:
            said.fault(column, match.why, match.instead)
        self._say_notes(said, column, [m for _, m in found])
        return list({b.id: b for b, _ in found}.values())

    def _say_notes(self, said: Said, column: str, matches: list[Match]) -> None:
        for note in dict.fromkeys(m.note for m in matches if m.note):
            said.fault(column, note, "请核对是否同一机构", WARNING)

    def competent(self, said: Said, column: str, act: str, subject: str, place: int | None, day: date) -> bool:
        """May this import's paper do that? Asked once per subject and place; without a paper it is asked on acceptance."""
        if self.paper is None:
            return True
        key = (act, subject, place)
        if key not in self._may:
            self._may[key] = self._refusal(act, subject, place, day)
        if self._may[key]:
            said.fault(column, self._may[key], "请用有权机关的文件作为这次导入的依据")
        return not self._may[key]

    def _refusal(self, act: str, subject: str, place: int | None, day: date) -> str:
        keys = [Place.objects.get(pk=place).key] if place else []
        try:
            require_competence(act, subject, self.paper, day, keys)  # type: ignore[arg-type]
        except Refusal as refusal:
            said = refusal.as_dict()
            return f"{said['what']}（{said['why']}）" if said["why"] else said["what"]
        return ""


def subject(body: Known) -> str:
    return subject_of(Body.Kind(body.kind), body.level)
