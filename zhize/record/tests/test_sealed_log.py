"""Stories of the sealed log: nothing is edited, and whatever was altered is found and named."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.utils import DatabaseError, Error

from tests.town import Town
from zhize.kernel import merkle
from zhize.record.commands import seal, seal_all
from zhize.record.models import Event, Seal
from zhize.record.verify import proof_of, stands, status, verify_log, verify_statements


def alter(statement: str, table: str) -> None:
    """As somebody with the database in their hands would: past the triggers."""
    with connection.cursor() as cursor:
        cursor.execute(f"alter table {table} disable trigger user")
        cursor.execute(statement)


def test_the_town_as_built_is_whole(town: Town) -> None:
    assert list(verify_log()) == []
    assert list(verify_statements()) == []
    assert status()["unsealed"] == 0


@pytest.mark.parametrize(
    ("table", "statement", "named"),
    [
        ("record_event", "update record_event set who = who || '。' where id = (select min(id) from record_event)", "event:"),
        ("record_event", "update record_event set payload = payload || '{\"x\": 1}' where act = 'hand_over'", "event:"),
        ("record_event", "update record_event set at = at + interval '1 microsecond' where act = 'hand_over'", "event:"),
        ("record_event", "set constraints all immediate; update record_event set leaf_no = 9999 where act = 'hand_over'", "seal:"),
        ("record_seal", "update record_seal set root = repeat('0', 64)", "seal:"),
        ("record_seal", "update record_seal set head = repeat('0', 64)", "seal:"),
    ],
)  # fmt: skip
def test_one_altered_byte_of_the_log_is_found_and_named(town: Town, table: str, statement: str, named: str) -> None:
    alter(statement, table)
    assert any(b.row.startswith(named) for b in verify_log())


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("register_holding", "update register_holding set body_id = body_id + 1 where id = (select min(id) from register_holding)"),
        ("register_bodyname", "update register_bodyname set name = '某局' where id = (select min(id) from register_bodyname)"),
        ("register_holding", "update register_holding set withdrawn_at = null, withdrawn_by_id = null where id = (select min(id) from register_holding where withdrawn_at is not null and capacity = 'ASSIST')"),
    ],
)  # fmt: skip
def test_an_altered_statement_is_found_and_named(town: Town, table: str, statement: str) -> None:
    alter(statement, table)
    assert list(verify_statements())


@pytest.mark.parametrize("leaf_no", [0, 1_000_000])
def test_an_act_hung_onto_a_seal_afterwards_is_named(town: Town, leaf_no: int) -> None:
    """Found by the drill `forged`: a row more than the seal has leaves."""
    seal = Seal.objects.latest("id")
    made = Event.objects.create(act="test", at=town.now, who="测试", via="system", seal=seal, leaf_no=leaf_no)
    assert f"event:{made.pk}" in {broken.row for broken in verify_log()}


@pytest.mark.parametrize(
    "statement",
    [
        "update register_holding set clause = 'x' where id = (select min(id) from register_holding)",
        "delete from register_holding where id = (select max(id) from register_holding)",
        "update record_event set who = 'x' where id = (select min(id) from record_event)",
        "delete from record_event where id = (select max(id) from record_event)",
        "update record_seal set size = 1",
    ],
)
def test_the_database_itself_refuses_edits(town: Town, statement: str) -> None:
    with pytest.raises((DatabaseError, Error), match="never"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_sealer_takes_what_is_not_yet_sealed_never_what_lies_above_the_last(open_town: Town) -> None:
    """An event whose id was drawn early and committed late is sealed too."""
    first, second = (_event(open_town, n) for n in (2_000_001, 2_000_002))
    assert seal(now=open_town.now) is not None
    late = _event(open_town, 2_000_000)
    assert seal_all(now=open_town.now) == 1
    assert Event.objects.get(pk=late).seal_id is not None
    assert list(verify_log()) == []
    assert first < second


def test_an_outsider_can_check_one_event_by_hand(town: Town) -> None:
    event = Event.objects.filter(act="hand_over").select_related("seal")[0]
    proof = proof_of(event)
    assert proof is not None
    leaf = merkle.leaf(proof["bytes"].encode(), proof["algorithm"])
    path = [bytes.fromhex(p) for p in proof["path"]]
    assert merkle.check_proof(
        leaf, proof["index"], proof["size"], path, bytes.fromhex(proof["root"]), proof["algorithm"]
    )
    assert json.loads(proof["bytes"])[1] == "hand_over"


def test_a_head_written_down_is_found_again(town: Town) -> None:
    head = Seal.objects.latest("id").head
    assert stands(head.upper()) is not None
    assert stands("0" * 64) is None


def _event(town: Town, number: int) -> int:
    return Event.objects.create(id=number, act="test", at=datetime.now(UTC), who="测试", via="system").pk
