"""Does a legal basis still stand? An article followed through the changes of its law, and what that does to an item.

Spec domain §5d.5 (立改废释). A basis was said on a day, of the text in force then; every later change of that article up to
the day asked about is applied in order. Nothing here reads a register or a clock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

GOOD, RENUMBERED, INTERPRETED, UNMAPPED, AMENDED, DELETED, REPEALED = (
    "good", "renumbered", "interpreted", "unmapped", "amended", "deleted", "repealed",
)  # fmt: skip
DEAD = (DELETED, REPEALED)
ANY = "*"  # a change of the whole law whose articles nobody has laid side by side yet: each may have moved
STATES = {
    GOOD: "现行有效", RENUMBERED: "条文序号已变", INTERPRETED: "已有新解释", UNMAPPED: "法律已修改，条文对照没有登记", AMENDED: "条文已修改", DELETED: "条文已删除",
    REPEALED: "法律已废止",
}  # fmt: skip
SUBSTANCE = frozenset({"range", "authority", "conduct", "kind"})

ORPHAN, SUBSTANTIVE, REVIEW, REBASE, NEW = "orphan", "substantive", "review", "rebase", "new"


@dataclass(frozen=True)
class Class:
    """What a change of law means for an item, and what its owner has to do."""

    name: str
    label: str
    says: str
    action: str


CLASSES = {
    c.name: c
    for c in (
        Class(ORPHAN, "失去依据", "全部依据都已失效", "取消事项；施行日起暂停行使"),
        Class(SUBSTANTIVE, "实质变化", "处罚幅度、种类、行为或者实施主体有变", "修改事项内容，核对主体和裁量"),
        Class(REVIEW, "需要复核", "部分依据失效、修改或者有新解释", "复核事项，补正依据"),
        Class(REBASE, "更换条文", "只有条文序号变动", "按新序号更换依据"),
        Class(NEW, "可能新增", "新条文还没有对应的事项", "研究是否新增事项"),
    )
}


@dataclass(frozen=True)
class Move:
    """What one change did to one article. `to_law` when the article went into another law."""

    day: date
    old: str
    new: tuple[str, ...]
    how: str
    about: frozenset[str] = frozenset()
    to_law: str = ""
    note: str = ""


@dataclass(frozen=True)
class Fate:
    """How an article stands on a day: its state, where its words are now, what it went through, and since when."""

    state: str
    now: tuple[tuple[str, str], ...] = ()
    moves: tuple[Move, ...] = ()
    since: date | None = None

    @property
    def dead(self) -> bool:
        return self.state in DEAD

    @property
    def about(self) -> frozenset[str]:
        return frozenset().union(*(m.about for m in self.moves))


def follow(
    law: str,
    article: str,
    said_on: date,
    day: date,
    moves: Mapping[str, Sequence[Move]],
    ended: Mapping[str, date],
) -> Fate:
    """The fate on `day` of an article cited on `said_on`.

    `moves`: the changes of each law; `ended`: the first day on which a law is no longer in force. A law cited as a whole
    (no article) is only touched by its end, or by any change of its words.
    """
    over = ended.get(law)
    if over is not None and over <= day:
        return _ended(law, article, over, said_on, moves)
    passed = [m for m in sorted(moves.get(law, ()), key=lambda m: m.day) if said_on < m.day <= day]
    if not article:
        touched = tuple(m for m in passed if m.how != "added")
        return Fate(AMENDED, ((law, ""),), touched, touched[0].day) if touched else Fate(GOOD, ((law, ""),))
    return _through(law, article, passed)


def _ended(law: str, article: str, over: date, said_on: date, moves: Mapping[str, Sequence[Move]]) -> Fate:
    """Repealed; where its words went into another law the basis is not lost but has to be said anew."""
    heirs = tuple(m for m in moves.get(law, ()) if m.old == article and m.to_law and m.day == over and m.day > said_on)
    if not heirs:
        return Fate(REPEALED, (), (), over)
    return Fate(AMENDED, tuple((m.to_law, a) for m in heirs for a in m.new), heirs, over)


def _through(law: str, article: str, passed: Iterable[Move]) -> Fate:
    """Changes of one day happen together: 73 becomes 74 and 74 becomes 75, and nothing moves twice."""
    here, went, state = [article], [], GOOD
    for _day, together in groupby(passed, key=lambda m: m.day):
        todays = {m.old: m for m in together}
        hit = [m for a in here if (m := todays.get(a) or todays.get(ANY))]
        went += hit
        here = list(dict.fromkeys(n for a in here for n in (todays[a].new if a in todays else (a,))))
        for move in hit:
            state = _worse(state, move.how)
    if went and not here:
        return Fate(DELETED, (), tuple(went), went[-1].day)
    return Fate(state, tuple((law, a) for a in here), tuple(went), went[0].day if went else None)


def _worse(state: str, how: str) -> str:
    order = (GOOD, RENUMBERED, INTERPRETED, UNMAPPED, AMENDED)
    return max(state, how, key=order.index) if how in order else state


def classify(fates: Collection[Fate]) -> str:
    """The class of an item by all its bases; nothing when every one of them stands as it was said."""
    states = {f.state for f in fates}
    if not fates or states == {GOOD}:
        return ""
    if all(f.dead for f in fates):
        return ORPHAN
    if any(f.state == AMENDED and f.about & SUBSTANCE for f in fates):
        return SUBSTANTIVE
    return REBASE if states <= {GOOD, RENUMBERED} else REVIEW


def lost_since(fates: Collection[Fate]) -> date | None:
    """The day from which no basis is left; None while one stands (or none was ever said: that is another rule's matter)."""
    if not fates or not all(f.dead for f in fates):
        return None
    return max(f.since for f in fates if f.since)
