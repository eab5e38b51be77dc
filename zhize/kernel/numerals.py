"""Numbers as laws are cited: 第48条, 第四十八条, 第一百零二条."""

from __future__ import annotations

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000}
NUMBER = "[0-9〇○零一二两三四五六七八九十百千]{1,8}"
_HAN = "零一二三四五六七八九"


def to_int(text: str) -> int | None:
    """48, 四十八 and 一〇二 alike; None for what is no number."""
    if text.isascii() and text.isdigit():
        return int(text)
    if not text or any(c not in DIGITS and c not in UNITS for c in text):
        return None
    if not any(c in UNITS for c in text):
        return int("".join(str(DIGITS[c]) for c in text))
    total, digit = 0, 0
    for c in text:
        if c in DIGITS:
            digit = DIGITS[c]
        else:
            total += (digit or 1) * UNITS[c]
            digit = 0
    return total + digit


def to_han(number: int) -> str:
    """102 → 一百零二, 10 → 十, 12 → 十二 (as statutes number their articles)."""
    if not 0 < number < 10000:
        return str(number)
    out, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            out += ("零" if gap and out else "") + _HAN[digit] + name
        gap = not digit
    return out.removeprefix("一") if out.startswith("一十") else out
