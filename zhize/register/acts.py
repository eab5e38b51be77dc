"""Every act of every app, found by what they are: functions marked as acts. The documents, the API and the tests read here."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

from django.apps import AppConfig, apps

from zhize.record import tellings
from zhize.register.access import RIGHTS, Right, say_roles

KINDS = {"cases": "case"}  # what an app's events touch, where its words are also other apps'
ROOMS_WITHOUT_ACTS = ("tests", "migrations", "management")


@dataclass(frozen=True)
class Act:
    """One verb: its word, its app, the function, and the right that guards it."""

    word: str
    app: str
    function: Callable[..., Any]

    @property
    def right(self) -> Right | None:
        return RIGHTS.get(f"{self.app}.{self.word}")

    @property
    def label(self) -> str:
        """What it is called in Chinese."""
        return self.right.label if self.right else tellings.name_of_act(self.word, [f"{KINDS.get(self.app, '')}:"])

    @property
    def who(self) -> str:
        right = self.right
        if right is None:
            return ""
        others = [word for word, may in (("来件人", right.public), ("系统", right.machine)) if may]
        return "、".join([*filter(None, [say_roles(right.roles)]), *others])

    @property
    def parameters(self) -> list[str]:
        """What it is told, without `by` and `now`, which every act is handed."""
        found = inspect.signature(self.function).parameters.values()
        return [p.name + ("?" if p.default is not p.empty else "") for p in found if p.name not in ("by", "now")]

    @property
    def name(self) -> str:
        return f"{self.app}.{self.word}"

    @property
    def says(self) -> str:
        """The first sentence of its docstring, whole even where it runs over a line."""
        said = " ".join((inspect.getdoc(self.function) or "").split("\n\n")[0].split())
        return said.split(". ")[0].rstrip(".") + "." if said else ""


def all_acts() -> list[Act]:
    """Every act of every app, by app and word."""
    found = {
        Act(name, config.label, value)
        for config in our_apps()
        for module in _writing_modules(config)
        for name, value in vars(module).items()
        if getattr(value, "is_act", False) and value.__module__ == module.__name__
    }
    return sorted(found, key=lambda a: (a.app, a.word))


def _writing_modules(config: AppConfig) -> Iterator[ModuleType]:
    """The app's modules in which an act can stand: those that say so in their source."""
    for found in walk_packages(import_module(config.name).__path__, f"{config.name}."):
        spec = None if set(ROOMS_WITHOUT_ACTS) & set(found.name.split(".")) else find_spec(found.name)
        if spec and spec.origin:
            with open(spec.origin, encoding="utf-8") as source:
                text = source.read()
            if "\n@act\n" in text or ".is_act = True" in text:
                yield import_module(found.name)


def our_apps() -> list[AppConfig]:
    """This project's apps, the ground first."""
    return [c for c in apps.get_app_configs() if c.name.startswith("zhize.")]
