"""What a sent file is, told by its first bytes and never by its name; and where what is kept lies.

A table of our own, and not a library: nine formats are let in, everything else stays outside, so a library that knows a
thousand would only widen the door (decision 0029). SVG, HTML, archives and office files are none of the nine.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import secrets
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from PIL import ExifTags, Image, ImageOps

from zhize.kernel.errors import BadInput

MOST = {"photo": 12_000_000, "voice": 20_000_000, "paper": 20_000_000}  # bytes
FILES = 6  # of one report
PIXELS = 60_000_000  # a photo of 9000 × 6600; beyond it is a bomb, whatever the file's size says
EDGE = 2400  # pixels: enough to read a number plate, and every megabyte is kept for years


@dataclass(frozen=True)
class Format:
    """A format let in: what kind of thing, its media type, the ending it is served with."""

    kind: str
    type: str
    ending: str
    fits: Callable[[bytes], bool]


def _starts(*heads: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(heads)


def _riff(word: bytes) -> Callable[[bytes], bool]:
    return lambda data: data[:4] == b"RIFF" and data[8:12] == word


def _mp4_audio(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] in (b"M4A ", b"M4B ", b"mp42", b"isom", b"3gp4", b"3gp5")


def _mp3(data: bytes) -> bool:
    """Tagged, or a frame of MPEG layer III at once."""
    return data[:3] == b"ID3" or (data[:1] == b"\xff" and len(data) > 3 and data[1] & 0xE6 == 0xE2)


FORMATS = (
    Format("photo", "image/jpeg", "jpg", _starts(b"\xff\xd8\xff")),
    Format("photo", "image/png", "png", _starts(b"\x89PNG\r\n\x1a\n")),
    Format("photo", "image/webp", "webp", _riff(b"WEBP")),
    Format("voice", "audio/amr", "amr", _starts(b"#!AMR\n", b"#!AMR-WB\n")),
    Format("voice", "audio/wav", "wav", _riff(b"WAVE")),
    Format("voice", "audio/ogg", "ogg", _starts(b"OggS")),
    Format("voice", "audio/mp4", "m4a", _mp4_audio),
    Format("voice", "audio/mpeg", "mp3", _mp3),
    Format("paper", "application/pdf", "pdf", _starts(b"%PDF-1.", b"%PDF-2.")),
)
ENDINGS = {f.type: f.ending for f in FORMATS}
WEB = re.compile(rb"<\s*(?:!doctype|html|script|svg|iframe|body|\?xml|\?php)", re.IGNORECASE)
HEAD = 1024  # where a browser, too, looks for what a thing is
ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA|OpenAction|AA)\b")
UNESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Found:
    """A file that may be kept: what it is, its bytes as they are kept, and where its photo was taken."""

    kind: str
    type: str
    name: str
    data: bytes
    sent_digest: str
    lat: float | None = None
    lon: float | None = None

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def examine(name: str, data: bytes) -> Found:
    """1 its size · 2 its first bytes · 3 nothing of the web in it · 4 a photo is drawn anew, a paper must not act."""
    said = plain_name(name)
    form = next((f for f in FORMATS if f.fits(data)), None)
    if form is None or (form.kind != "photo" and WEB.search(data[:HEAD])):
        raise _refused(
            said, "它不是照片、录音或者 PDF", "请发 JPG、PNG、WebP、MP3、M4A、AMR、WAV、OGG 或者 PDF", "bad_type"
        )
    if len(data) > MOST[form.kind]:
        raise _refused(
            said, "它超过了{most}兆字节", "请换一个小一点的", "file_too_big", most=MOST[form.kind] // 1_000_000
        )
    sent = hashlib.sha256(data).hexdigest()
    if form.kind == "photo":
        return _photo(said, data, sent)
    if form.kind == "paper" and ACTIVE.search(UNESCAPED.sub(lambda m: bytes([int(m[1], 16)]), data)):
        raise _refused(said, "这份 PDF 里有程序或者夹带的文件", "请打印成新的 PDF 再发", "active_pdf")
    return Found(form.kind, form.type, said, data, sent)


def _photo(name: str, data: bytes, sent: str) -> Found:
    """Decoded and drawn anew: what is kept has been written by us, pixel by pixel, and nothing else of the file survives."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as image:
                if image.width * image.height > PIXELS:
                    raise _refused(name, "照片的像素太多", "请换一张小一点的", "too_many_pixels")
                spot = _spot(image)
                image.draft("RGB", (EDGE, EDGE))
                upright = ImageOps.exif_transpose(image)
                upright.thumbnail((EDGE, EDGE))
                return Found("photo", "image/jpeg", name, _drawn(upright), sent, *spot)
    except BadInput:
        raise
    except Exception as error:  # a decoder fed with anything may raise anything; none of it is ours to show
        raise _refused(name, "照片读不出来", "请重新拍照或者另存后再发", "bad_photo") from error


def _drawn(image: Image.Image) -> bytes:
    flat = image.convert("RGB") if image.mode not in ("RGBA", "LA", "PA", "P") else _on_white(image)
    bare = Image.new("RGB", flat.size)
    bare.paste(flat)
    kept = io.BytesIO()
    bare.save(kept, "JPEG", quality=85, optimize=True)
    return kept.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    over = image.convert("RGBA")
    flat = Image.new("RGBA", over.size, "white")
    flat.alpha_composite(over)
    return flat.convert("RGB")


def _spot(image: Image.Image) -> tuple[float | None, float | None]:
    """Where the camera says it was; nothing when it says nothing sensible."""
    with contextlib.suppress(Exception):  # EXIF is written by anybody and may be anything
        gps = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        lat, lon = _degrees(gps[2], gps.get(1, "N")), _degrees(gps[4], gps.get(3, "E"))
        if abs(lat) <= 90 and abs(lon) <= 180 and (lat or lon):
            return lat, lon
    return None, None


def _degrees(parts: tuple[float, float, float], side: str) -> float:
    degrees, minutes, seconds = (float(p) for p in parts)
    found = degrees + minutes / 60 + seconds / 3600
    if found != found:  # NaN: 0/0 is a rational in EXIF
        raise ValueError(parts)
    return round(-found if str(side)[:1] in "SW" else found, 6)


def plain_name(name: str) -> str:
    """What is shown of a sender's file name; it is never a path of ours."""
    last = re.split(r"[\\/]", name)[-1]
    return "".join(c for c in last if c.isprintable() and c not in '<>"|:*?')[-80:].strip(". ")


def _refused(name: str, why: str, instead: str, code: str, **more: Any) -> BadInput:
    return BadInput("附件“{name}”没有收下", why=why, instead=instead, field="sent", code=code, name=name or "—", **more)


# -- where it lies -----------------------------------------------------------------------------------------------------
def place_of(digest: str) -> Path:
    """Named by nothing but the digest, outside everything that is served."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise ValueError(digest)
    return Path(settings.DATA_DIR) / "attachments" / digest[:2] / digest


def put(found: Found) -> None:
    """Written whole or not at all, and on the disk before the row says it is there."""
    place = place_of(found.digest)
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(found.data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place)
