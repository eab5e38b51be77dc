"""A real county's catalogue (Apache-2.0, v-luobo/zwfw; kept beside the checkout, not in it) with the faults it is known for."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.town import Town
from zhize.register.importing.desk import Desk
from zhize.register.importing.tests.reader import accepted, lists, tried
from zhize.register.models import Duty

FILE = Path(__file__).parents[5] / "shared" / "data" / "service-items-guangan-2025.csv.gz"
MISSING = f"真实目录的测试没有运行：检出目录旁没有 shared/data/{FILE.name}"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason=MISSING)
DAY = date(2025, 1, 1)


def test_its_known_faults_are_reported_and_every_row_is_accounted_for(town: Town) -> None:
    reading, judged = tried("service", FILE, Desk(DAY))
    counts = reading.counts()
    assert (counts["rows"], counts["taken"], counts["refused"], counts["skipped"]) == (1135, 1135, 0, 0)
    whys = Counter(f.why.split("（")[0] for row in judged for f in row.findings)
    assert whys["事项编码里没有规范的18位统一社会信用代码"] == 154
    assert sum("名称重复而代码不同" in f.why for row in judged for f in row.findings) == 2
    wrong = {f.value for row in judged for f in row.findings if f.column == "dept_code" and "校验码" in f.why}
    assert wrong == {"130501003"}
    assert whys["登记中没有这个机构"] == 1135


def test_its_departments_are_founded_from_the_same_file_and_then_hold_the_items(town: Town) -> None:
    city = {
        "kind": "reply",
        "issuer": "广安市人民政府",
        "issuer_level": "city",
        "issuer_area": "511600",
        "effective": DAY,
    }
    founded = accepted("bodies", FILE, Desk(DAY, paper=lists(town, **city)), town)
    assert founded.counts["lines"] == 1136
    assert founded.counts["written"]["bodies"] >= 30
    county = {"issuer": "广安区人民政府", "issuer_level": "county", "issuer_area": "511602", "effective": DAY}
    draft = accepted("service", FILE, Desk(DAY, paper=lists(town, **county)), town)
    assert draft.counts["written"]["duties"] == 1135
    assert draft.counts["written"]["holdings"] > 1100
    code = "511Z07001006-511602000000-000-11511301008778183N-1-00"
    answer = town.who(code, "511602", DAY).as_dict()
    assert (answer["answer"], answer["holder"]["name"]) == ("one", "广安区经信局")
    assert Duty.objects.get(key=code).type == "10"
