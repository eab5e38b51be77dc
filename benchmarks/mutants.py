"""Would the tests notice? One change at a time is made to a module that needs no database, and its tests are run (measures §12: ≥ 85 %).

`python -m benchmarks.mutants [zhize/kernel/clock.py [TESTS…]]` prints JSON: how many changes the tests noticed, and those they did not,
each by line and in words. A changed comparison, sign, number, truth value, branch or condition, or a statement left out. A test run that does not
end within a minute has noticed too. Some survivors change nothing anybody could see; they are to be read, not counted away."""

from __future__ import annotations

import ast
import copy
import importlib.util
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SECONDS, AT_ONCE = 60, 2
CLOCK, TESTS = (
    "zhize/kernel/clock.py",
    [f"zhize/kernel/tests/test_clock{x}.py" for x in ("", "_korea", "_laws", "words")],
)
COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
RECKONED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.BitOr: ast.BitAnd,
}  # fmt: skip
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}
Change = tuple[str, Callable[[Any], None]]


def run(path: str = CLOCK, *tests: str, quick: bool = False) -> dict[str, Any]:
    tree = ast.parse(Path(path).read_text("utf-8"))
    made = [(n, said) for n, node in enumerate(ast.walk(tree)) for said, _ in _changes(node)]
    wanted = made[:: max(1, len(made) // 6)] if quick else made
    began = time.perf_counter()
    lived = list(_survivors(path, tree, wanted, list(tests) or TESTS))
    return {
        "module": path,
        "changes": len(wanted),
        "noticed": round(1 - len(lived) / len(wanted), 3),
        "unnoticed": lived,
        "seconds": round(time.perf_counter() - began),
        "load": [round(x, 1) for x in os.getloadavg()],
    }


def _survivors(path: str, tree: ast.Module, made: list[tuple[int, str]], tests: list[str]) -> Iterator[str]:
    """A process a change, a few at once; pytest and hypothesis are imported once, before the first fork."""
    import chinese_calendar  # noqa: F401
    import hypothesis  # noqa: F401
    import pytest  # noqa: F401

    running: dict[int, tuple[str, float]] = {}
    for number, said in [*made, (-1, "")]:
        while running and (len(running) >= AT_ONCE or number < 0):
            if (gone := _reaped(running)) is not None:
                yield from gone
        if number >= 0:
            running[_forked(path, tree, number, said, tests)] = (_told(tree, number, said), time.monotonic())


def _reaped(running: dict[int, tuple[str, float]]) -> list[str] | None:
    pid, status = os.waitpid(-1, os.WNOHANG)
    if pid:
        said, _ = running.pop(pid)
        return [said] if os.waitstatus_to_exitcode(status) == 0 else []
    for late in [p for p, (_, began) in running.items() if time.monotonic() - began > SECONDS]:
        os.kill(late, signal.SIGKILL)
    time.sleep(0.02)
    return None


def _forked(path: str, tree: ast.Module, number: int, said: str, tests: list[str]) -> int:
    if pid := os.fork():
        return pid
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    import hypothesis
    import pytest

    hypothesis.settings.register_profile("quick", max_examples=25, derandomize=True, database=None, deadline=None)
    hypothesis.settings.load_profile("quick")
    try:
        _put_in_place(path, _changed(tree, number, said))
        os._exit(pytest.main(["-q", "-x", "-p", "no:django", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]))
    except BaseException:  # a module that cannot even be imported was noticed
        os._exit(1)


def _put_in_place(path: str, tree: ast.Module) -> None:
    name = path.removesuffix(".py").replace("/", ".")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    exec(compile(tree, path, "exec"), module.__dict__)  # noqa: S102


# -- the changes -------------------------------------------------------------------------------------------------------
def _changed(tree: ast.Module, number: int, said: str) -> ast.Module:
    mine = copy.deepcopy(tree)
    node = list(ast.walk(mine))[number]
    next(change for words, change in _changes(node) if words == said)(node)
    return ast.fix_missing_locations(mine)


def _told(tree: ast.Module, number: int, said: str) -> str:
    node = list(ast.walk(tree))[number]
    return f"{getattr(node, 'lineno', 0)}: {said} in {ast.unparse(node)[:90]}"


def _changes(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARED:
        other = COMPARED[type(node.ops[0])]
        yield f"compare by {other.__name__}", lambda n: n.ops.__setitem__(0, other())
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in RECKONED:
        sign = RECKONED[type(node.op)]
        yield f"reckon by {sign.__name__}", lambda n: setattr(n, "op", sign())
    if isinstance(node, ast.BoolOp):
        join = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield f"join by {join.__name__}", lambda n: setattr(n, "op", join())
    if isinstance(node, ast.Constant) and isinstance(node.value, bool | int) and node.value is not None:
        value = (not node.value) if isinstance(node.value, bool) else node.value + 1
        yield f"say {value}", lambda n: setattr(n, "value", value)
    if isinstance(node, ast.IfExp | ast.If | ast.While) and not (isinstance(node, ast.If) and _typing(node)):
        yield "deny the condition", lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLED:
        name = CALLED[node.func.id]
        yield f"ask {name}", lambda n: setattr(n.func, "id", name)
    for field in ("body", "orelse"):
        for at, line in enumerate(getattr(node, field, None) or [] if isinstance(node, ast.stmt) else []):
            if isinstance(line, ast.Expr | ast.AugAssign) and not isinstance(
                getattr(line, "value", None), ast.Constant
            ):
                yield (
                    f"leave out line {line.lineno} ({field})",
                    lambda n, f=field, a=at: getattr(n, f).__setitem__(a, ast.Pass()),
                )


def _typing(node: ast.If) -> bool:
    return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


if __name__ == "__main__":
    print(json.dumps(run(*sys.argv[1:]), ensure_ascii=False, indent=1))
