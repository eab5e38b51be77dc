"""How statements about places, places themselves and acts on them are named on the pages of papers and events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from zhize.places.models import (
    GroupMember,
    Place,
    PlaceBoundary,
    PlaceCode,
    PlaceLife,
    PlaceLink,
    PlaceName,
    Succession,
)
from zhize.places.queries import place_names
from zhize.record.tellings import Named, name_acts, name_things, tell_as


def _places(ids: Iterable[int], day: date) -> Named:
    wanted = set(ids)
    names = place_names(wanted, day)
    return {p.pk: (names.get(p.pk, p.key), p.get_absolute_url()) for p in Place.objects.filter(pk__in=wanted)}


def _of(column: str) -> Callable[[Sequence[Any], date], Named]:
    def told(rows: Sequence[Any], day: date) -> Named:
        found = _places({getattr(r, column) for r in rows}, day)
        return {r.pk: found[getattr(r, column)] for r in rows}

    return told


def _words(say: Callable[[Any], str]) -> Callable[[Sequence[Any], date], Named]:
    return lambda rows, day: {r.pk: (say(r), "") for r in rows}


tell_as(PlaceLife, ("place_id",), _of("place_id"), _words(lambda r: "存续"))
tell_as(PlaceName, ("place_id",), _of("place_id"), _words(lambda r: r.name))
tell_as(PlaceCode, ("place_id",), _of("place_id"), _words(lambda r: r.code))
tell_as(PlaceBoundary, ("place_id",), _of("place_id"), _words(lambda r: f"界线（{r.source}）" if r.source else "界线"))
tell_as(PlaceLink, ("child_id", "hierarchy"), _of("child_id"), _of("parent_id"))
tell_as(GroupMember, ("group_id",), _of("group_id"), _of("member_id"))
tell_as(Succession, ("before_id",), _of("before_id"), _of("after_id"))
name_things("place", _places)
name_acts(
    {
        "establish": "登记地方",
        "redraw": "调整区划隶属",
        "link_zone": "登记托管",
        "unlink_zone": "终止托管",
        "succeed": "登记区划沿革",
        "regroup": "调整区域组",
        "delimit": "登记界线",
        "close_place": "撤销地方",
        "recode": "变更区划代码",
        "rename_place": "地方更名",
        "enter_instruments": "登记文件",
        "enter_laws": "登记法律",
    }
)
name_acts({"recode": "变更区划代码"}, "place")  # duties are recoded too
