"""The kernel is plain Python: no framework, no clock, no input or output; and it is tidy and typed."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

KERNEL = Path(__file__).parents[1]
FILES = sorted(path for path in KERNEL.rglob("*.py") if "tests" not in path.parts)
ALLOWED = {
    "bisect", "calendar", "collections", "dataclasses", "datetime", "functools", "hashlib", "itertools", "re", "typing",
    "unicodedata", "zoneinfo", "numpy", "numba", "concurrent", "contextlib", "gc", "__future__", "opencc", "stdnum", "zhize",
    "math", "scipy", "rjieba",
}  # fmt: skip
CLOCKS = {"now", "utcnow", "today", "time_ns", "monotonic", "perf_counter"}


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_is_imported_but_plain_python_and_the_kernel(path: Path) -> None:
    names = set(imports(ast.parse(path.read_text(encoding="utf-8"))))
    assert {name.split(".")[0] for name in names} <= ALLOWED
    assert all(name.startswith("zhize.kernel") for name in names if name.startswith("zhize"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_reads_a_clock_or_the_outside(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    assert not {call.attr for call in calls if isinstance(call, ast.Attribute)} & CLOCKS
    assert not {call.id for call in calls if isinstance(call, ast.Name)} & {"open", "print", "input"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    assert len(text.splitlines()) < 400
    assert all((node.end_lineno or 0) - node.body[0].lineno < 30 for node in functions)


def test_ruff_has_nothing_to_say() -> None:
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run([sys.executable, "-m", "ruff", *command, str(KERNEL)], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def test_mypy_has_nothing_to_say_at_its_strictest() -> None:
    command = [sys.executable, "-m", "mypy", "--config-file=", "--strict", "--ignore-missing-imports", *map(str, FILES)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=KERNEL.parents[1])
    assert done.returncode == 0, done.stdout
