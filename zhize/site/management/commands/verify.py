from __future__ import annotations

import json
import re
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from zhize.kernel.errors import BadInput
from zhize.record.models import Event
from zhize.record.verify import proof_of, stands
from zhize.site.commands import counts, examine


class Command(BaseCommand):
    help = "核验封存链、每条陈述和全部规则；有错误时退出码为 3"
    group = "operate"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="输出 JSON")
        parser.add_argument("--head", metavar="HEX", help="核对外人手里的链头是否还在链上")
        parser.add_argument("--event", type=int, metavar="N", help="输出某个事件的存在证明")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["event"] is not None:
            return self._proof(options["event"])
        if options["head"] is not None:
            return self._head(options["head"], options["json"])
        said = examine()
        if options["json"]:
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=1))
        else:
            self._say(said)
        if said["broken"] or counts(said)["errors"]:
            sys.exit(3)

    def _say(self, said: dict[str, Any]) -> None:
        log = said["log"]
        self.stdout.write(
            f"封存链：算法 {log['algorithm']}，链头 {log['head'] or '（尚无）'}，未封存 {log['unsealed']} 个事件"
        )
        for b in said["broken"]:
            self.stdout.write(f"  ✗ {b['says']}")
        for f in said["findings"]:
            mark = "✗" if f["severity"] == "E" else "!"
            self.stdout.write(f"  {mark} 第{f['no']}条 {f['says']}（{f['article']}）[{'、'.join(f['rows'])}]")
        errors = len(said["broken"]) + sum(f["severity"] == "E" for f in said["findings"])
        self.stdout.write(f"共{errors}处错误，{len(said['findings'])}条规则发现。")

    def _head(self, head: str, as_json: bool) -> None:
        if re.fullmatch(r"[0-9a-fA-F]{64}", head.strip()) is None:
            raise BadInput(
                "“{head}”不是链头", why="链头是64位十六进制数", instead="请从封存时印出的链头抄写", head=head[:80]
            )
        seal = stands(head)
        if as_json:
            at = seal.sealed_at.isoformat() if seal else None
            said = {"head": head, "stands": seal is not None, "seal": seal.pk if seal else None, "sealed_at": at}
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=1))
            sys.exit(0 if seal else 3)
        if seal is None:
            self.stdout.write(f"链上没有这个链头：{head}")
            sys.exit(3)
        self.stdout.write(f"这个链头在链上：第{seal.pk}号封存，{seal.sealed_at:%Y-%m-%d %H:%M:%S %z}，{seal.algorithm}")

    def _proof(self, number: int) -> None:
        event = Event.objects.filter(pk=number).select_related("seal").first()
        proof = proof_of(event) if event else None
        if proof is None:
            self.stdout.write(f"事件{number}不存在或尚未封存")
            sys.exit(3)
        self.stdout.write(json.dumps(proof, ensure_ascii=False, indent=1))
