"""`zhize`: the command line. Django's management with our commands, and `--help` as a table of contents.

A command says of itself (class attributes, all optional but `help`):
  help            its one line here, in Chinese        group           one of GROUPS below; else its app's
  needs_database  False for one that works without     (exit codes: 0 done · 1 failed · 2 bad input · 3 conflict or gap)
"""

import contextlib
import difflib
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from zhize import arguments, postgres
from zhize.keeper import Trouble
from zhize.paths import CHECKOUT

GROUPS = {
    "who": "问：这件事归谁管，依据哪份文件",
    "register": "登记：机构、职责、区划与依据",
    "cases": "办件：从收到到评价",
    "operate": "运行与维护",
    "develop": "开发",
}
GROUP_OF_APP = {"cases": "cases", "register": "register", "places": "register", "policy": "register"}
OWN = {  # commands that are not Django's
    "serve": ("operate", "启动网页、后台作业与数据库（--host、--port）"),
    "prepare": ("operate", "建表、载入规则包与演示数据、收集静态文件（serve 会自动做）"),
}
DJANGO = {  # Django's own that an office or a developer needs; the rest work too, unlisted
    "migrate": ("operate", "更新数据库结构"),
    "createsuperuser": ("operate", "建立管理员账号"),
    "changepassword": ("operate", "修改某个账号的密码"),
    "axes_reset": ("operate", "解除因多次输错密码而锁定的账号"),
    "dbshell": ("operate", "打开数据库的 SQL 命令行"),
    "check": ("develop", "检查设置（check --deploy 检查对外部署是否安全）"),
    "makemigrations": ("develop", "按模型的改动写出迁移文件"),
    "shell": ("develop", "打开装好本系统的 Python 命令行"),
}
WITHOUT_DATABASE = {
    "check",
    "collectstatic",
    "compilemessages",
    "makemessages",
    "makemigrations",
    "findstatic",
    "diffsettings",
}
UNPREPARED = {"migrate", "flush", "sqlmigrate", "showmigrations", "dbshell", "inspectdb", "sqlflush"}


def main() -> None:
    sys.exit(run(sys.argv[1:]))


def run(given: list[str]) -> int:
    """Every way a command can end, as an exit code and at most one sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhize.settings")
    arguments.speak_chinese()
    try:
        return _dispatch(given)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `zhize … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Trouble as trouble:
        return _say(str(trouble), 1)
    except Exception as error:
        return _explain(error)


def _dispatch(given: list[str]) -> int:
    name, rest = (given[0], given[1:]) if given else ("--help", [])
    if name in ("help", "--help", "-h") and not rest:
        print(contents())
        return 0
    if name in ("help", "--help", "-h"):
        name, rest = rest[0], ["--help"]
    if name in ("version", "--version"):
        print(version())
        return 0
    if name == "serve":
        from zhize import serve

        serve.main(rest)
        return 0
    return _prepare_only() if name == "prepare" else _manage(name, rest)


def _prepare_only() -> int:
    with _database():
        from zhize import prepare

        prepare.main()
    return 0


def _manage(name: str, rest: list[str]) -> int:
    import django
    from django.core.management import get_commands, load_command_class

    django.setup()
    app = get_commands().get(name)
    if app is None:
        return _unknown(name)
    command = load_command_class(app, name) if isinstance(app, str) else app
    if _wants_no_database(name, command, rest):
        command.run_from_argv(["zhize", name, *rest])
        return 0
    _check_usage(command, name, rest)
    with _database():
        _first_use(name)
        command.run_from_argv(["zhize", name, *rest])
    return 0


def _check_usage(command: Any, name: str, rest: list[str]) -> None:
    """A mistyped option is said before a server is started for it."""
    command._called_from_command_line = True
    command.create_parser("zhize", name).parse_args(rest)


def _wants_no_database(name: str, command: Any, rest: list[str]) -> bool:
    asks = {"-h", "--help", "--version"} & set(rest)
    needs = getattr(command, "needs_database", True)  # or a question, where a command has several words
    return bool(asks) or name in WITHOUT_DATABASE or not (needs(rest) if callable(needs) else needs)


@contextlib.contextmanager
def _database() -> Iterator[None]:
    """The embedded one is used where it runs, else started for as long as this command lasts."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    from django.conf import settings

    with postgres.ensure(settings.DATA_DIR, say=lambda text: print(f"▸ {text} …", file=sys.stderr)):
        try:
            yield
        finally:
            _close_connections()


def _close_connections() -> None:
    """The pool too: its threads must be gone before the server is."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        close_pool: Callable[[], None] = getattr(connection, "close_pool", lambda: None)
        close_pool()


def _first_use(name: str) -> None:
    """A newly made embedded database gets its tables and contents; somebody else's is never changed unasked."""
    from django.db import connection

    if name in UNPREPARED or "django_migrations" in connection.introspection.table_names():
        return
    if os.environ.get("DATABASE_URL"):
        raise Trouble("DATABASE_URL 指向的数据库还是空的；请先运行 zhize prepare 建表并载入数据。")
    from zhize import prepare

    print("▸ 第一次使用，先准备数据库", file=sys.stderr)
    prepare.prepare(loading=name != "load")


def _unknown(name: str) -> int:
    close = difflib.get_close_matches(name, _one_liners(), n=1, cutoff=0.5)
    hint = f"是不是想用 zhize {close[0]}？" if close else ""
    return _say(f"没有“{name}”这个命令。{hint}运行 zhize --help 可看全部命令。", 2)


def _explain(error: Exception) -> int:
    """What a user can act on becomes a sentence; anything else is our fault and keeps its traceback."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError, ProgrammingError

    from zhize.kernel.errors import Refusal

    if isinstance(error, Refusal):
        return _say(str(error), error.exit_code)
    if isinstance(error, OperationalError):
        return _say(f"数据库用不了：{_first_line(error)}", 1)
    if isinstance(error, ProgrammingError) and "does not exist" in str(error):
        return _say(f"数据库的结构与程序不一致（{_first_line(error)}）；请先运行 zhize migrate。", 1)
    if isinstance(error, ImproperlyConfigured):
        return _say(f"设置有误：{_first_line(error)}", 1)
    raise error


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0]


def _say(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


# --- the table of contents --------------------------------------------------------------------------------------------
def contents() -> str:
    """Read from the commands themselves; needs no database."""
    import django

    django.setup()
    chapters: dict[str, list[tuple[str, str]]] = {group: [] for group in GROUPS}
    for name, (group, line) in sorted(_one_liners().items()):
        chapters[group].append((name, line))
    width = max(len(name) for lines in chapters.values() for name, _ in lines)
    parts = [f"zhize {version()}　职责登记：谁在何时何地依据哪份文件负责什么\n", "用法：zhize 命令 [参数]\n"]
    for group, title in GROUPS.items():
        if chapters[group]:
            parts.append("\n".join([title, *(f"  {name:<{width}}  {line}" for name, line in chapters[group])]) + "\n")
    parts.append("某个命令的全部参数：zhize 命令 --help\n退出码：0 完成　1 失败　2 输入有误　3 有答案但存在冲突或空白")
    return "\n".join(parts)


def _one_liners() -> dict[str, tuple[str, str]]:
    from django.core.management import get_commands, load_command_class

    found = DJANGO | OWN
    for name, app in get_commands().items():
        if isinstance(app, str) and app.startswith("zhize."):
            command = load_command_class(app, name)
            group = getattr(command, "group", "") or GROUP_OF_APP.get(app.split(".")[1], "operate")
            found[name] = (group, str(command.help).strip().split("\n")[0])
    return found


def version() -> str:
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("zhize")
    except PackageNotFoundError:
        import tomllib

        return str(tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["version"])


if __name__ == "__main__":
    main()
