"""May these boundaries be said together? Whose each one is; each on its own; then beside the nearest places above and
below that have one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from zhize.kernel.errors import BadInput, Refusal
from zhize.places.geojson import Feature, named, unfit
from zhize.places.models import Place, PlaceBoundary, PlaceLife, PlaceLink
from zhize.places.queries import find_place, place_name
from zhize.places.shapes import Shape, box, shape, sound, spill
from zhize.places.terms import Outline

SPILL = 0.02  # of its own area: two surveys do not meet to the metre, and a shore moves


def match(
    features: Sequence[Feature], day: date, scheme: str = "", source: str = ""
) -> tuple[list[Outline], list[Refusal]]:
    """Whose boundary each feature is, by its code or else its name; and why the others are nobody's."""
    found: dict[int, Outline] = {}
    refused: list[Refusal] = []
    for feature in features:
        try:
            outline = _outline(feature, day, scheme, source)
            if outline.place_id in found:
                raise unfit("与“{other}”是同一个地方", "twice", "请只留一条", other=found[outline.place_id].label)
            found[outline.place_id] = outline
        except Refusal as refusal:
            refused.append(named(refusal, feature.label))
    return list(found.values()), refused


def _outline(feature: Feature, day: date, scheme: str, source: str) -> Outline:
    if feature.refusal is not None or feature.geometry is None:
        raise feature.refusal or unfit("没有几何", "no_coordinates")
    if not (said := feature.code or feature.name):
        raise unfit("没有写明区划代码或名称", "no_name", "请在属性里写明 code 或 name")
    try:
        place = find_place(said, day, scheme=scheme)
    except Refusal as unknown:
        why = "登记中没有“{said}”这个地方，或者不止一处"
        raise unfit(why, "unmatched", "请核对区划代码，或先登记这个地方", said=said) from unknown
    return Outline(place.pk, feature.geometry, feature.label, source)


def judge(outlines: Sequence[Outline], day: date) -> dict[int, Refusal]:
    """What speaks against each outline, by its place; empty when all may be entered together."""
    shapes: dict[int, Shape] = {}
    refusals: dict[int, Refusal] = {}
    places = {p.pk: p for p in Place.objects.filter(pk__in=[o.place_id for o in outlines])}
    alive = set(PlaceLife.objects.as_of(day).filter(place_id__in=places).values_list("place_id", flat=True))
    for outline in outlines:
        try:
            _may_have_one(places[outline.place_id], outline.place_id in alive, day)
            shapes[outline.place_id] = sound(outline.geometry)
        except Refusal as refusal:
            refusals[outline.place_id] = named(refusal, outline.label)
    labels = {o.place_id: o.label for o in outlines}
    beside = {place: named(refusal, labels[place]) for place, refusal in _beside(shapes, day)}
    return refusals | beside


def sift(outlines: Sequence[Outline], day: date) -> tuple[list[Outline], dict[int, Refusal]]:
    """Those that may be entered together, and the refusals of the rest. What stood beside a refused one is asked again."""
    kept = list(outlines)
    refused: dict[int, Refusal] = {}
    while found := judge(kept, day):
        refused |= found
        kept = [o for o in kept if o.place_id not in found]
    return kept, refused


def refuse(outlines: Sequence[Outline], day: date) -> None:
    """One refusal with all of them in its details, when there are any."""
    found = list(judge(outlines, day).values())
    if len({o.place_id for o in outlines}) < len(outlines):
        raise BadInput("同一地方有两条界线", instead="请只留一条", code="twice")
    if found:
        raise Refusal(
            "{n} 条界线不能登记，一条也没有写入：{first}",
            instead="请逐条改正后重新登记",
            rule="同一文件的界线一起登记",
            code="boundaries_refused",
            details=[each.as_dict() for each in found],
            n=len(found),
            first=found[0].sentence(),
        )


def reaching(outlines: Sequence[Outline], day: date) -> list[PlaceBoundary]:
    """The statements: from the day on, until the next boundary already known, or until the place ends."""
    ends = _ends([o.place_id for o in outlines], day)
    rows = []
    for o in outlines:
        until, ended_by = ends.get(o.place_id, (None, None))
        said = {"place_id": o.place_id, "geometry": o.geometry, "source": o.source, **box(shape(o.geometry))}
        rows.append(PlaceBoundary(**said, from_day=day, to_day=until, ended_by_id=ended_by))
    return rows


def _ends(places: Sequence[int], day: date) -> dict[int, tuple[date, int | None]]:
    """Where a boundary from this day on has to stop, and by which paper: the earliest stands last, so it stays."""
    lives = PlaceLife.objects.as_of(day).filter(place__in=places, to_day__isnull=False)
    later = PlaceBoundary.objects.live().filter(place__in=places, from_day__gt=day)
    stops: list[Any] = [
        *lives.values_list("place_id", "to_day", "ended_by_id"),
        *later.values_list("place_id", "from_day", "instrument_id"),
    ]
    return {place: (until, paper) for place, until, paper in sorted(stops, key=lambda s: s[1], reverse=True)}


def _may_have_one(place: Place, alive: bool, day: date) -> None:
    if place.kind == Place.Kind.GROUP:
        raise unfit("区域组由成员围成，没有自己的界线", "a_group", "请登记其成员的界线")
    if not alive:
        raise unfit("{day} 这一天没有这个地方", "not_alive", "请核对施行日和区划代码", day=day)


def _beside(shapes: dict[int, Shape], day: date) -> Iterator[tuple[int, Refusal]]:
    """A place reaches no further than the place above it. The one that is new is at fault; of two, the lower."""
    pairs = list(_pairs(set(shapes), day))
    around = _standing({p for pair in pairs for p in pair} - set(shapes), day) | shapes
    for inner, outer in pairs:
        over = spill(around[inner], around[outer])
        if over > SPILL and inner in shapes:
            yield inner, _over(over, place_name(outer, day), "有 {share}% 的面积在上级{other}的界线之外")
        elif over > SPILL:
            yield outer, _over(over, place_name(inner, day), "没有包住下级{other}，后者有 {share}% 的面积在外")


def _over(share: float, other: str, why: str) -> Refusal:
    instead = "请核对两条界线是否出自同一次勘定，需要时一并更新"
    return unfit(why, "spills_over", instead, share=max(1, round(share * 100)), other=other)


def _pairs(new: set[int], day: date) -> Iterator[tuple[int, int]]:
    """Each place with a boundary and the nearest above it that has one, where at least one of the two is new."""
    legal = PlaceLink.objects.as_of(day).filter(hierarchy=PlaceLink.Hierarchy.LEGAL)
    above = dict(legal.values_list("child_id", "parent_id"))
    bounded = new | set(PlaceBoundary.objects.as_of(day).values_list("place_id", flat=True))
    for inner in sorted(bounded):
        outer = above.get(inner)
        while outer is not None and outer not in bounded:
            outer = above.get(outer)
        if outer is not None and (inner in new or outer in new):
            yield inner, outer


def _standing(places: Iterable[int], day: date) -> dict[int, Shape]:
    rows = PlaceBoundary.objects.as_of(day).filter(place_id__in=places).values_list("place_id", "geometry")
    return {place: shape(geometry) for place, geometry in rows}
