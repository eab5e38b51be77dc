"""Acts on comparisons: compare (a run, kept as evidence), decide (what is remembered about a difference)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.lists import rights  # noqa: F401  (declares the rights)
from zhize.lists.models import ComparedItem, Comparison, Divergence, Ruling
from zhize.lists.queries.ground import Ground, Scope
from zhize.lists.queries.horizontal import RUNS, Found
from zhize.lists.queries.vertical import Line, lines, moved_since, seen
from zhize.lists.statuses import STATUSES
from zhize.lists.terms import Ruled
from zhize.lists.vertical import Cell
from zhize.record.acts import act, current, note, touch
from zhize.register import access

SPLIT = 10_000  # rows in one COPY


@act
def compare(scope: Scope, kind: str = "vertical", *, whole: bool = False, by: By, now: datetime) -> Comparison:
    """Compare lists of one kind of comparison in one place (比对), and keep what was found.

    A vertical run continues the last one of the same scope and computes only the lines something has changed since,
    unless `whole`; the others are quick and always whole.
    """
    access.require(by, "lists.compare", scope.place, day_of(now))
    run = _vertical(scope, whole, now) if kind == Comparison.Kind.VERTICAL else _beside(scope, kind, now)
    run.save(update_fields=["recomputed", "counts"])
    touch(f"place:{scope.place.pk}", f"comparison:{run.pk}")
    note(kind=run.kind, recomputed=run.recomputed, counts=run.counts)
    return run


def _vertical(scope: Scope, whole: bool, now: datetime) -> Comparison:
    """1 what has changed · 2 judge and keep those lines · 3 carry over the others · 4 count."""
    last = None if whole else latest(Comparison.Kind.VERTICAL, scope)
    moved = moved_since(last, scope) if last else None
    last = last if moved is not None else None
    ground, found = lines(scope, moved)
    run = _begun(scope, Comparison.Kind.VERTICAL, now, areas=[a.id for a in ground.areas], continued=last)
    run.recomputed = _keep(run, ground, found)
    if last is not None and moved is not None:
        _carry_over(run, last, moved)
    run.counts = _counts(run)
    return run


def _beside(scope: Scope, kind: str, now: datetime) -> Comparison:
    """Everything found becomes a row; what the hotline shows of it adds to its weight."""
    run = _begun(scope, kind, now)
    rows = [_row(run, f) for f in RUNS[kind](scope)]
    _write(Divergence, _FOUND, rows)
    run.recomputed, run.counts = len(rows), dict(Counter(r[5] for r in rows))
    return run


def _begun(scope: Scope, kind: str, now: datetime, **more: Any) -> Comparison:
    return Comparison.objects.create(
        kind=kind, place=scope.place, day=scope.day, believed=now, levels=list(scope.levels), duty_kinds=list(scope.kinds),
        event_id=current().event_id, **more,
    )  # fmt: skip


def _row(run: Comparison, found: Found) -> tuple[Any, ...]:
    shown = {"evidence": found.evidence._asdict()} if found.evidence and found.evidence.weight else {}
    cell = Cell(found.place or 0, found.status, (), found.body, found.other, dict(found.facts))
    weight = STATUSES[found.status].weight + (found.evidence.weight if found.evidence else 0)
    return (run.pk, found.duty, found.place, found.body, found.other, found.status, [], Jsonb({**found.facts, **shown}),
            seen(cell, found.status), weight)  # fmt: skip


def latest(kind: str, scope: Scope) -> Comparison | None:
    """The last run of the same kind, place, levels and kinds of duty."""
    return Comparison.objects.filter(
        kind=kind, place=scope.place, levels=list(scope.levels), duty_kinds=list(scope.kinds)
    ).first()


@act
def decide(ruled: Ruled, *, by: By, now: datetime) -> Ruling:
    """Decide about a difference (认定); the next run applies it. An earlier decision on the same is withdrawn, not erased."""
    found = ruled.divergence
    access.require(by, "lists.decide", found.place_id or found.comparison.place_id, day_of(now))
    _sensible(ruled)
    other = found.other_id if ruled.about in ("RECODED", "EXTRA", "LOCAL") else None
    same = {
        "duty_id": found.duty_id,
        "place_id": None if other else found.place_id,
        "other_id": other,
        "about": ruled.about,
    }
    earlier = Ruling.objects.filter(**same, withdrawn_at__isnull=True)
    earlier.update(withdrawn_at=now, withdrawn_by_id=current().event_id)
    cell = Cell(found.place_id or 0, found.status, tuple(found.flags), found.body_id, found.other_id, found.detail)
    touch(f"duty:{found.duty_id}", f"place:{found.place_id or found.comparison.place_id}")
    note(about=ruled.about, verdict=ruled.verdict, reason=ruled.reason)
    return Ruling.objects.create(
        **same, verdict=ruled.verdict, reason=ruled.reason.strip(), instrument=ruled.instrument, from_day=ruled.from_day,
        seen=seen(cell, ruled.about), ruled_at=now, ruled_by_id=current().event_id,
    )  # fmt: skip


def _sensible(ruled: Ruled) -> None:
    found = ruled.divergence
    if ruled.about not in (*found.flags, found.status):
        raise Refusal(
            "这一格没有“{about}”这种差异",
            instead="请按页面上列出的差异认定",
            about=STATUSES[ruled.about].label,
            code="no_such_difference",
        )
    if not ruled.reason.strip():
        raise Refusal(
            "没有写理由",
            why="认定下次还要用，别人要看得懂为什么",
            instead="请写明理由",
            field="reason",
            code="no_reason",
        )
    if ruled.verdict in (Ruling.Verdict.SAME, Ruling.Verdict.DIFFERENT) and found.status != "RECODED":
        raise Refusal(
            "这里没有可以认作同一项的目录事项", why="只有疑似同项才判断是不是同一项", instead="请改选“差异可以存在”或“应当改正”",
            field="verdict", code="nothing_to_match",
        )  # fmt: skip


# -- rows --------------------------------------------------------------------------------------------------------------

_ITEM = ("comparison_id", "duty_id", "catalogue", "type", "family", "marks", "score")
_FOUND = ("comparison_id", "duty_id", "place_id", "body_id", "other_id", "status", "flags", "detail", "seen", "weight")


def _keep(run: Comparison, ground: Ground, found: Iterable[Line]) -> int:
    """Write the lines as they come; a city's run holds no more than a few thousand rows in memory."""
    count = 0
    items: list[tuple[Any, ...]] = []
    cells: list[tuple[Any, ...]] = []
    for line in found:
        count += 1
        items.append((run.pk, line.duty, line.catalogue, line.type, line.family, line.marks, line.score))
        cells += _found(run, ground, line)
        if len(cells) > SPLIT:
            cells = _write(Divergence, _FOUND, cells)
    _write(Divergence, _FOUND, cells)
    _write(ComparedItem, _ITEM, items)
    return count


def _found(run: Comparison, ground: Ground, line: Line) -> Iterator[tuple[Any, ...]]:
    for cell in line.cells:
        status = STATUSES[cell.status]
        if status.weight or cell.status == "RULED" or (cell.status == "LOCAL"):
            body = cell.body or ground.owners.get((line.family, cell.area))
            yield (run.pk, line.duty, cell.area, body, cell.other, cell.status, list(cell.flags), Jsonb(dict(cell.detail)),
                   seen(cell, cell.status), status.weight)  # fmt: skip


def _write(model: Any, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    if rows:
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor, cursor.copy(f"copy {table} ({', '.join(columns)}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
    return []


def _carry_over(run: Comparison, last: Comparison, moved: set[int]) -> None:
    """What nothing has touched is copied as it stood, by the database."""
    for model, columns in ((ComparedItem, _ITEM), (Divergence, _FOUND)):
        table, names = connection.ops.quote_name(model._meta.db_table), ", ".join(columns[1:])
        with connection.cursor() as cursor:
            cursor.execute(
                f"insert into {table} (comparison_id, {names}) select %s, {names} from {table} "
                "where comparison_id = %s and not duty_id = any(%s)",
                [run.pk, last.pk, sorted(moved)],
            )


def _counts(run: Comparison) -> dict[str, int]:
    """Cells by status, over all lines."""
    counted: Counter[str] = Counter()
    for marks in run.items.values_list("marks", flat=True).iterator():
        counted.update(marks)
    return {s.name: counted[s.mark] for s in STATUSES.values() if counted[s.mark]}
