"""The supervision order (督办单): issued, answered with the unit's sign-off, checked off or sent back, or lifted."""

from __future__ import annotations

from datetime import datetime

from zhize.accounts.models import By
from zhize.cases.commands.base import allow, locked_leg, move, said, tidy
from zhize.cases.models import Case, Leg, Order, OrderReply
from zhize.cases.queries.routing import chain
from zhize.cases.supervising.lifecycle import ARTICLE, ORDER_OPEN
from zhize.cases.supervising.windows import reckoned
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.record.acts import act, note, tell, touch


@act
def order(leg_id: int, words: str, *, ground: str = Order.Ground.OVERDUE, by: By, now: datetime) -> Order:
    """Order a body to answer for its leg within the order's own limit; one open order a leg."""
    case, leg = locked_leg(leg_id)
    seat = allow(by, "order", case, now, leg=leg)
    _may_be_ordered(leg)
    if ground not in Order.Ground.values:
        raise BadInput("没有这种督办事由", instead="请从列出的事由中选择", field="ground", code="unknown_ground")
    move(case, "order", now)
    due, reckoning = reckoned("cases.supervise.limit", chain(case.place_id, day_of(now)), now)
    row = Order.objects.create(
        case=case,
        leg=leg,
        issuer_id=seat.body_id if seat else None,
        issued_by=by.officer_id,
        issued_at=now,
        ground=ground,
        words=said(words, "督办要求", "words"),
        state="issued",
        due=due,
        reckoning=reckoning,
    )
    touch(f"order:{row.pk}")
    note(order=row.number, ground=ground, due=due.isoformat(), words=row.words)
    tell()
    return row


@act
def answer_order(
    order_id: int, text: str, *, approved_by: str, evidence: str = "", by: By, now: datetime
) -> OrderReply:
    """The body answers its order; the head of the unit has signed it off."""
    row = _locked(order_id)
    allow(by, "answer_order", row.case, now, leg=row.leg)
    _move(row, "answer_order", answered_at=now)
    note(late=now > row.due)
    tell()
    return OrderReply.objects.create(
        order=row,
        text=said(text, "答复", "text"),
        evidence=tidy(evidence),
        approved_by=said(approved_by, "审签的单位负责人", "approved_by", 60),
        at=now,
        by=by.officer_id,
    )


@act
def check_order(order_id: int, *, passed: bool, words: str = "", by: By, now: datetime) -> Order:
    """Somebody not of the unit reads the answer: checked off, or back with the reason; the limit is not counted anew."""
    row = _locked(order_id)
    allow(by, "check_order", row.case, now, leg=row.leg)
    words = tidy(words) if passed else said(words, "退回的理由", "words")
    _move(row, "check_order" if passed else "check_order:sent_back", **_checked(passed, now))
    row.replies.filter(passed__isnull=True).update(passed=passed, words=words, checked_at=now)
    note(passed=passed, words=words)
    tell()
    return row


@act
def lift_order(order_id: int, why: str, *, by: By, now: datetime) -> Order:
    """Take an order back that should not have been issued; it stays readable with the reason."""
    row = _locked(order_id)
    allow(by, "lift_order", row.case, now, leg=row.leg)
    _move(row, "lift_order", ended_at=now)
    note(why=said(why, "撤销的理由", "why"))
    tell()
    return row


def _may_be_ordered(leg: Leg) -> None:
    if not leg.open:
        raise Refusal(
            "这次分派已经结束", why="状态是“{state}”", instead="请查看最新的分派", code="leg_over", state=leg.get_state_display()
        )  # fmt: skip
    if Order.objects.filter(leg=leg, state__in=ORDER_OPEN).exists():
        raise Refusal(
            "不能再发督办单",
            why="这次分派已有一份没有销号的督办单",
            article=ARTICLE,
            rule="一次一份",
            instead="请先核销或者撤销上一份",
            code="one_open_order_a_leg",
        )


def _locked(order_id: int) -> Order:
    """The case first, then its order: the order in which everything locks."""
    case_id = Order.objects.filter(pk=order_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise BadInput("没有这份督办单", instead="请刷新后重试", code="unknown_order", field="order")
    Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    rows = Order.objects.select_for_update(of=("self",)).select_related("case", "leg")
    row = rows.get(pk=order_id)
    row.leg.case = row.case
    touch(f"order:{row.pk}")
    return row


def _move(row: Order, step: str, **changes: object) -> None:
    was = row.state
    row.take(step)
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=["state", *changes])
    note(order=row.number, order_step={"from": was, "to": row.state})


def _checked(passed: bool, now: datetime) -> dict[str, object]:
    return {"ended_at": now} if passed else {"answered_at": None}
