"""The informant canary: a name nobody else has, reported with a complaint of wrongdoing, is looked for wherever anything is kept,
shown, exported, logged or sent — through the whole life of the case (measures §12)."""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from zhize.cases.commands import close, dispatch, follow_up, invite, look, receive, reply, review, sign
from zhize.cases.models import Case
from zhize.cases.tests.conftest import SEATS, Town
from zhize.cases.tests.stories import CITIZEN, handler, lead, message
from zhize.cases.views.reports import FORMATS, KINDS, written
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.record.models import Event

pytestmark = pytest.mark.django_db
NAME, PHONE, CARD = "欧阳金丝雀", "13987651234", "330302199001011239"
WORDS = f"我叫{NAME}，电话{PHONE}，身份证{CARD}。贵局队员收了摊主的钱。"
TRACES = (NAME, "金丝雀", PHONE, CARD)


@pytest.fixture
def reported(town: Town) -> Case:
    """A report against one body, handled by another, through to the end."""
    now = timezone.now()
    said = message(
        town, kind="report", about=town.bodies["lc-enforce"].pk, name=NAME, phone=PHONE, text=WORDS, title=f"{NAME}举报"
    )
    case = Case.objects.get(pk=receive(said, by=CITIZEN, now=now).case_id)
    dispatch(case.pk, body=town.bodies["lc-env"], why="由别的机构核查", by=town.by("dispatcher"), now=now)
    leg = lead(case)
    sign(leg.pk, by=handler(town, leg), now=now)
    reply(leg.pk, "已核查，移送处理。", by=handler(town, leg), now=now)
    review(case.pk, passed=True, by=town.by("supervisor"), now=now)
    look(case.pk, "回访", by=town.by("taker"), now=now)
    invite(case.pk, "sms", by=town.by("taker"), now=now)
    follow_up(case.pk, reached=True, contacted=False, solved=True, satisfied="yes", by=town.by("taker"), now=now)
    close(case.pk, by=town.by("supervisor"), now=now)
    return Case.objects.get(pk=case.pk)


def found(text: str) -> list[str]:
    return [trace for trace in TRACES if trace in text]


# -- where anything is kept --------------------------------------------------------------------------------------------
ITS_OWN_WORDS = {("cases_case", "text"), ("cases_case", "title")}  # what he wrote himself, read by the centre only


def test_no_table_holds_it_but_the_words_he_wrote_himself(reported: Case) -> None:
    """Every column of every table, indexes among them: an index holds nothing its table does not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'public' order by 1, 2"
        )
        held = []
        for table, column in cursor.fetchall():
            if (table, column) in ITS_OWN_WORDS:
                continue
            for trace in TRACES:
                cursor.execute(
                    f'select exists (select 1 from "{table}" where "{column}"::text like %s)', [f"%{trace}%"]
                )
                held += [(table, column, trace)] if cursor.fetchone()[0] else []  # type: ignore[index]
    assert not held


def test_what_goes_out_holds_nothing(reported: Case) -> None:
    """The outbox: events that are told to somebody carry no name, number or word."""
    told = Event.objects.filter(touched__contains=[f"case:{reported.pk}"])
    assert told.count() >= 8
    assert not [e for e in told if found(f"{e.payload}{e.who}{e.touched}")]


# -- where anything is shown -------------------------------------------------------------------------------------------
def addresses(below: list[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for entry in below:
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, f"{entry.namespace}:" if entry.namespace else space)
        elif entry.name:
            yield space + entry.name, dict(entry.pattern.converters)


def filled(case: Case, name: str, converters: dict[str, Any]) -> str:
    """The address with this case's own numbers wherever one fits."""
    known: dict[str, Any] = {
        "case_id": case.pk, "no": case.no if "track" in name or "link" in name else 1, "kind": "monthly",
        "day": day_of(case.received_at).isoformat(), "format": "csv",
    }  # fmt: skip
    numbers = {k: case.pk if type(c).__name__ == "IntConverter" else "x" for k, c in converters.items()}
    return reverse(name, kwargs={k: known.get(k, numbers[k]) for k in converters})


def pages(case: Case) -> list[str]:
    """Every address there is, and the searches somebody would try."""
    every = [filled(case, name, c) for name, c in addresses(get_resolver("zhize.urls").url_patterns)]
    tried = [f"/desk/cases/?q={trace}" for trace in TRACES] + [f"/search/?q={trace}" for trace in TRACES]
    return [*every, *tried, f"/desk/cases/?q={case.no}", "/desk/cases/?kind=report"]


READ_BY_THE_CENTRE = {"taker", "taker2", "lc_taker", "dispatcher", "supervisor", "approver", "editor"}


@pytest.mark.parametrize("username", [*sorted(set(SEATS) - READ_BY_THE_CENTRE), ""])
def test_no_page_shows_it_to_a_body_or_the_public(town: Town, reported: Case, username: str) -> None:
    """Each GET address of the whole system, asked from every seat of a body, and signed out."""
    here = Client(headers={"host": "localhost"}, raise_request_exception=False)
    if username:
        here.force_login(town.seats[username].officer, backend="django.contrib.auth.backends.ModelBackend")
    shown = []
    for path in pages(reported):
        answer = here.get(path, follow=True)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        text = body.decode("utf-8", "replace")
        asked_for = [trace for trace in TRACES if trace in path]  # a search page says again what was searched for
        shown += [(path, trace) for trace in found(text) if trace not in asked_for]
    assert not shown


@pytest.mark.parametrize("username", sorted(READ_BY_THE_CENTRE))
def test_the_centre_reads_his_words_and_no_name_beside_them(town: Town, reported: Case, username: str) -> None:
    """Its page has the text as he wrote it; number and name as fields stay masked until a look is taken."""
    here = Client(headers={"host": "localhost"})
    here.force_login(town.seats[username].officer, backend="django.contrib.auth.backends.ModelBackend")
    answer = here.get(f"/desk/cases/{reported.pk}/")
    if answer.status_code == 200:
        rest = answer.content.decode().replace(reported.text, "").replace(reported.title, "")
        assert not found(rest)


def test_the_body_complained_of_finds_no_sign_of_it(town: Town, reported: Case) -> None:
    """Not the number, not a page, not one more in a list."""
    here = Client(headers={"host": "localhost"}, raise_request_exception=False)
    for username in ("lc", "lc_boss"):
        here.force_login(town.seats[username].officer, backend="django.contrib.auth.backends.ModelBackend")
        for path in pages(reported):
            if reported.no in path or str(reported.pk) in path:
                continue
            answer = here.get(path, follow=True)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            assert reported.no not in body.decode("utf-8", "replace"), (username, path)


# -- where anything is taken away --------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("format", FORMATS)
def test_no_report_holds_it(town: Town, reported: Case, kind: str, format: str) -> None:
    data = b"".join(written(kind, town.places["330300"].pk, day_of(reported.received_at), timezone.now(), format))
    assert not found(readable(data))


def readable(data: bytes) -> str:
    if data[:5] == b"%PDF-":
        import pypdfium2

        return "".join(p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(data))
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        return "".join(box.read(n).decode("utf-8", "ignore") for n in box.namelist())


def test_open_data_does_not_know_the_case(town: Town, reported: Case) -> None:
    from zhize.cases import sealing
    from zhize.cases.queries.figures import span_of
    from zhize.cases.queries.opendata import as_csv, as_json, open_cases

    day = day_of(reported.received_at)
    span = span_of(day, day, timezone.now())
    for write in (as_csv, as_json):
        text = b"".join(write(open_cases(span), span)).decode()
        assert not found(text) and sealing.public_name(reported.no) not in text and reported.no not in text


# -- where anything is written down ------------------------------------------------------------------------------------
def test_no_log_and_no_error_says_it(town: Town, caplog: pytest.LogCaptureFixture, capfd: Any) -> None:
    """Refused half-way, with the name in the form: nothing of it is in a log, on the terminal, or in the refusal."""
    caplog.set_level(logging.DEBUG)
    public = Client(headers={"host": "localhost"}, raise_request_exception=False)
    public.post("/report/", {"text": WORDS, "name": NAME, "phone": PHONE, "kind": "report"})
    now: datetime = timezone.now()
    case = receive(message(town, kind="report", name=NAME, phone=PHONE, text=WORDS), by=CITIZEN, now=now)
    with pytest.raises(Refusal) as no:
        look(case.case_id, "联系", by=town.by("lc"), now=now)
    out, err = capfd.readouterr()
    written_down = caplog.text + out + err + str(no.value)
    sql = [r for r in caplog.records if r.name.startswith("django.db.backends")]
    assert not found(written_down) or sql, "only a debugging developer's own SQL log may hold what is being written"
    assert not found("".join(r.getMessage() for r in caplog.records if r not in sql) + out + str(no.value))


# -- the looks are all there -------------------------------------------------------------------------------------------
def test_each_opening_is_on_record_twice(reported: Case) -> None:
    """As a row to ask of, and as a sealed event."""
    [row] = reported.looks.all()
    event = Event.objects.get(act="look", touched__contains=[f"case:{reported.pk}"])
    assert (
        (row.who, row.field, row.purpose)
        == ("taker", "phone", "回访")
        == (event.who, event.payload["field"], event.payload["purpose"])
    )
