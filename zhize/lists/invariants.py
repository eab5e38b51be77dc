"""Invariants 16 to 18 of spec §11: what was published can be made again, was published in time and by both sides, and nobody
edited it by hand."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.utils import timezone

from zhize.kernel.period import day_of
from zhize.kernel.rule import Hit, RuleBook
from zhize.lists.models import Edition
from zhize.lists.queries.editions import digest_of, other_sides, prove, standing
from zhize.lists.queries.lag import waiting
from zhize.record.models import Event
from zhize.register.queries import body_names

BOOK = RuleBook()
Touched = Collection[str] | None


@BOOK.rule(
    16,
    "what_was_published_can_be_made_again",
    "E",
    article="登记不变式第16条（可重现）",
    says="{key}从登记重新导出后与公布的不同，第一处在{where}",
)
def what_was_published_can_be_made_again(touched: Touched) -> Iterator[Hit]:
    for edition in _editions(touched):
        proof = prove(edition)
        if proof.where or proof.digest != edition.digest:
            yield [f"edition:{edition.pk}"], {"key": edition.key, "where": proof.where or "摘要"}


@BOOK.rule(
    17,
    "what_changed_is_published_in_time_and_by_both_sides",
    "W",
    article="政府信息公开条例第二十六条",
    says="{key}：{what}",
)
def what_changed_is_published_in_time_and_by_both_sides(touched: Touched) -> Iterator[Hit]:
    if touched is not None:
        return  # a list falls behind by what others do; the night looks at all of them
    today = day_of(timezone.now())
    for edition in standing().select_related("body", "place", "instrument"):
        late = [lag for lag in waiting(edition, today) if lag.late]
        if late:
            worst = max(late, key=lambda lag: lag.days)
            what = f"“{worst.change.item['name']}”等{len(late)}处变化已过{worst.days}个工作日还没有公布"
            yield [f"edition:{edition.pk}"], {"key": edition.key, "what": what}
        if lacking := other_sides(edition):
            what = "划转的另一方" + "、".join(body_names(lacking, edition.day).values()) + "的清单还没有一起公布"
            yield [f"edition:{edition.pk}"], {"key": edition.key, "what": what}


@BOOK.rule(
    18,
    "nobody_edits_what_was_published",
    "E",
    article="登记不变式第18条（公布的文本即登记）",
    says="{key}留存的正文与公布时的摘要不符",
)
def nobody_edits_what_was_published(touched: Touched) -> Iterator[Hit]:
    """The stored text has its digest, and the digest is the one the sealed event names."""
    for edition in _editions(touched):
        announced = {e["key"]: e["digest"] for e in Event.objects.get(pk=edition.event_id).payload.get("editions", [])}
        if (
            digest_of(edition.content.encode(), edition.algorithm) != edition.digest
            or announced.get(edition.key) != edition.digest
        ):
            yield [f"edition:{edition.pk}"], {"key": edition.key}


def _editions(touched: Touched) -> Iterator[Edition]:
    rows = Edition.objects.select_related("body", "place", "instrument").order_by("pk")
    if touched is not None:
        rows = rows.filter(pk__in=[int(t.partition(":")[2]) for t in touched if t.startswith("edition:")])
    yield from rows.iterator(chunk_size=20)
