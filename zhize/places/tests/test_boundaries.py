"""Boundaries: dated, cited, one a place on any day; entered together or not at all, with a sentence for each that is wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.town import Town, system
from zhize.kernel.errors import Refusal
from zhize.places.commands import close_place, delimit
from zhize.places.models import PlaceBoundary
from zhize.places.queries import place_at
from zhize.places.terms import Outline
from zhize.places.tests.squares import CITY, DAY, LUCHENG, OUHAI, PROVINCE, SONGTAI, WUMA, area, drawn
from zhize.record.models import Event

BOWTIE = {
    "type": "Polygon",
    "coordinates": [[[120.6, 28.0], [120.7, 28.1], [120.7, 28.0], [120.6, 28.1], [120.6, 28.0]]],
}
TOUCHING = {
    "type": "Polygon",
    "coordinates": [[[120.6, 28], [120.7, 28], [120.7, 28.1], [120.65, 28], [120.6, 28.1], [120.6, 28]]],
}


def refused(town: Town, day: date = DAY, **shapes: Any) -> list[str]:
    """The sentences of an act that writes nothing."""
    outlines = [Outline(town.place(name, day).pk, shape, name) for name, shape in shapes.items()]
    before = PlaceBoundary.objects.count()
    with pytest.raises(Refusal) as told, transaction.atomic():
        delimit(outlines, day=day, instrument=town.notice(**PROVINCE), by=system(), now=town.now)
    assert PlaceBoundary.objects.count() == before
    return [each["sentence"] for each in told.value.details]


def test_a_boundary_cites_its_paper_and_leaves_one_event(town: Town):
    (row,) = drawn(town, 鹿城区=LUCHENG)
    assert (row.west, row.south, row.east, row.north) == LUCHENG and row.instrument.title == "测试公告"
    event = Event.objects.get(pk=row.recorded_by_id)
    assert (event.act, event.touched, event.payload["boundaries"]) == ("delimit", [f"place:{row.place_id}"], 1)


def test_a_boundary_is_never_edited_and_never_doubled(town: Town):
    (row,) = drawn(town, 鹿城区=LUCHENG)
    with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
        PlaceBoundary.objects.filter(pk=row.pk).update(west=1)
    row.pk = None
    with pytest.raises(IntegrityError, match="one_boundary_a_place_a_day"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(("side", "value"), [("west", 121.0), ("south", 29.0), ("north", 91.0), ("east", 181.0)])
def test_the_database_keeps_the_box_on_earth_and_open(town: Town, side: str, value: float):
    (row,) = drawn(town, 鹿城区=LUCHENG)
    row.pk, row.place_id = None, town.place("瓯海区").pk
    setattr(row, side, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_new_survey_ends_the_old_boundary_and_keeps_it(town: Town):
    drawn(town, 鹿城区=LUCHENG)
    drawn(town, date(2018, 1, 1), 鹿城区=(120.6, 28.0, 120.8, 28.1))
    rows = PlaceBoundary.objects.live().order_by("from_day")
    assert [(r.from_day, r.to_day, r.east) for r in rows] == [
        (DAY, date(2018, 1, 1), 120.7),
        (date(2018, 1, 1), None, 120.8),
    ]


def test_history_may_be_entered_in_any_order(town: Town):
    drawn(town, date(2018, 1, 1), 鹿城区=LUCHENG)
    drawn(town, date(2014, 1, 1), 鹿城区=WUMA)
    assert PlaceBoundary.objects.as_of(date(2017, 12, 31)).get().to_day == date(2018, 1, 1)
    assert PlaceBoundary.objects.as_of(date(2018, 1, 1)).get().west == LUCHENG[0]


def test_what_holds_already_is_not_said_again(town: Town):
    (first,) = drawn(town, 鹿城区=LUCHENG)
    assert drawn(town, date(2017, 1, 1), 鹿城区=LUCHENG) == []
    assert list(PlaceBoundary.objects.live()) == [first]


def test_corrected_on_its_own_first_day_it_is_withdrawn_not_ended(town: Town):
    drawn(town, 鹿城区=LUCHENG)
    drawn(town, 鹿城区=OUHAI)
    assert PlaceBoundary.objects.live().get().west == OUHAI[0]
    assert PlaceBoundary.objects.filter(withdrawn_at__isnull=False).get().west == LUCHENG[0]


def test_a_town_that_ends_takes_its_boundary_with_it(town: Town):
    """龙港镇 became 龙港市 in 2019; a boundary entered afterwards for an earlier day stops there too."""
    (row,) = drawn(town, 龙港镇=LUCHENG)
    assert row.to_day == date(2019, 8, 30) and row.ended_by_id is not None


def test_closing_a_place_ends_its_boundary(town: Town):
    drawn(town, 五马街道=WUMA)
    place, day = town.place("五马街道"), date(2025, 5, 1)
    close_place(place, day=day, instrument=town.notice(kind="reply"), by=system(), now=town.now)
    assert PlaceBoundary.objects.live().get(place=place).to_day == day


def test_a_county_is_delimited_by_the_province_and_a_sub_district_by_the_city(town: Town):
    county, street = (Outline(town.place(n).pk, area(box), n) for n, box in (("鹿城区", LUCHENG), ("五马街道", WUMA)))
    here: dict[str, Any] = {"day": DAY, "instrument": town.notice(), "by": system(), "now": town.now}
    with pytest.raises(Refusal, match="行政区域界线管理条例第二条"), transaction.atomic():
        delimit([county], **here)
    assert delimit([street], **here)


def test_a_crossing_ring_is_refused_with_where_it_crosses(town: Town):
    assert refused(town, 鹿城区=BOWTIE) == [
        "“鹿城区”的界线不能登记：界线自相交（在 120.65, 28.05 附近）。请在制图软件里改正后重新导出。"
    ]
    assert "界线自相接" in refused(town, 鹿城区=TOUCHING)[0]
    assert "洞在外圈之外" in refused(town, 鹿城区=area(LUCHENG, (121.0, 28.0, 121.1, 28.1)))[0]


def test_a_town_reaches_no_further_than_its_county(town: Town):
    drawn(town, 鹿城区=LUCHENG)
    (said,) = refused(town, 五马街道=area((120.58, 28.02, 120.66, 28.04)))
    assert "“五马街道”" in said and "有 25% 的面积在上级鹿城区的界线之外" in said
    drawn(town, 五马街道=(120.5999, 28.02, 120.66, 28.04))  # two surveys do not meet to the metre


def test_a_county_without_a_boundary_is_passed_over_for_the_city(town: Town):
    drawn(town, 温州市=CITY)
    assert "在上级温州市的界线之外" in refused(town, 五马街道=area((122.0, 28.0, 122.1, 28.1)))[0]


def test_a_county_shrunk_below_its_towns_is_refused_for_the_county(town: Town):
    drawn(town, 鹿城区=LUCHENG, 五马街道=WUMA)
    (said,) = refused(town, 鹿城区=area(OUHAI))
    assert said.startswith("“鹿城区”的界线不能登记：没有包住下级五马街道，后者有 100% 的面积在外")


def test_one_wrong_boundary_keeps_all_of_them_out_and_each_wrong_one_is_named(town: Town):
    said = refused(town, 鹿城区=area(LUCHENG), 瓯海区=BOWTIE, 五马街道=area((121.0, 28.0, 121.1, 28.1)))
    assert [s.split("”")[0] for s in said] == ["“瓯海区", "“五马街道"]


def test_a_group_and_a_place_not_there_yet_have_no_boundary(town: Town):
    for place, day, why in (
        (town.place("市区"), DAY, "没有自己的界线"),
        (town.place("330383"), DAY, "2016-01-01 这一天没有这个地方"),
    ):
        with pytest.raises(Refusal, match="一条也没有写入") as told:
            outline = Outline(place.pk, area(LUCHENG), "某地")
            delimit([outline], day=day, instrument=town.notice(**PROVINCE), by=system(), now=town.now)
        assert why in told.value.details[0]["sentence"]


def test_one_place_is_not_given_two_boundaries_at_once(town: Town):
    place = town.place("鹿城区").pk
    twice = [Outline(place, area(LUCHENG), "甲"), Outline(place, area(OUHAI), "乙")]
    with pytest.raises(Refusal, match="同一地方有两条界线"):
        delimit(twice, day=DAY, instrument=town.notice(**PROVINCE), by=system(), now=town.now)


def test_a_boundary_stands_on_the_pages_of_its_paper_and_its_place(town: Town):
    from django.test import Client

    (row,) = drawn(town, 鹿城区=LUCHENG)
    site = Client(headers={"host": "localhost"})
    assert "界线（测试）" in site.get(f"/instruments/{row.instrument.key}/").content.decode()
    assert "界线 测试" in site.get("/places/330302/").content.decode()


def test_the_digest_is_the_same_after_the_database_had_it(town: Town):
    from zhize.record.digest import stamp

    (row,) = drawn(town, 鹿城区=LUCHENG)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    assert stamp(PlaceBoundary.objects.get(pk=row.pk)) == row.digest


def test_the_towns_of_a_county_know_their_point_after_it_all(town: Town):
    drawn(town, 鹿城区=LUCHENG, 五马街道=WUMA, 松台街道=SONGTAI)
    assert place_at(28.03, 120.65, DAY) == town.place("五马街道")
