"""What a comparison leaves to do, and to whom; findings in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from zhize.lists.models import Comparison, Divergence
from zhize.lists.statuses import STATUSES, Status
from zhize.places.queries import place_names
from zhize.register.evidence import Evidence
from zhize.register.fields import FIELDS
from zhize.register.models import Body
from zhize.register.queries import body_names
from zhize.register.queries.duties import duty_names


@dataclass(frozen=True)
class Owner:
    """A body and how much it has to do."""

    body: Body | None
    name: str
    count: int
    weight: int


@dataclass(frozen=True)
class Told:
    """One finding in words."""

    row: Divergence
    status: Status
    flags: list[Status]
    name: str
    place: str
    body: str
    says: str
    evidence: Evidence | None
    url: str
    duty_url: str


def open_count(run: Comparison) -> int:
    return run.divergences.filter(weight__gt=0).count()


def owners(run: Comparison) -> list[Owner]:
    """Bodies by what they have to do; what nobody holds stands under no body."""
    rows = run.divergences.filter(weight__gt=0).order_by().values("body_id").annotate(n=Count("pk"), w=Sum("weight"))
    found = sorted(rows, key=lambda r: (-r["w"], r["body_id"] or 0))
    ids = [r["body_id"] for r in found if r["body_id"]]
    bodies, names = Body.objects.in_bulk(ids), body_names(ids, run.day)
    return [Owner(bodies.get(r["body_id"]), names.get(r["body_id"], ""), r["n"], r["w"]) for r in found]


def told(run: Comparison, rows: Sequence[Divergence]) -> list[Told]:
    duties = {d for r in rows for d in (r.duty_id, r.other_id) if d}
    bodies = {b for r in rows for b in (r.body_id, r.detail.get("with")) if b}
    places = {p for r in rows for p in (r.place_id, *r.detail.get("where", ())) if p}
    names = Names(duty_names(duties, run.day, run.believed), body_names(bodies, run.day), place_names(places, run.day))
    return [_told(run, r, names) for r in rows]


@dataclass(frozen=True)
class Names:
    duties: dict[int, str]
    bodies: dict[int, str]
    places: dict[int, str]


def _told(run: Comparison, r: Divergence, names: Names) -> Told:
    cell = run.kind == Comparison.Kind.VERTICAL and r.duty and r.place
    counted = r.detail.get("evidence")
    return Told(
        r, STATUSES[r.status], [STATUSES[f] for f in r.flags], names.duties.get(r.duty_id or 0, ""), names.places.get(r.place_id or 0, ""),
        names.bodies.get(r.body_id or 0, ""), _says(r, names), Evidence(**counted) if counted else None,
        reverse("lists:divergence", args=[run.pk, r.duty.key, r.place.key]) if cell and r.duty and r.place else "",
        r.duty.get_absolute_url() if r.duty else "",
    )  # fmt: skip


def _says(r: Divergence, names: Names) -> str:
    """The figures and the other party of a finding, in one sentence."""
    say = _SAYS.get(r.status)
    return say(r, names) if say else ""


def _overlap(r: Divergence, names: Names) -> str:
    return _("同时还有：{body}").format(body=names.bodies.get(r.detail["with"], ""))


def _pair(r: Divergence, names: Names) -> str:
    said = _("{body}的“{name}”，相似 {score}").format(
        body=names.bodies.get(r.detail["with"], ""), name=names.duties.get(r.other_id or 0, ""), score=r.detail["score"]
    )
    return said + (_("，依据同一条文") if r.detail["same_article"] else "")


def _gap(r: Divergence, names: Names) -> str:
    where = "、".join(names.places.get(p, "") for p in r.detail["where"][:5])
    whole = r.detail["leaves"] == r.detail["of"]
    said = _("全境无人负责") if whole else _("{n} 处无人负责：{where}").format(n=r.detail["leaves"], where=where)
    parts = "、".join(r.detail.get("parts", ()))
    return said + _("（部分：{parts}）").format(parts=parts) if parts else said


def _absent(r: Divergence, names: Names) -> str:
    return _("{of} 地中 {present} 地有（{family}）").format(**r.detail)


def _slow(r: Divergence, names: Names) -> str:
    return _("承诺 {days} 个工作日，多数地方 {usual} 个").format(**r.detail)


def _count(r: Divergence, names: Names) -> str:
    off, usual = int(r.detail["off"]), int(r.detail["usual"])
    template = (
        _("{family}比多数地方多 {n} 项（中位数 {usual}）")
        if off > 0
        else _("{family}比多数地方少 {n} 项（中位数 {usual}）")
    )
    return template.format(family=r.detail["family"], n=abs(off), usual=usual)


def _cut(r: Divergence, names: Names) -> str:
    return _("{items} 项出自 {articles} 条，每条 {per_article} 项，偏离 {z} 个标准差").format(**r.detail)


def _copied(r: Divergence, names: Names) -> str:
    return _("与共性权力“{name}”相似 {score}").format(
        name=names.duties.get(r.other_id or 0, ""), score=r.detail["score"]
    )


def _unlike(r: Divergence, names: Names) -> str:
    return _("不同的栏目：{fields}").format(fields="、".join(FIELDS[f].label for f in r.detail["fields"]))


_SAYS = {
    "OVERLAP": _overlap, "DUPLICATE": _pair, "CROSSING": _pair, "GAP": _gap, "ABSENT": _absent, "SLOW": _slow, "COUNT": _count,
    "CUT": _cut, "COPIED": _copied, "UNLIKE": _unlike,
}  # fmt: skip


def chart(run: Comparison) -> list[dict[str, Any]]:
    """How much was found where: a bar an area or body, in parts by status; what people look at before they read."""
    key = "body_id" if run.kind in (Comparison.Kind.DEPARTMENTS, Comparison.Kind.COMMON) else "place_id"
    rows = run.divergences.order_by().values_list(key, "status").annotate(n=Count("pk"))
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for thing, status, n in rows:
        found[thing or 0][status] = n
    names = (
        body_names([k for k in found if k], run.day)
        if key == "body_id"
        else place_names({k for k in found if k}, run.day)
    )
    most = max((sum(c.values()) for c in found.values()), default=1)
    bars = [_bar(names.get(k, _("未定")), counts, most) for k, counts in found.items()]
    return sorted(bars, key=lambda b: -b["total"])[:20]


def _bar(name: str, counts: dict[str, int], most: int) -> dict[str, Any]:
    parts, x = [], 0.0
    for status, n in sorted(counts.items(), key=lambda c: list(STATUSES).index(c[0])):
        width = 100 * n / most
        parts.append({"status": STATUSES[status], "n": n, "x": round(x, 2), "width": round(width, 2)})
        x += width
    return {"name": name, "total": sum(counts.values()), "parts": parts}
