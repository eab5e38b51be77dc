"""Names of duties as clerks write them → what they have in common (spec domain §5d.1).

Whole lists are normalised at once: a hundred thousand names are one text of as many lines. The patterns begin with plain
characters, which is what the regular expression engine can look for quickly.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from zhize.kernel.text import simplified

ACTS = {  # the ten types by the words that end a name; what ends it otherwise says nothing of the type
    "01": "许可 审批 核准 核发 颁发",
    "02": "处罚",
    "03": "强制 强制措施 强制执行",
    "04": "征收 征用 收费",
    "05": "给付 救助 补贴",
    "06": "检查 监督检查 巡查 抽查",
    "07": "确认 鉴定 认定",
    "08": "奖励 表彰",
    "09": "裁决 调解",
    "10": "备案 登记 审核",
}
ACT_OF = {word: code for code, words in ACTS.items() for word in words.split()}
_LENGTHS = sorted({len(word) for word in ACT_OF}, reverse=True)
_ANY = "|".join(sorted(ACT_OF, key=len, reverse=True))
_UNSEEN = r"「」『』“”‘’\"'＂＇《》〈〉()（）\[\]［］【】〔〕{}｛｝\u200b\ufeff"
_MARKS = re.compile(rf"(?:[^\S\n]|[{_UNSEEN}])+")
_USUAL = re.compile(r"[\n -~、。·\u4e00-\u9fff]*")  # what NFKC leaves as it is
_JOINTS = re.compile(
    r"以及|及(?<![涉普波危触顾]及)(?!时|格|其)|和(?<!共和)(?!解|平|谐)|等(?![级候于待额同效价差])|[与,;·]"
)
_FRAMES = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"、{2,}",
        rf"^(?:关于|对(?=.*的(?:行政)?(?:{_ANY})$)|对(?![外口讲接照账])|、)+",
        rf"(?:违法行为的行政|违法行为的|违法行为行政|行为的行政|行为的|行为行政|的行政|的)(?:{_ANY})$|[、。.]$",
    )
)


def normalise_name(name: str) -> str:
    """One name by what it is about: width, script, marks, joints, leading 对 and trailing 的行政处罚 taken away.

    A name that is nothing else keeps its words; what comes out is for comparison, never shown.
    """
    return normalise_names([name])[0]


def normalise_names(names: Sequence[str]) -> list[str]:
    """The same for a whole list."""
    return unframed(folded_names(names))


def folded_names(names: Sequence[str]) -> list[str]:
    """Width, script and marks only: what was written, without how."""
    text = "\n".join(names)
    if text.count("\n") + 1 != len(names):
        text = "\n".join(" ".join(name.split()) for name in names)
    lines = simplified(_compatible(_MARKS.sub("", text))).split("\n")
    return lines if names else []


def unframed(folded: Sequence[str]) -> list[str]:
    """What folded names are about; one layer of 关于对…的处罚的备案 may uncover another."""
    text, before = _JOINTS.sub("、", "\n".join(folded)), ""
    while text != before:
        before = text
        for frame in _FRAMES:
            text = frame.sub("、" if frame is _FRAMES[0] else "", text)
    return [bare or whole for bare, whole in zip(text.split("\n"), folded, strict=False)]


def act_of(name: str) -> str:
    """The type its last word speaks of: '02' for …的处罚, '' when it does not say."""
    return next((ACT_OF[name[-n:]] for n in _LENGTHS if name[-n:] in ACT_OF), "")


def _compatible(text: str) -> str:
    """NFKC, which is slow, only where there is something for it to do."""
    if _USUAL.fullmatch(text):
        return text
    return "\n".join(line if _USUAL.fullmatch(line) else _narrow(line) for line in text.split("\n"))


def _narrow(line: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", line).replace("\n", ""))
