"""`zhize lists prove EDITION`: derive a published list again from the register, and say whether it is the same to the byte."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from zhize.lists.queries.editions import Proof, find_edition, prove

HELP = "核证一版清单：从登记重新导出，逐字节比较；不一致时退出码为 3"
NEEDS_DATABASE = True


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("edition", metavar="EDITION", help="版次键，如 wz-zhujian-power-1")


def run(options: dict[str, Any], say: Callable[[str], Any]) -> None:
    proof = prove(find_edition(options["edition"]))
    say(json.dumps(proof.as_dict(), ensure_ascii=False, indent=1) if options["json"] else words(proof))
    if not proof.holds:
        sys.exit(3)


def words(proof: Proof) -> str:
    """What was compared, and the outcome; the first difference with both sides."""
    e = proof.edition
    head = f"{e.key}：截至{e.day}，按{e.believed:%Y-%m-%d %H:%M:%S %z}所知，第{e.renderer}号编制程序，{e.algorithm.upper()} {e.digest}"
    if proof.holds:
        return f"{head}\n与登记逐字节一致。"
    if not proof.intact:
        head += "\n留存的正文已被改动：与公布时的摘要不符。"
    if not proof.where:
        return f"{head}\n从登记重新导出的与公布时的摘要一致。" if proof.digest == e.digest else head
    return f"{head}\n第一处不同在 {proof.where}\n  公布：{proof.published}\n  登记：{proof.register}"
