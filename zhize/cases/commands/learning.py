"""learn: keep a model under a number and put it into service. suggest: say which matter a waiting case is, and send it if sure.

Both are the machine's own. A model that was clearly worse on unseen letters than the one in service is kept and not used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from zhize.accounts.models import By
from zhize.cases.commands.base import allow, locked, move
from zhize.cases.commands.dispatching import dispatch
from zhize.cases.models import Case, MatterModel, Suggested
from zhize.cases.queries.routing import chain
from zhize.cases.suggest import MatterSuggestion
from zhize.kernel.period import day_of
from zhize.policy import queries as policy
from zhize.record.acts import act, note, touch
from zhize.register import access
from zhize.register.models import Matter

if TYPE_CHECKING:
    from zhize.cases.suggest import Suggester

KEPT = 5  # older models keep their card and lose their content
BY = By.system("按模型建议")


@act
def learn(model: Suggester, examples: dict[str, list[int]] | None = None, *, by: By, now: datetime) -> MatterModel:
    """Keep what was learned; the next number. It serves from now on unless it is clearly worse than what serves already.

    `examples` names cases of each matter, whose words are heard beside the words of the scheme.
    """
    access.allow(by, "cases.learn", [], now)
    before = MatterModel.objects.select_for_update().filter(since__isnull=False, until__isnull=True).first()
    worse = _worse(model.card, before, now)
    content = model.dump()
    if before is not None and not worse:
        MatterModel.objects.filter(pk=before.pk).update(until=now)
    kept = MatterModel.objects.create(
        no=(MatterModel.objects.order_by("-no").values_list("no", flat=True).first() or 0) + 1,
        digest=hashlib.sha256(content).hexdigest(),
        learned_at=now,
        card=model.card,
        content=content,
        examples=examples or {},
        since=None if worse else now,
        words=worse,
    )
    touch(f"matter_model:{kept.no}")
    note(no=kept.no, digest=kept.digest, messages=model.card["messages"], in_service=not worse)
    _let_go()
    return kept


@act
def suggest(case_id: int, said: MatterSuggestion, model: MatterModel | None, *, by: By, now: datetime) -> Suggested:
    """For a case that waits without a matter: write down the suggestion and the model it came from. At or above the
    threshold of its place it goes by itself; below, a dispatcher sees the candidates."""
    case = locked(case_id)
    allow(by, "suggest", case, now)
    matter = Matter.objects.filter(code=said.code).first() if said.code else None
    kept = _row(case.pk, said, model, matter.pk if matter else None, _threshold(case.place_id, now), now)
    if matter is not None:
        snag = "" if kept.sent else Case.Snag.UNSURE
        move(case, "suggest", now, matter=matter, confidence=said.confidence, words=said.words, snag=snag)
    kept.save()
    note(model=model.no if model else None, matter=said.code, confidence=said.confidence, sent=kept.sent)
    if kept.sent:
        dispatch(case.pk, by=by, now=now)
    return kept


@act
def suggest_many(
    said: Sequence[tuple[int, MatterSuggestion]], model: MatterModel | None, *, by: By, now: datetime
) -> list[Suggested]:
    """Write down what was suggested for cases that came in with it (a batch of letters): `said` names case and suggestion."""
    access.allow(by, "cases.suggest_many", [], now)
    matters = dict(Matter.objects.values_list("code", "pk"))
    cases = {c.pk: c for c in Case.objects.filter(pk__in=[pk for pk, _ in said]).only("pk", "place_id", "state")}
    limits = {place: _threshold(place, now) for place in {c.place_id for c in cases.values()}}
    rows = [_row(pk, s, model, matters.get(s.code), limits[cases[pk].place_id], now) for pk, s in said]
    note(model=model.no if model else None, cases=len(rows), sent=sum(row.sent for row in rows))
    return Suggested.objects.bulk_create(rows, batch_size=1000)


def _row(
    case: int, s: MatterSuggestion, model: MatterModel | None, matter: int | None, threshold: float, now: datetime
) -> Suggested:
    return Suggested(
        case_id=case,
        model=model,
        at=now,
        matter_id=matter,
        confidence=s.confidence,
        threshold=threshold,
        sent=matter is not None and s.confidence >= threshold,
        label=s.label,
        candidates=[
            {"code": c.code, "confidence": round(c.confidence, 4), "words": c.words} for c in _first_best(s)[:3]
        ],
    )


def _first_best(s: MatterSuggestion) -> list[Any]:
    """The one suggested stands first; it may be the second by its words alone (`learning.for_dispatch`)."""
    return sorted(s.candidates, key=lambda c: c.code != s.code)


def _threshold(place_id: int, now: datetime) -> float:
    found: float = policy.value("cases.dispatch.threshold", chain(place_id, day_of(now)), day_of(now)).value
    return found


def _worse(card: dict[str, Any], before: MatterModel | None, now: datetime) -> str:
    """Why it does not serve; empty when it does. Another file of letters is another exam: figures are compared as they are."""
    if before is None:
        return ""
    fall = before.card["macro_f1"] - card["macro_f1"]
    most = policy.value("cases.learn.fall", [], day_of(now)).value
    if fall <= most:
        return ""
    return f"没见过的来件上，综合准确度比在用的第{before.no}版低{fall:.3f}，超过允许的{most}"


def _let_go() -> None:
    numbers = MatterModel.objects.filter(content__isnull=False).order_by("-no").values_list("no", flat=True)
    old = MatterModel.objects.filter(no__in=list(numbers[KEPT:]))
    old.exclude(since__isnull=False, until__isnull=True).update(content=None)
