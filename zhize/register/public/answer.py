"""The answer page: who is responsible for this, there, that day — and why, since when, by which paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from zhize.kernel.errors import BadInput
from zhize.places.asking import Asked, asked, place_asked
from zhize.places.models import Place
from zhize.places.queries import chain_of, full_name
from zhize.register import queries
from zhize.register.models import Duty, Matter
from zhize.register.public import telling
from zhize.register.queries.duties import bases_of, duty_names
from zhize.register.queries.explain import Explanation, explain, history
from zhize.register.queries.holders import quoted
from zhize.register.queries.matters import duties_of
from zhize.register.queries.opened import Veil, closed, found_openly, told_openly
from zhize.register.queries.resolve import PURPOSES
from zhize.register.queries.townships import township_item

PURPOSE_WORDS = {
    "handle": gettext_noop("谁来办"),
    "decide": gettext_noop("以谁的名义"),
    "complain": gettext_noop("向谁监督投诉"),
}


@require_safe
def who(request: HttpRequest) -> HttpResponse:
    """/who/?q=占道摆摊&place=330302&day=2016-05-01&purpose=handle&believed=…&format=json"""
    params, now = request.GET, timezone.now()
    if not params.get("q", "").strip():
        raise BadInput(
            "没有写明要问的事",
            why="需要知道是哪一件事",
            instead="请在首页写几个字，例如“摆摊”",
            code="nothing_asked",
            field="q",
        )
    on = asked(params, now)
    place = place_asked(params, on.day)
    purpose = params.get("purpose", "") or PURPOSES[0]
    try:
        answer = queries.who(params["q"], place.pk, on.day, purpose, believed=on.believed)
        veil = told_openly(answer, params["q"])
    except BadInput as refusal:
        if refusal.code != "unknown_matter" or params.get("format") == "json":
            raise
        return _unknown(request, refusal, on, place)
    shown = explain(answer)
    hidden = {shown.codes.get(body) for _duty, body in veil.spots}
    shown.rejected = [r for r in shown.rejected if r["code"] not in hidden]
    if params.get("format") == "json":
        return JsonResponse(shown.as_dict(), json_dumps_params={"ensure_ascii": False, "indent": 1})
    return render(request, "register/answer.html", _answered(request, shown, on, place, veil))


def _unknown(request: HttpRequest, refusal: BadInput, on: Asked, place: Place) -> HttpResponse:
    words = request.GET["q"]
    near = [(w.name, _who_url(on, w.duty.key, place)) for w in found_openly(words, on.day, 8)]
    context = _frame(on, place) | {"q": words, "refusal": refusal, "near": near}
    return render(request, "register/answer_unknown.html", context, status=404)


def _answered(request: HttpRequest, shown: Explanation, on: Asked, place: Place, veil: Veil) -> dict[str, Any]:
    answer = shown.answer
    rows = history(answer.duty_id, place.pk, on.believed) if answer.duty_id else []
    rows = [h for h in rows if not veil.hides(h)]
    duty = Duty.objects.filter(pk=answer.duty_id or 0).first()
    matter = Matter.objects.filter(pk=answer.matter_id or 0).first()
    q = request.GET["q"]
    words = shown.duty_name or (duty_names([duty.pk], on.day).get(duty.pk, duty.key) if duty else "")
    permanent = _permanent(q, place, on, answer.purpose)
    bases = quoted(bases_of(answer.duty_id, on.day, on.believed), on.day) if answer.duty_id else []
    return _frame(on, place) | {
        "question": q,
        "q": shown.matter_name or words,
        "shown": shown,
        "answer": answer,
        "duty": duty,
        "matter": matter,
        "purpose": answer.purpose,
        "title": shown.matter_name or words,
        "duty_words": words,
        "holder": telling.holder(shown, on),
        "performer_note": telling.performer_note(shown),
        "assistants": telling.company(shown, answer.assist, on),
        "parties": telling.company(shown, answer.parties, on),
        "reasons": telling.reasons(shown, on),
        "rejected": telling.rejected(shown, on),
        "bases": bases,
        "township": township_item(answer.duty_id, chain_of(place.pk, on.day), on.day, on.believed)
        if answer.duty_id
        else None,
        "timeline": telling.timeline(rows, on),
        "changes": telling.changes(rows, on, q, place, answer.purpose),
        "others": _other_duties(matter, duty, on, place),
        "purposes": _purposes(on, q, place, answer.purpose),
        "report_url": _report_url(matter, duty, place),
        "json_url": _who_url(on, q, place, purpose=answer.purpose, format="json"),
        "permanent": permanent,
        "absolute": request.build_absolute_uri(permanent),
        "demo": any(p.demo for p in shown.papers.values()),
    }


def _frame(on: Asked, place: Place) -> dict[str, Any]:
    return {"on": on, "place": place, "place_name": full_name(place.pk, on.day), "as_of": on.day}


def _who_url(on: Asked, q: str, place: Place, **more: Any) -> str:
    return on.url("register:who", q=q, place=place.key, **more)


def _permanent(q: str, place: Place, on: Asked, purpose: str) -> str:
    """The address that gives this answer for good: the day is always written."""
    said = {} if purpose == PURPOSES[0] else {"purpose": purpose}
    return on.url("register:who", q=q, place=place.key, day=on.day.isoformat(), **said)


def _purposes(on: Asked, q: str, place: Place, now: str) -> list[tuple[str, str, bool]]:
    return [
        (_(PURPOSE_WORDS[p]), _who_url(on, q, place, purpose=p if p != PURPOSES[0] else ""), p == now) for p in PURPOSES
    ]


def _other_duties(matter: Matter | None, duty: Duty | None, on: Asked, place: Place) -> list[dict[str, str]]:
    """The matter's other duties, each a question of its own."""
    if matter is None:
        return []
    links = [x for x in duties_of(matter, on.day, on.believed) if duty is None or x.duty_id != duty.pk]
    shut = closed([x.duty_id for x in links], on.day, on.believed)
    links = [x for x in links if x.duty_id not in shut]
    names = duty_names([x.duty_id for x in links], on.day)
    keys = dict(Duty.objects.filter(pk__in=[x.duty_id for x in links]).values_list("pk", "key"))
    return [{"name": names[x.duty_id], "when": x.when, "url": _who_url(on, keys[x.duty_id], place)} for x in links]


def _report_url(matter: Matter | None, duty: Duty | None, place: Place) -> str:
    """The public form with matter and place filled in, once it stands."""
    try:
        address = reverse("cases:report")
    except NoReverseMatch:
        return ""
    return f"{address}?matter={matter.code if matter else ''}&place={place.key}"
