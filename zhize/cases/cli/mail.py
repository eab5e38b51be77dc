"""`zhize cases mail BOX`: take what came to the mailbox; run it every few minutes, or by the calendar."""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from zhize.cases.mail import REASONS

HELP = "收信：把邮箱（IMAP 或者 Maildir）里没看过的邮件登记成诉求"
NEEDS_DATABASE = True


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "box", help="Maildir 的路径，或者 imaps://用户@主机/INBOX；密码放在环境变量 ZHIZE_MAIL_PASSWORD"
    )
    parser.add_argument("--place", required=True, metavar="CODE", help="这个信箱收哪个地方的信：区划代码或地名")
    parser.add_argument(
        "--own", action="append", default=[], metavar="ADDRESS", help="本平台自己的发信地址，可以写几个"
    )


def run(options: dict[str, Any], say: Callable[[str], Any]) -> None:
    taken = take(options["box"], options["place"], frozenset(a.lower() for a in options["own"]), datetime.now(UTC))
    if options["json"]:
        return say(json.dumps(dict(taken), ensure_ascii=False))
    refused = {REASONS.get(why, why): n for why, n in taken.items() if why not in ("received", "known")}
    say(
        f"登记{taken['received']}件，以前登记过{taken['known']}件。"
        + "".join(f"{why}{n}封。" for why, n in refused.items())
    )


def take(box: str, place: str, own: frozenset[str], now: datetime) -> Counter[str]:
    """Each message in a transaction of its own, marked when that is done."""
    from zhize.accounts.models import By
    from zhize.cases.commands import take_mail
    from zhize.cases.mail import read
    from zhize.cases.mailboxes import opened
    from zhize.cases.models import MailTaken
    from zhize.kernel.period import day_of
    from zhize.places.queries import find_place

    where, by, counts = find_place(place, day_of(now)), By(None, None, "信箱", "command"), Counter[str]()
    with opened(box, os.environ.get("ZHIZE_MAIL_PASSWORD", "")) as source:
        for key, raw in source.unseen():
            letter = read(raw, own)
            known = MailTaken.objects.filter(message_id=letter.key).exists()
            kept = take_mail(letter, where, by=by, now=now)
            counts["known" if known else kept.refused or "received"] += 1
            source.seen(key)
    return counts
