"""Before it is adopted: what a draft would do to the cases of a period, and that trying it leaves nothing behind."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection

from zhize.cases.queries.simulating import examples, simulate
from zhize.cases.tests.conftest import CLERK, SETUP, Town, at, forget
from zhize.cases.tests.stories import WEDNESDAY, received, replied, sent
from zhize.kernel.errors import BadInput, Refusal
from zhize.places.terms import Expression
from zhize.policy.commands import one, set_policy
from zhize.register.commands import hand_over
from zhize.register.drafts.annex import annex
from zhize.register.terms import Share, Transfer

DAY = date(2016, 4, 1)
MARCH = date(2016, 3, 1), date(2016, 3, 31)
LATER = at("2016-03-20 09:00")
MOVE = """
day = 2016-04-01
[[hand_over]]
duty = "stalls"
from = "lc-enforce"
to = "lc-market"
place = "鹿城区"
"""


def tried(town: Town, text: str, **more: Any) -> dict[str, Any]:
    return simulate(annex(text, "t.toml", DAY), *MARCH, town.places["330300"].pk, LATER, **more)


def everything() -> dict[str, str]:
    """A digest of every table."""
    with connection.cursor() as cursor:
        return {name: _digest(cursor, name) for name in connection.introspection.table_names(cursor)}


def _digest(cursor: Any, table: str) -> str:
    cursor.execute(
        f"select count(*) || coalesce(md5(string_agg(t::text, chr(10) order by t::text)), '') from \"{table}\" t"
    )
    return str(cursor.fetchone()[0])


def test_a_hand_over_is_tried_and_says_who_would_get_the_cases(town: Town) -> None:
    case, _ = sent(town)
    sent(town, matter="020101")
    said = tried(town, MOVE)
    assert said["day"] == "2016-04-01"
    assert (said["cases"]["whole"], said["cases"]["replayed"], said["routes"]["changed"]) == (2, 2, 1)
    (flow,) = said["flows"]
    assert (flow["from"]["name"], flow["to"]["name"], flow["cases"]) == (
        "鹿城区综合行政执法局",
        "鹿城区市场监督管理局",
        1,
    )
    (change,) = said["changes"]
    assert (change["matter_name"], change["place_name"]) == ("占道摆摊", "温州市鹿城区五马街道")
    assert examples(said, change["matter"], change["place"], LATER) == [case.no]
    loads = {x["name"]: (x["was"], x["now"], x["then"]) for x in said["loads"]}
    assert loads == {"鹿城区综合行政执法局": (2, 2, 1), "鹿城区市场监督管理局": (0, 0, 1)}


def test_trying_leaves_nothing_behind(town: Town) -> None:
    sent(town)
    before = everything()
    tried(town, MOVE)
    with pytest.raises(Refusal):
        tried(town, MOVE.replace('from = "lc-enforce"', 'from = "lc-env"'))
    assert everything() == before


def test_what_it_says_is_what_happens_when_it_is_adopted(town: Town) -> None:
    """The same draft, tried and then adopted: every case that comes after goes where the trial said."""
    for matter in ("010101", "020101", "0202", "0203", "03"):
        received(town, matter)
    said = tried(town, MOVE)
    paper = {"instrument": town.paper, "by": CLERK, "now": LATER}
    where = Expression((town.places["330302"].pk,))
    share = (Share(town.bodies["lc-enforce"], where),), (Share(town.bodies["lc-market"], where),)
    hand_over([Transfer(town.duties["stalls"], *share, 4)], day=DAY, **paper)
    forget()
    moved = {c["matter_name"]: c["to"]["body"] for c in said["changes"]}
    _, leg = sent(town, at("2016-04-01 09:00"))
    assert moved == {"占道摆摊": leg.body_id}
    _, leg = sent(town, at("2016-04-01 09:00"), matter="020101")
    assert leg.body == town.bodies["lc-enforce"]


def test_a_gap_that_would_close_and_one_that_would_open_are_told(town: Town) -> None:
    received(town, "03")
    sent(town)
    said = tried(town, """
        day = 2016-04-01
        [[map_matter]]
        matter = "03"
        duties = ["food"]
        [[cease]]
        duty = "stalls"
        body = "lc-enforce"
    """)  # fmt: skip
    assert {(f["from"]["name"], f["to"]["name"]) for f in said["flows"]} == {
        ("无人负责", "鹿城区环境保护局"), ("鹿城区综合行政执法局", "无人负责"),
    }  # fmt: skip
    assert (said["routes"]["now_gap"], said["routes"]["then_gap"]) == (1, 1)


def test_a_conflict_that_would_be_settled_is_told(town: Town) -> None:
    received(town, "0203")
    said = tried(town, 'day = 2016-04-01\n[[cease]]\nduty = "ads"\nbody = "lc-market"')
    (flow,) = said["flows"]
    assert (flow["from"]["name"], flow["to"]["name"]) == ("多头冲突", "鹿城区综合行政执法局")


def test_a_sealed_case_is_counted_and_never_named(town: Town) -> None:
    sent(town, confidential=True)
    said = tried(town, MOVE)
    (change,) = said["changes"]
    assert (change["cases"], change["sealed"]) == (1, 1)
    assert examples(said, change["matter"], change["place"], LATER) == []


def test_a_case_about_the_receiver_would_wait_for_a_person(town: Town) -> None:
    sent(town, about=town.bodies["lc-market"].pk)
    assert tried(town, MOVE)["routes"]["recused"] == 1


def test_a_shorter_limit_says_which_promises_it_would_break(town: Town) -> None:
    replied(town)
    sent(town)
    sent(town, at("2016-03-18 10:00"))
    said = tried(town, """
        day = 2016-04-01
        [[set_policy]]
        key = "cases.limit.complaint"
        place = "鹿城区"
        value = "1wd"
    """)["clocks"]  # fmt: skip
    assert said["limits"] == [{"limit": "承诺办理", "kind": "投诉", "from": "5个工作日", "to": "1个工作日", "cases": 3}]
    assert (said["kept"], said["broken"], said["unchanged"]) == (0, 0, 3)


def test_a_limit_that_only_ends_is_not_taken_for_the_new_one(town: Town) -> None:
    """The city's limit until the day and the one from it on are both written; only the later is the draft's word."""
    replied(town, WEDNESDAY)
    said = tried(
        town, 'day = 2016-04-01\n[[set_policy]]\nkey = "cases.limit.complaint"\nplace = "330300"\nvalue = "10wd"'
    )
    assert (said["register"]["settings"], said["register"]["first"], said["day"]) == (1, "2016-04-01", "2016-04-01")
    assert [(x["from"], x["to"], x["cases"]) for x in said["clocks"]["limits"]] == [("5个工作日", "10个工作日", 1)]


def test_what_its_words_make_urgent_keeps_the_grades_limit(town: Town) -> None:
    grades = [{"name": "紧急", "limit": "24h", "words": ["塌陷"]}]
    set_policy(
        [one("cases.limit.grades", town.places["330300"], grades, date(2015, 1, 1))],
        instrument=town.paper,
        by=CLERK,
        now=SETUP,
    )
    forget()
    sent(town, text="路面塌陷了")
    said = tried(
        town, 'day = 2016-04-01\n[[set_policy]]\nkey = "cases.limit.complaint"\nplace = "330300"\nvalue = "10wd"'
    )
    assert (said["clocks"]["kept"], said["clocks"]["broken"], said["clocks"]["not_reckoned"]) == (0, 0, 1)


def test_a_broken_promise_that_a_longer_limit_would_keep(town: Town) -> None:
    replied(town, at("2016-03-10 10:00"))
    said = tried(
        town, 'day = 2016-04-01\n[[set_policy]]\nkey = "cases.limit.complaint"\nplace = "330300"\nvalue = "10wd"'
    )
    assert (said["clocks"]["kept"], said["clocks"]["broken"], said["clocks"]["unchanged"]) == (1, 0, 0)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("day = ", "不是 TOML"),
        ("day = 2016-04-01", "没有写明要做什么"),
        ("[[hand_ovr]]\nduty = 'stalls'", "不认识“hand_ovr”"),
        ("[[hand_over]]\nduty = 'stalls'\nfrom = 'lc-enforce'", "没有写 to"),
        ("[[hand_over]]\nduty = 'stalls'\nfrom = 'lc-enforce'\nto = 'lc-env'\nplcae = 'x'", "不认识“plcae”"),
        ("day = 'soon'\n[[cease]]\nduty = 'stalls'\nbody = 'lc-enforce'", "日期"),
        ("[[entrust]]\nduty='a'\nfrom='b'\nto='c'\nuntil='x'", "日期"),
        ("[[cease]]\nduty = 'nothing'\nbody = 'lc-enforce'", "找不到职责"),
        ("[[cease]]\nduty = 'food'\nbody = 'lc-enforce'", "不行使"),
        ("paper = '没有的文件'\n[[cease]]\nduty = 'stalls'\nbody = 'lc-enforce'", "登记中没有文件"),
        ("[[set_policy]]\nkey = 'cases.limit.complaint'\nvalue = 'soon'", ""),
        ("[[set_policy]]\nkey = 'no.such'\nvalue = 1", ""),
        ("\ufffe", ""),
    ],
)
def test_a_bad_draft_is_refused_in_one_sentence(town: Town, text: str, why: str) -> None:
    with pytest.raises(BadInput) as refused:
        tried(town, text)
    assert why in str(refused.value) and "\n" not in str(refused.value)


def test_an_interrupted_trial_leaves_nothing(town: Town) -> None:
    sent(town)
    before = everything()

    def stop(stage: str, done: int, total: int | None) -> None:
        if stage.startswith("按草案"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tried(town, MOVE, progress=stop)
    assert everything() == before
