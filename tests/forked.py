"""The command line in a process of its own, without waiting each time until Python and Django have come up: one process has loaded
everything and does each command in a fork of itself. What a command writes, and how it ends, is the real thing.

`python -m tests.forked` reads a line `{"words", "out", "err"}` for each command and answers with its exit code.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

CHECKOUT = Path(__file__).parent.parent


class CommandLine:
    """`with CommandLine(dsn) as zhize: zhize("who", …)` – each call is a `zhize …` of its own."""

    def __init__(self, dsn: str) -> None:
        env = os.environ | {"DATABASE_URL": dsn, "PYTHONPATH": str(CHECKOUT)}
        words = [sys.executable, "-m", "tests.forked"]
        self.ready = subprocess.Popen(
            words, env=env, cwd=CHECKOUT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __enter__(self) -> CommandLine:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.ready.communicate()

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        asks, answers = self.ready.stdin, self.ready.stdout
        assert asks is not None and answers is not None
        with tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            print(json.dumps({"words": words, "out": str(out), "err": str(err)}), file=asks, flush=True)
            code = int(answers.readline())
            return subprocess.CompletedProcess(words, code, out.read_text("utf-8"), err.read_text("utf-8"))


def _stand_ready() -> None:
    from zhize import cli

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhize.settings")
    import django
    from django.core.management import get_commands, load_command_class

    django.setup()
    for name, app in get_commands().items():
        if app.startswith("zhize."):
            load_command_class(app, name)
    for line in sys.stdin:
        _, ended = os.waitpid(_begin(cli, **json.loads(line)), 0)
        print(os.waitstatus_to_exitcode(ended), flush=True)


def _begin(cli: Any, words: list[str], out: str, err: str) -> int:
    if child := os.fork():
        return child
    for number, name in ((1, out), (2, err)):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT), number)
    sys.argv = ["zhize", *words]
    code = _ended(cli, words)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _ended(cli: Any, words: list[str]) -> int:
    try:
        return int(cli.run(words))
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))


if __name__ == "__main__":
    _stand_ready()
