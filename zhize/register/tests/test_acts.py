"""Stories of the register's acts: what they leave, and what they refuse."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.town import Town, system
from zhize.kernel.errors import Refusal
from zhize.places.terms import Expression
from zhize.record.models import Event
from zhize.register import commands
from zhize.register.models import Body, Holding
from zhize.register.terms import NewBody, Share, Transfer

DAY = date(2016, 9, 1)
STALLS = "urb-street-trading"
HOUSING = "鹿城区住房和城乡规划建设局"


def shares(town: Town, body: str, *places: str) -> tuple[Share, ...]:
    return (Share(town.body(body), Expression(tuple(town.place(p).pk for p in places))),)


def hand_back(town: Town, leaving: tuple[Share, ...], arriving: tuple[Share, ...]) -> list[Holding]:
    """The district's enforcement bureau gives street trading to the district's housing bureau."""
    transfer = Transfer(town.duty(STALLS), leaving, arriving, level=4)
    return commands.hand_over([transfer], day=DAY, instrument=town.notice(effective=DAY), by=system(), now=town.now)


def test_a_hand_over_leaves_three_rows(town: Town) -> None:
    hand_back(town, shares(town, "鹿城区综合行政执法局", "330302"), shares(town, HOUSING, "330302"))
    rows = Holding.objects.filter(duty=town.duty(STALLS), place=town.place("330302"), level=4, capacity="NAME_HOLDER")
    spans = [
        (r.body.family, r.from_day, r.to_day, r.withdrawn_at is None)
        for r in rows.order_by("pk")
        if r.from_day >= date(2016, 6, 1)
    ]
    assert spans == [
        ("综合执法", date(2016, 6, 1), None, False),
        ("综合执法", date(2016, 6, 1), DAY, True),
        ("住建", DAY, None, True),
    ]


def test_a_hand_over_leaves_one_event_that_names_its_paper(town: Town) -> None:
    count = Event.objects.count()
    hand_back(town, shares(town, "鹿城区综合行政执法局", "330302"), shares(town, HOUSING, "330302"))
    event = Event.objects.latest("id")
    assert Event.objects.count() == count + 1
    assert (event.act, event.instrument.issuer) == ("hand_over", "温州市人民政府")


def test_what_leaves_must_arrive(town: Town) -> None:
    with pytest.raises(Refusal) as refused:
        hand_back(town, shares(town, "鹿城区综合行政执法局", "330302"), shares(town, HOUSING, "五马街道"))
    assert refused.value.code == "not_conserved"
    assert "划出后无人接收" in str(refused.value)


def test_what_arrives_must_have_left(town: Town) -> None:
    with pytest.raises(Refusal) as refused:
        hand_back(town, shares(town, "鹿城区综合行政执法局", "五马街道"), shares(town, HOUSING, "330302"))
    assert refused.value.code == "not_conserved"


def test_nobody_gives_away_what_they_do_not_hold(town: Town) -> None:
    with pytest.raises(Refusal) as refused:
        hand_back(town, shares(town, "鹿城区教育局", "330302"), shares(town, HOUSING, "330302"))
    assert refused.value.code == "not_held"


def test_one_street_can_leave_and_the_rest_stays(town: Town) -> None:
    hand_back(town, shares(town, "鹿城区综合行政执法局", "五马街道"), shares(town, HOUSING, "五马街道"))
    here = town.who(STALLS, "五马街道", DAY).as_dict()["holder"]["name"]
    there = town.who(STALLS, "南汇街道", DAY).as_dict()["holder"]["name"]
    assert (here, there) == (HOUSING, "鹿城区综合行政执法局")


def test_a_paper_signed_at_the_wrong_level_is_refused_with_the_rule(town: Town) -> None:
    paper = town.notice(issuer="温州市人民政府", kind="reply")
    with pytest.raises(Refusal) as refused:
        commands.rename(
            town.body("温州市教育局"), "温州市教育体育局", day=DAY, instrument=paper, by=system(), now=town.now
        )
    assert refused.value.code == "not_competent"
    assert "486" in refused.value.article or "地方各级人民政府机构设置" in refused.value.article


def test_a_county_cannot_dispose_of_another_countys_duties(town: Town) -> None:
    paper = town.notice(issuer="瑞安市人民政府", issuer_level="county", issuer_area="330381", effective=DAY)
    transfer = Transfer(
        town.duty(STALLS), shares(town, "鹿城区综合行政执法局", "330302"), shares(town, HOUSING, "330302"), 4
    )
    with pytest.raises(Refusal) as refused:
        commands.hand_over([transfer], day=DAY, instrument=paper, by=system(), now=town.now)
    assert refused.value.code == "outside_area"


def test_a_body_with_duties_is_not_abolished_and_the_list_says_which(town: Town) -> None:
    body = town.body("鹿城区旅游局")
    with pytest.raises(Refusal) as refused:
        commands.abolish(body, day=DAY, instrument=town.notice(kind="reply"), by=system(), now=town.now)
    assert refused.value.code == "holdings_left"
    assert refused.value.details


def test_a_body_is_abolished_when_everything_it_held_goes_somewhere(town: Town) -> None:
    body, heir = town.body("鹿城区旅游局"), town.body("鹿城区文化广电新闻出版局")
    held = Holding.objects.live().from_day_on(DAY).filter(body=body)
    home = {h.duty_id: heir for h in held}
    commands.abolish(body, rehome=home, day=DAY, instrument=town.notice(kind="reply"), by=system(), now=town.now)
    assert not Holding.objects.as_of(DAY).filter(body=body).exists()
    assert set(home) <= set(Holding.objects.as_of(DAY).filter(body=heir).values_list("duty_id", flat=True))


def test_a_merger_moves_everything_and_the_day_before_is_unchanged(town: Town) -> None:
    body, into = town.body("鹿城区旅游局"), town.body("鹿城区文化广电新闻出版局")
    before = Holding.objects.as_of(DAY - timedelta(days=1)).filter(body=body).count()
    commands.merge([(body, into)], day=DAY, instrument=town.notice(kind="reply"), by=system(), now=town.now)
    assert Holding.objects.as_of(DAY - timedelta(days=1)).filter(body=body).count() == before
    assert not Holding.objects.as_of(DAY).filter(body=body).exists()


def test_personal_liberty_stays_with_the_police(town: Town) -> None:
    duty = (
        Holding.objects.as_of(DAY)
        .filter(duty__wordings__personal_liberty=True, level=4, place=town.place("330302"))[0]
        .duty
    )
    transfer = Transfer(
        duty, shares(town, "gongan-330302", "330302"), shares(town, "鹿城区综合行政执法局", "330302"), 4
    )
    with pytest.raises(Refusal) as refused:
        commands.hand_over([transfer], day=DAY, instrument=town.notice(effective=DAY), by=system(), now=town.now)
    assert refused.value.code == "reserved_powers_stay"
    assert not Holding.objects.as_of(DAY).filter(duty=duty, body=town.body("鹿城区综合行政执法局")).exists()


def test_coercion_is_never_entrusted(town: Town) -> None:
    held = Holding.objects.as_of(DAY).filter(duty__type="03", level=4, place=town.place("330302"), segment=None)[0]
    paper = town.notice(issuer=HOUSING, issuer_class="部门", issuer_level="county", kind="entrustment", effective=DAY)
    with pytest.raises(Refusal) as refused:
        commands.entrust(
            held.duty,
            held.body,
            town.body("鹿城区综合行政执法局"),
            Expression((held.place_id,)),
            level=4,
            day=DAY,
            until=date(2018, 9, 1),
            instrument=paper,
            by=system(),
            now=town.now,
        )
    assert refused.value.code == "reserved_powers_stay"


def test_the_entrusting_body_stays_answerable_and_the_entrusted_one_performs(town: Town) -> None:
    held = Holding.objects.as_of(DAY).filter(duty__type="01", level=4, place=town.place("330302"), segment=None)[0]
    to = town.body("鹿城区综合行政执法局")
    paper = town.notice(issuer_class="部门", issuer_level="county", kind="entrustment", effective=DAY)
    commands.entrust(
        held.duty,
        held.body,
        to,
        Expression((held.place_id,)),
        level=4,
        day=DAY,
        until=date(2018, 9, 1),
        instrument=paper,
        by=system(),
        now=town.now,
    )
    answer = town.who(held.duty.key, "330302", DAY).answer
    assert (answer.holder.body_id, answer.performer.body_id) == (held.body_id, to.pk)
    assert town.who(held.duty.key, "330302", date(2018, 9, 1)).answer.performer is None


def test_who_does_not_hold_cannot_entrust(town: Town) -> None:
    held = Holding.objects.as_of(DAY).filter(duty__type="01", level=4, place=town.place("330302"), segment=None)[0]
    paper = town.notice(issuer_class="部门", issuer_level="county", kind="entrustment", effective=DAY)
    with pytest.raises(Refusal) as refused:
        commands.entrust(
            held.duty,
            town.body("鹿城区体育局"),
            town.body("鹿城区综合行政执法局"),
            Expression((held.place_id,)),
            level=4,
            day=DAY,
            until=date(2018, 9, 1),
            instrument=paper,
            by=system(),
            now=town.now,
        )
    assert refused.value.code == "principal_does_not_hold"


def test_a_divided_duty_keeps_all_its_cells(town: Town) -> None:
    duty = town.duty(STALLS)
    before = set(
        Holding.objects.as_of(DAY).filter(duty=duty, capacity="NAME_HOLDER").values_list("body_id", "place_id", "level")
    )
    segments = commands.divide(
        duty, ["早夜市"], day=DAY, instrument=town.notice(kind="decision"), by=system(), now=town.now
    )
    assert set(segments) == {"早夜市", "其余"}
    for segment in segments.values():
        held = Holding.objects.as_of(DAY).filter(duty=duty, segment=segment, capacity="NAME_HOLDER")
        assert set(held.values_list("body_id", "place_id", "level")) == before


def test_when_the_part_is_not_known_whoever_holds_the_rest_leads(town: Town) -> None:
    said = town.who("env-noise", "五马街道", date(2016, 7, 1)).as_dict()
    assert said["answer"] == "lead"
    assert "其余" in said["rule"]
    assert "环境保护局" in said["holder"]["name"]
    assert any("综合行政执法局" in a["name"] for a in said["assist"])


def test_a_past_answer_can_be_given_again_as_it_was_believed(town: Town) -> None:
    moment = town.now
    hand_back(town, shares(town, "鹿城区综合行政执法局", "330302"), shares(town, HOUSING, "330302"))
    later = town.now + timedelta(hours=1)
    then = town.who(STALLS, "五马街道", DAY, believed=moment - timedelta(seconds=1))
    now = town.who(STALLS, "五马街道", DAY, believed=later)
    assert then.as_dict()["holder"]["name"] == "鹿城区综合行政执法局"
    assert now.as_dict()["holder"]["name"] == HOUSING


def test_a_body_founded_under_a_name_can_be_renamed_and_found_by_both(town: Town) -> None:
    paper = town.notice(
        issuer_level="province", issuer="浙江省人民政府", issuer_area="330000", kind="reply", effective=DAY
    )
    body = town.body("温州市教育局")
    commands.rename(body, "温州市教育体育局", day=DAY, instrument=paper, by=system(), now=town.now)
    assert town.body("温州市教育体育局", DAY) == town.body("温州市教育局", date(2016, 1, 1)) == body
    assert isinstance(body, Body)


def test_a_government_founds_nothing_outside_its_area(town: Town) -> None:
    paper = town.notice(
        issuer="瑞安市人民政府", issuer_level="county", issuer_area="330381", kind="reply", effective=DAY
    )
    new = NewBody("x-hall", Body.Kind.INSTITUTION, 4, "演示服务中心", DAY, town.place("330302").pk)
    with pytest.raises(Refusal) as refused:
        commands.found([new], instrument=paper, by=system(), now=town.now)
    assert refused.value.code == "outside_area"
