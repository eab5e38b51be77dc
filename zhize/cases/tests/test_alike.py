"""Told before? Found by words, place and time; and what many speak of at once, told to supervisors once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from zhize.cases.commands import merge
from zhize.cases.commands.heating import find_topics
from zhize.cases.commands.indexing import FAN, index_cases
from zhize.cases.models import AlikeSegment, Case, Topic
from zhize.cases.queries.alike import told_before, told_lately, twins_of
from zhize.cases.queries.followed import followed
from zhize.cases.queries.topics import bars, heat, hot
from zhize.cases.tests.conftest import Town
from zhize.cases.tests.letters import LETTERS
from zhize.cases.tests.stories import TUESDAY, WEDNESDAY, fresh, received
from zhize.kernel.period import day_of
from zhize.record.models import Event

WORDS = "锦华花园三号楼的电梯又坏了，老人被困在里面半个小时，请派人检查。"


def history(town: Town) -> list[Case]:
    """What else is told in this town."""
    return [received(town, title=title, text=text) for _, title, text in LETTERS if len(text) > 8]


def test_a_near_copy_is_found_whatever_was_edited(town: Town) -> None:
    history(town)
    case = received(town, text=WORDS)
    index_cases()
    found = told_before("锦华花园三号楼电梯又坏了!!老人被困里面半个多小时,请派人来检查")
    assert found[0].case_id == case.pk and found[0].likeness > 0.5 and "锦华" in "".join(found[0].words)


def test_the_same_event_in_other_words_is_found_by_its_place(town: Town) -> None:
    history(town)
    case = received(town, text=WORDS)
    index_cases()
    found = told_before("我们锦华花园的电梯故障好多天，没有人修。", town.places["330302001"].pk)
    assert found[0].case_id == case.pk


def test_what_came_in_later_is_taken_in_later_and_nothing_twice(town: Town) -> None:
    for n in range(FAN + 1):
        received(town, text=f"{WORDS}第{n}次。")
        assert (index_cases(), index_cases()) == (1, 0)
    assert AlikeSegment.objects.count() == 2 and len(told_before(WORDS)) == FAN + 1


def test_the_clerk_sees_why_and_only_what_his_seat_may_see(town: Town) -> None:
    history(town)
    first, other = received(town, text=WORDS), received(town, text=WORDS, place="330304001")
    case = received(town, text=WORDS + "麻烦快一点。", now=WEDNESDAY)
    index_cases()
    seen = twins_of(case, town.seats["taker"], WEDNESDAY)
    assert [t.case for t in seen][:2] == [first, other]
    assert seen[0].same_place and seen[0].near_in_time and not seen[1].same_place
    assert [t.case for t in twins_of(case, town.seats["lc_taker"], WEDNESDAY)][:1] == [first]
    assert other not in [t.case for t in twins_of(case, town.seats["lc_taker"], WEDNESDAY)]


def test_the_public_learns_a_number_and_nothing_of_informants(town: Town) -> None:
    history(town)
    received(town, text=WORDS)
    received(town, text=WORDS, kind="report")
    received(town, text=WORDS, confidential=True, name="王小明", phone="13812345678")
    index_cases()
    here, elsewhere = town.places["330302001"].pk, town.places["330304001"].pk
    assert (told_lately(WORDS, here, WEDNESDAY), told_lately(WORDS, elsewhere, WEDNESDAY)) == (1, 0)
    assert told_lately(WORDS, here, WEDNESDAY + timedelta(days=60)) == 0


def test_a_merged_number_answers_with_what_becomes_of_the_other(town: Town) -> None:
    last, middle, case = (received(town) for _ in range(3))
    merge(case.pk, middle.pk, by=town.by("taker"), now=TUESDAY)
    merge(middle.pk, last.pk, by=town.by("taker"), now=TUESDAY)
    assert followed(fresh(case)) == last and followed(fresh(last)) is None


def spoken(town: Town, n: int, **more: Any) -> list[Case]:
    more.setdefault("place", "330302001")
    return [
        received(town, title="锦华花园电梯坏了", text=f"{WORDS}这是第{'一二三四五六七八'[i]}回。", **more)
        for i in range(n)
    ]


def test_what_many_speak_of_is_told_to_supervisors_once(town: Town) -> None:
    history(town)
    cases = spoken(town, 5)
    find_topics(WEDNESDAY)
    topic = Topic.objects.get(title="锦华花园电梯坏了")
    assert set(topic.cases.all()) == set(cases) and (topic.recent, topic.before) == (5, 0)
    assert (topic.told_at, topic.place) == (WEDNESDAY, town.places["330302001"]) and "电梯" in topic.words
    spoken(town, 3, now=WEDNESDAY, place="330304001")
    find_topics(WEDNESDAY + timedelta(hours=1))
    again = Topic.objects.get(title="锦华花园电梯坏了")
    assert (again.pk, again.size, again.place) == (topic.pk, 8, town.places["330300"])
    told = [e for e in Event.objects.filter(act="alert_topic") if e.payload["topic"] == topic.pk]
    assert len(told) == 1 and told[0].tell


def test_ten_calls_of_one_are_not_ten_people(town: Town) -> None:
    from zhize.kernel.topics import Told, topics

    found = topics([Told(str(n), "锦华花园电梯坏了", WORDS, TUESDAY, who="a" if n < 4 else "b") for n in range(6)])
    assert (len(found[0].members), found[0].tellers) == (6, 2)


def test_a_topic_has_days_and_places(town: Town) -> None:
    history(town)
    spoken(town, 3)
    spoken(town, 2, now=WEDNESDAY, place="330304001")
    find_topics(WEDNESDAY)
    topic = hot(town.seats["supervisor"], WEDNESDAY).get(title="锦华花园电梯坏了")
    assert [b.n for b in bars(topic)] == [3, 2] and [h.n for h in heat(topic, day_of(WEDNESDAY))] == [3, 2]


def test_whose_name_is_sealed_is_in_no_topic(town: Town) -> None:
    spoken(town, 5, kind="report")
    find_topics(WEDNESDAY)
    assert not Topic.objects.exists()
