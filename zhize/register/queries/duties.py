"""Questions about duties."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from zhize.kernel.errors import BadInput
from zhize.kernel.text import fold, grams
from zhize.register.models import Duty, DutyBasis, DutyCode, DutyWording


def find_duty(text: str, day: date, believed: datetime | None = None) -> Duty:
    """A duty by key, by any of its codes, or by its exact name."""
    said = text.strip()
    duty = Duty.objects.filter(key=said).first()
    if duty is not None:
        return duty
    codes = DutyCode.objects.filter(value=said).as_believed(believed).select_related("duty")
    words = DutyWording.objects.filter(name=said).as_believed(believed).select_related("duty")
    for rows in (codes, words):
        row = rows.as_of(day, believed).first() or rows.order_by("-from_day").first()
        if row is not None:
            return row.duty
    raise BadInput(
        "找不到职责“{text}”",
        why="登记中没有这个代码或名称",
        instead="请用事项代码，或在首页用几个字检索",
        text=said,
        code="unknown_duty",
        field="duty",
    )


def duty_name(duty_id: int, day: date, believed: datetime | None = None) -> str:
    names = duty_names([duty_id], day, believed)
    return names.get(duty_id) or Duty.objects.get(pk=duty_id).key


def duty_names(ids: Iterable[int], day: date, believed: datetime | None = None) -> dict[int, str]:
    rows = DutyWording.objects.filter(duty_id__in=set(ids)).as_believed(believed).order_by("from_day")
    names: dict[int, str] = {}
    for row in rows.only("duty_id", "name", "from_day"):
        if row.duty_id not in names or row.from_day <= day:
            names[row.duty_id] = row.name
    return names


def bases_of(duty_id: int, day: date, believed: datetime | None = None) -> list[DutyBasis]:
    """The legal bases of the duty in force that day."""
    return list(DutyBasis.objects.as_of(day, believed).filter(duty_id=duty_id).select_related("law").order_by("pk"))


def search_duties(text: str, day: date, limit: int = 20) -> list[DutyWording]:
    """Duties whose name holds all the typed characters and pairs, shortest name first."""
    wanted = grams(fold(text))
    if not wanted:
        return []
    rows = DutyWording.objects.as_of(day).filter(grams__contains=wanted).select_related("duty")
    return sorted(rows[:200], key=lambda w: len(w.name))[:limit]
