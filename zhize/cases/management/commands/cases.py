from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from zhize.cases import cli


class Command(BaseCommand):
    help = (
        "诉求：批量导入来信（import）、训练事项模型（train）、建议事项（suggest）、找热点（hot）、模拟草案（simulate）"
    )
    group = "cases"
    requires_system_checks: list[str] = []  # a file can be sorted without looking at every page of the site

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True, metavar="|".join(cli.WORDS))
        for name, word in cli.WORDS.items():
            sub = words.add_parser(name, help=word.HELP)
            word.arguments(sub)
            sub.add_argument("--json", action="store_true", help="输出 JSON")

    @staticmethod
    def needs_database(rest: list[str]) -> bool:
        """A file can be sorted by another file without one."""
        if not rest or rest[0] not in cli.WORDS:
            return True
        needs = cli.WORDS[rest[0]].NEEDS_DATABASE
        return bool(needs(rest[1:]) if callable(needs) else needs)

    def handle(self, *args: Any, **options: Any) -> None:
        cli.WORDS[options["word"]].run(options, self.stdout.write)
