"""统一督办 at the desk: orders and notices, each with a page of its own; and the acts on a case that supervise it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from zhize.cases import commands
from zhize.cases.commands.notices import facts
from zhize.cases.forms.acts import ActForm
from zhize.cases.forms.supervising import DESK_FORMS, DeskForm
from zhize.cases.models import Case, Leg, Notice, Order
from zhize.cases.queries import supervising as queries
from zhize.cases.queries.desk import visible
from zhize.cases.queries.notice_paper import notice_paper
from zhize.cases.supervising.lifecycle import NOTICE, NOTICE_STARTS, ORDER, ORDER_OPEN
from zhize.cases.views.acting import Tried, acts_on, carry_out, frame
from zhize.cases.views.acts import on_case, on_leg
from zhize.cases.views.sitting import Desk, desk
from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.period import day_of
from zhize.places.queries import full_name
from zhize.record.paging import page
from zhize.record.papers import docx, pdf
from zhize.register import access
from zhize.register.queries.bodies import body_names

SIZE = 50
FILES = {"docx": (docx.write, docx.MIME), "pdf": (pdf.write, "application/pdf")}


# -- acts on a case ----------------------------------------------------------------------------------------------------
@on_leg
def order(at: Desk, leg: Leg, form: ActForm) -> str:
    said = form.cleaned_data
    commands.order(leg.pk, said["words"], ground=said["ground"], by=at.by, now=at.now)
    return gettext_noop("督办单已经发出。")


@on_leg
def contest(at: Desk, leg: Leg, form: ActForm) -> str:
    commands.contest(leg.pk, form.cleaned_data["reason"], by=at.by, now=at.now)
    return gettext_noop("已经提出异议，裁定以前由您单位继续办理。")


@on_case
def involve(at: Desk, case: Case, form: ActForm) -> str:
    said = form.cleaned_data
    commands.involve(case.pk, [form.found["body"]], said["why"], required=said["required"], by=at.by, now=at.now)
    return gettext_noop("已经增派协办。")


@on_case
def shelve(at: Desk, case: Case, form: ActForm) -> str:
    said = form.cleaned_data
    commands.shelve(
        case.pk, said["ground"], evidence=said["evidence"], plan=said["plan"], review_on=said["review_on"], by=at.by, now=at.now
    )  # fmt: skip
    return gettext_noop("已经挂账，到复核日会提醒。")


@on_case
def review_shelved(at: Desk, case: Case, form: ActForm) -> str:
    said = form.cleaned_data
    commands.review_shelved(case.pk, said["words"], review_on=said["review_on"], by=at.by, now=at.now)
    return gettext_noop("复核已经记下。")


@on_case
def unshelve(at: Desk, case: Case, form: ActForm) -> str:
    commands.unshelve(case.pk, form.cleaned_data["because"], by=at.by, now=at.now)
    return gettext_noop("已经销账，由原承办单位续办。")


# -- orders ------------------------------------------------------------------------------------------------------------
@require_safe
@desk
def orders(request: HttpRequest, at: Desk) -> HttpResponse:
    """/desk/orders/?state=open|…: a body's own, a supervisor's of the place."""
    wanted = request.GET.get("state", "open")
    rows = queries.orders(at.seat, at.now)
    rows = (
        rows.filter(state__in=ORDER_OPEN)
        if wanted == "open"
        else rows.filter(state=wanted)
        if wanted in ORDER.states
        else rows
    )
    shown = page(rows, ("due", "pk") if wanted == "open" else ("-pk",), request.GET, SIZE)
    context = {
        "at": at, "page": shown, "rows": queries.orders_shown(shown.rows, at.now), "wanted": wanted, "demo": True,
        "states": [("open", gettext_noop("没有销号的")), *ORDER.states.items(), ("all", gettext_noop("全部"))],
    }  # fmt: skip
    return render(request, "cases/orders.html", context)


def fetch_order(at: Desk, number: int) -> Order:
    """Fetch is authorise."""
    found = queries.orders(at.seat, at.now).filter(pk=number).first()
    if found is None:
        raise Http404("no such order for this seat")
    found.leg.case = found.case
    return found


def order_page(
    request: HttpRequest, at: Desk, row: Order, tried: Tried | None = None, status: int = 200
) -> HttpResponse:
    asked = queries.Asked(row.case.place_id, row.leg.body_id, {row.leg.body_id})
    offered = queries.offers(ORDER, row.state, None, asked, at.by, at.now)
    (told,) = queries.orders_shown([row], at.now)
    context = frame(at, row, offered, tried or Tried()) | {"told": told, "replies": list(row.replies.order_by("-at"))}
    return render(request, "cases/order.html", context, status=status)


@require_safe
@desk
def order_(request: HttpRequest, at: Desk, number: int) -> HttpResponse:
    """/desk/orders/12/"""
    return order_page(request, at, fetch_order(at, number))


on_order = acts_on(fetch_order, order_page, "cases:order_page")


@on_order
def answer_order(at: Desk, row: Order, form: DeskForm) -> str:
    said = form.cleaned_data
    commands.answer_order(
        row.pk, said["text"], approved_by=said["approved_by"], evidence=said["evidence"], by=at.by, now=at.now
    )
    return gettext_noop("答复已经提交，等督办员核销。")


@on_order
def check_order(at: Desk, row: Order, form: DeskForm) -> str:
    passed = form.cleaned_data["passed"] == "yes"
    commands.check_order(row.pk, passed=passed, words=form.cleaned_data["words"], by=at.by, now=at.now)
    return gettext_noop("已经核销。") if passed else gettext_noop("已经退回再答。")


@on_order
def lift_order(at: Desk, row: Order, form: DeskForm) -> str:
    commands.lift_order(row.pk, form.cleaned_data["why"], by=at.by, now=at.now)
    return gettext_noop("督办单已经撤销。")


# -- notices -----------------------------------------------------------------------------------------------------------
@require_safe
@desk
def notices(request: HttpRequest, at: Desk) -> HttpResponse:
    """/desk/notices/"""
    return _notices(request, at, DESK_FORMS["draft_notice"](prefix="draft_notice"))


def _notices(
    request: HttpRequest, at: Desk, form: DeskForm, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    shown = page(queries.notices(at.seat, at.now), ("-pk",), request.GET, SIZE)
    barred = access.refusal(at.by, "cases.draft_notice", at.seat.place_id, day_of(at.now))
    context = {
        "at": at, "page": shown, "form": form, "barred": barred, "refusal": refusal, "demo": True,
        "rows": [(n, queries.NOTICE_TONES[n.state], full_name(n.place_id, day_of(at.now))) for n in shown.rows],
    }  # fmt: skip
    return render(request, "cases/notices.html", context, status=status)


@require_http_methods(["POST"])
@desk
def draft_notice(request: HttpRequest, at: Desk) -> HttpResponse:
    """Draft one in the seat's own place; on to its page."""
    form, made = DESK_FORMS["draft_notice"](request.POST, prefix="draft_notice"), []

    def draft() -> str:
        said = form.cleaned_data
        named, words = _named(at, said["cases"]), {"title": said["title"], "words": said["words"]}
        made.append(commands.draft_notice(named, place=at.seat.place, **words, by=at.by, now=at.now))
        return gettext_noop("通报已经拟好，等另一位督办员签发。")

    def again(refusal: Refusal | None, status: int) -> HttpResponse:
        return _notices(request, at, form, refusal, status)

    return carry_out(request, form, draft, again, lambda: redirect("cases:notice", made[0].pk))


def fetch_notice(at: Desk, number: int) -> Notice:
    found = queries.notices(at.seat, at.now).filter(pk=number).first()
    if found is None:
        raise Http404("no such notice for this seat")
    return found


def notice_page(
    request: HttpRequest, at: Desk, row: Notice, tried: Tried | None = None, status: int = 200
) -> HttpResponse:
    lines = list(row.lines.select_related("leg__case", "body"))
    if at.seat.of_a_body:
        lines = [x for x in lines if x.body_id == at.seat.body_id]
    names = body_names({x.body_id for x in lines} | ({row.issuer_id} if row.issuer_id else set()), day_of(at.now))
    mine = at.seat.body_id if any(x.body_id == at.seat.body_id for x in lines) else None
    asked = queries.Asked(row.place_id, mine, {x.body_id for x in lines}, {"issue_notice": row.drafted_by})
    offered = queries.offers(NOTICE, row.state, facts(row), asked, at.by, at.now)
    context = frame(at, row, offered, tried or Tried()) | {
        "lines": [(x, names.get(x.body_id, "")) for x in lines], "issuer": names.get(row.issuer_id or 0, ""),
        "tone": queries.NOTICE_TONES[row.state], "place": full_name(row.place_id, day_of(at.now)),
        "papers": row.state not in (*NOTICE_STARTS, "dropped"),
    }  # fmt: skip
    return render(request, "cases/notice.html", context, status=status)


@require_safe
@desk
def notice(request: HttpRequest, at: Desk, number: int) -> HttpResponse:
    """/desk/notices/3/"""
    return notice_page(request, at, fetch_notice(at, number))


@require_safe
@desk
def notice_file(request: HttpRequest, at: Desk, number: int, kind: str) -> HttpResponse | StreamingHttpResponse:
    """/desk/notices/3/paper.docx: the paper as it goes out, in the layout of GB/T 9704-2012."""
    row = fetch_notice(at, number)
    if kind not in FILES or row.issued_at is None:
        raise Http404("no such paper")
    write, mime = FILES[kind]
    response = StreamingHttpResponse(write(notice_paper(row)), content_type=mime)
    response["Content-Disposition"] = f'attachment; filename="notice-{row.pk}.{kind}"'
    return response


on_notice = acts_on(fetch_notice, notice_page, "cases:notice")


@on_notice
def extend_notice(at: Desk, row: Notice, form: DeskForm) -> str:
    commands.extend_notice(row.pk, _named(at, form.cleaned_data["cases"]), by=at.by, now=at.now)
    return gettext_noop("已经列入通报。")


@on_notice
def issue_notice(at: Desk, row: Notice, form: DeskForm) -> str:
    commands.issue_notice(row.pk, form.cleaned_data["number"], by=at.by, now=at.now)
    return gettext_noop("通报已经签发。")


@on_notice
def drop_notice(at: Desk, row: Notice, form: DeskForm) -> str:
    commands.drop_notice(row.pk, form.cleaned_data["why"], by=at.by, now=at.now)
    return gettext_noop("已经决定不予通报。")


@on_notice
def answer_notice(at: Desk, row: Notice, form: DeskForm) -> str:
    commands.answer_notice(row.pk, form.cleaned_data["text"], by=at.by, now=at.now)
    return gettext_noop("整改情况已经报送。")


@on_notice
def close_notice(at: Desk, row: Notice, form: DeskForm) -> str:
    commands.close_notice(row.pk, by=at.by, now=at.now)
    return gettext_noop("通报已经办结。")


def _named(at: Desk, text: str) -> dict[int, str]:
    """Lines of “number why” as the leads' legs; an unknown number is said at its field."""
    said: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        no, _space, why = line.partition(" ")
        said[no.upper()] = why.strip() or "超期未答复"
    found: dict[int, str] = {}
    legs = Leg.objects.filter(case__in=visible(at.seat, at.now).filter(no__in=said), capacity=Leg.Capacity.LEAD)
    newest: dict[str, Any] = {leg.case.no: leg for leg in legs.select_related("case").order_by("no")}
    if missing := [no for no in said if no not in newest]:
        raise BadInput(
            "没有这一件，或者还没有分派：{no}", instead="请核对受理编号", field="cases", code="unknown_case", no="、".join(missing)
        )  # fmt: skip
    for no, leg in newest.items():
        found[leg.pk] = said[no]
    return found
