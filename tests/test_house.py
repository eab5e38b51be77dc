"""The house keeps its own rules: one act one word, every word in the glossary, no place in the code, imports point down.

What it reads is the code and docs/glossary.md; no database.
"""

from __future__ import annotations

import ast
import csv
import gzip
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver

from tests.pack_rows import PACKS, instruments, read
from zhize.kernel.errors import Refusal
from zhize.register.access import RIGHTS
from zhize.register.models import Capacity, Mode, Seat
from zhize.site.commands import books
from zhize.site.documents import all_acts, lifecycle_modules, our_apps, workflows
from zhize.site.thirty import KEPT, LATER, SAYS

ROOT = Path(__file__).resolve().parent.parent


# -- the glossary ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Word:
    """One row: the Chinese, and the identifiers it stands for."""

    chinese: str
    identifiers: tuple[str, ...]
    where: str


TRADE = "## 常见说法"  # below it are sayings, which point at several words


def words() -> list[Word]:
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8").split(TRADE)[0]
    rows = [[c.strip() for c in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")]
    return [Word(r[0], tuple(re.findall(r"`([^`]+)`", r[1])), r[2]) for r in rows if r[0] not in ("中文", "---")]


def known() -> set[str]:
    return {name for word in words() for name in word.identifiers}


def test_a_word_stands_once() -> None:
    assert not [w for w, n in Counter(w.chinese for w in words()).items() if n > 1]
    assert not [i for i, n in Counter(i for w in words() for i in w.identifiers).items() if n > 1]


def test_every_noun_is_in_the_glossary_as_the_screen_says_it() -> None:
    chinese = {name: word.chinese for word in words() for name in word.identifiers}
    models = {m.__name__: str(m._meta.verbose_name) for c in our_apps() for m in c.get_models()}
    assert {name: chinese.get(name) for name in models} == models


def test_every_act_is_in_the_glossary() -> None:
    assert {f"{act.app}.{act.word}" for act in all_acts()} - known() == set()


def test_every_role_capacity_and_mode_is_in_the_glossary() -> None:
    wanted = {f"{kind.__name__}.{name}" for kind in (Seat.Role, Capacity, Mode) for name in kind.names}
    assert wanted - known() == set()


def test_every_state_is_in_the_glossary() -> None:
    flows = [pair for module in lifecycle_modules() for pair in workflows(module)]
    assert {f"{name}.{state}" for name, flow in flows for state in flow.states} - known() == set()


def test_the_glossary_names_no_act_that_is_gone() -> None:
    acts = {f"{act.app}.{act.word}" for act in all_acts()}
    apps = {c.label for c in our_apps()}
    named = {name for name in known() if name.split(".")[0] in apps and name.count(".") == 1}
    assert named - acts == set()


def test_the_glossary_knows_where_things_live() -> None:
    assert not [w for w in words() if not (ROOT / "zhize" / w.where).exists()]


# -- one act, one word -------------------------------------------------------------------------------------------------
def patterns(below: list[URLPattern | URLResolver], app: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address, with the app whose map it stands on."""
    for entry in below:
        if isinstance(entry, URLResolver):
            yield from patterns(entry.url_patterns, entry.namespace or entry.app_name or app)
        else:
            yield app, entry


def addresses() -> list[tuple[str, str, str]]:
    """(app, name, function) of every named address of ours."""
    found = patterns(get_resolver("zhize.urls").url_patterns)
    return [(app, entry.name, getattr(entry.callback, "__name__", "")) for app, entry in found if app and entry.name]


def test_an_act_has_one_word_from_its_address_to_its_function() -> None:
    """`/desk/cases/4711/dispatch` is named dispatch, calls the view dispatch, which calls the act dispatch."""
    acts = {(act.app, act.word) for act in all_acts()}
    split = [(app, name, view) for app, name, view in addresses() if (app, name) in acts and view != name]
    split += [(app, name, view) for app, name, view in addresses() if (app, view) in acts and view != name]
    assert not split


def test_every_step_of_a_lifecycle_is_an_act() -> None:
    for module in lifecycle_modules():
        app = module.__name__.split(".")[1]
        acts = {act.word for act in all_acts() if act.app == app}
        steps = {step.split(":")[0] for _, flow in workflows(module) for step in flow.steps}
        assert steps - acts == set()


def test_every_right_is_the_right_to_an_act() -> None:
    """Looking and changing one's own are rights of narrower reach to the same act (`look_own` to `look`)."""
    acts = {f"{act.app}.{act.word}" for act in all_acts()}
    assert {right.removesuffix("_own") for right in RIGHTS} - acts == set()


ASKED_AS = {"cases.receive_many": "cases.receive"}  # who may take one message in may take a batch


def test_every_act_has_a_right() -> None:
    """Who may do it stands in `access.RIGHTS`; one that nobody but the machine does has no roles. That it is asked for, the
    act decorator itself sees to."""
    assert {ASKED_AS.get(name, name) for name in (f"{act.app}.{act.word}" for act in all_acts())} - set(RIGHTS) == set()


def test_every_act_says_what_it_does() -> None:
    assert not [f"{act.app}.{act.word}" for act in all_acts() if not (act.function.__doc__ or "").strip()]


def test_every_act_has_a_name_on_screen() -> None:
    assert [f"{act.app}.{act.word}" for act in all_acts() if not act.label or act.label == act.word] == []


# -- no place in the code ----------------------------------------------------------------------------------------------
SHORTEST = 3  # characters: 城区 and 郊区 are counties somewhere, and words everywhere


def place_names() -> set[str]:
    """Names of all divisions the packs know, whole; those of the demonstration city's province also without 市、区、县."""
    with gzip.open(PACKS / "national/places/areas-history.csv.gz", "rt", encoding="utf-8-sig") as lines:
        rows = [(r[0], r[3]) for r in list(csv.reader(lines))[1:]]
    city = {code[:2] for path in PACKS.glob("*/pack.toml") if (code := _place(path)) and code != "000000"}
    short = {re.sub(r"[省市区县]$", "", name) for code, name in rows if code[:2] in city and code.endswith("00")}
    return {name for _, name in rows if len(name) >= SHORTEST} | {name for name in short if len(name) > 1}


def _place(path: Path) -> str:
    found = re.search(r'^place = "(\d+)"', path.read_text("utf-8"), re.MULTILINE)
    return found[1] if found else ""


def spoken(path: Path) -> Iterator[str]:
    """Every string of a module that the program says or compares; docstrings may give examples."""
    tree = ast.parse(path.read_text("utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {id(n.body[0].value) for n in ast.walk(tree) if isinstance(n, documented) and _has_docstring(n)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def _has_docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return bool(node.body) and isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)


def sources() -> list[Path]:
    return [p for p in (ROOT / "zhize").rglob("*.py") if not {"tests", "migrations"} & set(p.parts)]


def test_no_place_is_named_in_the_code() -> None:
    names = re.compile("|".join(map(re.escape, sorted(place_names(), key=len, reverse=True))))
    said = [(p.relative_to(ROOT), m[0]) for p in sources() for text in spoken(p) if (m := names.search(text))]
    assert not said, "A place belongs into a pack, not into the code"


def test_no_paper_of_a_city_or_province_is_named_in_the_code() -> None:
    """Papers of packs below the nation: the loader asks the pack which to cite."""
    national = {row["key"] for row in read("national", "instruments.toml")["instrument"]}
    below = set(instruments()) - national
    ours = {key.split("-")[0] for key in below if len(key.split("-")[0]) == 2} - {k.split("-")[0] for k in national}
    starts = tuple(f"{prefix}-" for prefix in sorted(ours))
    assert starts
    said = [(p.relative_to(ROOT), text) for p in sources() for text in spoken(p)]
    assert not [found for found in said if found[1] in below or found[1].startswith(starts)]


# -- the thirty invariants ---------------------------------------------------------------------------------------------
def test_each_of_the_thirty_is_kept_somewhere_or_waits_for_an_app() -> None:
    in_books = {rule.no for book in books() for rule in book}
    assert set(SAYS) == set(range(1, 31))
    assert set(SAYS) - in_books - set(KEPT) == set(LATER)
    assert not [app for app in LATER.values() if (ROOT / "zhize" / app).exists()], "its rules can join now"


def test_what_is_said_to_keep_an_invariant_is_there() -> None:
    constraints = {c.name for config in our_apps() for m in config.get_models() for c in m._meta.constraints}
    for kind, name in (place.split(":") for places in KEPT.values() for place in places):
        module, _, word = name.rpartition(".")
        assert name in constraints if kind == "constraint" else hasattr(import_module(f"zhize.{module}"), word), name


# -- floors, documents -------------------------------------------------------------------------------------------------
def test_imports_point_down() -> None:
    command = "from importlinter.cli import lint_imports_command as c; c()"
    done = subprocess.run([sys.executable, "-P", "-c", command], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:]


def test_a_stale_document_is_named(tmp_path: Path) -> None:
    call_command("docs", into=str(tmp_path))
    call_command("docs", into=str(tmp_path), check=True)
    (tmp_path / "rules.md").write_text("anything else")
    with pytest.raises(Refusal, match=r"rules\.md"):
        call_command("docs", into=str(tmp_path), check=True)


def test_every_floor_says_what_it_is() -> None:
    """A README in each app: its nouns, acts, invariants and articles on one screen."""
    floors = [Path(c.path) for c in our_apps()] + [ROOT / "zhize" / "kernel"]
    sizes = {
        p.name: len((p / "README.md").read_text("utf-8").splitlines()) if (p / "README.md").exists() else 0
        for p in floors
    }
    assert not [name for name, lines in sizes.items() if not 5 <= lines <= 80], sizes
