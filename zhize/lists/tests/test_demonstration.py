"""What a visitor of the town finds the first day: lists that were published a year apart, and a comparison with a decision."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import call_command
from django.test import Client

from tests.town import Town
from zhize.accounts.models import Officer
from zhize.kernel.period import day_of
from zhize.lists.models import Comparison, Edition
from zhize.lists.queries.lag import figure

FOUR = ["wz-minzheng-power-1", "wz-minzheng-power-2", "wz-shangwu-power-1", "wz-shangwu-power-2"]


@pytest.fixture
def anybody(town: Town) -> Client:
    return Client(headers={"host": "localhost"})


def test_the_published_lists_stand_on_the_page_of_editions(anybody: Client) -> None:
    page = anybody.get("/editions/").content.decode()
    assert all(f"/editions/{key}/" in page for key in FOUR)
    assert "温州市民政局权力清单" in page and "温州市商务局权力清单" in page


@pytest.mark.parametrize("key", FOUR)
def test_each_of_them_is_proved_to_the_byte(town: Town, capsys: pytest.CaptureFixture[str], key: str) -> None:
    call_command("lists", "prove", key)
    assert "与登记逐字节一致" in capsys.readouterr().out


def test_the_table_of_changes_names_the_paper_that_ended_the_items(anybody: Client) -> None:
    """成品油市场管理办法 was repealed on 1 July 2020; the permit and its penalty left the list that day."""
    page = anybody.get("/editions/wz-shangwu-power-2/changes/").content.decode()
    assert "成品油零售经营资格审批" in page and "商务部令2020年第1号" in page
    home = anybody.get("/editions/wz-minzheng-power-2/changes/").content.decode()
    assert "养老机构设立许可" in home and "老年人权益保障法" in home


def test_what_is_invented_says_so(anybody: Client) -> None:
    page = anybody.get("/editions/wz-minzheng-power-2/").content.decode()
    assert "演示" in page


def test_nothing_of_the_town_was_published_late(town: Town) -> None:
    said = figure(day_of(town.now))
    assert (said["lists"], said["behind"], said["late"]) == (2, 0, 0)
    assert said["measured"] == 3


def test_one_comparison_of_city_counties_and_townships_stands_at_the_desk(town: Town, client: Client) -> None:
    run = Comparison.objects.get()
    assert (run.place.key, run.day, run.levels) == ("330300", date(2020, 7, 1), [3, 4, 5])
    client.force_login(Officer.objects.get(username="dengji"))
    assert f"/desk/compare/{run.pk}/" in client.get("/desk/compare/").content.decode()
    one = client.get(f"/desk/compare/{run.pk}/edu-split-merge/330383/").content.decode()
    assert "差异可以存在" in one and "大部制" in one
    assert Edition.objects.count() == len(FOUR)
