"""Make a database fit to serve: its tables, the packs and the demonstration town, and the collected static files.

Run by `bin/serve` as a process of its own, and by `zhize prepare`. Each step that finds nothing to do costs a look.
Progress goes to stderr, a line a stage; stdout carries the demonstration sign-ins alone.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zhize.environment import stage

ONE_AT_A_TIME = 0x7A68697A65  # "zhize": the advisory lock under which only one process prepares a database


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhize.settings")
    import django

    django.setup()
    prepare()
    show_sign_ins()


def prepare(*, loading: bool = True) -> None:
    """1 tables · 2 packs and town, into an empty register · 3 static files."""
    with _alone():
        _migrate()
        if loading:
            _load()
    _collect_static()
    _remember()


def is_prepared(data_dir: Path) -> bool:
    """For the supervisor, without Django: has this very code prepared this very cluster?"""
    try:
        return bool(json.loads((data_dir / "prepared.json").read_text()) == _fingerprint(data_dir))
    except (OSError, ValueError):
        return False


def show_sign_ins() -> None:
    from django.core.management import call_command, get_commands

    if "signins" in get_commands():
        call_command("signins")


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        with stage(f"更新数据库结构（{len(plan)} 步）"):
            call_command("migrate", interactive=False, verbosity=0)


def _load() -> None:
    """A register in which nothing has ever happened is empty: every act, the first load included, leaves an event."""
    from django.core.management import call_command, get_commands

    from zhize.record.models import Event

    wanted = os.environ.get("ZHIZE_LOAD", "1") == "1" and "load" in get_commands()
    if wanted and not Event.objects.exists():
        sys.stderr.write("▸ 载入规则包与演示数据 …\n")
        with stage("载入规则包与演示数据"):
            call_command("load")


def _collect_static() -> None:
    from django.conf import settings
    from django.core.management import call_command

    mark = Path(settings.STATIC_ROOT) / ".collected"
    found = _static_sources()
    if not mark.exists() or mark.read_text() != found:
        with stage("收集静态文件"):
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
            mark.write_text(found)


def _static_sources() -> str:
    from django.contrib.staticfiles.finders import get_finders

    listed = ((storage, name) for finder in get_finders() for name, storage in finder.list([]))
    marks = sorted(f"{name} {storage.size(name)} {storage.get_modified_time(name)}" for storage, name in listed)
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()


@contextmanager
def _alone() -> Iterator[None]:
    """Two programs started on one database at once: the second waits, then finds nothing left to do."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [ONE_AT_A_TIME])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [ONE_AT_A_TIME])


def _remember() -> None:
    from django.conf import settings

    if not os.environ.get("DATABASE_URL"):
        (settings.DATA_DIR / "prepared.json").write_text(json.dumps(_fingerprint(settings.DATA_DIR)))


def _fingerprint(data_dir: Path) -> dict[str, str]:
    """The cluster's own number (first eight bytes of pg_control) and the state of every file that prepares it."""
    package = Path(__file__).parent
    globs = ("*/migrations/*.py", "*/static/**/*", "*/management/commands/load.py")
    files = sorted(path for pattern in globs for path in package.glob(pattern) if path.is_file())
    marks = [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files]
    return {
        "cluster": (data_dir / "postgres" / "global" / "pg_control").read_bytes()[:8].hex(),
        "code": hashlib.sha256("\n".join(marks).encode()).hexdigest(),
    }


if __name__ == "__main__":
    main()
