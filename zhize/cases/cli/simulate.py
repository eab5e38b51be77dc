"""`zhize cases simulate DRAFT`: a period's cases against a draft, before it is adopted. Writes nothing."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

HELP = "模拟：用一段时间的诉求试一份还没有批准的草案，看分派、工作量和时限会怎样变；什么也不写入"
NEEDS_DATABASE = True


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("draft", metavar="DRAFT", help="import:编号、batch:编号，或者一个 TOML 文件")
    parser.add_argument("--from", dest="first", metavar="DAY", help="收到日期自（缺省为一年前）")
    parser.add_argument("--to", dest="last", metavar="DAY", help="至，含当日（缺省为今天）")
    parser.add_argument("--place", metavar="PLACE", help="哪里的诉求：区划代码或地名（缺省为全部）")
    parser.add_argument("--day", metavar="DAY", help="按哪一天的登记比较（缺省为草案全部施行之日）")


def run(options: dict[str, Any], say: Callable[[str], Any]) -> None:
    from zhize.cases.queries.simulating import examples, simulate
    from zhize.kernel.period import day_of, parse_day
    from zhize.places.queries import find_place, root_place

    now = datetime.now(UTC)
    today = day_of(now)
    first = (
        parse_day(options["first"]) if options["first"] else today.replace(year=today.year - 1, day=min(today.day, 28))
    )
    last = parse_day(options["last"]) if options["last"] else today
    day = parse_day(options["day"]) if options["day"] else None
    place = find_place(options["place"], today) if options["place"] else root_place(today)
    result = simulate(draft_of(options["draft"], day or today), first, last, place.pk, now, day=day)
    for line in result["changes"][:20]:
        line["examples"] = examples(result, line["matter"], line["place"], now)
    say(json.dumps(result, ensure_ascii=False, indent=1) if options["json"] else "\n".join(page(result)))


def draft_of(text: str, day: date) -> Any:
    """A file, or the key of a draft that stands open."""
    from zhize.kernel.errors import BadInput
    from zhize.register.drafts import find
    from zhize.register.drafts.annex import annex

    path = Path(text)
    if not text.endswith(".toml"):
        return find(text, day)
    try:
        return annex(path.read_bytes(), path.name, day)
    except OSError:
        raise BadInput("打不开“{file}”", instead="请核对文件名", file=text, code="no_file", field="draft") from None


def page(r: dict[str, Any]) -> list[str]:
    cases, routes, clocks = r["cases"], r["routes"], r["clocks"]
    lines = [
        f"{r['draft']['label']}　{r['first']}至{r['last']}　{r['place_name']}　按{r['day']}的登记比较",
        f"收到{cases['whole']}件，重新分派{cases['replayed']}件；改派{routes['changed']}件"
        f"；无人负责{routes['now_gap']}→{routes['then_gap']}，多头{routes['now_conflict']}→{routes['then_conflict']}",
    ]
    lines += [f"  {f['from']['name']} → {f['to']['name']}：{f['cases']}件，{f['questions']}处" for f in r["flows"][:20]]
    lines += [f"  {x['name']}：{x['now']} → {x['then']}件" for x in r["loads"][:20] if x["now"] != x["then"]]
    lines += [f"  {x['kind']}{x['limit']}时限{x['from']} → {x['to']}：{x['cases']}件" for x in clocks["limits"]]
    if clocks["limits"]:
        lines.append(
            f"  承诺由超期变为按时{clocks['kept']}件，由按时变为超期{clocks['broken']}件，未重算{clocks['not_reckoned']}件"
        )
    return lines
