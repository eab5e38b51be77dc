"""The notice (通报): bodies named together for what they did not do. One drafts, another issues; each body says what it mended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from zhize.accounts.models import By
from zhize.cases import rights  # noqa: F401  (declares the rights)
from zhize.cases.commands.base import said
from zhize.cases.models import Leg, Notice, NoticeLine
from zhize.cases.queries.routing import chain
from zhize.cases.queries.taking_part import body_of
from zhize.cases.supervising.lifecycle import NoticeFacts
from zhize.cases.supervising.windows import reckoned
from zhize.kernel.errors import BadInput
from zhize.kernel.period import day_of
from zhize.places.models import Place
from zhize.record.acts import act, note, tell, touch
from zhize.register import access
from zhize.register.models import Seat


@act
def draft_notice(lines: Mapping[int, str], *, place: Place, title: str, words: str, by: By, now: datetime) -> Notice:
    """Draft a notice on these legs (leg → what is wrong with it). The calendar drafts too; it never issues."""
    seat = access.require(by, "cases.draft_notice", place, day_of(now))
    row = Notice.objects.create(
        title=said(title, "标题", "title", 120),
        words=said(words, "通报内容", "words"),
        issuer_id=seat.body_id if seat else None,
        place=place,
        state="drafted",
        drafted_at=now,
        drafted_by=by.officer_id,
    )
    name_legs(row, lines)
    return row


@act
def extend_notice(notice_id: int, lines: Mapping[int, str], *, by: By, now: datetime) -> Notice:
    """More legs into a draft; those it names already stay as they were."""
    row = _get(notice_id)
    access.require(by, "cases.extend_notice", row.place_id, day_of(now))
    row.take("extend_notice")
    name_legs(row, lines)
    return row


@act
def issue_notice(notice_id: int, number: str = "", *, by: By, now: datetime) -> Notice:
    """Somebody else than who drafted it issues it; from now on the bodies' time to mend runs."""
    row, seat = _locked(notice_id, "issue_notice", by, now)
    due, reckoning = reckoned("cases.notice.limit", chain(row.place_id, day_of(now)), now)
    issuer = row.issuer_id or (seat.body_id if seat else None)
    _move(
        row, "issue_notice", number=number.strip()[:60], issuer_id=issuer, issued_at=now, issued_by=by.officer_id, due=due,
        reckoning=reckoning,
    )  # fmt: skip
    touch(*(f"body:{line.body_id}" for line in row.lines.all()), *(f"case:{n.leg.case_id}" for n in _lines(row)))
    tell()
    return row


@act
def drop_notice(notice_id: int, why: str, *, by: By, now: datetime) -> Notice:
    """Do not issue it after all, with the reason."""
    row, _ = _locked(notice_id, "drop_notice", by, now)
    _move(row, "drop_notice", ended_at=now)
    note(why=said(why, "不予通报的理由", "why"))
    return row


@act
def answer_notice(notice_id: int, text: str, *, by: By, now: datetime) -> Notice:
    """A body named says what it has mended, for all its lines at once."""
    row = _get(notice_id)
    body = row.lines.filter(body=body_of(by)).values_list("body_id", flat=True).first()
    access.require(by, "cases.answer_notice", row.place_id, day_of(now), body=body)
    row.take("answer_notice")
    row.lines.filter(body=body).update(answer=said(text, "整改情况", "text"), answered_at=now)
    touch(f"notice:{row.pk}", f"body:{body}")
    note(late=row.due is not None and now > row.due)
    tell()
    return row


@act
def close_notice(notice_id: int, *, by: By, now: datetime) -> Notice:
    """Every body named has said what it mended."""
    row, _ = _locked(notice_id, "close_notice", by, now)
    _move(row, "close_notice", ended_at=now)
    return row


def name_legs(row: Notice, lines: Mapping[int, str]) -> None:
    """Write the legs into a draft; those it names already stay as they were."""
    legs = Leg.objects.filter(pk__in=lines).order_by("pk")
    NoticeLine.objects.bulk_create(
        [NoticeLine(notice=row, leg=leg, body_id=leg.body_id, why=lines[leg.pk][:200]) for leg in legs],
        ignore_conflicts=True,
    )
    touch(f"notice:{row.pk}", *(f"body:{leg.body_id}" for leg in legs))
    note(legs=sorted(lines))


def facts(row: Notice) -> NoticeFacts:
    lines = list(row.lines.all())
    return NoticeFacts(len(lines), len({x.body_id for x in lines if x.answered_at is None}))


def _lines(row: Notice) -> list[NoticeLine]:
    return list(row.lines.select_related("leg"))


def _get(notice_id: int) -> Notice:
    row = Notice.objects.select_for_update(of=("self",)).filter(pk=notice_id).first()
    if row is None:
        raise BadInput("没有这份通报", instead="请刷新后重试", code="unknown_notice", field="notice")
    return row


def _locked(notice_id: int, step: str, by: By, now: datetime) -> tuple[Notice, Seat | None]:
    """A supervisor of a body that is named in it neither issues nor closes it."""
    row = _get(notice_id)
    named = set(row.lines.values_list("body_id", flat=True))
    drafter = row.drafted_by if step == "issue_notice" else None
    seat = access.require(by, f"cases.{step}", row.place_id, day_of(now), concerned=named, other_than=drafter)
    touch(f"notice:{row.pk}")
    return row, seat


def _move(row: Notice, step: str, **changes: object) -> None:
    was = row.state
    row.take(step, facts(row))
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=["state", *changes])
    note(notice=row.title, notice_step={"from": was, "to": row.state})
