"""An import of 100,000 rows of a power list: draft and acceptance, against reading the same csv and copying it bare.

The floor reads the file with `csv` and copies its columns, as text, into one table without keys: no matching of bodies and
laws, no rules, no statements, no events. Both write durably to the same cluster, one after the other. The import runs in a
process of its own, so that its memory is its own.
"""

from __future__ import annotations

import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks._ground import connect, database, django_on

DAY = date(2016, 6, 1)
HEADS = [
    "序号",
    "主项编码",
    "事项名称",
    "权力类型",
    "实施依据",
    "行使层级",
    "实施主体",
    "承办机构",
    "法定时限",
    "承诺时限",
    "收费依据",
    "追责情形",
    "备注",
]
TYPES = {"02": "处罚", "06": "检查", "07": "确认", "08": "奖励"}
LAWS = [
    "《中华人民共和国试验法》第六十四条",
    "《试验法》第九条第一款第（二）项；《试验条例》第四十六条",
    "《试验条例》第六十条、第六十一条",
    "《试验法》第九十九条：违反本法规定，有下列行为之一的，由县级以上人民政府主管部门责令改正，并处罚款",
]
BODIES = 60


def run(quick: bool = False) -> dict[str, Any]:
    size = 2_000 if quick else 100_000
    with database() as dsn, tempfile.TemporaryDirectory(prefix="zhize-bench-") as home:
        django_on(dsn)
        path = _list(Path(home) / "list.csv", size)
        _register()
        bare = min(_bare(dsn, path) for _ in range(3))
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.imports", str(path)], check=True, stdout=subprocess.PIPE, text=True
        )
        from django.db import connection

        connection.close()
        took = json.loads(done.stdout)
    whole = took["draft_s"] + took["accept_s"]
    return {"rows": size, "bytes": took.pop("bytes"), **took, "bare_copy_s": round(bare, 3),
            "rows_per_s": round(size / whole), "ratio_draft": round(bare / took["draft_s"], 4),
            "ratio_draft_and_accept": round(bare / whole, 4)}  # fmt: skip


def _list(path: Path, size: int) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerows([["试验市权力清单"], HEADS])
        for n in range(size):
            number, name = list(TYPES.items())[n % 4]
            code = f"33{number}{10 + n // 100_000:02}{1 + n // 1000 % 900:03}{n % 1000:03}"
            writer.writerow(
                [n + 1, code, f"对第{n}种试验行为的{name}", f"行政{name}", LAWS[n % 4], "市级", f"试验市第{n % BODIES}局", "法规处",
                 "20个工作日", "7个工作日", "无", "不依法履行职责的，依法追究责任", ""]
            )  # fmt: skip
    return path


def _bare(dsn: str, path: Path) -> float:
    began = time.perf_counter()
    with connect(dsn) as db:
        db.execute("drop table if exists bare_list")
        db.execute(f"create table bare_list ({', '.join(f'c{n} text' for n in range(len(HEADS)))})")
        with (
            db.transaction(),
            db.cursor().copy("copy bare_list from stdin") as copy,
            path.open(encoding="utf-8") as file,
        ):
            for row in csv.reader(file):
                if len(row) == len(HEADS):
                    copy.write_row(row)
    return time.perf_counter() - began


def _register() -> None:
    """A city with sixty bodies and two laws: what the list speaks of."""
    from zhize.accounts.models import By
    from zhize.places.commands import establish
    from zhize.places.models import Place
    from zhize.places.terms import Dated, PlaceHistory
    from zhize.record.models import Instrument, Law
    from zhize.register.commands import found
    from zhize.register.terms import NewBody

    since, act = date(1990, 1, 1), {"by": By.system("bench"), "now": datetime.now(UTC)}
    paper = Instrument.objects.create(key="bench-list", title="试验市权力清单", kind="list", issuer="试验市人民政府",
                                      issuer_class="政府", issuer_level="city", issuer_area="330300", effective=DAY)  # fmt: skip
    Law.objects.bulk_create([Law(key="试验法", name="中华人民共和国试验法"), Law(key="试验条例", name="试验条例")])
    city = PlaceHistory(
        "330300", 3, lives=[Dated("", since)], names=[Dated("试验市", since)], codes=[Dated("330300", since)]
    )
    establish([city], instrument=paper, **act)
    place = Place.objects.get(key="330300")
    found(
        [NewBody(f"b{n}", "机关", 3, f"试验市第{n}局", since, place.pk) for n in range(BODIES)], instrument=paper, **act
    )


def _import(path: Path) -> dict[str, Any]:
    """In a process of its own: seconds of each stage and the most memory it held."""
    import django

    django.setup()
    from zhize.accounts.models import By
    from zhize.places.queries import find_place
    from zhize.record.models import Instrument
    from zhize.register.importing.commands import accept_import, draft_import, try_out
    from zhize.register.importing.desk import Desk
    from zhize.register.importing.source import open_book

    paper, act = Instrument.objects.get(key="bench-list"), {"by": By.system("bench"), "now": datetime.now(UTC)}

    def desk() -> Desk:
        return Desk(DAY, place=find_place("330300", DAY), paper=paper)

    began = time.perf_counter()
    with open_book(path) as book:
        _, rows = try_out("power", book, desk())
        taken = sum(row.verdict == "taken" for row in rows)
    tried = time.perf_counter()
    with open_book(path) as book:
        draft, _ = draft_import("power", book, desk(), **act)
    drafted = time.perf_counter()
    accept_import(draft.pk, instrument=paper, **act)
    accepted = time.perf_counter()
    assert draft.counts["taken"] == taken == draft.counts["rows"]
    return {"bytes": path.stat().st_size, "dry_run_s": round(tried - began, 2), "draft_s": round(drafted - tried, 2),
            "accept_s": round(accepted - drafted, 2), "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(_import(Path(sys.argv[1]))))
