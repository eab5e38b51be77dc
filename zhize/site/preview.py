"""The parts on two pages, with sample words, for those who write pages (DEBUG only). Goes when the real pages stand."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from zhize.kernel.clock import Calendar, Limit, derive
from zhize.kernel.errors import Refusal
from zhize.kernel.period import BEIJING, Period
from zhize.site.navigation import DESK, PUBLIC, Link

NOW = datetime(2016, 9, 22, 9, 30, tzinfo=BEIJING)
NOTICE = {
    "number": "温政发〔2016〕18号",
    "title": "温州市人民政府关于开展综合行政执法工作的公告",
    "url": "#notice",
    "demo": True,
    "unverified": ["signed"],
}
LAW = {"number": "", "title": "浙江省城市市容和环境卫生管理条例", "url": "#law", "kind": "law"}
CATALOGUE = {
    "number": "浙政发〔2015〕4号",
    "title": "浙江省人民政府关于深化行政执法体制改革全面推进综合行政执法的意见",
    "url": "#c",
}
ENFORCEMENT = {
    "name": "鹿城区综合行政执法局",
    "url": "#body",
    "phone": "0577-00000000",
    "address": "鹿城区（演示地址）1号",
    "demo": True,
}
ECOLOGY = {"name": "温州市环境保护局鹿城分局", "url": "#eco", "demo": True}
STREET = {"name": "五马街道办事处", "url": "#street"}

HOLDER = {
    "body": ENFORCEMENT,
    "capacity": "负责单位",
    "mode": "划转",
    "span": Period(date(2016, 5, 1)),
    "document": NOTICE,
    "clause": "附件第37项",
}
REASONS = [
    {"says": "“夜间烧烤油烟扰民”对应的职责是“对在城市道路上露天烧烤的处罚”。"},
    {"says": "事发地五马街道属于鹿城区，这项职责由县（市、区）一级行使。", "document": LAW, "clause": "第三十六条"},
    {"says": "自2016年5月1日起，这项职责划转给综合行政执法局。", "document": NOTICE, "clause": "第一条"},
]
REJECTED = [
    {"body": ECOLOGY, "why": "2016年4月30日以前由它负责，当日已经划出。", "document": NOTICE, "clause": "第二条"},
    {"body": STREET, "why": "这项职责不在街道的清单里，街道只有协助巡查的义务。"},
]
HISTORY = [
    {
        "title": "鹿城区综合行政执法局",
        "start": date(2017, 1, 1),
        "end": None,
        "state": "future",
        "text": "更名，职责不变。",
    },
    {
        "title": "鹿城区综合行政执法局",
        "url": "#body",
        "start": date(2016, 5, 1),
        "end": date(2017, 1, 1),
        "state": "current",
        "document": NOTICE,
        "clause": "第一条",
    },
    {
        "title": "鹿城区环境保护局",
        "start": date(2016, 4, 1),
        "end": date(2016, 5, 1),
        "state": "withdrawn",
        "text": "登记有误：起始日写早了一个月，2016-06-02 更正。",
    },
    {
        "title": "温州市环境保护局鹿城分局",
        "start": date(2007, 3, 1),
        "end": date(2016, 5, 1),
        "state": "past",
        "document": LAW,
    },
]
CASES = [
    ("20160919-0042", "小区楼下烧烤摊每晚营业到两点", "五马街道", "处理中", "wait", date(2016, 9, 26)),
    ("20160918-0310", "工地凌晨浇筑混凝土，噪声很大", "南汇街道", "已超期", "late", date(2016, 9, 21)),
    ("20160917-0107", "公园路灯不亮已经一个星期", "松台街道", "已办结", "ok", date(2016, 9, 22)),
    ("20160916-0077", "咨询：残疾人两项补贴怎样申请", "蒲鞋市街道", "已答复", "info", date(2016, 9, 19)),
]
BEFORE = "对在城市道路上露天烧烤的，由环境保护主管部门责令改正，处五百元以上二千元以下罚款，自2015年1月1日起施行。"
AFTER = (
    "对在城市道路和公共广场上露天烧烤的，由综合行政执法部门责令改正，处五百元以上五千元以下罚款，自2016年5月1日起施行。"
)
REFUSAL = Refusal(
    "不能把“{duty}”划给{body}",
    why="限制人身自由的处罚只能由公安机关行使",
    article="《行政处罚法》第十六条",
    instead="请从清单中去掉第 {line} 行后再提交",
    duty="行政拘留",
    body="鹿城区综合行政执法局",
    line=12,
)


class Report(forms.Form):
    kind = forms.ChoiceField(
        label="您要做什么",
        choices=[("ask", "咨询"), ("complain", "投诉"), ("report", "举报")],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="说说是什么事", widget=forms.Textarea(attrs={"rows": 4}), help_text="什么时候、在哪里、发生了什么。"
    )
    place = forms.ChoiceField(label="发生在哪个街道", choices=[("", "请选择"), ("1", "五马街道"), ("2", "南汇街道")])
    phone = forms.CharField(label="手机号码", required=False, help_text="只用于回访，举报可以不填。")
    agree = forms.BooleanField(label="我说的是真实情况")


def public(request: HttpRequest) -> HttpResponse:
    form = Report(request.GET) if "kind" in request.GET or "wrong" in request.GET else Report()
    return render(request, "site/preview.html", _samples() | {"form": form, "public_links": _links(PUBLIC)})


def desk(request: HttpRequest) -> HttpResponse:
    if "said" in request.GET:
        messages.success(request, "已转派给鹿城区综合行政执法局，依据温政发〔2016〕18号。")
    return render(request, "site/preview_desk.html", _samples() | {"desk_links": _links(DESK)})


def suggest(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    found = [
        {"value": str(n), "text": f"{words}{tail}", "note": "市容环境卫生"}
        for n, tail in enumerate(("扰民", "污染", "占道"))
    ]
    return render(request, "site/preview_options.html", {"found": found if words else []})


def boundaries(request: HttpRequest) -> JsonResponse:
    ring = [[120.6, 27.98], [120.75, 27.98], [120.75, 28.08], [120.6, 28.08], [120.6, 27.98]]
    area = {"type": "Feature", "properties": {"name": "示例"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    return JsonResponse({"type": "FeatureCollection", "features": [area]})


def _samples() -> dict[str, Any]:
    calendar = Calendar(
        off=frozenset({date(2016, 9, 15), date(2016, 9, 16)}),
        work=frozenset({date(2016, 9, 18)}),
        years=frozenset({2016}),
    )
    received = datetime(2016, 9, 14, 16, 20, tzinfo=BEIJING)
    names = (
        "now",
        "holder",
        "reasons",
        "rejected",
        "history",
        "cases",
        "before",
        "after",
        "refusal",
        "notice_document",
    )
    values = (NOW, HOLDER, REASONS, REJECTED, HISTORY, CASES, BEFORE, AFTER, REFUSAL, NOTICE)
    derivations = {
        "promise": derive(received, Limit.parse("15wd"), calendar),
        "leg": derive(received, Limit.parse("2wd"), calendar),
    }
    facts = [
        ("统一社会信用代码", "11330300MB00000001"),
        ("机关性质", "政府工作部门"),
        ("上级", "鹿城区人民政府"),
        ("成立", "2016-04-12"),
    ]
    return (
        dict(zip(names, values, strict=True)) | derivations | {"as_of": date(2016, 9, 22), "demo": True, "facts": facts}
    )


def _links(entries: Any) -> list[Link]:
    return [Link(_(e.label), f"#{e.icon}", e.icon, e.key, e.main, n == 0) for n, e in enumerate(entries)]


urlpatterns = [
    path("", public, name="preview"),
    path("desk/", desk, name="preview_desk"),
    path("suggest/", suggest, name="preview_suggest"),
    path("boundaries/", boundaries, name="preview_boundaries"),
]
