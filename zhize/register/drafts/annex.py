"""A draft written down as TOML: a paper nobody has issued, a day, and its lines under the acts they ask for.

paper = "温府〔2016〕1号"            # or [paper] title, issuer, issuer_class, issuer_level, issuer_area, kind
day = 2016-06-01

[[hand_over]]
duty = "urb-street-trading"          # or several; left out: everything `from` holds, narrowed by types, field
from = "鹿城区城市管理行政执法局"
to = "鹿城区综合行政执法局"
place = "鹿城区"                     # or several; except = [...]

[[assign]]      duty, body, place, except, capacity, mode, until, level, segment
[[entrust]]     duty, from, to, place, except, until, level, segment
[[cease]]       duty, body, place
[[map_matter]]  matter, duties
[[set_policy]]  key, place, value
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from zhize.accounts.models import By
from zhize.kernel.errors import BadInput, Refusal
from zhize.places.models import Place
from zhize.places.queries import find_place, root_place
from zhize.places.terms import Expression
from zhize.policy.commands import one, set_policy
from zhize.register import commands
from zhize.register.commands.matters import Answer
from zhize.register.drafts.papers import DESCRIBED, trial_paper
from zhize.register.drafts.sorts import TrialDraft
from zhize.register.importing.terms import Progress
from zhize.register.models import Body, Capacity, Duty, Holding, Mode, Segment
from zhize.register.queries import find_body, find_duty, find_matter
from zhize.register.terms import Line, Share, Transfer

Row = dict[str, Any]
Act = dict[str, Any]
MOST = 1 << 20  # bytes; an annex longer than this is a table, and tables are imported
_WHERE = ("place", "except", "level", "segment")
ROWS: dict[str, tuple[str, ...]] = {
    "hand_over": ("duty", "types", "field", "from", "to", *_WHERE),
    "assign": ("duty", "body", *_WHERE, "capacity", "mode", "until"),
    "entrust": ("duty", "from", "to", *_WHERE, "until"),
    "cease": ("duty", "body", "place"),
    "map_matter": ("matter", "duties"),
    "set_policy": ("key", "place", "value"),
}
NEEDED = {"hand_over": ("from", "to"), "assign": ("duty", "body"), "entrust": ("duty", "from", "to", "until"), "cease": ("duty", "body"),
          "map_matter": ("matter", "duties"), "set_policy": ("key", "value")}  # fmt: skip


def annex(text: bytes | str, name: str, default: date) -> TrialDraft:
    """The draft a TOML file describes; what cannot be read is refused in one sentence, with its line."""
    said = _read(text, name)
    day = said.get("day", default)
    if not isinstance(day, date) or isinstance(day, datetime):
        raise _bad("day 须写成日期，例如 2016-06-01", "day")
    paper = said.get("paper", "")
    label = paper.get("title", "") if isinstance(paper, dict) else paper
    return TrialDraft(
        f"file:{name}",
        str(said.get("title") or label or name)[:200],
        str(label),
        lambda by, now, progress: _carry(said, day, by, now, progress),
    )


def _read(text: bytes | str, name: str) -> dict[str, Any]:
    if len(text) > MOST:
        raise BadInput(
            "草案文件太大", why="超过1MB", instead="成批的内容请用导入提交草案", code="too_large", field="file"
        )
    try:
        said = tomllib.loads(text.decode() if isinstance(text, bytes) else text)
    except UnicodeDecodeError:
        raise _bad("不是 UTF-8 文字", "file") from None
    except tomllib.TOMLDecodeError as error:
        raise _bad(f"不是 TOML：{error}", "file") from None
    _check(said)
    return said


def _check(said: dict[str, Any]) -> None:
    """Every table and word is known, every needed one is there: a misspelt line must not be passed over in silence."""
    _known(said, ("title", "paper", "day", "place", *ROWS), "文件")
    if isinstance(said.get("paper"), dict):
        _known(said["paper"], DESCRIBED, "paper 一节")
    if not any(said.get(word) for word in ROWS):
        raise _bad(f"没有写明要做什么，至少要有{'、'.join(f'[[{w}]]' for w in ROWS)}之一", "file")
    for word in ROWS:
        rows = said.get(word, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise _bad(f"{word} 须写成 [[{word}]]", "file")
        for no, row in enumerate(rows, 1):
            _known(row, ROWS[word], f"[[{word}]] 第{no}项")
            if missing := [w for w in NEEDED[word] if w not in row]:
                raise _bad(f"[[{word}]] 第{no}项没有写 {missing[0]}", "file")
            for name, kind, how in (("until", date, "日期"), ("level", int, "数字")):
                if name in row and not isinstance(row[name], kind):
                    raise _bad(f"[[{word}]] 第{no}项的 {name} 须写成{how}", "file")


def _known(row: Row, names: Iterable[str], where: str) -> None:
    if strange := [w for w in row if w not in set(names)]:
        raise _bad(f"{where}不认识“{strange[0]}”，可以写 {'、'.join(names)}", "file")


def _bad(why: str, field: str) -> BadInput:
    return BadInput("草案文件读不懂", why="{said}", instead="请改正后再交", said=why, code="bad_draft", field=field)


# -- carrying out ------------------------------------------------------------------------------------------------------
def _carry(said: dict[str, Any], day: date, by: By, now: datetime, progress: Progress) -> None:
    """In the table's order; a refusal says which line it met."""
    place = find_place(str(said["place"]), day) if "place" in said else root_place(day)
    paper = trial_paper(place, day, said.get("paper") or {"title": str(said.get("title", "（拟议文件）"))})
    if paper._state.adding:
        paper.save()
    act: Act = {"instrument": paper, "by": by, "now": now}
    for word, do in _DO.items():
        for no, row in enumerate(said.get(word, []), 1):
            progress("试行草案", no, len(said[word]))
            try:
                do(row, day, place, act)
            except Refusal as refused:
                raise _named(word, no, refused) from refused


def _named(word: str, no: int, refused: Refusal) -> Refusal:
    return type(refused)(
        "[[{word}]] 第{no}项：{said}", why=refused.why, rule=refused.rule, article=refused.article, instead=refused.instead,
        code=refused.code, details=refused.details, word=word, no=no, said=refused._say(refused.what, str).rstrip("。"),
        **{k: v for k, v in refused.params.items() if k not in ("word", "no", "said")},
    )  # fmt: skip


def _hand_over(row: Row, day: date, _place: Place, act: Act) -> None:
    giver, receiver = find_body(str(row["from"]), day), find_body(str(row["to"]), day)
    if "duty" not in row:
        lines = [_passing(h, receiver) for h in _all_of(giver, row, day)]
    else:
        where = _where(row, giver, day)
        share = (Share(giver, where),), (Share(receiver, where),)
        lines = [Transfer(d, *share, _level(row, giver), _segment(row, d)) for d in _duties(row["duty"], day)]
    commands.hand_over(lines, day=day, **act)


def _all_of(giver: Body, row: Row, day: date) -> list[Holding]:
    """Everything it answers for in its own name that day."""
    if row.keys() & set(_WHERE):
        raise _bad("没有写 duty 的，整项划转，不能再写地域、层级或部分", "file")
    rows = Holding.objects.as_of(day).filter(body=giver, capacity=Capacity.NAME_HOLDER)
    for name in ("types", "field"):
        if name in row:
            rows = rows.filter(**{"duty__type__in" if name == "types" else "duty__field": row[name]})
    found = list(rows.select_related("duty", "segment"))
    if not found:
        raise BadInput(
            "{body}没有可以划出的职责", instead="请核对机构和日期", body=str(row["from"]), code="nothing_held"
        )
    return found


def _passing(h: Holding, receiver: Body) -> Transfer:
    where = Expression((h.place_id,), tuple(h.excludes))
    return Transfer(h.duty, (Share(h.body, where),), (Share(receiver, where),), h.level, h.segment)


def _assign(row: Row, day: date, _place: Place, act: Act) -> None:
    body = find_body(str(row["body"]), day)
    capacity, mode = str(row.get("capacity", Capacity.NAME_HOLDER)), str(row.get("mode", Mode.STATUTORY))
    if capacity not in Capacity.values or mode not in Mode.values:
        raise _bad(f"capacity 可以写 {'、'.join(Capacity.values)}，mode 可以写 {'、'.join(Mode.values)}", "file")
    lines = [
        Line(
            d, body, _level(row, body), _where(row, body, day), day, row.get("until"), _segment(row, d), capacity, mode
        )
        for d in _duties(row["duty"], day)
    ]
    commands.assign(lines, **act)


def _entrust(row: Row, day: date, _place: Place, act: Act) -> None:
    principal, to = find_body(str(row["from"]), day), find_body(str(row["to"]), day)
    for duty in _duties(row["duty"], day):
        commands.entrust(duty, principal, to, _where(row, principal, day), level=_level(row, principal), day=day, until=row["until"],
                         segment=_segment(row, duty), **act)  # fmt: skip


def _cease(row: Row, day: date, _place: Place, act: Act) -> None:
    body = find_body(str(row["body"]), day)
    rows = (
        Holding.objects.as_of(day).filter(body=body, duty__in=_duties(row["duty"], day)).select_related("body", "duty")
    )
    found = list(rows.filter(place__in=_places(row["place"], day)) if "place" in row else rows)
    if not found:
        raise BadInput(
            "{body}在{day}不行使这项职责",
            instead="请核对机构、职责和日期",
            body=str(row["body"]),
            day=day,
            code="not_held",
        )
    commands.cease(found, why="模拟", day=day, **act)


def _map_matter(row: Row, day: date, _place: Place, act: Act) -> None:
    matter = find_matter(str(row["matter"]), day)
    answers = [Answer(matter, d, rank) for rank, d in enumerate(_duties(row["duties"], day), 1)]
    commands.map_matter(answers, day=day, **act)


def _set_policy(row: Row, day: date, place: Place, act: Act) -> None:
    where = find_place(str(row["place"]), day) if "place" in row else place
    set_policy([one(str(row["key"]), where, row["value"], day)], **act)


_DO: dict[str, Callable[[Row, date, Place, Act], None]] = {
    "hand_over": _hand_over, "cease": _cease, "assign": _assign, "entrust": _entrust, "map_matter": _map_matter, "set_policy": _set_policy,
}  # fmt: skip


# -- words -------------------------------------------------------------------------------------------------------------
def _duties(said: Any, day: date) -> list[Duty]:
    return [find_duty(str(text), day) for text in _list(said)]


def _places(said: Any, day: date) -> tuple[int, ...]:
    return tuple(find_place(str(text), day).pk for text in _list(said))


def _where(row: Row, body: Body, day: date) -> Expression:
    """The places said; where none is said, the whole place the body stands for."""
    if "place" in row:
        return Expression(_places(row["place"], day), _places(row.get("except", []), day))
    site = body.sites.as_of(day).values_list("place_id", flat=True).first()
    if site is None:
        raise _bad("没有写 place，登记中也没有这个机构的辖区", "place")
    return Expression((site,), _places(row.get("except", []), day))


def _level(row: Row, body: Body) -> int:
    return int(row.get("level", body.level))


def _segment(row: Row, duty: Duty) -> Segment | None:
    if "segment" not in row:
        return None
    found = Segment.objects.filter(duty=duty, name=str(row["segment"])).first()
    if found is None:
        parts = "、".join(Segment.objects.filter(duty=duty).values_list("name", flat=True))
        raise _bad(f"这项职责没有“{row['segment']}”这一部分" + (f"，有{parts}" if parts else ""), "segment")
    return found


def _list(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [said]


__all__ = ["ROWS", "annex"]
