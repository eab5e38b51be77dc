"""A case is found again by any of its fields, the moment it is received, and only by who may know what it says."""

from __future__ import annotations

import pytest

from zhize.cases.commands import classify, dispatch, receive_many
from zhize.cases.commands.finding import index_words, missing
from zhize.cases.models import Case, Sought
from zhize.cases.queries.desk import searched
from zhize.cases.tests.conftest import Town, later
from zhize.cases.tests.stories import TUESDAY, message
from zhize.cases.tests.test_bulk import BY
from zhize.kernel import marks


def found(town: Town, words: str, seat: str = "supervisor") -> list[str]:
    return [c.text for c in reversed(searched(town.seats[seat], later(TUESDAY, hours=1), words, "", "", {}).rows)]


def told(town: Town, *texts: str, **more: object) -> None:
    receive_many([message(town, text=text, **more) for text in texts], by=BY, now=TUESDAY)  # type: ignore[arg-type]


def test_a_case_is_found_before_and_after_the_worker_saw_it(town: Town) -> None:
    told(town, "路灯坏了三天", "门口摆摊")
    assert found(town, "路灯") == ["路灯坏了三天"]
    assert index_words() == 2 and index_words() == 0 and missing() == 0
    assert found(town, "路灯") == ["路灯坏了三天"]
    told(town, "另一处路灯也坏了")
    assert found(town, "路灯") == ["路灯坏了三天", "另一处路灯也坏了"] and missing() == 1


def test_every_field_is_searched_and_every_word_must_be_there(town: Town) -> None:
    told(town, "一直到半夜", title="油烟扰民", address="人民路88号")
    told(town, "占道很久了")
    index_words()
    case = Case.objects.order_by("pk").first()
    assert case is not None
    for words in ("油烟", "人民路88号", "半夜 油烟", case.no, case.no.lower(), "烟"):
        assert found(town, words) == ["一直到半夜"], words
    for words in ("占道摆摊", "五马街道", "鹿城区", "综合行政执法局 五马"):
        assert len(found(town, words)) == 2, words
    assert found(town, "油烟 没有的词") == [] == found(town, "夜半")


def test_traditional_characters_and_odd_marks_find_and_break_nothing(town: Town) -> None:
    told(town, "100%的噪音_很大")
    index_words()
    assert found(town, "%的") == [] or found(town, "%的") == ["100%的噪音_很大"]
    assert found(town, "\x00 ' % _ \\ “") in ([], ["100%的噪音_很大"]) and found(town, "100") == ["100%的噪音_很大"]


def test_of_a_sealed_case_the_body_that_handles_it_finds_no_words(town: Town) -> None:
    told(town, "举报人孔雀", confidential=True)
    index_words()
    assert found(town, "孔雀") == ["举报人孔雀"]
    assert found(town, "孔雀", "lc") == [] == found(town, "孔雀", "lc_boss")
    assert found(town, "占道摆摊", "lc") == ["举报人孔雀"]


def test_a_case_that_changes_hands_is_found_by_its_new_matter(town: Town) -> None:
    from zhize.cases.commands import recall

    told(town, "楼下太吵")
    index_words()
    case = Case.objects.get()
    seen = Sought.objects.get().event
    recall(case.pk, "派错了", by=town.by("dispatcher"), now=later(TUESDAY, minutes=5))
    assert index_words() == 1 and Sought.objects.get().event > seen and index_words() == 0


def test_others_places_stay_out_of_sight(town: Town) -> None:
    told(town, "路灯不亮")
    index_words()
    assert found(town, "路灯", "oh_boss") == [] and found(town, "路灯", "lc_taker") == ["路灯不亮"]


def test_pages_of_a_search_meet_however_few_volumes_the_index_opens(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every case once, down and up again; the newest are shown before the worker has seen them."""
    monkeypatch.setattr(marks, "VOLUME_SIZE", 3)
    told(town, *(f"{'路灯' if n % 5 else '摆摊'}{n}" for n in range(60)))
    index_words()
    told(town, "路灯60", "路灯61")
    expected = [f"路灯{n}" for n in reversed(range(62)) if n % 5 or n == 60]
    down, params = [], {}
    while shown := searched(town.seats["supervisor"], later(TUESDAY, hours=1), "路灯", "", "", params, 7):
        down += [c.text for c in shown.rows]
        if not shown.older:
            break
        params = {"before": shown.older}
    assert down == expected
    up, params = [c.text for c in shown.rows], {"after": shown.newer}
    while params["after"]:
        shown = searched(town.seats["supervisor"], later(TUESDAY, hours=1), "路灯", "", "", params, 7)
        up, params = [c.text for c in shown.rows] + up, {"after": shown.newer}
    assert up == expected


def test_a_body_finds_what_was_sent_to_it_before_the_worker_knows(town: Town) -> None:
    told(town, "楼下太吵", matter="")
    index_words()
    assert found(town, "太吵", "lc") == []
    case = Case.objects.get()
    classify(case.pk, matter=town.matters["010101"], by=town.by("dispatcher"), now=later(TUESDAY, minutes=5))
    dispatch(case.pk, by=town.by("dispatcher"), now=later(TUESDAY, minutes=6))
    assert found(town, "太吵", "lc") == ["楼下太吵"]
