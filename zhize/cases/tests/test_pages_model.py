"""What the dispatcher sees of a suggestion, and what anybody at the desk may read of the model."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from zhize.cases.commands import learn, receive, suggest
from zhize.cases.commands.dispatching import recall
from zhize.cases.commands.learning import BY
from zhize.cases.commands.suggesting import learn_from_cases, suggest_waiting
from zhize.cases.learning import office_model
from zhize.cases.models import Case
from zhize.cases.queries import likely
from zhize.cases.suggest import Candidate, MatterSuggestion
from zhize.cases.terms import Message
from zhize.cases.tests.conftest import Town
from zhize.cases.tests.stories import TUESDAY, fresh, received
from zhize.cases.tests.test_learning import sorted_by_hand
from zhize.policy.commands import one, set_policy

pytestmark = pytest.mark.django_db
THREE = [Candidate("010101", 0.42, ["摆摊"]), Candidate("020101", 0.2, ["半夜"]), Candidate("03", 0.1)]
UNSURE = MatterSuggestion("010101", 0.42, ["摆摊"], THREE, "城乡建设")


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    likely.forget()


def at(town: Town, username: str) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(town.seats[username].officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(town: Town, username: str, path: str) -> str:
    answer = at(town, username).get(path)
    assert answer.status_code == 200, answer.content.decode()[-2000:]
    return answer.content.decode()


def unsure(town: Town) -> Case:
    case = received(town, text="半夜还有人摆摊。")
    suggest(case.pk, UNSURE, None, by=BY, now=TUESDAY)
    return fresh(case)


# -- three candidates, each with its document ---------------------------------------------------------------------------
def test_the_dispatcher_sees_three_candidates_each_with_the_document_behind_it(town: Town) -> None:
    said = page(town, "dispatcher", f"/desk/cases/{unsure(town).pk}/")
    dispatch = said[said.index('id="act-dispatch"') :]
    assert re.findall(r'name="dispatch-matter" value="(\w+)"', dispatch) == ["010101", "020101", "03"]
    for words in (
        "鹿城区综合行政执法局",
        "温演〔2015〕1号",
        "对占道经营的查处",
        "对社会生活噪声的查处",
        "空白",
        "0.42",
        "摆摊",
    ):
        assert words in dispatch
    assert "自动分派的门槛" in dispatch and "/desk/model/" in dispatch


def test_another_candidate_is_chosen_and_dispatched_in_one_go(town: Town) -> None:
    case = unsure(town)
    answer = at(town, "dispatcher").post(f"/desk/cases/{case.pk}/dispatch/", {"dispatch-matter": "020101"})
    case = fresh(case)
    assert answer.status_code == 302 and (case.state, case.matter) == ("dispatched", town.matters["020101"])


def test_a_case_of_which_nothing_is_known_is_classified_by_a_likely_matter(town: Town) -> None:
    case = received(town, text="半夜施工，噪声吵人。")
    said = page(town, "dispatcher", f"/desk/cases/{case.pk}/")
    assert re.search(r'name="classify-likely" value="020101"', said)
    sent = {"classify-likely": "020101", "classify-kind": "complaint"}
    assert at(town, "dispatcher").post(f"/desk/cases/{case.pk}/classify/", sent).status_code == 302
    assert fresh(case).matter == town.matters["020101"]


def test_what_is_typed_counts_more_than_what_is_likely(town: Town) -> None:
    case = received(town, text="半夜施工，噪声吵人。")
    sent = {"classify-likely": "020101", "classify-matter_text": "油烟", "classify-kind": "complaint"}
    at(town, "dispatcher").post(f"/desk/cases/{case.pk}/classify/", sent)
    assert fresh(case).matter == town.matters["0202"]


def test_neither_likely_nor_typed_is_refused_at_the_field(town: Town) -> None:
    case = received(town, text="zzz")
    answer = at(town, "dispatcher").post(f"/desk/cases/{case.pk}/classify/", {"classify-kind": "complaint"})
    assert answer.status_code == 400 and "请打几个字" in answer.content.decode()


# -- the card ----------------------------------------------------------------------------------------------------------
def test_without_a_model_the_page_says_so(town: Town) -> None:
    assert "还没有训练过事项模型" in page(town, "lc", "/desk/model/")


def test_the_card_says_on_what_when_how_good_and_what_policy_lets_it_do(town: Town) -> None:
    sorted_by_hand(town)
    set_policy(
        [one("cases.dispatch.threshold", town.places["330300"], 0.7, town.paper.effective)],
        instrument=town.paper,
        by=BY,
        now=TUESDAY,
    )
    kept = learn_from_cases(TUESDAY)
    said = page(town, "dispatcher", "/desk/model/")
    for words in ("事项模型第1版", "在用", "36", "城乡建设", "环境保护", "0.70", "温演〔2015〕1号", kept.digest[:16]):
        assert words in said
    assert said.count('<polyline class="curve-line"') == 2 and said.count("<circle") >= 20


def test_the_card_says_how_the_model_has_fared_since(town: Town) -> None:
    sorted_by_hand(town)
    row = learn_from_cases(TUESDAY)
    sure = MatterSuggestion("010101", 0.95, ["摆摊"], THREE, "城乡建设")
    cases = [received(town, text=f"占道摆摊{n}。") for n in range(4)]
    for case in cases[:3]:
        suggest(case.pk, sure, row, by=BY, now=TUESDAY)
    recall(cases[0].pk, "派错了", by=town.by("dispatcher"), now=TUESDAY)
    suggest(cases[3].pk, UNSURE, row, by=BY, now=TUESDAY)
    at(town, "dispatcher").post(f"/desk/cases/{cases[3].pk}/dispatch/", {"dispatch-matter": "020101"})
    said = page(town, "dispatcher", "/desk/model/")
    assert "其中 1 件退回、改派或者收回，首派准确 66.7%" in said and "照建议的 0 件" in said


def test_old_versions_stay_readable_and_unknown_ones_are_not_there(town: Town) -> None:
    sorted_by_hand(town)
    learn_from_cases(TUESDAY)
    model = office_model()
    assert model is not None
    learn(model, by=BY, now=TUESDAY + timedelta(days=1))
    assert "事项模型第1版" in page(town, "dispatcher", "/desk/model/1/") and "已停用" in page(
        town, "lc", "/desk/model/1/"
    )
    assert at(town, "dispatcher").get("/desk/model/9/").status_code == 404


def test_nobody_reads_it_without_a_seat(town: Town) -> None:
    assert Client(headers={"host": "localhost"}).get("/desk/model/").status_code == 302


def test_a_letter_is_spoken_of_by_the_round_of_the_calendar(town: Town) -> None:
    receive(Message(text="占道摆摊。", place_id=town.places["330302001"].pk), by=BY.citizen(), now=TUESDAY)
    assert suggest_waiting(TUESDAY) == 1
