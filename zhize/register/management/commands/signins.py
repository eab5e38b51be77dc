from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.register.management.commands.load import demonstration_password
from zhize.register.models import Seat
from zhize.register.queries import body_names


class Command(BaseCommand):
    help = "列出演示账号和密码"
    group = "operate"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            word = demonstration_password()
        except Refusal as none:  # an office's own register has no demonstration officers
            self.stderr.write(str(none))
            return
        day = day_of(datetime.now(UTC))
        seats = list(Seat.objects.as_of(day).select_related("officer").order_by("pk"))
        names = body_names({s.body_id for s in seats}, day)
        self.stdout.write(f"演示账号（密码都是 {word} ）：")
        for s in seats:
            self.stdout.write(
                f"  {s.officer.username:<12} {s.officer.display_name}  {s.get_role_display()}  {names[s.body_id]}"
            )
