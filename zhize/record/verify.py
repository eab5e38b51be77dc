"""Walk the sealed log and every statement; name whatever was altered (invariant 29).

An event is checked against its leaf in the seal, the leaves against the root, the root against the head, each head
against the one before; a statement against its digest, the digests of an act against the root in its event, withdrawals
against the event that withdrew. An outsider who kept a head can see that it still stands in the chain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.apps import apps

from zhize.kernel import merkle
from zhize.record.commands import head_of
from zhize.record.digest import EVENT_COLUMNS, event_bytes, plain, rows_root, said_columns, stamp_of
from zhize.record.models import Event, Seal, Statement

ARTICLE = "登记不变式第29条（只增不改的审计链）；GB/T 22239-2019 安全审计"


@dataclass(frozen=True)
class Broken:
    """One thing that is not as it was sealed."""

    what: str
    row: str
    says: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"rule": {"no": 29, "name": "sealed_chain", "severity": "E", "article": ARTICLE}}


def verify_log() -> Iterator[Broken]:
    """Every seal and every sealed event."""
    previous = ""
    for seal in Seal.objects.order_by("id").iterator():
        yield from _seal(seal, previous)
        previous = seal.head


def verify_statements() -> Iterator[Broken]:
    """Every statement of every table, and what each act stated and withdrew."""
    digests: dict[int, list[str]] = defaultdict(list)
    withdrew: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for model in statement_models():
        yield from _rows(model, digests, withdrew)
    for event in Event.objects.order_by("id").values("id", "rows_root", "payload").iterator(chunk_size=2000):
        yield from _act(event, digests.get(event["id"], []), withdrew.get(event["id"], {}))


def statement_models() -> list[type[Statement]]:
    return [m for m in apps.get_models() if issubclass(m, Statement)]


def status() -> dict[str, Any]:
    """The last head and the unsealed tail."""
    last = Seal.objects.order_by("-id").first()
    tail = Event.objects.filter(seal=None)
    return {
        "seal": last.pk if last else None,
        "algorithm": last.algorithm if last else merkle.best_algorithm(),
        "head": last.head if last else "",
        "sealed_at": last.sealed_at.isoformat() if last else None,
        "unsealed": tail.count(),
        "oldest_unsealed": _oldest(tail),
    }


def stands(head: str) -> Seal | None:
    """The seal with this head, for an outsider who wrote it down."""
    return Seal.objects.filter(head=head.strip().lower()).first()


def proof_of(event: Event) -> dict[str, Any] | None:
    """What an outsider needs to check one event by hand: its bytes, its place, the path to the root, the head."""
    if event.seal is None or event.leaf_no is None:
        return None
    leaves = _split(bytes(event.seal.leaves))
    path = merkle.proof(leaves, event.leaf_no, event.seal.algorithm)
    row = Event.objects.filter(pk=event.pk).values(*EVENT_COLUMNS).get()
    return {
        "bytes": event_bytes(row).decode(),
        "algorithm": event.seal.algorithm,
        "leaf": leaves[event.leaf_no].hex(),
        "index": event.leaf_no,
        "size": event.seal.size,
        "path": [p.hex() for p in path],
        "root": event.seal.root,
        "previous": event.seal.previous,
        "head": event.seal.head,
        "sealed_at": plain(event.seal.sealed_at),
    }


def _oldest(tail: Any) -> str | None:
    at = tail.order_by("id").values_list("at", flat=True).first()
    return at.isoformat() if at else None


def _split(leaves: bytes) -> list[bytes]:
    return [leaves[i : i + 32] for i in range(0, len(leaves), 32)]


def _seal(seal: Seal, previous: str) -> Iterator[Broken]:
    name, leaves = f"seal:{seal.pk}", _split(bytes(seal.leaves))
    if seal.previous != previous:
        yield Broken("seal", name, f"第{seal.pk}号封存没有接上前一链头，中间有封存被删去或改动")
    if len(leaves) != seal.size or merkle.root(leaves, seal.algorithm).hex() != seal.root:
        yield Broken("seal", name, f"第{seal.pk}号封存的叶与批根不符")
    if head_of(seal.previous, seal.root, seal.size, seal.sealed_at, seal.algorithm) != seal.head:
        yield Broken("seal", name, f"第{seal.pk}号封存的链头与内容不符")
    rows = Event.objects.filter(seal=seal).order_by("leaf_no", "id").values("leaf_no", *EVENT_COLUMNS)
    found: dict[int | None, dict[str, Any]] = {}
    for row in rows.iterator(chunk_size=5000):
        if row["leaf_no"] in found or row["leaf_no"] is None or not 0 <= row["leaf_no"] < len(leaves):
            yield Broken(
                "event", f"event:{row['id']}", f"事件{row['id']}（{row['act']}）不在第{seal.pk}号封存里，是后来挂上去的"
            )
        found.setdefault(row["leaf_no"], row)
    for no, leaf in enumerate(leaves):
        yield from _event(seal, no, leaf, found.get(no))


def _event(seal: Seal, no: int, leaf: bytes, row: dict[str, Any] | None) -> Iterator[Broken]:
    if row is None:
        yield Broken("event", f"seal:{seal.pk}/{no}", f"第{seal.pk}号封存的第{no}个事件不见了")
    elif merkle.leaf(event_bytes(row), seal.algorithm) != leaf:
        yield Broken("event", f"event:{row['id']}", f"事件{row['id']}（{row['act']}）与封存时不同")


def _rows(
    model: type[Statement], digests: dict[int, list[str]], withdrew: dict[int, dict[str, list[int]]]
) -> Iterator[Broken]:
    label, columns = model._meta.label_lower, said_columns(model)
    wanted = [*columns, "ended_by_id", "id", "digest", "withdrawn_by_id"]
    for row in model.objects.values(*wanted).iterator(chunk_size=5000):
        facts = {c: plain(row[c]) for c in columns} | (
            {"ended_by_id": row["ended_by_id"]} if row["ended_by_id"] else {}
        )
        if stamp_of(label, facts) != row["digest"]:
            yield Broken("statement", f"{label}:{row['id']}", f"{model.WHAT}（{label} 第{row['id']}行）与记录时不同")
        digests[row["recorded_by_id"]].append(row["digest"])
        if row["withdrawn_by_id"]:
            withdrew[row["withdrawn_by_id"]][label].append(row["id"])


def _act(event: Mapping[str, Any], digests: list[str], withdrew: dict[str, list[int]]) -> Iterator[Broken]:
    if rows_root(digests) != event["rows_root"]:
        yield Broken("act", f"event:{event['id']}", f"事件{event['id']}当时记录的陈述被增加、删去或改动")
    if {k: sorted(v) for k, v in withdrew.items()} != event["payload"].get("withdrew", {}):
        yield Broken("act", f"event:{event['id']}", f"事件{event['id']}当时撤回的陈述与现在不符")
