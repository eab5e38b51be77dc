"""The mailbox: each message once, a person's letter a case, a machine's refused with its reason; from a folder or a server."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from mailbox import Maildir
from pathlib import Path
from typing import ClassVar

import pytest

from zhize.accounts.models import By
from zhize.cases import mailboxes, sealing
from zhize.cases.cli.mail import take
from zhize.cases.commands import take_mail
from zhize.cases.mail import read
from zhize.cases.models import Attachment, Case, MailTaken, Reporter
from zhize.cases.tests import stories
from zhize.cases.tests.conftest import Town
from zhize.cases.tests.test_attaching import PDF, photo
from zhize.kernel.errors import BadInput

OFFICE = By(None, None, "信箱", "command")


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, settings: object) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]


def letter(text: str = "五马街有人占道摆摊，请管一管。", key: str = "<1@example.org>", **headers: str) -> EmailMessage:
    message = EmailMessage()
    said = {"From": "王小明 <wang@example.org>", "To": "mail@example.cn", "Subject": "占道摆摊", "Message-ID": key}
    for name, value in {**said, **{k.replace("_", "-"): v for k, v in headers.items()}}.items():
        message[name] = value
    message.set_content(text)
    return message


# -- reading -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto"),
        ({"X_Autoreply": "yes"}, "auto"),
        ({"From": "noreply@example.org"}, "auto"),
        ({"Return_Path": "<>"}, "bounce"),
        ({"From": "MAILER-DAEMON@example.org"}, "bounce"),
        ({"X_Zhize_Sent": "1"}, "loop"),
        ({"From": "mail@example.cn"}, "loop"),
        ({"Precedence": "bulk"}, "list"),
        ({"List_Id": "<news.example.org>"}, "list"),
    ],
)
def test_what_a_program_sent_is_no_letter(headers: dict[str, str], why: str) -> None:
    assert read(letter(**headers).as_bytes(), frozenset({"mail@example.cn"})).refused == why


def test_a_letter_in_html_is_its_words(town: Town) -> None:
    message = letter()
    message.set_content(
        "<html><head><style>p{}</style></head><body><p>第一行</p><script>alert(1)</script><p>第&#20108;行<br>第三行</p></body></html>",
        subtype="html",
    )
    assert read(message.as_bytes()).text == "第一行\n第二行\n第三行"


def test_a_letter_in_gb18030_that_says_it_is_ascii_is_read_all_the_same() -> None:
    raw = (
        b"From: a@example.org\r\nMessage-ID: <g@x>\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
        + "占道摆摊".encode("gb18030")
    )
    assert read(raw).text == "占道摆摊"


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff", b"Content-Type: multipart/mixed; boundary=\r\n\r\n--", b"From: =?bad?Q?=ff?=\r\n\r\nx"]
)
def test_whatever_comes_is_read_without_a_fall(raw: bytes) -> None:
    assert read(raw).key


# -- taking ------------------------------------------------------------------------------------------------------------
def test_a_letter_with_a_photo_becomes_a_case_and_says_whom_to_answer(town: Town) -> None:
    message = letter()
    message.add_attachment(photo(), maintype="image", subtype="jpeg", filename="现场.jpg")
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="a.pdf")
    message.add_attachment(b"MZ...", maintype="application", subtype="x-exe", filename="a.exe")
    kept = take_mail(read(message.as_bytes()), town.places["330300"], by=OFFICE, now=stories.TUESDAY)
    case = Case.objects.get(pk=kept.case_id)
    assert (case.channel, case.title, case.snag) == ("letter", "占道摆摊", "no_matter")
    assert [a.kind for a in Attachment.objects.filter(case=case)] == ["photo", "paper"]
    assert kept.left_out == [{"name": "a.exe", "why": "bad_type"}]
    assert sealing.unseal(kept.sealed) == ("王小明", "wang@example.org")
    assert "wang" not in Reporter.objects.get(case=case).name_masked


def test_a_message_is_one_case_however_often_it_is_met(town: Town) -> None:
    for _ in "123":
        take_mail(read(letter().as_bytes()), town.places["330300"], by=OFFICE, now=stories.TUESDAY)
    assert Case.objects.filter(channel="letter").count() == 1


def test_a_refused_message_keeps_its_reason_and_no_address(town: Town) -> None:
    said = read(letter(Auto_Submitted="auto-generated").as_bytes())
    kept = take_mail(said, town.places["330300"], by=OFFICE, now=stories.TUESDAY)
    assert (kept.case_id, kept.refused, kept.sealed) == (None, "auto", "")


def test_a_letter_longer_than_our_own_form_is_taken_whole(town: Town) -> None:
    kept = take_mail(read(letter("摊" * 9000).as_bytes()), town.places["330300"], by=OFFICE, now=stories.TUESDAY)
    assert kept.case is not None
    assert len(kept.case.text) == 9000


# -- from a folder -----------------------------------------------------------------------------------------------------
def test_a_killed_run_over_a_folder_repeats_nothing(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Maildir(str(tmp_path / "box"), create=True)
    for n in range(3):
        box.add(letter(key=f"<{n}@x>"))
    seen, done = mailboxes.Maildir.seen, []

    def killed(self: mailboxes.Maildir, key: str) -> None:
        if len(done) == 1:
            raise KeyboardInterrupt
        done.append(key)
        seen(self, key)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(mailboxes.Maildir, "seen", killed)
        take(str(tmp_path / "box"), "330300", frozenset(), stories.TUESDAY)
    assert take(str(tmp_path / "box"), "330300", frozenset(), stories.TUESDAY) == {"known": 1, "received": 1}
    assert take(str(tmp_path / "box"), "330300", frozenset(), stories.TUESDAY) == {}
    assert MailTaken.objects.count() == 3


def test_a_folder_that_is_no_maildir_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="不是 Maildir"), mailboxes.opened(str(tmp_path)):
        pass


# -- from a server -----------------------------------------------------------------------------------------------------
class Server(socketserver.StreamRequestHandler):
    """As much of IMAP4rev1 (RFC 3501) as a reader of mail needs, spoken over a real socket."""

    mails: ClassVar[dict[int, bytes]] = {}
    flags: ClassVar[set[int]] = set()

    def handle(self) -> None:
        self.say("* OK IMAP4rev1 ready")
        while line := self.rfile.readline():
            tag, _, rest = line.decode().strip().partition(" ")
            word, _, said = rest.partition(" ")
            self.answer(tag, word.upper(), said)
            if word.upper() == "LOGOUT":
                return

    def answer(self, tag: str, word: str, said: str) -> None:
        if word == "LOGIN" and "wrong" in said:
            return self.say(f"{tag} NO [AUTHENTICATIONFAILED] no")
        if word == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        if word == "SELECT":
            self.say(f"* {len(self.mails)} EXISTS")
        if word == "UID":
            self.uid(*said.split(" ", 1))
        self.say(f"{tag} OK {word} done")

    def uid(self, word: str, said: str) -> None:
        if word == "SEARCH":
            self.say("* SEARCH " + " ".join(str(n) for n in sorted(self.mails) if n not in self.flags))
        elif word == "FETCH":
            number = int(said.split()[0])
            body = self.mails[number]
            self.wfile.write(b"* %d FETCH (UID %d BODY[] {%d}\r\n" % (number, number, len(body)) + body + b")\r\n")
        elif word == "STORE":
            self.flags.add(int(said.split()[0]))

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


@pytest.fixture
def imap(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    Server.mails = {n: letter(key=f"<imap{n}@x>").as_bytes() for n in (1, 2)}
    Server.flags = set()
    monkeypatch.setenv("ZHIZE_MAIL_PASSWORD", "right")
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Server) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"imap://office@127.0.0.1:{server.server_address[1]}/INBOX"
        server.shutdown()


def test_a_box_on_a_server_is_taken_and_marked(town: Town, imap: str) -> None:
    assert take(imap, "330300", frozenset(), stories.TUESDAY) == {"received": 2}
    assert Server.flags == {1, 2}
    assert take(imap, "330300", frozenset(), stories.TUESDAY) == {}


def test_a_server_that_was_not_told_in_time_shows_the_message_again_and_it_is_known(town: Town, imap: str) -> None:
    take(imap, "330300", frozenset(), stories.TUESDAY)
    Server.flags.discard(2)
    assert take(imap, "330300", frozenset(), stories.TUESDAY) == {"known": 1}


def test_a_wrong_password_is_one_sentence(imap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="邮箱打不开"), mailboxes.opened(imap, "wrong"):
        pass
