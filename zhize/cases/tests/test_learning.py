"""The office learns from its own cases: what people sorted teaches, what they corrected teaches more, and every model has its number."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from zhize.cases.commands import classify, dispatch, learn, sign, suggest
from zhize.cases.commands.dispatching import decide_return, request_return
from zhize.cases.commands.handling import reply
from zhize.cases.commands.learning import BY
from zhize.cases.commands.suggesting import learn_from_cases, suggest_waiting
from zhize.cases.learning import for_dispatch, in_service, office_model
from zhize.cases.models import Case, MatterModel, Suggested
from zhize.cases.queries import lessons
from zhize.cases.suggest import Message, Suggester
from zhize.cases.tests.conftest import Town
from zhize.cases.tests.stories import TUESDAY, WEDNESDAY, fresh, handler, lead, received, sent
from zhize.kernel.errors import BadInput, Refusal
from zhize.record.models import Event

STALLS = "摊贩占了人行道卖水果，{n}号门口走不过去"
NOISE = "工地半夜打桩，{n}号楼吵得睡不着"
FUMES = "饭店油烟直排，{n}单元窗户不敢开"
SORTED = {"010101": STALLS, "020101": NOISE, "0202": FUMES}
DAY = date(2016, 3, 2)


def sorted_by_hand(town: Town, each: int = 12) -> None:
    """A clerk has said of each what it is."""
    for code, words in SORTED.items():
        for n in range(each):
            case = received(town, title=words.format(n=n)[:20], text=words.format(n=n) + "。请管一管。")
            classify(case.pk, matter=town.matters[code], by=town.by("dispatcher"), now=TUESDAY)


def taught() -> dict[str, str]:
    return {lesson.text: lesson.matter for lesson in lessons.lessons(DAY)}


# -- what teaches ------------------------------------------------------------------------------------------------------
def test_a_case_teaches_when_a_person_stands_behind_its_matter(town: Town) -> None:
    received(town, text="没有人看过。")
    sent(town, text="来件人自己选的。")
    sent(town, text="机器选的，还没有人答复。", confidence=0.9)
    assert taught() == {"来件人自己选的。": "010101"}


def test_what_the_machine_chose_teaches_once_the_body_has_answered(town: Town) -> None:
    case, leg = sent(town, text="机器选的，单位答复了。", confidence=0.9)
    sign(leg.pk, by=handler(town, leg), now=TUESDAY)
    assert taught() == {}
    reply(leg.pk, "已劝离。", by=handler(town, leg), now=WEDNESDAY)
    assert taught() == {fresh(case).text: "010101"}


def returned(town: Town, text: str) -> Case:
    """Sent by the machine to the wrong body, which named the right duty; the centre agreed."""
    case, leg = sent(town, text=text, confidence=0.9)
    request_return(
        leg.pk, body=town.bodies["lc-env"], duty=town.duties["food"], reason="油烟", by=town.by("lc"), now=TUESDAY
    )
    decide_return(leg.pk, "upheld", by=town.by("supervisor"), now=TUESDAY)
    return fresh(case)


def test_an_upheld_return_teaches_nothing_wrong_and_then_the_matter_of_the_duty_that_was_cited(town: Town) -> None:
    case = returned(town, "店门口冒油烟，路也占了。")
    assert taught() == {}
    dispatch(case.pk, body=town.bodies["lc-env"], why="油烟归环保", by=town.by("dispatcher"), now=TUESDAY)
    answered(town, case)
    assert taught() == {case.text: "0202"}


def test_a_matter_mended_after_a_return_teaches_the_mended_one(town: Town) -> None:
    case = returned(town, "店门口冒油烟，路也占了。")
    classify(case.pk, matter=town.matters["0202"], by=town.by("dispatcher"), now=TUESDAY)
    assert taught() == {case.text: "0202"}


def answered(town: Town, case: Case) -> None:
    leg = lead(fresh(case))
    sign(leg.pk, by=handler(town, leg), now=TUESDAY)
    reply(leg.pk, "已责令整改。", by=handler(town, leg), now=WEDNESDAY)


def test_letters_whose_reporter_is_kept_secret_teach_nothing(town: Town) -> None:
    sent(town, text="我要举报。", kind="report")
    assert taught() == {}


def test_a_withdrawn_case_teaches_nothing_and_copies_are_one_group(town: Town) -> None:
    one, _ = sent(town, text="同样的话。")
    sent(town, text="同样的  话。")
    Case.objects.filter(pk=sent(town, text="撤回了。")[0].pk).update(state="withdrawn")
    found = [lesson.message({"01": "城乡建设"}) for lesson in lessons.lessons(DAY)]
    assert len(found) == 2 and found[0].group == found[1].group and one.text in {m.text for m in found}


# -- learning ----------------------------------------------------------------------------------------------------------
def test_the_office_learns_from_its_own_cases_and_the_model_has_a_number(town: Town) -> None:
    sorted_by_hand(town)
    kept = learn_from_cases(WEDNESDAY)
    assert (kept.no, in_service(), kept.card["messages"]) == (1, kept, 36)
    model = office_model()
    assert model is not None and {row["label"] for row in kept.card["labels"]} == set(model.labels)
    event = Event.objects.filter(act="learn").latest("pk")
    assert event.payload["digest"] == kept.digest and event.payload["in_service"]


def test_the_next_model_takes_over_and_the_old_card_stays(town: Town) -> None:
    sorted_by_hand(town)
    first = learn_from_cases(WEDNESDAY)
    assert learn_from_cases(WEDNESDAY) == first  # nothing new, nothing learned
    sorted_by_hand(town, 1)
    second = learn_from_cases(WEDNESDAY + timedelta(days=1))
    first.refresh_from_db()
    assert (first.until, second.no, in_service()) == (WEDNESDAY + timedelta(days=1), 2, second)


def test_a_model_that_got_worse_is_kept_and_does_not_serve(town: Town) -> None:
    sorted_by_hand(town)
    first = learn_from_cases(WEDNESDAY)
    model = office_model()
    assert model is not None
    bad = Suggester(
        model.labels,
        model.vocabulary,
        model.weights,
        model.calibration,
        model.card | {"macro_f1": first.card["macro_f1"] - 0.1},
    )
    second = learn(bad, by=BY, now=WEDNESDAY)
    assert in_service() == first and second.since is None and "第1版" in second.words


def test_old_models_keep_their_card_and_lose_their_content(town: Town) -> None:
    sorted_by_hand(town)
    learn_from_cases(WEDNESDAY)
    model = office_model()
    assert model is not None
    for n in range(6):
        learn(model, by=BY, now=WEDNESDAY + timedelta(days=n))
    kept = MatterModel.objects.order_by("no")
    assert [row.content is not None for row in kept] == [False, False, True, True, True, True, True]
    assert all(row.card["messages"] == 36 for row in kept)


def test_too_few_sorted_cases_are_refused(town: Town) -> None:
    sent(town)
    with pytest.raises(BadInput, match="还不能训练"):
        learn_from_cases(WEDNESDAY)


def test_only_the_machine_learns(town: Town) -> None:
    sorted_by_hand(town)
    learn_from_cases(WEDNESDAY)
    model = office_model()
    assert model is not None
    with pytest.raises(Refusal):
        learn(model, by=town.by("supervisor"), now=WEDNESDAY)


# -- suggesting --------------------------------------------------------------------------------------------------------
def test_a_waiting_case_is_spoken_of_once_and_the_model_is_named(town: Town) -> None:
    sorted_by_hand(town)
    row = learn_from_cases(WEDNESDAY)
    case = received(town, text="夜市摊贩占了人行道，婴儿车推不过去。", now=WEDNESDAY)
    assert suggest_waiting(WEDNESDAY) == 1 and suggest_waiting(WEDNESDAY) == 0
    said, case = Suggested.objects.get(case=case), fresh(case)
    assert (said.model, said.matter, case.matter) == (row, town.matters["010101"], town.matters["010101"])
    assert case.words and said.candidates[0]["code"] == "010101"
    assert said.sent == (said.confidence >= said.threshold) == (case.state == "dispatched")


def test_above_the_threshold_it_goes_by_itself_with_the_holding_as_evidence(town: Town) -> None:
    case = received(town, text="占道摆摊。")
    said = for_dispatch([Message(case.title, case.text)], None, case.place_id, DAY)[0]
    sure = suggest(case.pk, replace_confidence(said, 0.95), None, by=BY, now=TUESDAY)
    leg = lead(fresh(case))
    assert sure.sent and leg.body == town.bodies["lc-enforce"] and leg.holding == town.holding("stalls", "lc-enforce")
    acts = list(
        Event.objects.filter(touched__contains=[f"case:{case.pk}"]).order_by("pk").values_list("act", flat=True)
    )
    assert acts[0] == "receive" and set(acts[1:]) == {"suggest", "dispatch"}


def test_below_the_threshold_a_person_decides(town: Town) -> None:
    case = received(town, text="占道摆摊。")
    said = for_dispatch([Message(case.title, case.text)], None, case.place_id, DAY)[0]
    unsure = suggest(case.pk, replace_confidence(said, 0.5), None, by=BY, now=TUESDAY)
    case = fresh(case)
    assert not unsure.sent and (case.state, case.snag, case.matter) == ("registered", "unsure", town.matters["010101"])


def test_of_what_is_not_heard_at_all_nothing_is_said_but_that(town: Town) -> None:
    case = received(town, text="zzz qqq")
    assert suggest_waiting(TUESDAY) == 1
    said = Suggested.objects.get(case=case)
    assert said.matter is None and said.candidates == [] and fresh(case).snag == "no_matter"


def test_a_case_that_a_person_has_in_hand_is_left_alone(town: Town) -> None:
    case = received(town, text="占道摆摊。")
    classify(case.pk, matter=town.matters["020101"], by=town.by("dispatcher"), now=TUESDAY)
    said = for_dispatch([Message(case.title, case.text)], None, case.place_id, DAY)[0]
    with pytest.raises(Refusal):
        suggest(case.pk, said, None, by=BY, now=TUESDAY)


def test_what_was_corrected_teaches_the_next_model(town: Town) -> None:
    """The town says 铁皮棚 for stalls; nobody had told the machine."""
    sorted_by_hand(town)
    learn_from_cases(WEDNESDAY)
    ask = Message("", "铁皮棚又搭到路中间了")
    before = office_model()
    assert before is not None
    was = before.suggest([ask])[0]
    for n in range(8):
        case = received(town, text=f"铁皮棚搭到{n}号门口了。")
        suggest_waiting(TUESDAY)
        classify(case.pk, matter=town.matters["0202"], by=town.by("dispatcher"), now=TUESDAY)
        dispatch(case.pk, by=town.by("dispatcher"), now=TUESDAY) if fresh(case).state == "to_dispatch" else None
    learn_from_cases(WEDNESDAY + timedelta(days=1))
    after = office_model()
    assert after is not None
    now = after.suggest([ask])[0]
    assert (was.label, now.label) == ("城乡建设", "环境保护")


def replace_confidence(said, confidence):  # type: ignore[no-untyped-def]
    from dataclasses import replace

    return replace(said, confidence=confidence)
