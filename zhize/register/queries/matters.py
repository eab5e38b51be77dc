"""Questions about matters, and the one question that takes either a matter or a duty."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_noop

from zhize.kernel.errors import BadInput
from zhize.kernel.text import fold
from zhize.register.models import Matter, MatterDuty, MatterName
from zhize.register.queries.duties import find_duty
from zhize.register.queries.resolve import GAP, Answer, Rejected, resolve


def find_matter(text: str, day: date, believed: datetime | None = None) -> Matter:
    """A matter by code, name or one of its everyday words."""
    said = text.strip()
    matter = Matter.objects.filter(code=said).first()
    if matter is not None:
        return matter
    names = MatterName.objects.as_of(day, believed).select_related("matter").order_by("-matter__code")
    folded = fold(said)
    exact = [n for n in names if fold(n.name) == folded] or [n for n in names if folded in map(fold, n.synonyms)]
    if exact:
        return max(exact, key=lambda n: len(n.matter.code)).matter
    raise BadInput(
        "找不到诉求事项“{text}”",
        why="事项分类中没有这个代码、名称或俗称" if names else "那一天、那一刻的登记里还没有事项分类",
        instead="请换一个说法，或用首页检索" if names else "请换一个日期或者时刻再问",
        text=said[:80],
        code="unknown_matter",
        field="matter",
    )


def matter_name(matter_id: int, day: date) -> str:
    names = MatterName.objects.filter(matter_id=matter_id)
    row = names.as_of(day).first() or names.live().order_by("-from_day").first()
    return row.name if row else Matter.objects.get(pk=matter_id).code


def duties_of(matter: Matter, day: date, believed: datetime | None = None) -> list[MatterDuty]:
    """The duties that answer the matter that day, first asked first; a matter without any asks its parent's."""
    node: Matter | None = matter
    while node is not None:
        found = list(MatterDuty.objects.as_of(day, believed).filter(matter=node).order_by("rank"))
        if found or len(node.code) == 6:
            return found
        node = node.parent
    return []


def resolve_matter(
    matter: Matter, place_id: int, day: date, purpose: str = "handle", *, believed: datetime | None = None
) -> Answer:
    """Ask the matter's duties in their order; the first that somebody holds answers. None mapped or held is a GAP."""
    passed: list[Rejected] = []
    last: Answer | None = None
    for link in duties_of(matter, day, believed):
        last = resolve(link.duty_id, place_id, day, purpose, believed=believed, segment_id=link.segment_id)
        last.matter_id = matter.pk
        if last.kind != GAP:
            last.rejected += passed
            return last
        passed += last.rejected
    if last is None:
        last = Answer(
            GAP, None, place_id, day, purpose, matter.pk, believed, rule=gettext_noop("这类诉求还没有对应到任何职责")
        )
    else:
        last.rule = gettext_noop("对应的职责在这里没有机构行使")
    return last


def who(text: str, place_id: int, day: date, purpose: str = "handle", *, believed: datetime | None = None) -> Answer:
    """A matter (code, name, everyday word) or a duty (key, code, name)."""
    try:
        matter = find_matter(text, day, believed)
    except BadInput as no_matter:
        try:
            duty = find_duty(text, day, believed)
        except BadInput:
            raise no_matter from None
        return resolve(duty.pk, place_id, day, purpose, believed=believed)
    return resolve_matter(matter, place_id, day, purpose, believed=believed)
