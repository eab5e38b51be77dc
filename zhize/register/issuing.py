"""Rule 3 derived again from rows and papers: whoever issued a paper was entitled to what was done by it.

The act refuses a paper of the wrong issuer. This asks the rows themselves, years later: every statement that still stands,
and that a paper began or ended, gives its question back (act, class of subject, paper, day, places), and the same table
answers. Few papers say much, so the questions are few. Where the table is silent nothing is found, as in the act.
What bodies inherit (合并、分立、撤销) is asked once, of the body that ended; what a list publishes, of the acts it is made of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date

from django.db import connection

from zhize.kernel.errors import Refusal
from zhize.places.entitling import MANAGED
from zhize.places.entitling import subject_of as place_subject
from zhize.policy.queries import Judge, reach_of
from zhize.record.models import Instrument
from zhize.register.subjects import law_subject, returned_subject, subject_of, transfer_subject

Question = tuple[str, str, int, date]  # act, subject, paper, day
Found = tuple[Question, list[int], str, int]  # the question, its places, one of its statements, how many


def unentitled() -> Iterator[tuple[Instrument, date, Refusal, str, int]]:
    """Each question the table says no to: paper, day, the refusal, one of the statements, how many there are."""
    days: dict[date, list[Found]] = defaultdict(list)
    for found in _questions():
        days[found[0][3]].append(found)
    papers = Instrument.objects.in_bulk({paper for asked in days.values() for (_, _, paper, _), *_ in asked})
    judge = Judge()
    for day, asked in sorted(days.items()):
        reach = reach_of({p for _, places, *_ in asked for p in places}, day)
        for (act, subject, paper, _), places, said, n in asked:
            try:
                judge.require(act, subject, papers[paper], day, places, reach)
            except Refusal as refusal:
                yield papers[paper], day, refusal, said, n


def _questions() -> Iterator[Found]:
    places: dict[Question, set[int]] = defaultdict(set)
    said: dict[Question, tuple[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(SAID)
        for about, kind, fact, name, act, paper, day, where, row, n in cursor.fetchall():
            question = (act, SUBJECTS[about](kind, fact, name), paper, day)
            places[question].update(p for p in where if p is not None)
            first, before = said.get(question, (row, 0))
            said[question] = (first, before + n)
    for question, (row, n) in said.items():
        yield question, sorted(places[question]), row, n


SUBJECTS: dict[str, Callable[[str, str, str], str]] = {
    "body": lambda kind, fact, name: subject_of(kind, int(fact)),
    "transfer": lambda kind, fact, name: transfer_subject(kind),
    "returned": lambda kind, fact, name: returned_subject(kind, fact),
    "place": lambda kind, fact, name: place_subject(kind, int(fact), name),
    "law": lambda kind, fact, name: law_subject(kind),
    "named": lambda kind, fact, name: kind,
}


def _of(about: str, kind: str, fact: str = "''", name: str = "''") -> str:
    return f"'{about}' as about, {kind} as kind, {fact}::text as fact, {name} as name"


BODY = _of("body", "b.kind", "b.level")
PLACE = _of("place", "c.kind", "c.level", "coalesce(n.name, '')")
_BODY = "join register_body b on b.id = t.body_id"
_SITE = f"""{_BODY} left join register_bodysite s on s.body_id = b.id and s.withdrawn_at is null
  and s.from_day <= {{0}} and (s.to_day is null or s.to_day > {{0}})"""
_NAMED = """left join places_placename n on n.place_id = c.id and n.withdrawn_at is null
  and n.from_day <= {0} and (n.to_day is null or n.to_day > {0})"""


def _place(column: str, day: str = "t.from_day") -> str:
    return f"join places_place c on c.id = t.{column} {_NAMED.format(day)}"


def _begun(
    acts: str, table: str, same: str, about: str, joins: str = "", place: str = "null::bigint", more: str = "true",
    act: str = "e.act", day: str = "t.from_day", cited: str = "and e.instrument_id = t.instrument_id",
) -> str:  # fmt: skip
    """What an act stated by its paper and what still stands, though another act may since have ended it."""
    alike = " and ".join(f"l.{c} = t.{c}" for c in (*same.split(), "from_day", "instrument_id"))
    return f"""
select {about}, {act} as act, t.instrument_id as paper, {day} as day, {place} as place, '{table.split("_")[1]}:' || t.id as said
from {table} t join record_event e on e.id = t.recorded_by_id {cited} {joins}
where e.act in ({acts}) and {more} and exists (select 1 from {table} l where l.withdrawn_at is null and {alike})"""


def _ended(
    acts: str, table: str, about: str, joins: str = "", place: str = "null::bigint", more: str = "true", act: str = "e.act"
) -> str:  # fmt: skip
    """What an act ended by its paper."""
    return f"""
select {about}, {act}, t.ended_by_id, t.to_day, {place}, '{table.split("_")[1]}:' || t.id
from {table} t join record_event e on e.id = t.recorded_by_id and e.instrument_id = t.ended_by_id {joins}
where e.act in ({acts}) and {more} and t.withdrawn_at is null"""


HOLDING = ("register_holding", "duty_id body_id place_id level")
_DUTY = "join register_duty d on d.id = t.duty_id"
_LAST = "t.to_day - 1"
_CORRECTED = (
    "case e.act when 'correct' then coalesce(i.effective, i.published, i.signed, t.from_day) else t.from_day end"
)
_PAPER = "join record_instrument i on i.id = t.instrument_id"
_PARENT = (
    """left join places_placelink p on p.child_id = t.place_id and p.withdrawn_at is null and p.from_day = t.from_day"""
)
_FIRST = """not exists (select 1 from places_placelife o where o.place_id = t.place_id and o.withdrawn_at is null
  and o.from_day < t.from_day)"""

ASKED = [
    _begun("'assign', 'correct'", *HOLDING, BODY, f"{_BODY} {_PAPER}", "t.place_id", act="'assign'", day=_CORRECTED),
    _begun("'hand_over'", *HOLDING, _of("transfer", "d.type"), _DUTY, "t.place_id", "t.mode = '划转'"),
    _begun("'authorise'", *HOLDING, _of("named", "'authorisation'"), "", "t.place_id", "t.mode = '授权'"),
    _begun("'devolve'", *HOLDING, _of("named", "'devolution'"), "", "t.place_id", "t.mode = '下放'"),
    _begun("'entrust'", *HOLDING, _of("named", "'entrustment'"), "", "t.place_id"),
    _ended("'take_back'", HOLDING[0], _of("returned", "t.mode", "d.type"), _DUTY, "t.place_id"),
    _ended("'cease'", HOLDING[0], BODY, _BODY, "t.place_id", act="'assign'"),
    _begun("'found'", "register_bodylife", "body_id", BODY, _SITE.format("t.from_day"), "s.place_id"),
    _begun("'rename'", "register_bodyname", "body_id", BODY, _SITE.format("t.from_day"), "s.place_id"),
    _ended("'merge', 'split', 'abolish'", "register_bodylife", BODY, _SITE.format(_LAST), "s.place_id"),
    _begun("'divide'", "register_dutysegment", "duty_id segment_id", _of("named", "'segment'"),
           "left join register_holding h on h.recorded_by_id = e.id and h.segment_id = t.segment_id", "h.place_id"),
    _begun("'appoint'", "register_seat", "officer_id body_id role", _of("named", "'seat'"), "", "t.place_id"),
    _begun("'map_matter'", "register_matterduty", "matter_id duty_id", _of("named", "'matter_map'")),
    _begun("'set_policy'", "policy_setting", "key place_id", cited="",
           about=_of("named", "case when t.key like 'calendar.%%' then 'calendar' else 'policy' end")),
    _begun("'change_law'", "record_lawchange", "law_id", _of("law", "x.level"), "join record_law x on x.id = t.law_id"),
    _begun("'establish'", "places_placelife", "place_id", PLACE, f"{_place('place_id')} {_PARENT}", "p.parent_id", _FIRST, cited=""),
    _ended("'close_place'", "places_placelife", PLACE, _place("place_id", _LAST), "t.place_id"),
    _begun("'rename_place'", "places_placename", "place_id", PLACE, _place("place_id"), "t.place_id"),
    _begun("'rename_place'", "places_placename", "place_id", PLACE, _place("place_id", "t.from_day - 1"), "t.place_id"),
    _begun("'redraw'", "places_placelink", "child_id parent_id", PLACE, _place("child_id"), "t.child_id"),
    _begun("'link_zone'", "places_placelink", "child_id parent_id", _of("named", f"'{MANAGED}'"), "", "t.child_id"),
    _ended("'unlink_zone'", "places_placelink", _of("named", f"'{MANAGED}'"), "", "t.child_id"),
    _begun("'recode'", "places_placecode", "place_id scheme", PLACE, _place("place_id"), "t.place_id"),
    _begun("'delimit'", "places_placeboundary", "place_id", PLACE, _place("place_id"), "t.place_id"),
    _begun("'regroup'", "places_groupmember", "group_id member_id", PLACE, _place("group_id"), "t.member_id"),
    _begun("'succeed'", "places_succession", "before_id after_id", PLACE, _place("before_id", "t.from_day - 1"), cited=""),
]  # fmt: skip

SAID = f"""
select about, kind, fact, name, act, paper, day, array_agg(distinct place), min(said), count(distinct said)
from ({" union all ".join(ASKED)}) every
group by about, kind, fact, name, act, paper, day"""
