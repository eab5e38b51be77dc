"""The knowledge base: entries stand on the wording of duties, and are stale the day the register says otherwise."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from zhize.accounts.models import Officer
from zhize.cases.commands import answer, confirm_entry, retire_entry, write_entry
from zhize.cases.models import AnswerCite, Knowledge, KnowledgeText
from zhize.cases.queries.knowledge import entries, searched, stale_texts, valid_in
from zhize.cases.tests import stories
from zhize.cases.tests.conftest import CLERK, Town, at
from zhize.kernel.errors import BadInput, Refusal
from zhize.register.commands import reword

MARCH, APRIL = date(2016, 3, 1), date(2016, 4, 1)
ASKED = "哪里可以摆摊？"


def written(town: Town, **more: object) -> Knowledge:
    said = {"duties": [town.duties["stalls"]], "place": town.places["330300"]}
    return write_entry(
        ASKED, "疏导点内可以，道路上不可以。", **said | more, by=town.by("dispatcher"), now=stories.TUESDAY
    )  # type: ignore[arg-type]


def shown(entry: Knowledge, day: date) -> list[str]:
    text = KnowledgeText.objects.get(entry=entry, latest=True)
    return [s.why for s in entries([text], day)[0].stale]


def test_an_entry_is_stale_from_the_day_the_wording_changes(town: Town) -> None:
    entry = written(town)
    reword(
        town.duties["stalls"],
        name="对占道经营和流动摊贩的查处",
        day=APRIL,
        instrument=town.paper,
        by=CLERK,
        now=at("2016-03-10 09:00"),
    )
    assert shown(entry, date(2016, 3, 31)) == []
    assert shown(entry, APRIL) == ["职责表述已变"]
    assert [e.text.entry_id for e in stale_texts(valid_in(town.places["330302001"].pk, APRIL), APRIL)] == [entry.pk]


def test_what_was_looked_through_again_stands_on_the_new_wording(town: Town) -> None:
    entry = written(town)
    reword(
        town.duties["stalls"],
        name="对流动摊贩的查处",
        day=APRIL,
        instrument=town.paper,
        by=CLERK,
        now=at("2016-03-10 09:00"),
    )
    confirm_entry(entry, by=town.by("dispatcher"), now=at("2016-04-02 09:00"))
    assert shown(entry, date(2016, 4, 2)) == []
    assert KnowledgeText.objects.filter(entry=entry).count() == 2


def test_a_direct_answer_cites_the_entry_and_says_its_words(town: Town) -> None:
    entry = written(town)
    text = KnowledgeText.objects.get(entry=entry)
    case = stories.received(town)
    answer(case.pk, text.answer, knowledge=[text], by=town.by("taker"), now=stories.TUESDAY)
    assert AnswerCite.objects.get().text == text


def test_nobody_is_answered_from_what_the_register_has_overtaken(town: Town) -> None:
    text = KnowledgeText.objects.get(entry=written(town))
    reword(
        town.duties["stalls"],
        name="对流动摊贩的查处",
        day=APRIL,
        instrument=town.paper,
        by=CLERK,
        now=at("2016-03-10 09:00"),
    )
    case = stories.received(town, now=at("2016-04-05 09:00"))
    with pytest.raises(Refusal) as refused:
        answer(case.pk, "可以", knowledge=[text], by=town.by("taker"), now=at("2016-04-05 10:00"))
    assert refused.value.code == "stale_knowledge"


def test_an_entry_is_put_away_and_not_written_on(town: Town) -> None:
    entry = written(town)
    retire_entry(entry, "已无疏导点", by=town.by("dispatcher"), now=stories.TUESDAY)
    assert not valid_in(town.places["330300"].pk, MARCH).exists()
    with pytest.raises(Refusal) as refused:
        confirm_entry(entry, by=town.by("dispatcher"), now=stories.TUESDAY)
    assert refused.value.code == "retired"


def test_an_entry_without_a_duty_is_refused(town: Town) -> None:
    with pytest.raises(BadInput) as refused:
        written(town, duties=[])
    assert refused.value.code == "no_wording"


def test_entries_are_found_by_a_few_words_and_by_a_whole_sentence(town: Town) -> None:
    entry = written(town)
    rows = valid_in(town.places["330302001"].pk, MARCH)
    for words in ("摆摊", "攤", "请问我想早上在路边摆摊卖早点可不可以", ASKED):
        found = [t.entry_id for t in searched(rows, words)]
        assert found == ([entry.pk] if words != "攤" else found)
    assert searched(rows, "公积金") == []


def test_a_county_sees_the_citys_entries_and_a_handler_writes_none(town: Town) -> None:
    written(town)
    assert valid_in(town.places["330302"].pk, MARCH).count() == 1
    with pytest.raises(Refusal):
        write_entry(
            ASKED,
            "可以",
            duties=[town.duties["stalls"]],
            place=town.places["330302"],
            by=town.by("lc"),
            now=stories.TUESDAY,
        )


# -- on the pages ------------------------------------------------------------------------------------------------------
def signed_in(name: str) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(Officer.objects.get(username=name), "django.contrib.auth.backends.ModelBackend")
    return client


def test_an_editor_writes_looks_through_and_puts_away(town: Town) -> None:
    desk = signed_in("dispatcher")
    said = {"question": ASKED, "answer": "疏导点内可以。", "place_text": "温州市", "duty": "stalls", "public": "on"}
    assert desk.post("/desk/knowledge/write_entry/", said).status_code == 302
    entry = Knowledge.objects.get()
    assert ASKED in desk.get("/desk/knowledge/?q=摆摊").content.decode()
    assert "疏导点内可以。" in desk.get(f"/desk/knowledge/{entry.pk}/").content.decode()
    again = desk.get(f"/desk/knowledge/write_entry/?entry={entry.pk}").content.decode()
    assert "疏导点内可以。" in again
    assert desk.post(f"/desk/knowledge/{entry.pk}/confirm_entry/").status_code == 302
    assert "疏导点内可以。" in Client(headers={"host": "localhost"}).get(f"/questions/{entry.pk}/").content.decode()
    assert desk.post(f"/desk/knowledge/{entry.pk}/retire_entry/", {"why": "过时"}).status_code == 302
    assert Client(headers={"host": "localhost"}).get(f"/questions/{entry.pk}/").status_code == 404
    assert "没有待核对" in desk.get("/desk/knowledge/?stale=1").content.decode()


def test_the_call_taker_answers_in_the_words_of_an_entry(town: Town) -> None:
    text = KnowledgeText.objects.get(entry=written(town))
    case = stories.received(town, now=at("2016-03-01 11:00"))
    desk = signed_in("taker")
    assert ASKED in desk.get(f"/desk/cases/{case.pk}/").content.decode()
    done = desk.post(f"/desk/cases/{case.pk}/answer/", {"answer-text": "", "answer-knowledge": [text.pk]})
    assert done.status_code == 302
    assert case.replies.get().text == text.answer


def test_what_is_not_public_is_the_desks_alone(town: Town) -> None:
    entry = written(town, public=False)
    citizen = Client(headers={"host": "localhost"})
    assert citizen.get(f"/questions/{entry.pk}/").status_code == 404
    assert ASKED not in citizen.get("/questions/?q=摆摊").content.decode()
    assert "不公开" in signed_in("taker").get("/desk/knowledge/?q=摆摊").content.decode()
