from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from zhize.lists import cli


class Command(BaseCommand):
    help = "清单：比对（compare）、法律变动的影响（impact）、导出（export）、核证（prove）、到日施行（effect）"
    group = "register"
    requires_system_checks: list[str] = []  # two files can be compared without looking at every page of the site

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True, metavar="|".join(cli.WORDS))
        for name, word in cli.WORDS.items():
            sub = words.add_parser(name, help=word.HELP)
            word.arguments(sub)
            sub.add_argument("--json", action="store_true", help="输出 JSON")

    @staticmethod
    def needs_database(rest: list[str]) -> bool:
        """Two files can be compared without one."""
        return not rest or rest[0] not in cli.WORDS or cli.WORDS[rest[0]].NEEDS_DATABASE

    def handle(self, *args: Any, **options: Any) -> None:
        cli.WORDS[options["word"]].run(options, self.stdout.write)
