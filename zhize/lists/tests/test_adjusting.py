"""Lists are changed by a procedure: filed, vetted, examined, asked about, decided, in force on its day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.town import Town
from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.lists import commands
from zhize.lists.models import Adjustment, Batch, Opinion
from zhize.lists.queries import items
from zhize.lists.queries.adjusting import changes_of, drafted
from zhize.lists.queries.checking import faults
from zhize.lists.terms import Asked, Draft
from zhize.record.models import Event, Instrument
from zhize.register.models import Body, Duty, Holding


@pytest.fixture
def body(town: Town) -> Body:
    return town.body("wz-zhujian")


def new_item(town: Town, **more: object) -> Draft:
    said = {
        "conduct": "未取得施工许可证擅自施工", "penalty": ["罚款"], "range": "合同价款1%以上2%以下", "consult": "0577-00001111"
    }  # fmt: skip
    draft = Draft(
        "对擅自占用演示绿道行为的处罚", "02", levels=[3, 4], bases=[("建筑法", "第六十四条", "", "")], said=said, level=3,
        where=[town.place("温州市").pk], codes={"local": "演示-00001"},
    )  # fmt: skip
    return Draft.of(draft.as_json() | more)


def asked(town: Town, body: Body, **more: object) -> Asked:
    return Asked(body, "add", new_item(town, **more), "立", article="建筑法第六十四条", words="法律新立")


def through(town: Town, a: Adjustment, until: str = "agreed", now: datetime | None = None) -> Adjustment:
    """Filed, vetted and examined by three officers."""
    moment = now or town.now
    commands.file([a.pk], by=town.seat("qingdan"), now=moment)
    if until in ("vetted", "agreed"):
        commands.vet([a.pk], True, by=town.seat("fazhi"), now=moment)
    if until == "agreed":
        commands.examine([a.pk], "passed", by=town.seat("dengji"), now=moment)
    return Adjustment.objects.get(pk=a.pk)


def decided(town: Town, *rows: Adjustment, day: date | None = None, kind: str = "decision") -> Batch:
    batch = commands.gather([a.pk for a in rows], by=town.seat("dengji"), now=town.now)
    return commands.enact(batch.pk, paper(town, kind), day or town.now.date(), by=town.seat("shenpi"), now=town.now)


def paper(town: Town, kind: str = "decision") -> Instrument:
    return town.notice(kind=kind, number="温演〔2026〕1号", title="关于调整权力清单的决定")


def test_an_addition_goes_from_the_clerk_to_the_register_by_the_governments_paper(town: Town, body: Body) -> None:
    a = commands.draft(asked(town, body), by=town.seat("qingdan"), now=town.now)
    assert [f.why for f in faults(a, town.now.date()) if f.is_error] == []
    batch = decided(town, through(town, a))
    commands.effect(batch.pk, by=By.system("到日施行"), now=town.now)
    found = next(i for i in items(body, "power", town.now.date()) if i.name == "对擅自占用演示绿道行为的处罚")
    assert found.said["consult"] == "0577-00001111"
    assert found.held[0].instrument_id == batch.instrument_id or Batch.objects.get(pk=batch.pk).instrument_id
    assert Adjustment.objects.get(pk=a.pk).state == "in_force"
    assert list(Opinion.objects.filter(adjustment=a).values_list("step", flat=True)) == [
        "file", "vet", "examine", "gather", "enact", "effect"
    ]  # fmt: skip


def some_item(town: Town, body: Body) -> Duty:
    day = town.now.date()
    return Duty.objects.get(
        pk=next(i for i in items(body, "power", day) if i.type == "02" and len(i.held) >= 1).duty_id
    )


def test_a_change_says_anew_only_what_differs(town: Town, body: Body) -> None:
    day, duty = town.now.date(), some_item(town, body)
    was = drafted(body, duty, day)
    assert was is not None
    new = Draft.of(
        was.as_json() | {"said": {**was.said, "conduct": "甲", "penalty": ["罚款"], "range": "乙", "unit": "法规处"}}
    )
    a = commands.draft(Asked(body, "change", new, "改", duty), by=town.seat("qingdan"), now=town.now)
    assert {c.field for c in changes_of(a)} >= {"said.unit", "said.conduct"}
    batch = decided(town, through(town, a))
    commands.effect(batch.pk, by=By.system("到日施行"), now=town.now)
    now_said = drafted(body, duty, day)
    assert now_said is not None and now_said.said["unit"] == "法规处"
    assert now_said.name == was.name and now_said.bases == was.bases


def test_what_is_dropped_is_no_longer_in_the_list_and_keeps_its_history(town: Town, body: Body) -> None:
    day, duty = town.now.date(), some_item(town, body)
    a = commands.draft(Asked(body, "drop", Draft(), "废", duty), by=town.seat("qingdan"), now=town.now)
    batch = decided(town, through(town, a))
    commands.effect(batch.pk, by=By.system("到日施行"), now=town.now)
    assert drafted(body, duty, day) is None
    assert drafted(body, duty, day - timedelta(days=1)) is not None


def test_what_is_moved_is_the_receivers_from_the_same_day(town: Town, body: Body) -> None:
    day, duty, to = town.now.date(), some_item(town, body), town.body("wz-zhifa")
    a = commands.draft(Asked(body, "move", Draft(mode="划转"), "改", duty, to), by=town.seat("qingdan"), now=town.now)
    batch = decided(town, through(town, a), kind="notice")  # a penalty moves by a public notice
    commands.effect(batch.pk, by=By.system("到日施行"), now=town.now)
    assert drafted(body, duty, day) is None
    assert Holding.objects.as_of(day).filter(duty=duty, body=to, mode="划转").exists()


def test_the_day_decides_when(town: Town, body: Body) -> None:
    a = through(town, commands.draft(asked(town, body), by=town.seat("qingdan"), now=town.now))
    later = town.now.date() + timedelta(days=30)
    batch = decided(town, a, day=later)
    with pytest.raises(Refusal, match="还没有到施行日"):
        commands.effect(batch.pk, by=By.system("到日施行"), now=town.now)
    commands.effect(batch.pk, by=By.system("到日施行"), now=town.now + timedelta(days=31))
    assert not any(i.name == a.name for i in items(body, "power", town.now.date()))
    assert any(i.name == a.name for i in items(body, "power", later))


def test_the_next_level_is_told(town: Town, body: Body) -> None:
    a = through(town, commands.draft(asked(town, body), by=town.seat("qingdan"), now=town.now))
    batch = decided(town, a)
    commands.effect(batch.pk, by=By.system("到日施行"), now=town.now)
    event = Event.objects.filter(act="effect").order_by("-pk")[0]
    assert event.tell and len(event.payload["next_level"]) >= 11
