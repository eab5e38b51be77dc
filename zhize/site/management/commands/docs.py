"""`zhize docs`: write the documents that are read off the code, or check that they are current."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from zhize.kernel.errors import Refusal
from zhize.paths import CHECKOUT, IN_CHECKOUT
from zhize.site.documents import documents


class Command(BaseCommand):
    help = "按代码写出 docs/ 下的政策项、规则、流程、行为、命令各页"
    group = "develop"
    needs_database = False
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="只核对，不写文件；有过时的退出码为 1")
        parser.add_argument("--into", metavar="DIR", help="写到哪个目录（默认检出目录的 docs）")

    def handle(self, *args: Any, check: bool = False, into: str | None = None, **options: Any) -> None:
        folder = _folder(into)
        stale = [name for name, text in documents().items() if _reads(folder / name) != text]
        if check and stale:
            raise Refusal(
                "文档与代码不一致：{names}",
                instead="请运行 zhize docs，并把改动一并提交",
                code="stale_docs",
                names="、".join(stale),
            )
        if not check:
            _write(folder)
        self.stdout.write("文档是最新的" if not stale else f"已写出：{'、'.join(stale)}")


def _folder(into: str | None) -> Path:
    if into is None and not IN_CHECKOUT:
        raise Refusal(
            "这里没有 docs 目录", why="程序是安装的，不是检出的", instead="请用 --into 指明目录", code="no_checkout"
        )
    folder = Path(into) if into else CHECKOUT / "docs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _reads(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def _write(folder: Path) -> None:
    for name, text in documents().items():
        (folder / name).write_text(text, "utf-8")
