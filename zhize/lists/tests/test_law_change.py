"""立改废释: a change of law, what it touches before anybody has entered it, and what it does on its day."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.town import Town
from zhize.accounts.models import By
from zhize.kernel.errors import BadInput, Refusal
from zhize.lists.change_file import read_change
from zhize.lists.queries.impact import as_dict, impact, impact_of, renumbered
from zhize.lists.queries.reissue import reissue_after
from zhize.places.terms import Expression
from zhize.record.models import Instrument, LawChange
from zhize.register.commands import assign, change_law, rebase
from zhize.register.queries.lawful import fates, without_basis
from zhize.register.terms import Basis, LawChanged, Line, Moved, Rebased

DAY = date(2018, 3, 1)
EVE = DAY - timedelta(days=1)
MARCH = date(2023, 3, 1)
FILE = """
law = "食品安全法"
kind = "改"
effective = 2018-03-01
[[moved]]
from = "%s"
to = ["第一百条"]
how = "重排"
"""


@pytest.fixture
def law(town: Town) -> Instrument:
    return town.notice(kind="law", issuer_class="人大", issuer_level="nation", issuer_area="000000", effective=DAY)


def cited(town: Town, key: str) -> str:
    """The article of the town's register that stands alone under this duty."""
    return fates([town.duty(key).pk], EVE)[town.duty(key).pk][0][0].article


def test_the_archives_law_of_2021_changes_the_substance_of_its_penalties(town: Town) -> None:
    """Spec domain §10.6: article 24 becomes 48 and 49, conduct and range change; every archives bureau has to act."""
    change = LawChange.objects.get(law__key="档案法", from_day=date(2021, 1, 1))
    found = impact_of(change)
    lost = next(a for a in found.affected if a.duty.key == "arc-lost")
    assert lost.class_.name == "substantive"
    assert lost.bases[0].now == "第四十八条、第四十九条"
    assert lost.areas >= 12
    assert any("档案" in t.words for line in found.reissue if line.output.name == "lists" for t in line.things)


def test_a_repealed_law_bites_on_its_day_though_nobody_did_the_paperwork(town: Town) -> None:
    duty = town.duty("arc-copy")
    change_law(LawChanged("档案法", "repealed", MARCH), by=town.seat("dengji"), now=town.now,
               instrument=town.notice(kind="law", issuer_class="人大", issuer_level="nation", effective=MARCH))  # fmt: skip
    assert without_basis([duty.pk], MARCH - timedelta(days=1)) == {}
    assert without_basis([duty.pk], MARCH) == {duty.pk: MARCH}


def test_a_law_in_force_afterwards_cannot_be_repealed_before(town: Town, law: Instrument) -> None:
    with pytest.raises(Refusal, match="2021-01-01还有登记的版本"):
        change_law(LawChanged("档案法", "repealed", DAY), instrument=law, by=town.seat("dengji"), now=town.now)


def test_a_change_is_entered_once(town: Town, law: Instrument) -> None:
    said = LawChanged("档案法", "amended", DAY)
    change_law(said, instrument=law, by=town.seat("dengji"), now=town.now)
    with pytest.raises(Refusal, match="已经登记"):
        change_law(said, instrument=law, by=town.seat("dengji"), now=town.now)


def test_what_would_happen_is_what_happens(town: Town, law: Instrument) -> None:
    article = cited(town, "arc-lost")
    said = LawChanged("档案法", "amended", DAY, (Moved(article, ("第三十条",), "renumbered"),))
    before = as_dict(impact(said))
    change = change_law(said, instrument=law, by=town.seat("dengji"), now=town.now)
    assert as_dict(impact_of(change)) == before
    assert before["counts"]["rebase"] >= 7


def test_renumbered_articles_are_followed_by_one_act_and_the_work_is_done(town: Town, law: Instrument) -> None:
    article = cited(town, "arc-lost")
    said = LawChanged("档案法", "amended", DAY, (Moved(article, ("第三十条",), "renumbered"),))
    change = change_law(said, instrument=law, by=town.seat("dengji"), now=town.now)
    rebase(renumbered(impact_of(change)), instrument=law, by=town.seat("dengji"), now=town.now)
    left = [a for a in impact_of(change).affected if not a.done]
    assert {a.class_.name for a in left} <= {"review"}  # what cites the law as a whole waits for a person
    duty = town.duty("arc-lost")
    assert fates([duty.pk], EVE)[duty.pk][0][0].article == article
    now = fates([duty.pk], DAY)[duty.pk][0][0]
    assert (now.article, now.item) == ("第三十条", "第一项")


def test_a_new_article_without_an_item_is_a_candidate(town: Town) -> None:
    said = LawChanged("档案法", "amended", DAY, (Moved("", ("第五十条之一",), "added"),))
    found = impact(said)
    assert found.counts == {"new": 1}


def test_two_people_rebasing_the_same_item_cannot_both(town: Town, law: Instrument) -> None:
    duty = town.duty("arc-lost")
    basis = fates([duty.pk], EVE)[duty.pk][0][0]
    line = Rebased(duty, DAY, (basis.pk,), (Basis("档案法", "第三十条"),))
    rebase([line], instrument=law, by=town.seat("dengji"), now=town.now)
    with pytest.raises(Refusal, match="已被另一项操作改动"):
        rebase([line], instrument=law, by=town.seat("dengji"), now=town.now)


def test_a_call_taker_does_not_change_the_law(town: Town, law: Instrument) -> None:
    with pytest.raises(Refusal, match="登记法律变动"):
        change_law(LawChanged("档案法", "repealed", DAY), instrument=law, by=town.seat("huawu"), now=town.now)


def test_the_enforcement_notice_says_which_lists_both_sides_must_publish_again(town: Town) -> None:
    """Spec §10.3: a line transferred: two departments' lists, the hotline, the supervision rules."""
    said = dict(reissue_after(town.paper("wz-2016-handover")) if Instrument.objects.filter(key="wz-2016-handover").exists()
                else reissue_after(_handover(town)))  # fmt: skip
    lines = {line.output.name: line for line in said["职责划转或者收回"]}
    assert any("综合行政执法局权力清单" in t.words for t in lines["lists"].things)
    assert any("住房和城乡建设" in t.words for t in lines["lists"].things)
    assert lines["routes"].count > 0


def _handover(town: Town) -> Instrument:
    from zhize.register.models import Holding

    row = Holding.objects.live().filter(mode="划转", body=town.body("wz-zhifa")).select_related("instrument").first()
    assert row is not None
    return row.instrument


def test_the_command_says_it_for_scripts(town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "change.toml"
    file.write_text(FILE.replace("食品安全法", "《中华人民共和国档案法》") % cited(town, "arc-lost"))
    call_command("lists", "impact", str(file), "--json")
    said = json.loads(capsys.readouterr().out)
    assert said["law"] == "档案法"
    assert [i["draft"] for i in said["items"] if i["duty"] == "arc-lost"] == [["档案法第一百条第一项"]]
    assert {i["class"] for i in said["items"]} == {"rebase", "review"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("law = 1", "缺 law 或 effective"),
        ("law = '档案法'\neffective = 2021-01-01\nkind = '删'", "kind 不能是"),
        ("law = '档案法'\neffective = 2021-01-01\n[[moved]]\nto = ['第一条']\nhow = '删除'", "第1条变动前后不配"),
        ("law = '档案法'\neffective = 2021-01-01\n[[moved]]\nform = '第一条'", "不认识“form”"),
        ("law = '档案法'\nwhen = 2021-01-01", "不认识“when”"),
        ("nonsense", "读不出来"),
    ],
)
def test_a_file_with_a_mistake_is_refused_by_name(town: Town, tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "change.toml"
    file.write_text(text)
    with pytest.raises(BadInput) as refused:
        read_change(file)
    assert says in str(refused.value)


def test_nobody_begins_to_hold_what_has_lost_its_law(town: Town) -> None:
    duty, day = town.duty("arc-copy"), MARCH
    paper = town.notice(kind="law", issuer_class="人大", issuer_level="nation", effective=MARCH)
    change_law(LawChanged("档案法", "repealed", MARCH), by=town.seat("dengji"), now=town.now, instrument=paper)
    said = town.who("arc-copy", "鹿城区", day)
    assert "暂停行使" in said.sentence
    assert said.as_dict()["suspended"] == "2023-03-01"
    assert town.who("arc-copy", "鹿城区", day - timedelta(days=1)).as_dict()["suspended"] is None
    where = Expression((town.place("330302").pk,))
    line = Line(duty, town.body("wz-zhifa"), 3, where, date(2024, 1, 1), capacity="SUPERVISOR")
    with pytest.raises(Refusal, match="的依据已于2023-03-01全部失效"):
        assign([line], instrument=town.notice(effective=date(2024, 1, 1)), by=By.system("测试"), now=town.now)


@pytest.mark.parametrize(
    ("law", "issuer", "level", "may"),
    [
        ("档案法", "人大", "nation", True), ("档案法", "政府", "nation", False), ("档案法", "政府", "city", False),
        ("建设工程质量管理条例", "政府", "nation", True), ("建设工程质量管理条例", "部门", "nation", False),
    ],
)  # fmt: skip
def test_a_law_is_changed_by_a_paper_of_its_rank(town: Town, law: str, issuer: str, level: str, may: bool) -> None:
    paper = town.notice(kind="decision", issuer_class=issuer, issuer_level=level, issuer_area="000000", effective=MARCH)
    said = LawChanged(law, "amended", MARCH)
    if may:
        assert change_law(said, instrument=paper, by=town.seat("dengji"), now=town.now).pk
        return
    with pytest.raises(Refusal, match="不能作为这项操作的依据"):
        change_law(said, instrument=paper, by=town.seat("dengji"), now=town.now)
