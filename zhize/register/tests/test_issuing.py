"""Who issued the paper, asked again of the rows: a wrong issuer that reached the register by another door is found by name."""

from __future__ import annotations

import time
from datetime import date

from tests.town import Town, system
from zhize.kernel.errors import Refusal
from zhize.record.models import Instrument
from zhize.register import commands
from zhize.register.commands.matters import Answer
from zhize.register.invariants import BOOK, issuer_is_entitled
from zhize.register.models import Holding, MatterDuty, Seat

RULE = next(r for r in BOOK if r.name == "issuer_is_entitled")


def test_every_paper_of_the_town_had_an_issuer_entitled_to_what_it_did(town: Town) -> None:
    assert [f.says for f in RULE.run(None)] == []


def test_it_takes_a_second_at_most(town: Town) -> None:
    began = time.perf_counter()
    list(issuer_is_entitled(None))
    assert time.perf_counter() - began < 3  # a second here, when nobody else is at work


def test_a_hand_over_by_a_village_committee_is_found_by_its_name(town: Town) -> None:
    """The paper's own row was altered: no act asked, and the log does not cover papers."""
    moved = Holding.objects.live().filter(mode="划转", recorded_by__act="hand_over").first()
    assert moved is not None
    Instrument.objects.filter(pk=moved.instrument_id).update(
        issuer="某村民委员会", issuer_class="村委会", issuer_level="town"
    )
    found = [f for f in RULE.run(None) if "某村民委员会" in f.says]
    assert found and found[0].rule.no == 3 and found[0].is_error
    assert "乡镇级村委会" in found[0].says and "须由" in found[0].says
    assert f"instrument:{moved.instrument_id}" in found[0].rows


def test_a_paper_of_another_city_is_found_by_its_area(town: Town) -> None:
    seat = Seat.objects.live().first()
    assert seat is not None
    Instrument.objects.filter(pk=seat.instrument_id).update(issuer="杭州市人民政府", issuer_area="330100")
    says = [f.says for f in RULE.run(None) if "杭州市人民政府" in f.says]
    assert says and all("辖区是杭州市" in each for each in says)


def test_what_has_ended_since_still_had_to_begin_by_the_right_paper(town: Town) -> None:
    paper = town.notice(title="试行目录", kind="list", effective=date(2016, 2, 1))
    matter = MatterDuty.objects.live().first()
    assert matter is not None
    answer = Answer(matter.matter, town.duty("urb-street-trading"))
    commands.map_matter([answer], day=date(2016, 2, 1), instrument=paper, by=system(), now=town.now)
    later = town.notice(key="later", title="正式目录", kind="list", effective=date(2017, 1, 1))
    commands.map_matter([answer], day=date(2017, 1, 1), instrument=later, by=system(), now=town.now)
    Instrument.objects.filter(pk=paper.pk).update(kind="minutes")
    assert ["试行目录" in f.says for f in RULE.run(None)] == [True]


def test_what_was_withdrawn_as_mistaken_is_not_held_against_its_paper(town: Town) -> None:
    """A refusal and a withdrawal both leave nothing standing."""
    paper = town.notice(title="误录文件", kind="list", effective=date(2016, 1, 1))
    held = Holding.objects.live().filter(place=town.place("330302"), to_day=None, capacity="NAME_HOLDER").first()
    assert held is not None
    rows = commands.correct(held, body=held.body, instrument=paper, by=system(), now=town.now)
    Instrument.objects.filter(pk=paper.pk).update(kind="minutes")
    assert any("误录文件" in f.says for f in RULE.run(None))
    commands.withdraw(
        [r for r in rows if r.instrument_id == paper.pk], why="误录", instrument=paper, by=system(), now=town.now
    )
    assert not any("误录文件" in f.says for f in RULE.run(None))


def test_the_refusal_of_a_paper_from_elsewhere_names_places_not_codes(town: Town) -> None:
    elsewhere = town.notice(issuer="杭州市人民政府", issuer_area="330100", kind="list", effective=date(2016, 7, 1))
    held = Holding.objects.live().filter(place=town.place("330302006"), to_day=None).first() or Holding.objects.live().filter(place=town.place("330302"), to_day=None).first()  # fmt: skip
    assert held is not None
    try:
        commands.correct(held, body=held.body, instrument=elsewhere, by=system(), now=town.now)
    except Refusal as refusal:
        said = refusal.as_dict()
    assert said["code"] == "outside_area"
    assert "鹿城区" in said["what"] and "辖区是杭州市" in said["why"]
    assert "330" not in said["what"] + said["why"]
