"""What must go out goes out: once, to whom it concerns, with nothing in it that a stranger may not read."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from zhize.cases.commands import merge, resume, suspend, urge
from zhize.cases.tests.conftest import Town
from zhize.cases.tests.stories import TUESDAY, WEDNESDAY, received, replied, sent, signed
from zhize.kernel.errors import Refusal
from zhize.record import outbox
from zhize.record.gateways import deliver, signature
from zhize.record.models import Event, Message

NAMED = {"name": "王小明", "phone": "13812345678"}


class Heard(list[tuple[dict[str, str], bytes]]):
    """A gateway of somebody else's, on this machine: what it was sent, and what it answers."""

    answers: list[int]
    url: str


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Heard]:
    got = Heard()
    got.answers = []

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((dict(self.headers), body))
            self.send_response(got.answers.pop(0) if got.answers else 200)
            self.send_header("Location", got.url)
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Gateway)
    got.url = f"http://127.0.0.1:{server.server_port}/in"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _set_up(tmp_path, monkeypatch, got.url)
    yield got
    server.shutdown()
    server.server_close()


def _set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, private: str = "true") -> None:
    (tmp_path / "outbox.toml").write_text(
        f"""[sms]\nurl = "{url}"\nbody = '{{"mobile": "{{to}}", "words": "{{text}}"}}'\nprivate = {private}
[mail]\nbackend = "django.core.mail.backends.locmem.EmailBackend"\nfrom = "12345@example.gov.cn"
[[hook]]\nname = "bureau"\nurl = "{url}"\nsecret = "s3cret"\nacts = ["urge"]\nprivate = {private}\n"""
    )
    monkeypatch.setenv("ZHIZE_OUTBOX", str(tmp_path / "outbox.toml"))


def go_out(now: Any) -> None:
    """Earlier events of the town are told; then whatever is due."""
    while outbox.address(now):
        pass
    while outbox.send(now):
        pass


def told(act: str) -> Event:
    return Event.objects.filter(act=act).latest("pk")


def test_the_reporter_is_told_by_text_message_once(town: Town, heard: Heard) -> None:
    case, _ = signed(town, **NAMED)
    go_out(TUESDAY)
    heard.clear()
    suspend(case.pk, "reporter", "补正通知", by=town.by("supervisor"), now=TUESDAY)
    for _ in range(3):
        go_out(TUESDAY)
    ((headers, body),) = heard
    said = json.loads(body)
    assert said["mobile"] == "13812345678" and case.no in said["words"]
    message = Message.objects.get(event=told("suspend"))
    assert headers["Idempotency-Key"] == message.key
    assert message.state == "sent" and told("suspend").told_at == TUESDAY


def test_no_message_keeps_whom_it_reaches_or_what_he_said(town: Town, heard: Heard) -> None:
    case, _ = replied(town, **NAMED)
    go_out(WEDNESDAY)
    rows = list(Message.objects.values("to", "masked", "subject", "text", "last_error"))
    assert rows
    for row in rows:
        said = json.dumps(row, ensure_ascii=False)
        assert "13812345678" not in said and "王小明" not in said and case.text[:8] not in said


def test_an_anonymous_reporter_has_nobody_to_tell(town: Town, heard: Heard) -> None:
    case, _ = signed(town)
    suspend(case.pk, "reporter", "补正通知", by=town.by("supervisor"), now=TUESDAY)
    go_out(TUESDAY)
    assert not heard and told("suspend").told_at == TUESDAY


def test_a_gateway_that_is_down_is_asked_again_later_and_the_event_waits(town: Town, heard: Heard) -> None:
    case, _ = signed(town, **NAMED)
    go_out(TUESDAY)
    heard.answers[:] = [503, 200]
    suspend(case.pk, "reporter", "补正通知", by=town.by("supervisor"), now=TUESDAY)
    go_out(TUESDAY)
    message = Message.objects.get(event=told("suspend"))
    assert (message.state, message.last_error, message.attempts) == ("waiting", "对方回答 503", 1)
    assert told("suspend").told_at is None
    go_out(TUESDAY + timedelta(seconds=59))
    assert Message.objects.get(pk=message.pk).attempts == 1
    go_out(TUESDAY + timedelta(seconds=61))
    assert Message.objects.get(pk=message.pk).state == "sent" and told("suspend").told_at
    keys = [headers["Idempotency-Key"] for headers, _ in heard[-2:]]
    assert keys[0] == keys[1]


@pytest.mark.parametrize("answer", [302, 400])
def test_what_is_refused_for_good_fails_at_once_and_may_be_sent_again(town: Town, heard: Heard, answer: int) -> None:
    """A redirect is such a refusal: nobody but the office says where messages go."""
    case, _ = signed(town, **NAMED)
    go_out(TUESDAY)
    heard.clear()
    heard.answers[:] = [answer]
    suspend(case.pk, "reporter", "补正通知", by=town.by("supervisor"), now=TUESDAY)
    go_out(TUESDAY)
    message = Message.objects.get(event=told("suspend"))
    assert message.state == "failed" and len(heard) == 1
    outbox.send_again(message.pk, WEDNESDAY)
    go_out(WEDNESDAY)
    assert Message.objects.get(pk=message.pk).state == "sent"
    with pytest.raises(Refusal, match="不用重发"):
        outbox.send_again(message.pk, WEDNESDAY)


def test_a_webhook_is_signed_and_says_no_words(town: Town, heard: Heard) -> None:
    case, leg = sent(town, **NAMED)
    go_out(TUESDAY)
    heard.clear()
    urge(leg.pk, "请抓紧办理", by=town.by("supervisor"), now=TUESDAY)
    go_out(TUESDAY)
    headers, body = heard[-1]
    at, mark = (part.partition("=")[2] for part in headers["X-Zhize-Signature"].split(","))
    assert mark == signature("s3cret", at, body)
    assert json.loads(body)["act"] == "urge" and f"case:{case.pk}" in json.loads(body)["touched"]
    assert "抓紧".encode() not in body


def test_an_inner_address_is_called_only_where_the_office_says_so(
    town: Town, heard: Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, leg = sent(town)
    go_out(TUESDAY)
    (tmp_path / "inner").mkdir()
    _set_up(tmp_path / "inner", monkeypatch, heard.url, private="false")
    urge(leg.pk, "请抓紧办理", by=town.by("supervisor"), now=TUESDAY)
    go_out(TUESDAY)
    assert not heard
    assert Message.objects.get(event=told("urge"), channel="hook").last_error.startswith("配置的地址在内部网络里")


def test_the_body_hears_by_mail(town: Town, heard: Heard, mailoutbox: list[Any]) -> None:
    _, leg = sent(town)
    go_out(TUESDAY)
    officer = town.seats["lc"].officer
    officer.email = "lc@example.gov.cn"
    officer.save()
    urge(leg.pk, "请抓紧办理", by=town.by("supervisor"), now=TUESDAY)
    go_out(TUESDAY)
    assert [m.to for m in mailoutbox] == [["lc@example.gov.cn"]]
    key = Message.objects.get(event=told("urge"), channel="mail").key
    assert mailoutbox[0].extra_headers["Message-ID"] == f"<{key}@example.gov.cn>"


def test_a_sender_that_died_is_followed_by_another_under_the_same_key(town: Town, heard: Heard) -> None:
    """It may have been sent before the death: the receiver sees the same key twice, and the row is finished once."""
    case, _ = signed(town, **NAMED)
    go_out(TUESDAY)
    heard.clear()
    suspend(case.pk, "reporter", "补正通知", by=town.by("supervisor"), now=TUESDAY)
    outbox.address(TUESDAY)
    (dead,) = outbox._claim(TUESDAY, 20)
    assert outbox.send(TUESDAY) == 0, "claimed"
    assert outbox.send(TUESDAY + outbox.LEASE + timedelta(seconds=1)) == 1
    outbox._sent(dead, WEDNESDAY)  # the dead one wakes up: it has lost its claim
    message = Message.objects.get(pk=dead.pk)
    assert message.told_at and message.told_at < WEDNESDAY and message.attempts == 2 and len(heard) == 1


@pytest.mark.parametrize("channel", ["sms", "mail", "hook"])
def test_a_sender_killed_between_delivery_and_marking_repeats_under_one_key(
    town: Town, heard: Heard, mailoutbox: list[Any], channel: str
) -> None:
    """It had gone out; only the mark was missing. The second copy bears the first one's key, so that the receiver drops it:
    that much can be promised over a wire, and no more (decision 0033)."""
    case, leg = signed(town, **NAMED)
    officer = town.seats["lc"].officer
    officer.email = "lc@example.gov.cn"
    officer.save()
    go_out(TUESDAY)
    heard.clear()
    mailoutbox.clear()
    urge(leg.pk, "请抓紧办理", by=town.by("supervisor"), now=TUESDAY)
    suspend(case.pk, "reporter", "补正通知", by=town.by("supervisor"), now=TUESDAY)
    outbox.address(TUESDAY)
    for message in outbox._claim(TUESDAY, 20):
        deliver(message, outbox._address_of(message))  # and here the power fails
    go_out(TUESDAY + outbox.LEASE + timedelta(seconds=1))
    row = Message.objects.get(event=told("suspend" if channel == "sms" else "urge"), channel=channel)
    keys = [headers["Idempotency-Key"] for headers, _ in heard] + [
        m.extra_headers["Message-ID"][1:41] for m in mailoutbox
    ]
    assert keys.count(row.key) == 2, "sent twice, and both times as the same one"
    assert (row.state, row.attempts) == ("sent", 2)


def test_where_no_way_is_set_up_it_is_filed_and_nobody_is_said_to_be_told(
    town: Town, heard: Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setenv("ZHIZE_OUTBOX", str(tmp_path / "none.toml"))
    case, _ = signed(town, **NAMED)
    suspend(case.pk, "reporter", "补正通知", by=town.by("supervisor"), now=TUESDAY)
    go_out(TUESDAY)
    message = Message.objects.get(event=told("suspend"))
    assert (message.state, message.told_at, told("suspend").told_at) == ("filed", None, None)
    assert (tmp_path / "outbox" / f"{message.key}.json").exists() and not heard
    shown = desk(town).get("/desk/outbox/?state=filed").content.decode()
    assert "存入文件，未外发" in shown and "还没有配置发送方式" in shown and "已发" not in shown.split("<tbody>")[1]
    monkeypatch.setenv("ZHIZE_OUTBOX", str(tmp_path / "outbox.toml"))
    assert "还没有配置" not in desk(town).get("/desk/outbox/").content.decode()
    assert desk(town).post(f"/desk/outbox/{message.pk}/resend/").status_code == 302
    go_out(now := timezone.now())
    assert Message.objects.get(pk=message.pk).state == "sent" and told("suspend").told_at == now and heard


def desk(town: Town) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(town.seats["supervisor"].officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_old_news_waits_for_somebody(town: Town, heard: Heard) -> None:
    case, _ = signed(town, **NAMED)
    suspend(case.pk, "reporter", "补正通知", by=town.by("supervisor"), now=TUESDAY)
    go_out(TUESDAY + timedelta(days=30))
    assert not heard
    assert Message.objects.get(event=told("suspend")).state == "stale"
    assert told("suspend").told_at is None


def test_those_whose_case_was_merged_hear_with_the_other(town: Town, heard: Heard) -> None:
    case, _ = signed(town, **NAMED)
    other = received(town, name="李四", phone="13987654321")
    merge(other.pk, case.pk, by=town.by("dispatcher"), now=TUESDAY)
    suspend(case.pk, "reporter", "补正通知", by=town.by("supervisor"), now=TUESDAY)
    go_out(TUESDAY)
    resume(case.pk, "材料齐了", by=town.by("supervisor"), now=WEDNESDAY)
    go_out(WEDNESDAY)
    numbers = sorted(json.loads(body)["mobile"] for headers, body in heard[-2:])
    assert numbers == ["13812345678", "13987654321"]


def test_the_desk_sees_what_failed_and_sends_it_again(town: Town, heard: Heard) -> None:
    case, _ = signed(town, **NAMED)
    go_out(TUESDAY)
    heard.answers[:] = [400]
    suspend(case.pk, "reporter", "补正通知", by=town.by("supervisor"), now=TUESDAY)
    go_out(TUESDAY)
    message = Message.objects.get(event=told("suspend"))
    client = desk(town)
    shown = client.get("/desk/outbox/?state=failed").content.decode()
    assert "对方回答 400" in shown and "138****5678" in shown and "13812345678" not in shown
    assert client.post(f"/desk/outbox/{message.pk}/resend/").status_code == 302
    assert Message.objects.get(pk=message.pk).state == "waiting" and told("resend").payload["message"] == message.pk
    assert client.post(f"/desk/outbox/{message.pk}/resend/").status_code == 409
