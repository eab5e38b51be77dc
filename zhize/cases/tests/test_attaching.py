"""What people send along: hostile until looked at, drawn anew, kept outside everything served, shown to whom it concerns."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from struct import pack

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from zhize.accounts.models import Officer
from zhize.cases import attaching
from zhize.cases.attaching import examine
from zhize.cases.commands import attach
from zhize.cases.models import Attachment, Case
from zhize.cases.queries.attached import attached_for
from zhize.cases.tests import stories
from zhize.cases.tests.conftest import Town
from zhize.kernel.errors import BadInput, Refusal
from zhize.record.models import Event

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
AMR = b"#!AMR\n" + bytes(200)
SPOT = (28.0125, 120.65)


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, settings: object) -> Iterator[Path]:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    yield tmp_path / "attachments"


def photo(spot: tuple[float, float] | None = None, *, size: tuple[int, int] = (64, 48), form: str = "JPEG") -> bytes:
    image, kept = Image.new("RGB", size, "teal"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "相机的牌子"
    if spot:
        exif[0x8825] = {1: "N", 2: _parts(spot[0]), 3: "E", 4: _parts(spot[1])}
    image.save(kept, form, exif=exif)
    return kept.getvalue()


def _parts(degrees: float) -> tuple[float, float, float]:
    whole, rest = divmod(degrees, 1)
    minutes, rest = divmod(rest * 60, 1)
    return whole, minutes, rest * 60


# -- what it is --------------------------------------------------------------------------------------------------------
def test_a_photo_is_drawn_anew_and_only_where_it_was_taken_is_remembered() -> None:
    found = examine("现场.jpg", photo(SPOT))
    assert (found.kind, found.type, found.name) == ("photo", "image/jpeg", "现场.jpg")
    assert (found.lat, found.lon) == pytest.approx(SPOT, abs=1e-5)
    kept = Image.open(io.BytesIO(found.data))
    assert not kept.getexif()
    assert b"Exif" not in found.data
    assert "相机的牌子".encode() not in found.data


def test_what_is_hidden_behind_a_photo_does_not_survive() -> None:
    trick = photo() + b"PK\x03\x04<script>alert(1)</script>"
    assert b"script" not in examine("a.jpg", trick).data


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("x.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "bad_type"),
        ("x.jpg", b"<!DOCTYPE html><script>1</script>", "bad_type"),
        ("x.gif", b"GIF89a/*<script>*/", "bad_type"),
        ("x.docx", b"PK\x03\x04" + bytes(50), "bad_type"),
        ("x.mp3", b"ID3<html><script>1</script>", "bad_type"),
        ("x.pdf", b"%PDF-1.4 <html><script>", "bad_type"),
        ("x.pdf", PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript>>"), "active_pdf"),
        ("x.pdf", PDF.replace(b"/Catalog", b"/Catalog/Open#41ction 2 0 R"), "active_pdf"),
        ("x.jpg", b"\xff\xd8\xff" + bytes(300), "bad_photo"),
        ("x.amr", b"#!AMR\n" + bytes(21_000_000), "file_too_big"),
        ("x.exe", b"MZ" + bytes(50), "bad_type"),
        ("", b"", "bad_type"),
    ],
)
def test_what_is_none_of_the_nine_is_refused_whatever_it_is_called(name: str, data: bytes, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        examine(name, data)
    assert refused.value.code == code


def test_a_bomb_is_refused_by_its_pixels_before_it_is_unpacked() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return pack(">I", len(body)) + kind + body + pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    with pytest.raises(BadInput) as refused:
        examine("bomb.png", bomb)
    assert refused.value.code in ("too_many_pixels", "bad_photo")


def test_a_name_is_words_and_never_a_path() -> None:
    assert examine("../../etc/passwd\x00\u202e.pdf", PDF).name == "passwd.pdf"
    assert examine("C:\\temp\\<b>.pdf", PDF).name == "b.pdf"


def test_a_digest_that_is_none_leads_nowhere() -> None:
    with pytest.raises(ValueError, match=r"\.\."):
        attaching.place_of("../" * 22)


# -- with a case -------------------------------------------------------------------------------------------------------
def test_the_same_file_sent_twice_is_attached_once(town: Town, shelf: Path) -> None:
    case = stories.received(town)
    first, again = (attach(case.pk, examine("a.jpg", photo()), by=stories.CITIZEN, now=stories.TUESDAY) for _ in "12")
    assert first.pk == again.pk
    assert [p for p in shelf.rglob("*") if p.is_file()] == [attaching.place_of(first.digest)]
    event = Event.objects.filter(act="attach").latest("pk")
    assert event.payload["digest"] == first.digest


def test_nothing_more_is_attached_to_what_is_over(town: Town) -> None:
    case = stories.received(town)
    Case.objects.filter(pk=case.pk).update(state="answered")
    Case.objects.filter(pk=case.pk).update(state="closed")
    with pytest.raises(Refusal) as refused:
        attach(case.pk, examine("a.pdf", PDF), by=stories.CITIZEN, now=stories.TUESDAY)
    assert refused.value.code == "over"


def test_of_a_sealed_case_the_handlers_see_no_file(town: Town) -> None:
    case, _leg = stories.sent(town, confidential=True)
    attach(case.pk, examine("a.amr", AMR), by=stories.CITIZEN, now=stories.TUESDAY)
    assert attached_for(case, town.seats["dispatcher"]).count() == 1
    assert attached_for(case, town.seats["lc"]).count() == 0


# -- on the pages ------------------------------------------------------------------------------------------------------
def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="text/html")


SAID = {"text": "路口有人占道摆摊。", "place_text": "五马街道", "kind": "complaint", "matter": "010101"}


def test_a_citizen_sends_a_photo_and_sees_it_again(town: Town) -> None:
    citizen = Client(headers={"host": "localhost"})
    page = citizen.post("/report/", {**SAID, "key": "k1", "sent": [upload("a.jpg", photo(SPOT)), upload("b.amr", AMR)]})
    assert page.status_code == 200
    assert "附件2个" in page.content.decode()
    case = Case.objects.latest("pk")
    assert (case.lat, case.lon) == pytest.approx(SPOT, abs=1e-5)
    assert citizen.get(f"/track/{case.no}/attachments/1/").status_code == 404  # not opened with the secret yet
    session = citizen.session
    session["cases"] = [case.pk]
    session.save()
    shown = citizen.get(f"/track/{case.no}/attachments/1/")
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown["Content-Security-Policy"]
    assert shown["Content-Disposition"].startswith("inline")
    assert citizen.get(f"/track/{case.no}/attachments/2/")["Content-Disposition"].startswith("attachment")
    assert "照片 1" in citizen.get(f"/track/{case.no}/").content.decode()


def test_a_form_sent_twice_is_one_case_with_its_files_once(town: Town) -> None:
    citizen = Client(headers={"host": "localhost"})
    for _ in "12":
        citizen.post("/report/", {**SAID, "key": "k2", "sent": [upload("a.jpg", photo())]})
    assert Attachment.objects.count() == 1


def test_a_bad_file_takes_nothing_in_and_says_why_at_its_field(town: Town) -> None:
    before = Case.objects.count()
    page = Client(headers={"host": "localhost"}).post(
        "/report/", {**SAID, "key": "k3", "sent": [upload("a.jpg", b"<svg/>")]}
    )
    assert page.status_code == 400
    assert "不是照片、录音或者 PDF" in page.content.decode()
    assert Case.objects.count() == before


def test_the_desk_attaches_and_looks_and_another_place_does_not(town: Town) -> None:
    case, _ = stories.sent(town)
    desk = Client(headers={"host": "localhost"})
    desk.force_login(Officer.objects.get(username="dispatcher"), "django.contrib.auth.backends.ModelBackend")
    done = desk.post(f"/desk/cases/{case.pk}/attach/", {"attach-sent": [upload("来信.pdf", PDF)]})
    assert done.status_code == 302
    shown = desk.get(f"/desk/cases/{case.pk}/attachments/1/")
    assert (shown["Content-Type"], shown["Content-Disposition"].split(";")[0]) == ("application/pdf", "attachment")
    desk.force_login(Officer.objects.get(username="oh"), "django.contrib.auth.backends.ModelBackend")
    assert desk.get(f"/desk/cases/{case.pk}/attachments/1/").status_code == 404
