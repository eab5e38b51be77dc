"""A law changes, and that day the desk's answers that stood on it are to be looked through; nobody has to remember."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tests.town import Town
from zhize.cases.commands import write_entry
from zhize.cases.models import KnowledgeText
from zhize.cases.queries.knowledge import entries
from zhize.kernel.period import BEIJING
from zhize.register.commands import change_law
from zhize.register.terms import LawChanged

MARCH = date(2023, 3, 1)


def test_a_law_repealed_makes_the_answers_on_it_stale_that_day(town: Town) -> None:
    now = datetime(2022, 6, 1, 9, tzinfo=BEIJING)
    entry = write_entry(
        "怎么查档案？",
        "带身份证到档案馆。",
        duties=[town.duty("arc-copy")],
        place=town.place("温州市"),
        by=town.seat("huawu"),
        now=now,
    )
    law = town.notice(kind="law", issuer_class="人大", issuer_level="nation", effective=MARCH)
    change_law(LawChanged("档案法", "repealed", MARCH), by=town.seat("dengji"), now=town.now, instrument=law)
    text = KnowledgeText.objects.get(entry=entry)
    assert entries([text], MARCH - timedelta(days=1))[0].stale == []
    found = entries([text], MARCH)[0].stale
    assert [(s.why, s.since) for s in found] == [("法律已废止", MARCH)]
    assert "档案法" in found[0].name
