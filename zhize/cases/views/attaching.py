"""Files of a case at the desk: one more, and one to look at."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhize.cases import commands
from zhize.cases.forms.files import AttachForm
from zhize.cases.queries.attached import attached_for
from zhize.cases.serving import served
from zhize.cases.views.case import case_page, fetch
from zhize.cases.views.sitting import Desk, desk
from zhize.kernel.errors import Refusal


@require_POST
@desk
def attach(request: HttpRequest, at: Desk, case_id: int) -> HttpResponse:
    """/desk/cases/4711/attach/: what came by post or over the counter."""
    case = fetch(at, case_id)
    form = AttachForm(request.POST, request.FILES, prefix="attach")
    if not form.is_valid():
        return case_page(request, at, case, status=400, attach_form=form)
    try:
        for found in form.cleaned_data["sent"]:
            commands.attach(case.pk, found, by=at.by, now=at.now)
    except Refusal as refusal:
        return case_page(request, at, fetch(at, case_id), refusal=refusal, status=refusal.http_status)
    messages.success(request, _("附件收到了。"))
    return redirect("cases:case", case.pk)


@require_safe
@desk
def attachment(request: HttpRequest, at: Desk, case_id: int, number: int) -> HttpResponseBase:
    """/desk/cases/4711/attachments/1/: fetched as this seat may, or it does not exist."""
    found = attached_for(fetch(at, case_id), at.seat).filter(no=number).first()
    if found is None:
        raise Http404("no such attachment for this seat")
    return served(found)
