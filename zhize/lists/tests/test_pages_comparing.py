"""Comparison at the desk: the run, the picture and its filters, one cell, a ruling, the work it leaves and to whom."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.town import Town
from zhize.accounts.models import Officer
from zhize.lists.models import Adjustment, Comparison, Ruling

COMPARE = "/desk/compare/"


@pytest.fixture
def desk(town: Town, client: Client) -> Client:
    client.force_login(Officer.objects.get(username="dengji"))
    return client


def run(desk: Client, kind: str = "vertical", day: str = "2016-07-01") -> Comparison:
    said = {"kind": kind, "place": "330300", "day": day, "levels": ["3", "4"]}
    answer = desk.post(f"{COMPARE}new/", said)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return Comparison.objects.latest("pk")


def text(client: Client, path: str, **said: Any) -> str:
    answer = client.get(path, said)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_run_is_started_and_found_again(desk: Client) -> None:
    made = run(desk)
    assert f"{COMPARE}{made.pk}/" in text(desk, COMPARE)


def test_the_picture_names_every_outcome_with_its_character(desk: Client) -> None:
    said = text(desk, f"{COMPARE}{run(desk).pk}/")
    for label in (
        "层级超出",
        "类型不同",
        "依据不同",
        "名称不同",
        "时限不同",
        "收费不同",
        "自设存疑",
        "疑似同项（改码）",
        "一致",
    ):
        assert label in said


@pytest.mark.parametrize(
    ("asked", "there", "not_there"),
    [
        ({"status": "TYPE"}, "对医疗机构护士配备不达标", "危险废物经营许可证核发"),
        ({"area": "330382"}, "危险废物经营许可证核发", "对医疗机构护士配备不达标"),
        ({"type": "01"}, "危险废物经营许可证核发", "对医疗机构护士配备不达标"),
        ({"family": "卫计"}, "对医疗机构护士配备不达标", "危险废物经营许可证核发"),
        ({"q": "危险废物"}, "危险废物经营许可证核发", "对医疗机构护士配备不达标"),
    ],
)
def test_the_picture_is_narrowed(desk: Client, asked: dict[str, str], there: str, not_there: str) -> None:
    said = text(desk, f"{COMPARE}{run(desk).pk}/", **asked)
    assert there in said
    assert not_there not in said


@pytest.mark.parametrize("asked", [{"status": "NONSENSE"}, {"area": "999999"}, {"columns": "x"}, {"before": "1~2"}])
def test_a_filter_that_means_nothing_breaks_nothing(desk: Client, asked: dict[str, str]) -> None:
    text(desk, f"{COMPARE}{run(desk).pk}/", **asked)


def test_a_cell_shows_both_texts_with_what_differs_and_takes_a_ruling(desk: Client) -> None:
    made = run(desk)
    path = f"{COMPARE}{made.pk}/arc-copy/330327/"
    said = text(desk, path)
    assert "<del>提供、</del>" in said
    answer = desk.post(f"{path}decide/", {"about": "NAME", "verdict": "accepted", "reason": "省里同意"}, follow=True)
    assert "省里同意" in answer.content.decode()
    assert Ruling.objects.get(duty__key="arc-copy").verdict == "accepted"
    assert "差异已认定" in text(desk, f"{COMPARE}{run(desk).pk}/arc-copy/330327/")


def test_a_ruling_without_a_reason_comes_back_with_what_was_typed(desk: Client) -> None:
    path = f"{COMPARE}{run(desk).pk}/arc-copy/330327/"
    answer = desk.post(f"{path}decide/", {"about": "NAME", "verdict": "accepted", "reason": ""})
    assert answer.status_code == 400
    assert "有 1 处需要改正" in answer.content.decode()


def test_nobody_but_the_offices_concerned_sees_comparisons(town: Town, client: Client) -> None:
    assert client.get(COMPARE).status_code == 302
    client.force_login(Officer.objects.get(username="zhifa"))
    assert client.get(COMPARE).status_code == 403


def test_an_auditor_looks_and_does_not_rule(desk: Client, client: Client) -> None:
    made = run(desk)
    client.force_login(Officer.objects.get(username="shenji"))
    said = text(client, f"{COMPARE}{made.pk}/arc-copy/330327/")
    assert "这一步由" in said
    assert 'name="verdict"' not in said


def test_the_owners_clerk_drafts_what_the_catalogue_says_with_one_click(desk: Client, client: Client) -> None:
    """The city's construction bureau wrote 20 days where the catalogue says 15."""
    made = run(desk)
    client.force_login(Officer.objects.get(username="qingdan"))
    assert "建筑工程施工许可证核发" in text(client, f"{COMPARE}{made.pk}/work/")
    path = f"{COMPARE}{made.pk}/bld-con-permit/330300/"
    assert "按目录起草调整" in text(client, path)
    answer = client.post(f"{path}adopt/")
    assert answer.status_code == 302
    drafted = Adjustment.objects.latest("pk")
    assert (drafted.op, drafted.duty and drafted.duty.key, drafted.draft["said"]["legal_limit"]) == (
        "change", "local-330300-con-permit", "15wd",
    )  # fmt: skip


def test_another_bodys_difference_cannot_be_drafted_away(desk: Client, client: Client) -> None:
    made = run(desk)
    client.force_login(Officer.objects.get(username="qingdan"))
    path = f"{COMPARE}{made.pk}/arc-copy/330327/"
    assert "按目录起草调整" not in text(client, path)
    assert client.post(f"{path}adopt/").status_code == 409
    assert not Adjustment.objects.filter(duty__key__startswith="local-330327").exists()


@pytest.mark.parametrize("kind", ["departments", "counties", "common", "overlaps", "gaps"])
def test_the_other_kinds_have_their_page(desk: Client, kind: str) -> None:
    made = run(desk, kind)
    text(desk, f"{COMPARE}{made.pk}/")
    text(desk, f"{COMPARE}{made.pk}/work/")


def test_the_page_costs_the_same_number_of_questions_whatever_is_shown(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    made = run(desk)
    with django_assert_max_num_queries(25):
        text(desk, f"{COMPARE}{made.pk}/", everything="1")


def test_gaps_are_ranked_by_what_the_hotline_shows(town: Town, desk: Client) -> None:
    """Cases nobody answered for weigh ten each: the gap people ask about stands first."""
    from zhize.register.evidence import Evidence, evidence_of

    made = run(desk, "gaps", "2026-11-24")
    assert evidence_of([], date(2026, 1, 1)) == {}
    assert Evidence(asked=2, disputed=1).weight == 12
    first = made.divergences.order_by("-weight", "pk").first()
    assert first is not None and first.status == "GAP"


def test_the_command_says_what_the_page_says(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    import json

    from django.core.management import call_command

    call_command("lists", "vertical", "--place", "330300", "--on", "2016-07-01", "--json")
    said = json.loads(capsys.readouterr().out)
    assert {f["status"] for f in said["found"] if f["duty"] == "hea-nurse"} == {"TYPE"}
    call_command("lists", "vertical", "--place", "330300", "--on", "2016-07-01")
    assert "[类型不同] 平阳县" in capsys.readouterr().out
