"""What users of such systems complain of (cases.md §3), and where each complaint is answered here: by a story elsewhere that is
named in the ledger, or by one below. A story renamed without its ledger fails."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from zhize.cases import commands as do
from zhize.cases.metrics import METRICS
from zhize.cases.queries import telling
from zhize.cases.queries.desk import QUEUES
from zhize.cases.queries.events import happenings
from zhize.cases.tests.conftest import Town, later
from zhize.cases.tests.stories import TUESDAY, WEDNESDAY, fresh, handler, lead, received, replied, sent, signed
from zhize.cases.tests.test_dispatching import ask

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
HERE = "complaints"
LEDGER: dict[str, dict[str, str]] = {
    "wrong owner": {
        "who rejected it is not named": f"{HERE}:test_the_reporter_reads_who_sent_it_back_and_to_whom",
        "rejected near a boundary by the wrong body": "dispatching:test_a_holding_of_another_place_does_not_cover",
        "not ours, without a reason": "dispatching:test_not_ours_alone_cannot_be_said",
        "two bodies overlap": "intake:test_two_holders_are_a_conflict_for_a_human",
        "nobody is responsible, and nothing says so": "intake:test_no_owner_is_a_gap_on_the_worklist_never_a_silent_drop",
        "nobody owns it and nobody handles it": "answering:test_what_nobody_holds_goes_to_the_backstop_and_the_gap_is_still_listed",
        "devolved work is sent to the old body": "townships:test_a_withdrawn_item_never_reaches_the_township",
        "which department is not shown beside the category": "pages_public:test_while_typing_one_sees_who_is_likely_responsible_and_why",
    },
    "correcting the route": {
        "staff recategorise without a trace": f"{HERE}:test_who_changes_the_matter_leaves_a_trace",
        "a wrong dispatch cannot be taken back": "dispatching:test_a_wrong_dispatch_is_taken_back_and_sent_again",
        "not accepted is a dead end": "screening:test_not_accepting_takes_two_people_and_names_the_other_route",
    },
    "closed but not fixed": {
        "reopening does not reach the body": f"{HERE}:test_what_is_asked_for_again_lies_on_the_bodys_list_again",
        "called done without evidence": "answering:test_a_reply_answers_each_demand_and_shows_evidence_for_what_is_solved",
        "closing makes it count as solved": f"{HERE}:test_closing_does_not_make_it_solved",
        "closed because nobody answered the call": "answering:test_who_could_not_be_reached_is_looked_at_before_the_case_is_closed",
        "the body is not reminded": "clocks:test_the_reporter_reminds_once_a_working_day_and_is_told_from_when_again",
        "its limit is not shown": "pages_public:test_the_receipt_says_who_got_it_by_which_document_and_until_when",
    },
    "anonymity": {
        "identity is passed on unnoticed": "secrecy:test_the_handler_reads_the_case_without_its_reporter",
        "a name is asked for": "pages_public:test_nobody_needs_a_name_or_a_phone_and_those_given_are_sealed",
    },
    "leaks": {
        "subjects of confidential cases in a list": "secrecy:test_a_list_shows_no_words_of_it_and_a_search_finds_none",
        "a name in some corner": "canary:test_no_page_shows_it_to_a_body_or_the_public",
        "a case of another unit is seen": "authorisation:test_what_may_not_be_seen_is_answered_as_what_is_not_there",
    },
    "clock": {
        "holidays count": "clocks:test_make_up_days_count_and_holidays_do_not",
        "no pause": "clocks:test_standing_time_is_given_back_to_the_day",
        "escalated although answered": "clocks:test_what_is_answered_is_not_urged",
        "taking a case wipes its deadline": f"{HERE}:test_taking_it_on_moves_no_deadline",
        "the time to a solution is never reckoned": "orders:test_late_is_late_for_an_order_too",
        "rules changed later change what was promised": "clocks:test_later_policy_and_calendar_change_nothing_that_was_promised",
    },
    "merge": {
        "the merged number is lost": "pages_alike:test_both_numbers_go_on_answering",
        "it cannot be undone": "merging:test_merging_and_taking_apart_leaves_everything_as_it_was",
        "the merged hear nothing": "outbox:test_those_whose_case_was_merged_hear_with_the_other",
    },
    "rating": {
        "there is none": "ending:test_the_reporter_rates_a_round_once",
        "handlers rate themselves": "ending:test_an_officer_does_not_rate_for_the_reporter",
    },
    "Open311": {
        "no description of what more may be said": "open311:test_a_definition_lists_what_more_may_be_said",
        "no paging, no place": "open311:test_requests_are_found_by_place_status_service_and_number",
        "no updates": "open311:test_a_partner_sends_back_what_its_citizen_says",
        "services nobody answers for": "open311:test_services_are_the_matters_somebody_answers_for_there_today",
        "everything is public": "open311:test_nothing_confidential_and_no_report_of_wrongdoing_is_shown",
    },
    "supervision and statistics": {
        "returns are missing on the board": f"{HERE}:test_what_was_sent_back_is_counted",
        "what is left out is not said": "evaluation:test_what_is_left_out_is_in_neither_part_nor_whole_and_is_counted_by_ground",
        "an order cannot be traced": "orders:test_an_order_has_its_issuer_its_limit_and_says_how_it_is_reckoned",
    },
    "12345": {
        "(a) pushed between bodies": "dispatching:test_the_second_return_is_a_dispute_and_the_interim_lead_stays",
        "(a) called back though nothing was solved": "evaluation:test_what_a_follow_up_finds_wanting_is_done_again_by_a_limit_of_its_own",
        "(a) several bodies, nobody finishes": "joining:test_the_case_has_no_answer_until_everybody_who_must_has_answered",
        "(b) units are marked down for what the law forbids": "evaluation:test_the_unit_asks_and_somebody_outside_it_agrees",
        "(b) what cannot be done now is called done": "orders:test_what_cannot_be_solved_now_is_carried_over_and_looked_at_again",
        "(c) the order flies about and no clock runs": f"{HERE}:test_going_round_between_bodies_gives_nobody_more_time",
        "(c) not signing stops the clock": "clocks:test_not_signing_does_not_hold_the_clock",
        "(d) accuracy nobody can check": "pages_figures:test_the_cases_behind_a_figure_are_as_many_as_it_says",
        "(e) the list is not mended": "amending:test_the_nth_return_of_what_the_register_said_is_a_proposal",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("complaint", "story"), [(f"{theme}: {c}", s) for theme, lines in LEDGER.items() for c, s in lines.items()]
)
def test_each_complaint_has_its_story(complaint: str, story: str) -> None:
    file, name = story.split(":")
    tree = ast.parse((ROOT / "zhize" / "cases" / "tests" / f"test_{file}.py").read_text("utf-8"))
    assert name in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}, complaint


# -- the stories nobody had written ------------------------------------------------------------------------------------
def test_the_reporter_reads_who_sent_it_back_and_to_whom(town: Town) -> None:
    case, leg = sent(town)
    ask(town, leg)
    told = telling.story(fresh(case), telling.legs(fresh(case), TUESDAY))
    line = next(h for h in told if "申请退回" in h.title)
    assert "鹿城区综合行政执法局" in line.title and "负责" in line.text


def test_who_changes_the_matter_leaves_a_trace(town: Town) -> None:
    case = received(town)
    for matter, who in (("0202", "taker"), ("010101", "dispatcher")):
        do.classify(case.pk, matter=town.matters[matter], by=town.by(who), now=TUESDAY)
    assert [h.who for h in happenings(fresh(case), TUESDAY) if h.title == "确定事项"] == ["dispatcher", "taker"]


def test_what_is_asked_for_again_lies_on_the_bodys_list_again(town: Town) -> None:
    case, _ = replied(town)
    do.reopen(case.pk, "还在摆摊", by=town.by("taker"), now=later(WEDNESDAY, hours=1))
    to_sign = next(q for q in QUEUES if q.key == "sign")
    assert lead(case) in to_sign.rows(town.seats["lc"], WEDNESDAY) and fresh(case).round == 2


def test_closing_does_not_make_it_solved(town: Town) -> None:
    case, _ = replied(town, name="王小明", phone="13812345678")
    taker, boss = town.by("taker"), town.by("supervisor")
    do.follow_up(
        case.pk, reached=True, contacted=True, solved=False, satisfied="no", words="没办", by=taker, now=WEDNESDAY
    )
    do.close(case.pk, by=boss, now=WEDNESDAY)
    [row] = case.ratings.all()
    assert row.solved is False and fresh(case).state == "closed" and not case.replies.filter(solved=True).exists()


def test_taking_it_on_moves_no_deadline(town: Town) -> None:
    case, leg = sent(town)
    before = (case.due, leg.due)
    do.sign(leg.pk, by=handler(town, leg), now=WEDNESDAY)
    assert (fresh(case).due, lead(case).due) == before


def test_going_round_between_bodies_gives_nobody_more_time(town: Town) -> None:
    case, leg = signed(town)
    promised = case.due
    ask(town, leg)
    do.decide_return(leg.pk, "upheld", by=town.by("dispatcher"), now=later(TUESDAY, hours=5))
    after = fresh(case)
    assert after.due == promised and after.received_at == case.received_at and after.round == 1


def test_what_was_sent_back_is_counted() -> None:
    assert {"returns", "returns_upheld", "disputes"} <= METRICS.keys()
