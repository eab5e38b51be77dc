from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from zhize.accounts.models import SecondFactor
from zhize.kernel.errors import BadInput


class Command(BaseCommand):
    help = "解除某个账号的第二重验证（设备和备用码都丢了时），本人下次登录后重新设置"
    group = "operate"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="账号")

    def handle(self, *args: Any, **options: Any) -> None:
        gone, _ = SecondFactor.objects.filter(officer__username=options["username"]).delete()
        if not gone:
            raise BadInput(
                "账号“{name}”没有启用第二重验证", instead="请核对账号", name=options["username"], code="no_factor"
            )
        self.stdout.write(f"已解除 {options['username']} 的第二重验证。")
