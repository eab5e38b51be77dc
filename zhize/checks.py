"""`bin/test`: everything CI checks, in order, and pytest's own summary last. With arguments: pytest alone, with those."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from zhize import postgres
from zhize.keeper import Trouble
from zhize.paths import CHECKOUT, PACKAGE

PYTHON = [sys.executable, "-P", "-m"]
LONGEST = 100  # lines shown of a check that failed
DJANGO = [*PYTHON, "django"]
STAGES = {
    "格式 ruff format": [*PYTHON, "ruff", "format", "--check", "--output-format", "concise", "."],
    "写法 ruff check": [*PYTHON, "ruff", "check", "--quiet", "--output-format", "concise", "."],
    "类型 mypy": [*PYTHON, "mypy"],
    "层次 import-linter": [sys.executable, "-P", "-c", "from importlinter.cli import lint_imports_command as c; c()"],
    "迁移 makemigrations --check": [*DJANGO, "makemigrations", "--check", "--dry-run"],
    "部署 check --deploy": [*DJANGO, "check", "--deploy", "--fail-level", "WARNING"],
    "文档 zhize docs --check": [*PYTHON, "zhize.cli", "docs", "--check"],
}


def main() -> None:
    os.chdir(CHECKOUT)
    try:
        sys.exit(_pytest(sys.argv[1:], os.environ) if sys.argv[1:] else _everything())
    except Trouble as trouble:
        sys.exit(str(trouble))


def _everything() -> int:
    """The static checks two at a time (this is a two-core world), told in order; then the tests."""
    with _own_ground() as environment:
        with ThreadPoolExecutor(2) as pool:
            running = [pool.submit(_check, name, command, environment) for name, command in _present().items()]
            failed = [check.name for check in (future.result() for future in running) if not _told(check)]
        if failed:
            environment["ZHIZE_FAILED_STAGES"] = "、".join(failed)
        _heading("测试 pytest")
        code = _pytest(["-n", str(min(os.cpu_count() or 2, 4)), "--dist", "loadfile"], environment)
    return code or bool(failed)


def _present() -> dict[str, list[str]]:
    has_docs = any(PACKAGE.glob("*/management/commands/docs.py"))
    return {name: command for name, command in STAGES.items() if has_docs or "docs" not in command}


@contextmanager
def _own_ground() -> Iterator[dict[str, str]]:
    """A database and a data directory for this run alone; the developer's own are not touched."""
    with tempfile.TemporaryDirectory(prefix="zhize-checks-") as home:
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "zhize.settings", "ZHIZE_DATA": home}
        if "DATABASE_URL" in environment:
            yield environment
            return
        with postgres.ensure(Path(home) / "database", throw_away=True) as cluster:
            yield environment | {"DATABASE_URL": cluster.dsn}


@dataclass(frozen=True)
class Check:
    name: str
    code: int
    words: str
    seconds: float


def _check(name: str, command: list[str], environment: dict[str, str]) -> Check:
    began = time.monotonic()
    done = subprocess.run(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return Check(name, done.returncode, done.stdout, time.monotonic() - began)


def _told(check: Check) -> bool:
    _heading(f"{check.name}　{'没有通过' if check.code else '通过'}（{check.seconds:.1f} 秒）")
    if check.code:
        lines = check.words.rstrip().splitlines()
        cut = [f"… 还有 {len(lines) - LONGEST} 行"] if len(lines) > LONGEST else []
        print("\n".join([*lines[:LONGEST], *cut]), flush=True)
    return check.code == 0


def _heading(text: str) -> None:
    print(f"── {text}", flush=True)


def _pytest(arguments: list[str], environment: "os._Environ[str] | dict[str, str]") -> int:
    return subprocess.run([*PYTHON, "pytest", *arguments], env=dict(environment)).returncode


if __name__ == "__main__":
    main()
