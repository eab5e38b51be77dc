"""`zhize messages`: gather what pages say, renew the English catalogue, compile it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "收集页面用语，更新并编译英文词表（开发用）"
    group = "develop"
    needs_database = False
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="只核对，不写文件")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        from zhize.site import catalog  # Babel is there for development only

        left = catalog.missing() if check else catalog.renew()
        if left:
            raise CommandError(
                "下面的用语还没有英文，请写进 zhize/locale/en/LC_MESSAGES/django.po：\n" + "\n".join(left)
            )
        self.stdout.write("英文词表是最新的")
