"""The same affair told twice: one case follows the other, and stands again as it stood when that was a mistake.

What others lose by it (links, answers to the number that went in, the way back) is kept: both numbers go on answering, and
every value that merging changed is written down first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model

from zhize.accounts.models import By
from zhize.cases.commands.base import allow, locked, move, move_leg, said
from zhize.cases.commands.dispatching import finish
from zhize.cases.models import Case, Extension, Leg, Merge, Suspension
from zhize.kernel.errors import Refusal
from zhize.record.acts import act, note, tell, touch

Stand = dict[str, dict[str, dict[str, Any]]]


@act
def merge(case_id: int, into: int, *, by: By, now: datetime) -> Case:
    """The same affair was told before: this case follows that one (并案). Its promise stays in the statistics."""
    rows = {
        pk: locked(pk) for pk in sorted({case_id, into})
    }  # always in one order: two merges cannot wait for each other
    case, master = rows[case_id], rows[into]
    for each in rows.values():  # who may not see to the other case learns nothing of it, and hangs nothing on it
        allow(by, "merge", each, now)
    if master.over or master.duplicate_of_id is not None or master.pk == case.pk:
        raise Refusal(
            "不能并入{no}",
            why="它已经结束，或者自己已并入别件",
            rule="并入在办的那一件",
            instead="请选择一件在办的诉求",
            code="bad_master",
            no=master.no,
        )
    before = _stand(case)
    finish(case, now, "已经并案")
    note(into=master.no)
    tell()
    move(case, "merge", now, duplicate_of=master, ended_at=now, snag="")
    Merge.objects.create(case=case, into=master, at=now, by=by.officer_id, before=_changed(before, _stand(case)))
    return case


@act
def unmerge(case_id: int, why: str, *, by: By, now: datetime) -> Case:
    """They were two affairs after all: the case stands again as it stood, its legs and clocks with it. The promise has run on
    meanwhile, since nobody told the reporter otherwise."""
    case = locked(case_id)
    row = Merge.objects.select_for_update(of=("self",)).filter(case=case, undone_at__isnull=True).last()
    if row is None:
        raise Refusal(
            "不能撤销并案",
            why="这一件没有并入别件，或者并案时没有留下原来的样子",
            rule="先并案后撤销",
            instead="请核对受理编号",
            code="not_merged",
        )
    allow(by, "unmerge", case, now)
    touch(f"case:{row.into_id}")
    note(why=said(why, "撤销的原因", "why", 200), into=row.into.no)
    tell()
    before = row.before["case"][str(case.pk)]
    _restore_legs(case, row.before.get("leg", {}), now)
    _restore(Suspension, row.before.get("suspension", {}))
    _restore(Extension, row.before.get("extension", {}))
    step = "unmerge" if before["state"] == "to_dispatch" else "unmerge:unsorted"
    rest = {name: _value(Case, name, value) for name, value in before.items() if name != "state"}
    move(case, step, now, **rest)
    row.undone_at, row.undone_by, row.why = now, by.officer_id, why.strip()
    row.save(update_fields=["undone_at", "undone_by", "why"])
    return case


# -- how a case stands -------------------------------------------------------------------------------------------------
def _stand(case: Case) -> Stand:
    """Every value of the case and of what hangs on it."""
    return {
        "case": _values([Case.objects.get(pk=case.pk)]),
        "leg": _values(Leg.objects.filter(case=case)),
        "suspension": _values(Suspension.objects.filter(case=case)),
        "extension": _values(Extension.objects.filter(case=case)),
    }


def _values(rows: Iterable[Model]) -> dict[str, dict[str, Any]]:
    return {str(row.pk): {f.attname: _said(f, row) for f in row._meta.concrete_fields} for row in rows}


def _said(field: Any, row: Model) -> Any:
    return field.value_to_string(row) if _timed(field) else field.value_from_object(row)


def _timed(field: Any) -> bool:
    return field.get_internal_type() in ("DateTimeField", "DateField")


def _changed(before: Stand, after: Stand) -> Stand:
    """What stood there before, where it is different now."""
    found: Stand = {}
    for table, rows in before.items():
        for pk, values in rows.items():
            other = {name: value for name, value in values.items() if after[table][pk][name] != value}
            if other:
                found.setdefault(table, {})[pk] = other
    return found


def _restore_legs(case: Case, rows: dict[str, dict[str, Any]], now: datetime) -> None:
    for pk, values in sorted(rows.items(), key=lambda r: int(r[0])):
        leg = Leg.objects.select_for_update(of=("self",)).get(pk=int(pk))
        leg.case = case
        touch(f"body:{leg.body_id}")
        rest = {name: _value(Leg, name, value) for name, value in values.items() if name != "state"}
        move_leg(leg, f"unmerge:{values['state']}", now, **rest)


def _restore(model: type[Model], rows: dict[str, dict[str, Any]]) -> None:
    for pk, values in rows.items():
        model._default_manager.filter(pk=int(pk)).update(**{n: _value(model, n, v) for n, v in values.items()})


def _value(model: type[Model], name: str, value: Any) -> Any:
    """As the column has it; an empty moment is no moment."""
    field = next(f for f in model._meta.concrete_fields if f.attname == name)
    return field.to_python(value or None) if _timed(field) else value
