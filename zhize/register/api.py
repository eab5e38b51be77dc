"""What the register serves to programs, and with it the floors below: places, papers, laws. The same queries as the pages,
so that what is kept back there is kept back here."""

from __future__ import annotations

from zhize.accounts.models import Officer
from zhize.places.asking import asked, place_asked
from zhize.places.models import Place, PlaceName
from zhize.places.queries import children, find_place, full_name, place_code, place_name, place_names
from zhize.record.models import Instrument, Law, LawVersion, Statement
from zhize.record.paging import page
from zhize.record.queries import find_instrument, instruments_like
from zhize.register import queries
from zhize.register.keys import Caller
from zhize.register.models import Body, Duty, DutyCode, DutyWording, Matter, MatterName
from zhize.register.queries.bodies import body_names, find_body
from zhize.register.queries.directory import directory, held
from zhize.register.queries.duties import bases_of, duty_names, find_duty
from zhize.register.queries.explain import explain
from zhize.register.queries.matters import duties_of, find_matter, matter_name
from zhize.register.queries.opened import closed, found_openly, kept_back_of, told_openly
from zhize.register.queries.resolve import PURPOSES
from zhize.register.serving import MADE, PAGES_ONLY, UNKEPT, Param, Read, Row, Said, Thing, here, reads, serve

DAY = Param("day", "哪一天的登记，如 2016-05-01；不填就是今天", of="date")
BELIEVED = Param("believed", "按哪一刻所知；不填就是现在", of="date-time")
PLACE = Param("place", "区划代码或地名")
WORDS = Param("q", "几个字")
SIZE = 50


# -- things ------------------------------------------------------------------------------------------------------------
def _body(body: Body, by: Caller) -> Row:
    return {"code": body.code, "name": body_names([body.pk], by.day).get(body.pk, body.code)}


def _duty(duty: Duty, by: Caller) -> Row:
    return {"key": duty.key, "name": duty_names([duty.pk], by.day).get(duty.pk, duty.key)}


def _matter(matter: Matter, by: Caller) -> Row:
    return {"code": matter.code, "name": matter_name(matter.pk, by.day)}


def _place(place: Place, by: Caller) -> Row:
    return {"key": place.key, "name": place_name(place.pk, by.day)}


def paper(row: Instrument, by: Caller | None = None) -> Row:
    return {"key": row.key, "citation": row.citation, "title": row.title}


def _officer(text: str, by: Caller) -> Officer:
    found: Officer = here(Officer.objects.filter(username=text).first(), "没有这个账号")
    return found


serve(
    Thing(Officer, "officer", "账号", _officer, lambda row, by: {"username": row.username, "name": str(row)}),
    Thing(Place, "place", "区划代码、园区代号或全称", lambda text, by: find_place(text, by.day), _place),
    Thing(Instrument, "instrument", "文件的代号、文号或标题", lambda text, by: find_instrument(text), paper),
    Thing(Body, "body", "机构的代号、统一社会信用代码或名称", lambda text, by: find_body(text, by.day), _body),
    Thing(Duty, "duty", "职责的代号、任何一种代码或名称", lambda text, by: find_duty(text, by.day), _duty),
    Thing(Matter, "matter", "诉求事项的代码、名称或俗称", lambda text, by: find_matter(text, by.day), _matter),
)


# -- who ---------------------------------------------------------------------------------------------------------------
def who(said: Said, by: Caller) -> Row:
    on = asked(said, by.now)
    place, purpose = place_asked(said, on.day), said.get("purpose") or PURPOSES[0]
    answer = queries.who(said["q"], place.pk, on.day, purpose, believed=on.believed)
    veil = told_openly(answer, said["q"])
    shown = explain(answer)
    hidden = {shown.codes.get(body) for _, body in veil.spots}
    shown.rejected = [r for r in shown.rejected if r["code"] not in hidden]
    return shown.as_dict()


# -- bodies ------------------------------------------------------------------------------------------------------------
def bodies(said: Said, by: Caller) -> Row:
    on = asked(said, by.now)
    place = find_place(said["place"], on.day) if said.get("place") else None
    rows = directory(on.day, words=said.get("q", ""), place_id=place.pk if place else None, kind=said.get("kind", ""))
    shown = page(rows, ("body__level", "body__code"), said, SIZE)
    told = [{"code": r.body.code, "name": r.name, "kind": r.body.kind, "level": r.body.level} for r in shown.rows]
    return {"rows": told, "next": shown.older}


def body(said: Said, by: Caller) -> Row:
    """One body that day: names, life, superior, site, contact; what it holds has its own address."""
    on = asked(said, by.now)
    thing = here(Body.objects.filter(code=said["code"]).first(), "没有这个机构")
    file = queries.dossier(thing, on.day, on.believed)
    return {
        "code": thing.code, "kind": thing.kind, "level": thing.level, "alive": file.alive,
        "names": [{"name": n.name, "short": n.short, **span(n)} for n in file.names],
        "superior": _body(file.superior.superior, by) if file.superior else None,
        "site": _place(file.site.place, by) if file.site else None,
        "phone": file.contact.phone if file.contact else "", "address": file.contact.address if file.contact else "",
        "before": [_body(x.before, by) for x in file.before], "after": [_body(x.after, by) for x in file.after],
    }  # fmt: skip


def holdings(said: Said, by: Caller) -> Row:
    on = asked(said, by.now)
    thing = here(Body.objects.filter(code=said["code"]).first(), "没有这个机构")
    hidden = kept_back_of(thing.pk, on.day, on.believed)
    rows = held(thing, on.day, on.believed, words=said.get("q", "")).exclude(duty__in=hidden)
    shown = page(rows, ("duty__key", "pk"), said, SIZE)
    names, where = (
        duty_names([h.duty_id for h in shown.rows], on.day),
        place_names({h.place_id for h in shown.rows}, on.day),
    )
    told = [
        {"id": h.pk, "duty": {"key": h.duty.key, "name": names[h.duty_id]}, "place": {"key": h.place.key, "name": where[h.place_id]},
         "level": h.level, "capacity": h.capacity, "mode": h.mode, "clause": h.clause, **span(h)}
        for h in shown.rows
    ]  # fmt: skip
    return {"rows": told, "next": shown.older}


def span(row: Statement) -> Row:
    """自、止（不含）、依据。"""
    return {"from": row.from_day, "to": row.to_day, "instrument": paper(row.instrument)}


# -- duties, matters ---------------------------------------------------------------------------------------------------
def duties(said: Said, by: Caller) -> Row:
    on = asked(said, by.now)
    return {"rows": [{"key": w.duty.key, "name": w.name} for w in found_openly(said["q"], on.day, SIZE)]}


def duty(said: Said, by: Caller) -> Row:
    on = asked(said, by.now)
    thing = here(Duty.objects.filter(key=said["key"]).first(), "没有这项职责")
    here(None if closed([thing.pk], on.day, on.believed) else thing, "没有这项职责")
    worded = (
        DutyWording.objects.as_believed(on.believed)
        .filter(duty=thing)
        .select_related("instrument")
        .order_by("from_day")
    )
    codes = DutyCode.objects.as_of(on.day, on.believed).filter(duty=thing).order_by("scheme")
    bases = bases_of(thing.pk, on.day, on.believed)
    return {
        "key": thing.key, "kind": thing.kind, "type": thing.type, "codes": {c.scheme: c.value for c in codes},
        "wordings": [{"name": w.name, "detail": w.detail, "clause": w.clause, **span(w)} for w in worded],
        "bases": [{"law": b.law.key, "name": b.law.name, "article": b.article} for b in bases],
    }  # fmt: skip


def matters(said: Said, by: Caller) -> Row:
    on = asked(said, by.now)
    rows = MatterName.objects.as_of(on.day, on.believed).select_related("matter")
    rows = rows.filter(name__contains=said["q"].strip()) if said.get("q") else rows
    shown = page(rows, ("matter__code",), said, SIZE)
    told = [{"code": r.matter.code, "name": r.name, "synonyms": r.synonyms} for r in shown.rows]
    return {"rows": told, "next": shown.older}


def matter(said: Said, by: Caller) -> Row:
    on = asked(said, by.now)
    thing = here(Matter.objects.filter(code=said["code"]).first(), "没有这个诉求事项")
    links = duties_of(thing, on.day, on.believed)
    shut = closed([x.duty_id for x in links], on.day, on.believed)
    keys = dict(Duty.objects.filter(pk__in=[x.duty_id for x in links]).values_list("pk", "key"))
    names = duty_names(keys, on.day, on.believed)
    told = [
        {"key": keys[x.duty_id], "name": names.get(x.duty_id, ""), "rank": x.rank, "when": x.when}
        for x in links
        if x.duty_id not in shut
    ]
    return {"code": thing.code, "name": matter_name(thing.pk, on.day), "duties": told}


# -- places, papers, laws ----------------------------------------------------------------------------------------------
def places(said: Said, by: Caller) -> Row:
    on = asked(said, by.now)
    rows = PlaceName.objects.as_of(on.day, on.believed).select_related("place")
    rows = rows.filter(name__contains=said["q"].strip()) if said.get("q") else rows
    shown = page(rows, ("place__level", "place__key", "pk"), said, SIZE)
    return {
        "rows": [{"key": r.place.key, "name": r.name, "level": r.place.level} for r in shown.rows],
        "next": shown.older,
    }


def place(said: Said, by: Caller) -> Row:
    on = asked(said, by.now)
    thing = find_place(said["code"], on.day, on.believed)
    below = children(thing.pk, on.day)
    names = place_names({p.pk for p in below}, on.day)
    named = thing.names.as_believed(on.believed).select_related("instrument").order_by("from_day")
    return {
        "key": thing.key, "kind": thing.kind, "level": thing.level, "code": place_code(thing.pk, on.day),
        "full_name": full_name(thing.pk, on.day), "names": [{"name": n.name, **span(n)} for n in named],
        "children": [{"key": p.key, "name": names.get(p.pk, "")} for p in below],
    }  # fmt: skip


def instruments(said: Said, by: Caller) -> Row:
    rows = instruments_like(said.get("q", ""), said.get("kind", ""), said.get("issuer", ""), said.get("year", ""))
    shown = page(rows.order_by(), ("-pk",), said, SIZE)
    return {"rows": [_paper(row) for row in shown.rows], "next": shown.older}


def instrument(said: Said, by: Caller) -> Row:
    rows = Instrument.objects.exclude(kind=Instrument.Kind.DRAFT)
    row = here(rows.filter(key=said["key"]).first(), "没有这份文件")
    return _paper(row) | {"content": row.content, "note": row.note}


def _paper(row: Instrument) -> Row:
    return {
        "key": row.key, "number": row.number, "title": row.title, "kind": row.kind, "issuer": row.issuer,
        "signed": row.signed, "published": row.published, "effective": row.effective, "demo": row.demo, "unverified": row.unverified,
    }  # fmt: skip


def law(said: Said, by: Caller) -> Row:
    thing = here(Law.objects.filter(key=said["key"]).first(), "没有这部法律")
    versions = LawVersion.objects.live().filter(law=thing).select_related("instrument").order_by("from_day")
    return {"key": thing.key, "name": thing.name, "versions": [span(v) for v in versions]}


KEY, CODE = Param("key", "代号", True), Param("code", "代码或代号", True)
reads(
    Read("who", "谁负责", "这件事在这里归谁管：哪一天、依据哪份文件，以及没有选谁、为什么。", who,
         (Param("q", "什么事：事项、职责的名称、代码或俗称", True), PLACE, DAY, BELIEVED, Param("purpose", "handle、decide 或 complain"))),
    Read("bodies", "机构", "当天存在的机构。", bodies, (WORDS, PLACE, Param("kind", "机构种类"), DAY), paged=True),
    Read("bodies/{code}", "一个机构", "这一天登记怎样说它。", body, (CODE, DAY, BELIEVED)),
    Read("bodies/{code}/holdings", "一个机构的职责", "这一天它行使哪些职责，各依据哪份文件。", holdings, (CODE, WORDS, DAY, BELIEVED), paged=True),
    Read("duties", "找职责", "名称里有这几个字的职责。", duties, (Param("q", "几个字", True), DAY)),
    Read("duties/{key}", "一项职责", "表述的沿革、代码、设定依据。", duty, (KEY, DAY, BELIEVED)),
    Read("matters", "诉求事项", "事项分类。", matters, (WORDS, DAY, BELIEVED), paged=True),
    Read("matters/{code}", "一个诉求事项", "它对应哪些职责。", matter, (CODE, DAY, BELIEVED)),
    Read("places", "地方", "当天存在的地方。", places, (WORDS, DAY, BELIEVED), paged=True),
    Read("places/{code}", "一个地方", "名称的沿革，以及下辖各地。", place, (CODE, DAY, BELIEVED)),
    Read("instruments", "文件", "登记所依据的文件。", instruments,
         (WORDS, Param("kind", "种类"), Param("issuer", "发文机关"), Param("year", "年份")), paged=True),
    Read("instruments/{key}", "一份文件", "", instrument, (KEY,)),
    Read("laws/{key}", "一部法律", "各个版本。", law, (KEY,)),
)  # fmt: skip

# -- acts --------------------------------------------------------------------------------------------------------------
MADE |= {
    ("register.enter_instruments", "rows"): (
        "key", "number", "title", "kind", "issuer", "issuer_class", "issuer_level", "issuer_area", "signed", "published", "effective",
        "note", "content",
    ),
    ("register.appoint", "seats"): ("officer", "role", "body", "place", "from_day", "to_day"),
    ("policy.set_policy", "rows"): ("key", "place", "value", "article", "from_day", "to_day"),
    ("policy.set_competence", "rows"): ("place", "act", "subject", "issuer_class", "issuer_level", "kinds", "article", "from_day"),
}  # fmt: skip
UNKEPT |= {"register.issue_key"}
PAGES_ONLY |= {
    "register.draft_import": "交的是文件：在工作台的“导入”页上传",
    "register.enter_laws": "法律整部由规则包载入；一部法律的变动用 register.change_law",
}
