"""责任清单 in its four tabs, and how items were classed then."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from tests.town import Town
from zhize.lists.queries import duties
from zhize.places.queries import chain_of
from zhize.register.queries.schemes import scheme_on, type_of

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
DAY = date(2016, 7, 1)


def read(path: str) -> str:
    answer = Client(headers={"host": "localhost"}).get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_main_duties_lead_down_to_work_and_goals(town: Town) -> None:
    body = town.body("wz-zhifa")
    tree = duties.tree(body, DAY)
    assert tree and all(b.name for b in tree if b.item)
    assert sum(b.powers for b in tree) > 0
    assert tree[0].name in read("/lists/wz-zhifa/duty/?day=2016-07-01")


def test_a_divided_duty_shows_who_has_which_part_by_which_paper(town: Town) -> None:
    body = town.body("wz-zhifa")
    found = duties.boundaries(body, DAY)
    assert found
    page = read("/lists/wz-zhifa/duty/?day=2016-07-01&tab=boundaries")
    assert found[0].name in page and found[0].parts[0].bodies.split("、")[0] in page


@pytest.mark.parametrize("tab", ["supervision", "services"])
def test_the_other_tabs_stand(town: Town, tab: str) -> None:
    assert "责任清单" in read(f"/lists/wz-zhifa/duty/?tab={tab}")


def test_what_an_item_was_called_in_2014_in_2016_and_today(town: Town) -> None:
    chain = chain_of(town.place("温州市").pk, DAY)
    names = [s.name for day in (date(2015, 1, 1), DAY, date(2020, 1, 1)) if (s := scheme_on(day, chain))]
    assert names == ["2014年分类", "2016年分类", "现行分类"]
    assert type_of("非行政许可审批", chain, date(2015, 1, 1)) == "10"
    assert type_of("非行政许可审批", chain, DAY) == ""
    assert type_of("非行政许可审批", chain) == "10"


def test_a_filter_by_an_old_class_leads_to_todays_type(town: Town) -> None:
    answer = Client(headers={"host": "localhost"}).get("/lists/wz-zhujian/power/?type=非行政许可审批")
    assert answer.status_code == 302 and answer["Location"].endswith("type=10")


@pytest.mark.parametrize("path", ["/lists/town-330302006/town/?day=2020-01-01", "/lists/wz-jkq/zone/?day=2018-01-01"])
def test_townships_and_zones_have_their_lists(town: Town, path: str) -> None:
    assert "<table" in read(path)
