"""What the cases serve to programs: a case by its number, the lists of a seat, public figures; and what the address of an act says.

A seat's key reaches what the seat may see. A partner, or anybody, reaches a case by its number and the receipt's secret.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from zhize.cases import tries
from zhize.cases.lifecycle import CASE
from zhize.cases.models import Case, Leg
from zhize.cases.queries import desk, named, telling
from zhize.cases.queries.figures import Span, figures
from zhize.cases.queries.outgoing import outgoing
from zhize.cases.queries.tracking import track
from zhize.cases.terms import Message
from zhize.kernel.errors import BadInput, Refusal
from zhize.places.queries import find_place, full_name, root_place
from zhize.register.api import PLACE
from zhize.register.keys import Caller
from zhize.register.queries.matters import matter_name
from zhize.register.serving import (
    AHEAD,
    KEYED,
    MEANT,
    PAGES_ONLY,
    ROWED,
    SUBJECTS,
    UNKEPT,
    Param,
    Read,
    Row,
    Said,
    Subject,
    Thing,
    here,
    reads,
    serve,
)  # fmt: skip

SIZE, BATCH, LONGEST = 50, 1000, 400
NO = Param("no", "受理编号", True)
SECRET = Param("secret", "回执上的查询码；凭席位密钥办理时不用写")


class TooMany(Refusal):
    http_status = 429


# -- one case ----------------------------------------------------------------------------------------------------------
def find(said: Said, by: Caller) -> Case:
    """Fetch is authorise: by the seat, or by the receipt's secret; wrong ones are counted by who asks."""
    if by.seat is not None:
        rows = desk.visible(by.seat, by.now).filter(no=said["no"].strip().upper())
        return _case_or_404(rows.select_related("place", "matter", "terms").first())
    door = tries.door_of(f"key:{by.key.pk}" if by.key else "nobody")
    if by.key is None or tries.barred(door, by.now):
        raise TooMany("暂时不能查询", why="连续多次填错", instead="请过 15 分钟再试", code="too_many_tries")
    try:
        return track(said["no"], said.get("secret", ""))
    except BadInput:
        tries.miss(door, by.now)
        raise


def _case_or_404(found: Case | None) -> Case:
    case: Case = here(found, "没有这一件诉求，或者不归这个席位看")
    return case


def _leg(said: Said, by: Caller) -> int:
    no = said["leg"]
    found = Leg.objects.filter(case=find(said, by), no=int(no) if no.isdecimal() and len(no) < 5 else 0)
    pk: int = here(found.values_list("pk", flat=True).first(), "没有这一次分派")
    return pk


def case(said: Said, by: Caller) -> Row:
    """The reporter's page as data; a seat sees the words too, as they may go out to it."""
    row = find(said, by)
    if by.seat is None:
        return told(row, by)
    title, text = outgoing(row, by.seat)
    return told(row, by) | {"title": title, "text": text, "address": row.address}


def told(row: Case, by: Caller) -> Row:
    legs = telling.legs(row, by.now)
    clock = telling.promise(row, by.now)
    return _line(row) | {
        "place": {"key": row.place.key, "name": full_name(row.place_id, by.day)},
        "matter": {"code": row.matter.code, "name": matter_name(row.matter.pk, by.day)} if row.matter else None,
        "derivation": list(clock.lines), "provisional": clock.provisional,
        "legs": [
            {"no": each.leg.no, "body": {"code": each.leg.body.code, "name": each.name}, "capacity": each.leg.capacity, "state": each.leg.state,
             "dispatched_at": each.leg.dispatched_at, "due": each.clock.due, "derivation": list(each.clock.lines),
             "evidence": {k: v for k, v in each.leg.evidence.items() if k != "by_hand" or by.seat}}
            for each in legs
        ],
        "replies": [{"at": r.at, "text": r.text, "solved": r.solved} for r in telling.replies(row)],
        "story": [{"at": h.at, "what": h.title, "text": h.text} for h in telling.story(row, legs)],
    }  # fmt: skip


def _line(row: Case) -> Row:
    return {
        "no": row.no, "state": row.state, "state_label": CASE.states[row.state], "kind": row.kind, "channel": row.channel, "snag": row.snag,
        "round": row.round, "received_at": row.received_at, "due": row.due, "urgent": row.urgent,
    }  # fmt: skip


# -- many --------------------------------------------------------------------------------------------------------------
def cases(said: Said, by: Caller) -> Row:
    """The cases this seat may see, the newest first."""
    if by.seat is None:
        raise Refusal(
            "不能查看诉求",
            why="这把密钥不代表席位",
            rule="职权来自席位",
            instead="请用席位的密钥，或者凭编号和查询码查一件",
            code="no_seat",
        )
    asked = (said.get("q", "")[:80], said.get("state", ""), said.get("kind", ""))
    shown = desk.searched(by.seat, by.now, *asked, said, SIZE)
    lines = desk.lines(shown.rows, by.now, by.seat)
    return {"rows": [_line(x.case) | {"heading": x.title, "place": x.place, "matter": x.matter, "body": x.body} for x in lines],
            "next": shown.older}  # fmt: skip


def public_figures(said: Said, by: Caller) -> Row:
    place = find_place(said["place"], by.day) if said.get("place") else root_place(by.day)
    text = said.get("days", "30")
    if not text.isdecimal() or not 1 <= int(text[:6]) <= LONGEST:
        raise BadInput("天数须在1到{most}之间", instead="请改天数", code="bad_days", field="days", most=LONGEST)
    span = Span(by.now - timedelta(days=int(text)), by.now, by.now)
    found = figures(span, place_id=place.pk)
    rows = [
        {"name": f.name, "label": f.label, "part": f.part, "whole": f.whole, "rate": f.rate, "says": f.says}
        for f in found
    ]
    return {"place": {"key": place.key, "name": full_name(place.pk, by.day)}, "days": int(text), "rows": rows}


# -- intake ------------------------------------------------------------------------------------------------------------
def keyed(arguments: dict[str, Any], by: Caller, key: str) -> dict[str, Any]:
    """The key of a request is the message's own; a partner sends by the door `api`, within its place."""
    message: Message = arguments["message"]
    return arguments | {"message": _message(message, by, f"{by.key.pk}:{key}" if by.key and key else "")}


def keyed_rows(arguments: dict[str, Any], by: Caller, key: str) -> dict[str, Any]:
    """A batch under one key: each row's key is the batch's and its own place in it."""
    if len(arguments["messages"]) > BATCH:
        raise BadInput("一批至多{most}件", instead="请分批", code="too_many", field="messages", most=BATCH)
    return arguments | {"messages": [_row(m, by, key, n) for n, m in enumerate(arguments["messages"])]}


def _row(message: Message | Refusal, by: Caller, key: str, at: int) -> Message | Refusal:
    """A row that cannot be read or lies outside the key's place keeps its own refusal."""
    if isinstance(message, Refusal):
        return message
    try:
        return _message(message, by, f"{by.key.pk}:{key}:{at}" if by.key and key else "")
    except Refusal as refusal:
        return refusal


def _message(message: Message, by: Caller, key: str) -> Message:
    by.within(message.place_id)
    own = f"{by.key.pk}:{message.idempotency_key}" if by.key and message.idempotency_key else key
    channel = message.channel if by.seat and message.channel != "web" else Case.Channel.API.value
    return replace(message, idempotency_key=own, channel=channel)


serve(Thing(Case, "case", "受理编号", lambda text, by: find({"no": text}, by), lambda row, by: _line(row)))
reads(
    Read("cases", "诉求", "这个席位看得到的，新的在前。", cases, (Param("q", "编号或几个字"), Param("state", "状态"), Param("kind", "类型")), "cases.read", True),
    Read("cases/{no}", "一件诉求", "凭席位，或者凭回执上的查询码。", case, (NO, SECRET), "cases.read"),
    Read("figures", "办理情况", "各项比率，连同分子、分母和算法。", public_figures, (PLACE, Param("days", "最近多少天，缺省 30"))),
)  # fmt: skip
LEG = Param("leg", "分派的序号", True)
SUBJECTS |= {
    ("cases", "case_id"): Subject("case_id", "cases/{no}", (NO,), lambda said, by: find(said, by).pk, (SECRET,)),
    ("cases", "leg_id"): Subject("leg_id", "cases/{no}/legs/{leg}", (NO, LEG), _leg, (SECRET,)),
}
MEANT |= {("cases.merge", "into"): Case}
KEYED |= {"cases.receive": keyed, "cases.receive_many": keyed_rows}
AHEAD |= {"cases.receive": named.ahead}
ROWED |= {"cases.receive_many": "messages"}
UNKEPT |= {"cases.look"}

PAGES_ONLY |= {
    "cases.attach": "附件按表单上传（multipart），先验看再收下",
    "cases.take_mail": "邮件由 zhize cases mail 从邮箱收取",
}
UNKEPT |= {"cases.recognise"}
