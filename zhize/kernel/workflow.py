"""A procedure as a table: which step leads where, who may take it, and what must hold (spec cases §2.1–2.2)."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zhize.kernel.errors import Refusal

Guard = Callable[[Any], Refusal | None]
STAY = ""  # a step whose target is STAY leaves the state as it is


@dataclass(frozen=True)
class Step:
    """One verb: from any of `sources` to `target`, by any of `roles` (none = anybody), if every guard is silent."""

    name: str
    sources: frozenset[str]
    target: str = STAY
    roles: frozenset[str] = frozenset()
    guards: tuple[Guard, ...] = ()
    label: str = ""  # Simplified Chinese, for the button
    article: str = ""

    def __init__(
        self,
        name: str,
        sources: Iterable[str],
        target: str = STAY,
        roles: Iterable[str] = (),
        guards: Iterable[Guard] = (),
        label: str = "",
        article: str = "",
    ) -> None:
        put = object.__setattr__
        put(self, "name", name)
        put(self, "sources", _names(sources))
        put(self, "target", target)
        put(self, "roles", _names(roles))
        put(self, "guards", tuple(guards))
        put(self, "label", label or name)
        put(self, "article", article)

    @property
    def act(self) -> str:
        """The act the step belongs to: `review:sent_back` is an outcome of `review`."""
        return self.name.split(":")[0]

    def lands(self, state: str) -> str:
        """The state after the step."""
        return self.target or state


@dataclass(frozen=True)
class Workflow:
    """States (identifier → Chinese label) and the steps between them; a table naming unknown states is refused."""

    states: Mapping[str, str]
    steps: Mapping[str, Step] = field(default_factory=dict)

    def __init__(self, states: Mapping[str, str] | Iterable[str], steps: Iterable[Step]) -> None:
        known = dict(states) if isinstance(states, Mapping) else {state: state for state in states}
        table: dict[str, Step] = {}
        for step in steps:
            if step.name in table:
                raise ValueError(f"step {step.name} is in the table twice")
            _known(step, known)
            table[step.name] = step
        object.__setattr__(self, "states", known)
        object.__setattr__(self, "steps", table)

    def may(self, state: str, step: str, roles: Collection[str] | None = None) -> bool:
        """May this step be taken in this state (and, when roles are given, by one of them)?"""
        return self.refusal(state, step, roles) is None

    def refusal(self, state: str, step: str, roles: Collection[str] | None = None, on: Any = None) -> Refusal | None:
        """Why not, in one sentence: it greys the button and answers the API alike. Guards run when `on` is given."""
        entry = self.steps[step]
        if state not in entry.sources:
            return self._wrong_state(state, entry)
        if roles is not None and entry.roles and entry.roles.isdisjoint(roles):
            return self._wrong_role(entry)
        return next((no for guard in entry.guards if (no := guard(on))), None) if on is not None else None

    def take(self, state: str, step: str, roles: Collection[str] | None = None, on: Any = None) -> str:
        """The state after the step, or the refusal raised."""
        no = self.refusal(state, step, roles, on)
        if no is not None:
            raise no
        return self.steps[step].lands(state)

    def open_steps(self, state: str, roles: Collection[str] | None = None) -> list[Step]:
        """What may be done now, in the order of the table."""
        return [step for step in self.steps.values() if self.may(state, step.name, roles)]

    def ends(self) -> list[str]:
        """States that no step leads out of."""
        moving = {source for step in self.steps.values() if step.target for source in step.sources}
        return [state for state in self.states if state not in moving]

    def reached(self, start: str) -> set[str]:
        """Every state that can come about from `start`."""
        seen, todo = {start}, [start]
        while todo:
            here = todo.pop()
            new = {step.lands(here) for step in self.steps.values() if here in step.sources} - seen
            seen |= new
            todo.extend(new)
        return seen

    def transitions(self) -> list[tuple[str, str]]:
        """Every change of state the table allows, sorted; the database is given the same list (record/schema.py)."""
        pairs = {(source, step.target) for step in self.steps.values() if step.target for source in step.sources}
        return sorted(pair for pair in pairs if pair[0] != pair[1])

    def _wrong_state(self, state: str, step: Step) -> Refusal:
        wanted = "、".join(label for name, label in self.states.items() if name in step.sources)
        return Refusal(
            "现在不能{step}",
            why="当前状态是“{state}”，只有在“{wanted}”时才可以",
            article=step.article,
            code="wrong_state",
            step=step.label,
            state=self.states.get(state, state),
            wanted=wanted,
        )

    def _wrong_role(self, step: Step) -> Refusal:
        return Refusal(
            "您不能{step}",
            why="这一步只能由{roles}办理",
            instead="请转请有权限的岗位办理",
            article=step.article,
            code="wrong_role",
            step=step.label,
            roles="、".join(sorted(step.roles)),
        )


def _names(names: Iterable[str]) -> frozenset[str]:
    return frozenset([names] if isinstance(names, str) else names)


def _known(step: Step, states: Mapping[str, str]) -> None:
    """A misspelt state is a programming error: say so when the table is built, not when a citizen waits."""
    strange = (step.sources | ({step.target} if step.target else frozenset())) - states.keys()
    if strange or not step.sources:
        raise ValueError(f"step {step.name} names unknown states {sorted(strange)} or no source")
