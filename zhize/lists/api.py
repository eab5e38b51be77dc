"""What the lists serve to programs: items by words, a body's list, one item, and what was published."""

from __future__ import annotations

from zhize.lists.kinds import LISTS
from zhize.lists.models import Edition
from zhize.lists.queries.changes import between, told
from zhize.lists.queries.editions import before, content
from zhize.lists.queries.finding import Wanted, find
from zhize.lists.queries.lists import page_of
from zhize.lists.queries.withheld import for_everybody, openly
from zhize.places.asking import asked
from zhize.places.queries import find_place
from zhize.record.paging import page
from zhize.register.api import BELIEVED, DAY, KEY, PLACE, WORDS, paper
from zhize.register.fields import fields_for, say
from zhize.register.keys import Caller
from zhize.register.models import Body, Duty
from zhize.register.queries.bodies import body_names
from zhize.register.queries.directory import held
from zhize.register.queries.duties import duty_names
from zhize.register.queries.items import Item, read_items
from zhize.register.queries.opened import kept_back
from zhize.register.serving import PAGES_ONLY, Param, Read, Row, Said, here, reads

SIZE = 30
KIND = Param("kind", "清单种类：" + "、".join(LISTS))


def items(said: Said, by: Caller) -> Row:
    on = asked(said, by.now)
    place = find_place(said["place"], on.day) if said.get("place") else None
    body = here(Body.objects.filter(code=said["body"]).first(), "没有这个机构") if said.get("body") else None
    wanted = Wanted(
        said.get("q", ""), said.get("type", ""), None, body.pk if body else None, place.pk if place else None
    )
    found = find(wanted, on.day, on.believed, said.get("after", ""))
    names = duty_names([r.duty_id for r in found.rows], on.day, on.believed)
    bodies = body_names({b for r in found.rows for b in r.bodies}, on.day, on.believed)
    codes = dict(Body.objects.filter(pk__in=bodies).values_list("pk", "code"))
    rows = [
        {"key": r.key, "name": names.get(r.duty_id, r.key), "type": r.type, "more": r.more,
         "bodies": [{"code": codes[b], "name": bodies[b]} for b in r.bodies]}
        for r in found.rows
    ]  # fmt: skip
    return {"rows": rows, "next": found.next}


def listed(said: Said, by: Caller) -> Row:
    """A body's list of one kind as of a day, a page of it."""
    on = asked(said, by.now)
    body = here(Body.objects.filter(code=said["body"]).first(), "没有这个机构")
    here(LISTS.get(said["kind"]), "没有这种清单")
    shown, found = page_of(body, said["kind"], on.day, on.believed, said)
    return {"rows": [_item(i) for i in found], "next": shown.older}


def item(said: Said, by: Caller) -> Row:
    on = asked(said, by.now)
    body, duty = Body.objects.filter(code=said["body"]).first(), Duty.objects.filter(key=said["key"]).first()
    shown = body and duty and not kept_back([(duty.pk, body.pk)], on.day, on.believed)
    rows = held(body, on.day, on.believed).filter(duty=duty).select_related(None) if body and shown else None
    now = next(read_items(rows, on.day, on.believed), None) if rows is not None else None
    return _item(here(now, "这一天的清单上没有这一项"))


def _item(i: Item) -> Row:
    fields = [f for f in fields_for(i.type) if i.said.get(f.name)]
    return {
        "key": i.key, "name": i.name, "kind": i.kind, "type": i.type, "detail": i.detail, "codes": i.codes, "levels": list(i.levels),
        "bases": [{"law": b.law, "name": b.name, "article": b.article, "citation": b.citation} for b in i.bases],
        "said": {f.name: {"label": f.label, "value": i.said[f.name], "text": say(f, i.said[f.name])} for f in fields},
    }  # fmt: skip


def editions(said: Said, by: Caller) -> Row:
    rows = Edition.objects.public(by.day).defer("content").select_related("instrument", "body", "place")
    rows = rows.filter(kind=said["kind"]) if said.get("kind") else rows
    rows = rows.filter(body__code=said["body"]) if said.get("body") else rows
    shown = page(rows, ("-public_from", "-id"), said, SIZE)
    return {"rows": [_edition(e) for e in shown.rows], "next": shown.older}


def edition(said: Said, by: Caller) -> Row:
    it = _public(said["key"], by)
    return _edition(it) | {"content": for_everybody(content(it), by.day)}


def changes(said: Said, by: Caller) -> Row:
    """What changed since the edition before, or since the one named."""
    new = _public(said["key"], by)
    old = here(_public(said["since"], by) if said.get("since") else before(new), "没有更早的一版可比")
    here(
        old if (old.kind, old.body_id, old.place_id) == (new.kind, new.body_id, new.place_id) else None,
        "两版不是同一份清单",
    )
    shown, missing = openly(between(old, new), by.day)
    return {"rows": told(shown), "withheld": missing, "from": old.key, "to": new.key}


def _public(key: str, by: Caller) -> Edition:
    found: Edition = here(
        Edition.objects.public(by.day).filter(key=key).select_related("instrument", "body", "place").first(),
        "没有这一版",
    )
    return found


def _edition(e: Edition) -> Row:
    return {
        "key": e.key, "kind": e.kind, "body": e.body.code if e.body else None, "place": e.place.key if e.place else None,
        "serial": e.serial, "day": e.day, "believed": e.believed, "public_from": e.public_from, "digest": e.digest,
        "instrument": paper(e.instrument),
    }  # fmt: skip


BODY = Param("body", "机构的代号")
reads(
    Read("items", "找清单事项", "名称、俗称里有这几个字的事项，以及行使它的机构。", items, (WORDS, Param("type", "权力类型 01–10"), BODY, PLACE, DAY, BELIEVED), paged=True),
    Read("lists/{body}/{kind}", "一份清单", "这一天的清单，一页一页。", listed,
         (Param("body", "机构的代号", True), Param("kind", KIND.says, True), WORDS, Param("type", "权力类型"), DAY, BELIEVED), paged=True),
    Read("items/{body}/{key}", "清单上的一项", "", item, (Param("body", "机构的代号", True), KEY, DAY, BELIEVED)),
    Read("editions", "公布的清单", "最近的在前。", editions, (KIND, BODY), paged=True),
    Read("editions/{key}", "公布的一版", "全文与摘要，凭它可以自行核对；公布以后依法不再公开的事项不在内（withheld 说明几项、依据哪一条），摘要仍是全文的。", edition, (KEY,)),
    Read("editions/{key}/changes", "两版之间的变化", "", changes, (KEY, Param("since", "与哪一版比；不填就是上一版"))),
)  # fmt: skip
PAGES_ONLY |= {"lists.draft_sheet": "交的是文件：在工作台的“清单调整”页上传申报表"}
