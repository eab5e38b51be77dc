"""Whom the events of cases concern, and the words: one table of act × audience, in every language of the catalogue.

The reporter hears by text message where he left a mobile number; his number is opened at the moment of sending and stands in no
message. The officers of a body hear by mail. No message says what a case is about: telephones are read by others.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext, gettext_noop, override

from zhize.accounts.models import Officer
from zhize.cases import sealing
from zhize.cases.models import Case, Leg, Reporter
from zhize.cases.queries.identity import standing_aside
from zhize.kernel.period import day_of, in_beijing
from zhize.record.models import Event
from zhize.record.outbox import Draft, announce, reach
from zhize.register.models import Seat

MOBILE = re.compile(r"1[3-9]\d{9}")
REPORTER = {
    "dispatch": gettext_noop("您反映的诉求{no}已转交承办机构，承诺{due}前答复。"),
    "answer": gettext_noop("您反映的诉求{no}已经答复，请凭受理编号和查询码查看。"),
    "reply": gettext_noop("您反映的诉求{no}，承办机构已经答复，请凭受理编号和查询码查看。"),
    "not_accept": gettext_noop("您反映的诉求{no}不予受理，理由和其他途径请凭受理编号和查询码查看。"),
    "confirm_not_accept": gettext_noop("您反映的诉求{no}不予受理，理由和其他途径请凭受理编号和查询码查看。"),
    "grant": gettext_noop("您反映的诉求{no}办理期限经批准延长至{due}，理由请凭受理编号和查询码查看。"),
    "suspend": gettext_noop("您反映的诉求{no}暂停计时，事由请凭受理编号和查询码查看。"),
    "resume": gettext_noop("您反映的诉求{no}恢复计时，答复期限为{due}。"),
    "merge": gettext_noop("您反映的诉求{no}与同一件事的其他诉求并案办理，原编号仍可查询。"),
    "unmerge": gettext_noop("您反映的诉求{no}已取消并案，单独办理。"),
    "reopen": gettext_noop("您反映的诉求{no}重新办理，承诺{due}前答复。"),
    "rework": gettext_noop("您反映的诉求{no}重新办理，承诺{due}前答复。"),
    "shelve": gettext_noop("您反映的诉求{no}目前不能解决，已列入挂账，定期复核，理由请凭受理编号和查询码查看。"),
    "unshelve": gettext_noop("您反映的诉求{no}恢复办理。"),
}
REPORTER["resume_many"] = REPORTER["resume"]
BODY = {
    "dispatch": gettext_noop("诉求{no}已分派到贵单位，请在期限内签收、答复。"),
    "recall": gettext_noop("诉求{no}已收回，贵单位不再办理。"),
    "rule": gettext_noop("诉求{no}的职责争议已有裁定，请查看。"),
    "decide_return": gettext_noop("诉求{no}的退回申请已有决定，请查看。"),
    "urge": gettext_noop("诉求{no}已被催办，请尽快答复。"),
    "order": gettext_noop("诉求{no}已发督办单，请限期答复。"),
    "review": gettext_noop("诉求{no}的答复被退回重办，请查看理由。"),
    "withdraw": gettext_noop("诉求{no}已由来件人撤回，不必再办理。"),
}
BODY_OF_MANY = {
    "urge_many": gettext_noop("贵单位有{n}件诉求临近或者超过办理期限，请尽快答复。"),
    "order_many": gettext_noop("贵单位有{n}件诉求超过办理期限，已发督办单，请限期答复。"),
}
NAMED = 20  # numbers a mail names; the rest are on the desk


def concerned(event: Event) -> Iterator[Draft]:
    """The reporters of the cases touched, those of cases merged into them, and who handles cases for the bodies touched."""
    ids = _touched(event, "case")
    cases = list(Case.objects.filter(pk__in=ids).select_related("reporter"))
    if event.act in REPORTER and len(cases) == len(ids) <= MANY:
        yield from _reporters(event, cases)
    if event.act in BODY and len(cases) == 1:
        yield from _officers(event, cases[0])
    if event.act in BODY_OF_MANY:
        yield from _officers_of_many(event)


MANY = 1000


def _reporters(event: Event, cases: list[Case]) -> Iterator[Draft]:
    also = Case.objects.filter(duplicate_of__in=cases).select_related("reporter", "duplicate_of")
    for case in [*cases, *also]:
        if (row := getattr(case, "reporter", None)) and row.phone_masked:
            words = _words(REPORTER[event.act], case, case.duplicate_of or case)
            yield Draft("sms", f"case:{case.pk}", words, masked=row.phone_masked, language=settings.LANGUAGE_CODE)


def _officers(event: Event, case: Case) -> Iterator[Draft]:
    told = set(_touched(event, "body")) - standing_aside(case)
    seats = Seat.objects.as_of(day_of(event.at)).filter(role=Seat.Role.HANDLER, body__in=told)
    for officer in Officer.objects.filter(pk__in=seats.values("officer")).exclude(email="").order_by("pk"):
        words = _words(BODY[event.act], case, case)
        yield Draft("mail", f"officer:{officer.pk}", words, words, str(officer), settings.LANGUAGE_CODE)


def _officers_of_many(event: Event) -> Iterator[Draft]:
    """What a batch means for each officer: one mail with the numbers of his body's cases, not one for each of them."""
    numbers: dict[int, list[str]] = defaultdict(list)
    legs = Leg.objects.filter(pk__in=_touched(event, "leg")).order_by("due", "pk")
    for body, no in legs.values_list("body", "case__no"):
        numbers[body].append(no)
    told: dict[Officer, list[str]] = defaultdict(list)
    seats = Seat.objects.as_of(day_of(event.at)).filter(role=Seat.Role.HANDLER, body__in=numbers)
    for seat in seats.exclude(officer__email="").select_related("officer").order_by("officer", "pk"):
        told[seat.officer] += numbers[seat.body_id]
    for officer, mine in told.items():
        with override(settings.LANGUAGE_CODE):
            words = gettext(BODY_OF_MANY[event.act]).format(n=len(mine))
        text = f"{words}\n{_few(mine)}"
        yield Draft("mail", f"officer:{officer.pk}", text, words, str(officer), settings.LANGUAGE_CODE)


def _few(numbers: list[str]) -> str:
    return "、".join(numbers[:NAMED]) + ("……" if len(numbers) > NAMED else "")


def _words(words: str, case: Case, whose: Case, language: str = settings.LANGUAGE_CODE) -> str:
    """Merged cases keep their own number and go by their master's promise."""
    with override(language):
        return gettext(words).format(no=case.no, due=in_beijing(whose.due).strftime("%Y-%m-%d %H:%M"))


def _touched(event: Event, kind: str) -> list[int]:
    return [int(name.partition(":")[2]) for name in event.touched if name.startswith(f"{kind}:")]


def reporter(case_id: int, channel: str) -> str:
    """His mobile number; a machine's opening for what he is told himself, so no look."""
    row = Reporter.objects.filter(case=case_id).first()
    number = re.sub(r"\D", "", sealing.unseal(row.sealed)[1])[-11:] if row and channel == "sms" else ""
    return number if MOBILE.fullmatch(number) else ""


def officer(officer_id: int, channel: str) -> str:
    return Officer.objects.filter(pk=officer_id, is_active=True).values_list("email", flat=True).first() or ""


announce("case", concerned)
reach("case", reporter)
reach("officer", officer)
