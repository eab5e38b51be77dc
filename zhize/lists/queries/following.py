"""What a department has to do after a change of law, as drafts of its own adjustments (spec §5d.5: drafts prepared)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from zhize.kernel.lawful import GOOD, ORPHAN
from zhize.lists.lifecycle import ADJUSTMENT
from zhize.lists.models import Adjustment
from zhize.lists.queries.adjusting import drafted
from zhize.lists.queries.impact import Affected, BasisFate, Impact
from zhize.lists.terms import Asked, Cited, Draft
from zhize.record.models import LawChange
from zhize.register.models import Body

OVER = tuple(ADJUSTMENT.ends())
REASON = {
    LawChange.Kind.ENACTED: "立",
    LawChange.Kind.AMENDED: "改",
    LawChange.Kind.REPEALED: "废",
    LawChange.Kind.INTERPRETED: "释",
}


def following(found: Impact, body: Body, day: date) -> list[Asked]:
    """One adjustment for each item of the body that the change touches, that is not done, and that nobody is adjusting yet."""
    busy = set(
        Adjustment.objects.filter(body=body, duty__isnull=False)
        .exclude(state__in=OVER)
        .values_list("duty_id", flat=True)
    )
    wanted = [a for a in found.affected if not a.done and a.duty.pk not in busy]
    return [asked for a in wanted if (asked := _asked(a, found, body, day)) is not None]


def _asked(a: Affected, found: Impact, body: Body, day: date) -> Asked | None:
    """An item without any basis left is dropped; any other is said anew on the articles that hold now."""
    was = drafted(body, a.duty, day)
    if was is None:
        return None
    reason, words = (
        REASON[LawChange.Kind(found.kind)],
        f"《{found.law.name}》自{found.day}起：{a.class_.says}。{a.class_.action}。",
    )
    if a.class_.name == ORPHAN:
        return Asked(body, Adjustment.Op.DROP, Draft(), reason, a.duty, words=words)
    bases = list(dict.fromkeys(b for basis in a.bases for b in _now(basis)))
    return Asked(body, Adjustment.Op.CHANGE, replace(was, bases=bases), reason, a.duty, words=words)


def _now(basis: BasisFate) -> list[Cited]:
    """The articles that say it now; paragraph and item are kept only where the article is the same or merely renumbered."""
    said = basis.basis
    if basis.fate.state == GOOD:
        return [(said.law.key, said.article, said.paragraph, said.item)]
    same = basis.fate.state in ("renumbered", "interpreted", "unmapped")
    return [(law, article, *((said.paragraph, said.item) if same else ("", ""))) for law, article in basis.fate.now]
