"""Editions: a list frozen as of a day and as known at a moment, proved years later; embargo, both sides, corrections."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tests.town import Town
from zhize.kernel.errors import BadInput, Refusal
from zhize.lists.commands import publish
from zhize.lists.models import Edition
from zhize.lists.queries.editions import content, find_edition, prove
from zhize.lists.queries.issues import Issue
from zhize.register.commands import describe, withdraw
from zhize.register.models import Holding
from zhize.register.terms import Described

MAY, JUNE, JULY = date(2016, 5, 1), date(2016, 6, 1), date(2016, 7, 1)
LATER = timedelta(seconds=1)


def deciding(town: Town, day: date = MAY, **said: Any) -> Any:
    return town.notice(kind="list", title="关于公布权力清单的通知", effective=day, **said)


def published(town: Town, *bodies: str, day: date = MAY, kind: str = "power", **more: Any) -> list[Edition]:
    issues = [Issue(kind, town.body(b, day)) for b in bodies]
    now = more.pop("now", town.now)
    return publish(
        issues,
        day,
        instrument=more.pop("paper", None) or deciding(town, min(day, MAY)),
        by=town.seat("shenpi"),
        now=now,
        **more,
    )


def one(town: Town, *bodies: str, **more: Any) -> Edition:
    return published(town, *bodies, **more)[0]


def test_an_edition_is_proved_equal_after_later_corrections(town: Town) -> None:
    """What the register learned in the meantime changes what it says of that day, not what it said then."""
    edition = one(town, "wz-zhujian")
    row = Holding.objects.as_of(MAY).filter(body=town.body("wz-zhujian"), duty__kind="power").order_by("pk")[0]
    withdraw([row], why="误登", instrument=deciding(town), by=town.seat("dengji"), now=town.now + LATER)
    body, key = town.body("wz-zhujian"), content(edition)["items"][0]["key"]
    describe([Described(town.duty(key), {"unit": "法规处"}, MAY, body)],
             instrument=deciding(town), by=town.seat("dengji"), now=town.now + LATER)  # fmt: skip
    assert prove(edition).holds
    assert one(town, "wz-zhujian", now=town.now + 2 * LATER).count == edition.count - 1


def test_a_render_is_the_same_bytes_however_often_it_is_made(town: Town) -> None:
    edition = one(town, "wz-zhujian")
    assert {prove(edition).digest for _ in range(3)} == {edition.digest}
    assert edition.algorithm in ("sm3", "sha256")


def test_a_government_s_list_holds_its_departments_and_counts_what_it_keeps_back(town: Town) -> None:
    body, duty = town.body("wz-zhujian"), town.duty(content(one(town, "wz-zhujian"))["items"][0]["key"])
    describe([Described(duty, {"openness": "涉密"}, MAY, body)],
             instrument=deciding(town), by=town.seat("dengji"), now=town.now + LATER)  # fmt: skip
    issue = Issue("power", place=town.place("330300"))
    whole = publish([issue], MAY, instrument=deciding(town), by=town.seat("shenpi"), now=town.now + 2 * LATER)[0]
    said = content(whole)
    assert said["kept_back"] == 1
    assert len({i["body"]["code"] for i in said["items"]}) > 10
    assert not [i for i in said["items"] if (i["body"]["code"], i["key"]) == ("wz-zhujian", duty.key)]


def test_a_body_s_own_list_does_not_even_say_that_something_is_kept_back(town: Town) -> None:
    before = one(town, "wz-zhujian")
    duty = town.duty(content(before)["items"][0]["key"])
    describe([Described(duty, {"openness": "内部"}, MAY, town.body("wz-zhujian"))],
             instrument=deciding(town), by=town.seat("dengji"), now=town.now + LATER)  # fmt: skip
    after = one(town, "wz-zhujian", now=town.now + 2 * LATER)
    assert after.count == before.count - 1
    assert "kept_back" not in content(after)
    assert duty.key not in after.content


def test_a_list_decided_ahead_is_not_public_before_its_day(town: Town) -> None:
    day = town.now.date() + timedelta(days=30)
    edition = one(town, "wz-zhujian", day=day, paper=deciding(town, day))
    assert not Edition.objects.public(day - timedelta(days=1)).filter(pk=edition.pk)
    assert Edition.objects.public(day).filter(pk=edition.pk)


def test_a_list_is_not_published_before_its_paper_takes_effect(town: Town) -> None:
    with pytest.raises(Refusal, match="起施行，不能据它公布"):
        one(town, "wz-zhujian", day=MAY, paper=deciding(town, JUNE))


def test_a_transfer_is_published_by_both_sides_or_not_at_all(town: Town) -> None:
    """On 1 June 2016 penalties went from the housing department to the enforcement bureau."""
    one(town, "wz-zhujian")
    with pytest.raises(Refusal) as refused:
        one(town, "wz-zhujian", day=JULY, now=town.now + LATER)
    assert refused.value.code == "one_side_only"
    assert "综合行政执法" in refused.value.sentence()
    assert len(published(town, "wz-zhifa", "wz-zhujian", day=JULY, now=town.now + LATER)) == 2


def test_a_correction_says_the_same_day_anew_and_the_old_edition_stays(town: Town) -> None:
    """Spec §12.12: a wrong holder published in March, found in June."""
    wrong = one(town, "wz-zhujian")
    row = Holding.objects.as_of(MAY).filter(body=town.body("wz-zhujian"), duty__kind="power").order_by("pk")[0]
    withdraw([row], why="误登", instrument=deciding(town), by=town.seat("dengji"), now=town.now + LATER)
    right = one(town, "wz-zhujian", now=town.now + 2 * LATER, corrects=wrong, reason="误登一项，予以更正")
    assert (right.serial, right.day, right.corrects) == (2, wrong.day, wrong)
    assert find_edition(wrong.key).content == wrong.content
    assert prove(wrong).holds
    assert prove(right).holds


def test_a_correction_of_another_day_or_without_a_reason_is_refused(town: Town) -> None:
    wrong = one(town, "wz-zhujian")
    with pytest.raises(BadInput, match="同一天"):
        one(town, "wz-zhujian", day=JULY, now=town.now + LATER, corrects=wrong, reason="误登")
    with pytest.raises(BadInput, match="更正了什么"):
        one(town, "wz-zhujian", now=town.now + LATER, corrects=wrong)


def test_publishing_the_same_again_is_refused(town: Town) -> None:
    one(town, "wz-zhujian")
    with pytest.raises(Refusal, match="一字不差"):
        one(town, "wz-zhujian", now=town.now + LATER)


def test_only_the_establishment_office_publishes_and_only_by_a_government_s_paper(town: Town) -> None:
    issue = [Issue("power", town.body("wz-zhujian"))]
    with pytest.raises(Refusal, match="您不能公布清单"):
        publish(issue, MAY, instrument=deciding(town), by=town.seat("qingdan"), now=town.now)
    with pytest.raises(Refusal, match="不能作为这项操作的依据"):
        publish(issue, MAY, instrument=deciding(town, issuer_class="机关"), by=town.seat("shenpi"), now=town.now)


def test_an_edition_is_never_edited_and_never_deleted(town: Town) -> None:
    edition = one(town, "wz-zhujian")
    for change in (lambda: Edition.objects.filter(pk=edition.pk).update(content="{}"), edition.delete):
        with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
            change()


def test_nothing_is_recorded_behind_an_edition(town: Town) -> None:
    """An act that began before the edition's moment would change what was known then: it is refused, and sent again."""
    edition = one(town, "wz-zhujian")
    duty, body = town.duty(content(edition)["items"][0]["key"]), town.body("wz-zhujian")
    said = [Described(duty, {"unit": "法规处"}, MAY, body)]
    with pytest.raises(Refusal, match="请再提交一次"):
        describe(said, instrument=deciding(town), by=town.seat("dengji"), now=town.now - LATER)
    describe(said, instrument=deciding(town), by=town.seat("dengji"), now=town.now + LATER)
    assert prove(edition).holds


def test_a_difference_is_named(town: Town) -> None:
    edition = one(town, "wz-zhujian")
    edition.content = edition.content.replace("施工许可", "施工准许")
    edition.digest = "00"
    said = prove(edition).as_dict()
    assert not said["equal"]
    assert said["difference"]["where"].startswith("items[")
