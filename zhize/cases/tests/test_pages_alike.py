"""What is told twice and what many speak of, on the pages: at the desk, on the public form, under a merged number."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from zhize.accounts.models import By
from zhize.cases import commands
from zhize.cases.commands.heating import find_topics
from zhize.cases.commands.indexing import index_cases
from zhize.cases.models import Case, Topic
from zhize.cases.queries import desk, likely
from zhize.cases.terms import Message, Receipt
from zhize.cases.tests.conftest import Town
from zhize.cases.tests.letters import LETTERS
from zhize.cases.tests.test_alike import WORDS
from zhize.places.commands import delimit
from zhize.places.terms import Outline
from zhize.places.tests.squares import LUCHENG, WUMA, Box, area
from zhize.record.models import Instrument

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    cache.clear()
    for shelf in (likely, desk):
        shelf.forget()


def told(town: Town, text: str = WORDS, title: str = "") -> Receipt:
    message = Message(text, town.places["330302001"].pk, title=title)
    return commands.receive(message, by=By.citizen(), now=timezone.now())


def at(town: Town, username: str) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(town.seats[username].officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def crowd(town: Town) -> list[Receipt]:
    for _, title, text in LETTERS[:20]:
        told(town, text, title)
    return [
        told(town, f"{WORDS}{n}", "锦华花园电梯坏了")
        for n in ("第一回。", "又来了。", "还没修。", "再说一次。", "请回电。")
    ]


def test_the_clerk_merges_from_the_list_and_takes_apart_again(town: Town) -> None:
    first, case, *_ = crowd(town)
    index_cases()
    page = at(town, "taker").get(f"/desk/cases/{case.case_id}/").content.decode()
    assert "看着像同一件的" in page and first.no in page and "锦华花园" in page and f'value="{first.no}"' in page
    done = at(town, "taker").post(f"/desk/cases/{case.case_id}/merge/", {"merge-into": first.no})
    assert done.status_code == 302 and Case.objects.get(pk=case.case_id).state == "merged"
    assert case.no in at(town, "taker").get(f"/desk/cases/{first.case_id}/").content.decode()
    done = at(town, "taker").post(f"/desk/cases/{case.case_id}/unmerge/", {"unmerge-why": "不是一栋楼"})
    assert done.status_code == 302 and Case.objects.get(pk=case.case_id).state == "registered"


def test_while_a_call_is_taken_the_like_is_shown(town: Town) -> None:
    first, *_ = crowd(town)
    index_cases()
    said = at(town, "taker").post("/desk/intake/twins/", {"text": WORDS, "place": "330302001"}).content.decode()
    assert first.no in said or "看着像同一件的" in said
    assert Client(headers={"host": "localhost"}).post("/desk/intake/twins/", {"text": WORDS}).status_code == 302


def test_the_public_form_says_how_many_and_no_word_of_theirs(town: Town) -> None:
    crowd(town)
    index_cases()
    answer = Client(headers={"host": "localhost"}).post("/report/lately/", {"text": WORDS, "place": "330302001"})
    said = answer.content.decode()
    assert "5件类似的诉求" in said and "锦华" not in said


def test_both_numbers_go_on_answering(town: Town) -> None:
    first, case, *_ = crowd(town)
    commands.merge(case.case_id, first.case_id, by=town.by("taker"), now=timezone.now())
    commands.answer(first.case_id, "电梯已经修好。", by=town.by("taker"), now=timezone.now())
    client = Client(headers={"host": "localhost"})
    client.post("/track/", {"no": case.no, "secret": case.secret})
    page = client.get(f"/track/{case.no}/").content.decode()
    assert first.no in page and "电梯已经修好。" in page
    data = client.get(f"/track/{case.no}/?format=json").json()
    assert (data["state"], data["merged_into"], data["replies"][0]["text"]) == (
        "merged",
        {"no": first.no, "state": "answered"},
        "电梯已经修好。",
    )


def test_the_supervisor_reads_what_many_speak_of(town: Town) -> None:
    cases = crowd(town)
    assert "最近没有热点" in at(town, "supervisor").get("/desk/topics/").content.decode()
    find_topics(timezone.now())
    page = at(town, "supervisor").get("/desk/topics/").content.decode()
    assert "锦华花园电梯坏了" in page and "已提醒督办员" in page
    topic = Topic.objects.get(title="锦华花园电梯坏了")
    page = at(town, "supervisor").get(f"/desk/topics/{topic.pk}/").content.decode()
    assert "<rect" in page and all(c.no in page for c in cases) and "五马街道" in page
    assert at(town, "oh_boss").get(f"/desk/topics/{topic.pk}/").status_code == 404


def bounded(town: Town, boxes: dict[str, Box]) -> None:
    paper = Instrument.objects.create(
        key="bounds", title="试划界", kind="reply", issuer="浙江省人民政府", issuer_class="government", issuer_level="province",
        issuer_area="330000", effective=date(2015, 1, 1), demo=True,
    )  # fmt: skip
    outlines = [Outline(town.places[key].pk, area(box), key, "测试") for key, box in boxes.items()]
    delimit(outlines, day=date(2016, 1, 1), instrument=paper, by=By.system("测试"), now=timezone.now())


def test_a_topic_is_drawn_on_the_boundaries_the_office_entered(town: Town) -> None:
    crowd(town)
    find_topics(timezone.now())
    topic = Topic.objects.get(title="锦华花园电梯坏了")
    page = at(town, "supervisor").get(f"/desk/topics/{topic.pk}/").content.decode()
    assert "还没有录入边界" in page and "topic-map" not in page
    bounded(town, {"330302": LUCHENG, "330302001": WUMA})
    page = at(town, "supervisor").get(f"/desk/topics/{topic.pk}/").content.decode()
    assert "topic-map" in page and "<title>五马街道 5</title>" in page and "《试划界》 测试" in page


def test_what_many_speak_of_stands_on_the_wall_without_a_title(town: Town) -> None:
    crowd(town)
    find_topics(timezone.now())
    wall = at(town, "supervisor").get("/desk/wall/").content.decode()
    assert (
        'id="tile-hot"' in wall
        and "本期5件，上期0件，共5人" in wall
        and "锦华花园电梯坏了" not in wall.split("</main>")[0]
    )
