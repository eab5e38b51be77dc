"""What everybody may read: rates of months gone by, nothing small enough to be a person, no word that was said."""

from __future__ import annotations

import csv
import io
import json
import re
from urllib.parse import unquote

import pytest
from django.test import Client

from zhize.cases.commands import follow_up, receive
from zhize.cases.queries.opendata import as_csv, as_json, open_cases
from zhize.cases.queries.statistics import hidden, month_of, months, statistics
from zhize.cases.tests.conftest import Town, at
from zhize.cases.tests.stories import CITIZEN, TUESDAY, WEDNESDAY, message, replied, sent

pytestmark = pytest.mark.django_db
LATER = at("2016-04-10 09:00")
TOKEN = r'name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"'
NAME, PHONE, WORDS = "欧阳明月", "13812345678", "三楼的作坊"


def march(town: Town, place: str = "330300"):  # type: ignore[no-untyped-def]
    return statistics(month_of(LATER, "2016-03"), town.places[place].pk)


def test_only_months_that_are_over_are_told() -> None:
    assert [f"{d}" for d in months(LATER, "2016-04")] == ["2016-03-01", "2016-03-31"]
    assert [f"{d}" for d in months(LATER, "2015-12")] == ["2015-12-01", "2015-12-31"]
    assert [f"{d}" for d in months(LATER, "nonsense")] == ["2016-03-01", "2016-03-31"]


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ([10, 3, 20], [None, None, 20]),
        ([10, 3, 2], [10, None, None]),
        ([0, 0, 7], [0, 0, 7]),
        ([3], [None]),
        ([0, 4, 0], [0, None, 0]),
    ],
)
def test_one_hidden_number_cannot_be_had_by_subtracting(numbers: list[int], shown: list[int | None]) -> None:
    assert hidden(numbers, 5) == shown


def test_places_below_are_added_up_and_small_ones_hidden(town: Town) -> None:
    for _ in range(6):
        replied(town)
    sent(town, place="330304001")
    said = march(town)
    assert said.received == 7
    assert {row.name: row.received for row in said.places} == {"鹿城区": None, "瓯海区": None}, (
        "both, or one gives the other"
    )
    for _ in range(5):
        sent(town, place="330304001")
    assert {row.name: row.received for row in march(town).places} == {"鹿城区": 6, "瓯海区": 6}


def test_reports_of_wrongdoing_are_in_no_number_of_a_place(town: Town) -> None:
    """Or the count of rows in the open data, taken from the count on the page, would be their number."""
    for _ in range(6):
        sent(town)
    before = march(town, "330302")
    receive(message(town, kind="report", name=NAME), by=CITIZEN, now=TUESDAY)
    after = march(town, "330302")
    assert (before.received, before.kinds, before.figures) == (after.received, after.kinds, after.figures)
    assert march(town, "330000").sealed is None and march(town, "330302").sealed is None


def test_rates_over_few_are_hidden(town: Town) -> None:
    case, _ = replied(town, phone=PHONE)
    follow_up(case.pk, reached=True, contacted=True, solved=False, satisfied="no", by=town.by("taker"), now=WEDNESDAY)
    assert "solved" not in {f.name for f in march(town).figures if f and f.whole}


def rows(town: Town, least: int = 1) -> list[dict[str, str]]:
    span = month_of(LATER, "2016-03")
    text = b"".join(as_csv(open_cases(span), span, least)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_open_data_says_how_it_went_and_nothing_that_was_said(town: Town) -> None:
    case, _ = replied(
        town, text=WORDS, title=WORDS, name=NAME, phone=PHONE, address="后巷 8888 号", lat=28.01, lon=120.6
    )
    sent(town, kind="report", text=WORDS, name=NAME)
    sent(town, text=WORDS, confidential=True, name=NAME)
    [row] = rows(town)
    assert (row["matter"], row["body"], row["received"], row["on_time"]) == (
        "占道摆摊",
        "鹿城区综合行政执法局",
        "2016-03-01",
        "true",
    )
    span = month_of(LATER, "2016-03")
    everything = str(rows(town)) + b"".join(as_json(open_cases(span), span)).decode()
    for trace in (NAME, PHONE, WORDS, "8888", "28.01", case.no):
        assert trace not in everything


def test_a_rare_matter_says_a_larger_place(town: Town) -> None:
    for _ in range(4):
        sent(town)
    sent(town, place="330304001")
    assert {row["place_code"] for row in rows(town, 5)} == {"330300"}
    sent(town)
    assert sorted({row["place_code"] for row in rows(town, 5)}) == ["330300", "330302001"]


def test_the_json_explains_itself(town: Town) -> None:
    sent(town)
    span = month_of(LATER, "2016-03")
    said = json.loads(b"".join(as_json(open_cases(span), span, 5)))
    assert said["columns"]["on_time"] == "按期" and len(said["cases"]) == 1 and said["least"] == 5


def test_anybody_reads_them(town: Town) -> None:
    replied(town)
    citizen = Client(headers={"host": "localhost"})
    page = citizen.get("/statistics/?place=330300&month=2016-03").content.decode()
    assert "热线统计" in page and "按期答复率" in page
    said = citizen.get("/statistics/?place=330300&month=2016-03&format=json").json()
    assert said["received"] == 1 and said["period"] == ["2016-03-01", "2016-03-31"]
    answer = citizen.get("/statistics/cases.csv?place=330300&month=2016-03")
    assert b"".join(answer.streaming_content).count(b"\r\n") == 2  # type: ignore[attr-defined]
    assert citizen.get("/statistics/cases.exe").status_code == 404


def test_a_link_rates_and_shows_nothing_else(town: Town) -> None:
    from django.utils import timezone

    from zhize.cases.commands import invite

    now = timezone.now()
    case, _ = replied(town, now=now, text=WORDS, phone=PHONE)
    word = invite(case.pk, "sms", by=town.by("taker"), now=now)
    citizen, path = Client(headers={"host": "localhost"}), f"/r/{case.no}/{word}/"
    page = citizen.get(path).content.decode()
    assert "问题解决了吗" in page and WORDS not in page
    paths = f"/r/{case.no}/AAAAAAAAAAAA/", f"/r/3303-20160301-999999/{word}/"
    wrong = [citizen.get(each) for each in paths]
    assert {a.status_code for a in wrong} == {404}
    said = [unquote(unquote(a.content.decode())).replace(p, "") for a, p in zip(wrong, paths, strict=True)]
    assert re.sub(TOKEN, "", said[0]) == re.sub(TOKEN, "", said[1]), "a wrong word and a wrong number are one answer"
    assert citizen.post(path, {"contacted": "yes"}).status_code == 400
    assert citizen.post(path, {"contacted": "yes", "solved": "no", "satisfied": "partly"}).status_code == 200
    row = case.ratings.get()
    assert (row.way, row.source, row.solved) == ("link", "reporter", False)
    assert "这一件已经评价过" in citizen.get(path).content.decode()
