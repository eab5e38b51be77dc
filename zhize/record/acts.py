"""Acts: one verb, one function, one transaction, one event. Inside an act: state, end, correct, withdraw.

    @act
    def rename(body, name, *, instrument, by, now): ...

A statement is written with the event's id, which is drawn from the sequence before the event exists (foreign keys are
checked at commit), so an event is inserted once, whole, and never edited.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from django.db import DatabaseError, IntegrityError, connection, models, transaction
from psycopg.types.json import Jsonb

from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.kernel.period import Period
from zhize.record.counting import recount
from zhize.record.digest import rows_root, stamp
from zhize.record.models import Event, Instrument, Statement

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound=Statement)
COPY_FROM = 100  # rows

Check = Callable[["Doing"], None]


@dataclass
class Doing:
    """The act under way: what it touched, stated and withdrew."""

    act: str
    by: By
    now: datetime
    event_id: int
    instrument: Instrument | None = None
    touched: set[str] = field(default_factory=set)
    payload: dict[str, Any] = field(default_factory=dict)
    digests: list[str] = field(default_factory=list)
    withdrew: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    stated: dict[type[Statement], list[Statement]] = field(default_factory=lambda: defaultdict(list))
    tell: bool = False
    granted: bool = False
    outer: Doing | None = None


_doing: ContextVar[Doing | None] = ContextVar("doing", default=None)


def acting(check: Check | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """The decorator for acts; `check` runs the floor's rules on what the act touched, before anything is kept."""

    def decorate(fn: Callable[P, R]) -> Callable[P, R]:
        @wraps(fn)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            by, now = cast(By, kwargs["by"]), cast(datetime, kwargs["now"])
            with transaction.atomic():
                doing = Doing(fn.__name__, by, now, _next_event_id(), cast(Any, kwargs.get("instrument")))
                doing.outer = _doing.get()
                token = _doing.set(doing)
                try:
                    result = fn(*args, **kwargs)
                    if not doing.granted and not carried(by):
                        raise RuntimeError(f"{fn.__name__} asked for no right")  # a programming error: see access.allow
                    if check is not None:
                        check(doing)
                    _leave_event(doing)
                finally:
                    _doing.reset(token)
            return result

        run.is_act = True  # type: ignore[attr-defined]
        return cast(Callable[P, R], run)

    return decorate


act = acting()


def current() -> Doing:
    """The act under way; writing a statement outside an act is a programming error."""
    doing = _doing.get()
    if doing is None:
        raise RuntimeError("statements are written inside an act")
    return doing


def grant() -> None:
    """The right to the act under way was asked for and is there; a page that only asks has no act to mark."""
    if (doing := _doing.get()) is not None:
        doing.granted = True


def carried(by: By) -> bool:
    """Is this act part of another one that was granted to the same officer? Then it stands on that one's right: who may
    accept an import does not need the right to each act the import is made of."""
    outer = current().outer
    while outer is not None and not (outer.granted and outer.by == by):
        outer = outer.outer
    return outer is not None


def touch(*names: str) -> None:
    """Name the things concerned, e.g. "body:12"."""
    current().touched.update(names)


def note(**facts: Any) -> None:
    """Add JSON facts to the event's payload."""
    current().payload.update(facts)


def tell() -> None:
    """This event must go out (outbox)."""
    current().tell = True


def state(rows: Iterable[S]) -> list[S]:
    """Write new statements; the act's instrument is cited unless a row brings its own."""
    doing = current()
    new = list(rows)
    for row in new:
        if not row.instrument_id:
            if doing.instrument is None:
                raise Refusal(
                    "没有写明依据文件",
                    why="登记的每一句话都要有文件",
                    rule="陈述必须有据",
                    code="no_instrument",
                    instead="请先选择或登记依据文件",
                )
            row.instrument = doing.instrument
        row.recorded_at, row.recorded_by_id = doing.now, doing.event_id
        row.digest = stamp(row)
    for model, group in _by_model(new).items():
        _insert(model, group)
        doing.digests += [r.digest for r in group]
        doing.stated[model] += group
    return new


def withdraw(rows: Iterable[Statement]) -> None:
    """Stop believing these rows as of now. Refused when another act was faster."""
    doing = current()
    for model, group in _by_model(rows).items():
        ids = [r.pk for r in group]
        done = model.objects.filter(pk__in=ids, withdrawn_at__isnull=True).update(
            withdrawn_at=doing.now, withdrawn_by=doing.event_id
        )
        if done != len(ids):
            raise Refusal(
                "{thing}已被另一项操作改动",
                why="同一时刻只有一项操作能成功",
                rule="同一对象一次一项",
                instead="请刷新后按最新情况重新办理",
                thing=model.WHAT,
                code="overtaken",
            )
        doing.withdrew[model._meta.label_lower] += ids


def restate(row: S, **changes: Any) -> S:
    """A copy of the row with changes, not yet written."""
    names = [f.attname for f in row._meta.concrete_fields if f.attname not in _NOT_SAID]
    said = {n: getattr(row, n) for n in names} | changes
    return type(row)(**said)


def end(rows: Sequence[S], day: date, instrument: Instrument | None = None) -> list[S]:
    """Close statements on `day` (the first day they no longer hold): withdraw the open rows, restate them until then."""
    by_paper = instrument or current().instrument
    for row in rows:
        if day <= row.from_day:
            raise Refusal(
                "{thing}自{start}起生效，不能在{day}终止",
                why="终止日不晚于生效日，期间为空",
                rule="期间不空",
                code="empty_span",
                instead="请核对施行日期；若当初登记有误，请用更正",
                thing=row.WHAT,
                start=row.from_day,
                day=day,
            )
    closing = [r for r in rows if r.to_day is None or r.to_day > day]
    withdraw(closing)
    return state([restate(r, to_day=day, ended_by_id=by_paper.pk if by_paper else None) for r in closing])


def finish(rows: Sequence[Statement], day: date) -> None:
    """Nothing of this from `day` on: end what has begun; what would only begin then or later is withdrawn."""
    withdraw([r for r in rows if r.from_day >= day])
    end([r for r in rows if r.from_day < day], day)


def correct(row: S, *, within: Period | None = None, **changes: Any) -> list[S]:
    """Say it right: the old row is withdrawn, its days outside `within` restated as they were, inside with changes."""
    span = (within or row.period).intersect(row.period)
    if span is None:
        raise Refusal(
            "更正期间不在原期间之内", rule="更正不出原期间", code="outside_span", instead="请填写原陈述有效期内的日期"
        )
    withdraw([row])
    kept = [restate(row, from_day=p.start, to_day=p.end) for p in row.period.minus(span)]
    paper = {"instrument_id": current().instrument.pk} if current().instrument else {}  # type: ignore[union-attr]
    mended = restate(row, from_day=span.start, to_day=span.end, **(paper | changes))
    return state([*kept, mended])


def replace(row: S | None, new: S, day: date) -> S:
    """From `day` on, `new` instead of `row`; what both say must differ."""
    if row is not None:
        if row.from_day >= day:
            withdraw([row])
        else:
            end([row], day)
    return state([new])[0]


_NOT_SAID = {"id", "recorded_at", "recorded_by_id", "withdrawn_at", "withdrawn_by_id", "digest"}


def _by_model(rows: Iterable[Statement]) -> dict[type[Statement], list[Statement]]:
    groups: dict[type[Statement], list[Statement]] = defaultdict(list)
    for row in rows:
        groups[type(row)].append(row)
    return groups


def _insert(model: type[Statement], rows: Sequence[Statement]) -> None:
    try:
        with transaction.atomic():
            if len(rows) > COPY_FROM:
                _copy(model, rows)
            else:
                model.objects.bulk_create(rows)
    except IntegrityError as error:
        raise explain(error, model) from error


def _copy(model: type[Statement], rows: Sequence[Statement]) -> None:
    """Many rows go in by COPY: an array column keeps Django from UNNEST, and VALUES with 40,000 places is parsed slowly."""
    table, fields = model._meta.db_table, model._meta.concrete_fields
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)", [table, len(rows)]
        )
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = pk
    columns = ", ".join(connection.ops.quote_name(str(f.column)) for f in fields)
    names = [(f.attname, isinstance(f, models.JSONField)) for f in fields]
    into = f"copy {connection.ops.quote_name(table)} ({columns}) from stdin"
    with connection.wrap_database_errors, connection.connection.cursor() as raw, raw.copy(into) as copy:
        for row in rows:
            copy.write_row([Jsonb(getattr(row, n)) if is_json else getattr(row, n) for n, is_json in names])
    recount(model)
    for row in rows:
        row._state.adding, row._state.db = False, "default"


def explain(error: IntegrityError, model: type[models.Model]) -> Refusal:
    """Turn a constraint's name into its sentence; an unknown one is not ours to explain."""
    diag = getattr(error.__cause__, "diag", None)
    name = getattr(diag, "constraint_name", None) or ""
    for constraint in model._meta.constraints:
        if constraint.name == name:
            return Refusal(
                str(constraint.violation_error_message),
                instead="请核对日期与对象后重新办理",
                code=name,
                details=[getattr(diag, "message_detail", "") or ""],
            )
    raise error


def _next_event_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('record_event', 'id'))")
        return cursor.fetchone()[0]


def _leave_event(doing: Doing) -> None:
    said = {k: v for k, v in doing.payload.items() if v is not None}
    if doing.withdrew:
        said["withdrew"] = {k: sorted(v) for k, v in sorted(doing.withdrew.items())}
    event = Event(
        id=doing.event_id,
        act=doing.act,
        at=doing.now,
        officer_id=doing.by.officer_id,
        seat_id=doing.by.seat_id,
        who=doing.by.name,
        via=doing.by.via,
        instrument=doing.instrument,
        touched=sorted(doing.touched),
        payload=said,
        rows_root=rows_root(doing.digests),
        tell=doing.tell,
    )
    try:
        event.save(force_insert=True)
    except DatabaseError as error:
        raise _behind(error) from error


def _behind(error: DatabaseError) -> Exception:
    """ZH003: what was known at this act's moment has been published meanwhile; it may not be added to any more."""
    if getattr(error.__cause__, "sqlstate", "") != "ZH003":
        return error
    return Refusal(
        "这项操作开始以后，登记已按更晚的时刻定格公布",
        why="已经公布的清单写明按哪一刻所知，不能在那一刻之前补记",
        rule="第16条",
        instead="请再提交一次",
        code="published_since",
    )
