"""Names of duties as clerks write them → what they have in common (spec domain §5d.1).

Whole lists are normalised at once: a hundred thousand names are one text of as many lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from zhize.kernel.text import simplified

ACTS = {  # the ten types by the words that end a name; what ends it otherwise says nothing of the type
    "01": "许可|审批|核准|核发|颁发",
    "02": "处罚",
    "03": "强制|强制措施|强制执行",
    "04": "征收|征用|收费",
    "05": "给付|救助|补贴",
    "06": "检查|监督检查|巡查|抽查",
    "07": "确认|鉴定|认定",
    "08": "奖励|表彰",
    "09": "裁决|调解",
    "10": "备案|登记|审核",
}
_ANY = "|".join(sorted("|".join(ACTS.values()).split("|"), key=len, reverse=True))
_UNSEEN = re.compile(r"[\s「」『』“”‘’\"'《》〈〉()\[\]【】〔〕{}\u200b\ufeff]+")
_UNSEEN_BUT_LINES = re.compile(r"[^\S\n]+|[「」『』“”‘’\"'《》〈〉()\[\]【】〔〕{}\u200b\ufeff]+")
_JOINTS = re.compile(
    r"(?:以及|(?<![涉普波危触顾])及(?!时|格|其)|(?<!共)和(?!解|平|谐)|与|、|,|;|·|等(?![级候于待额同效价差]))+"
)
_HEAD = re.compile(rf"^(?:关于|对(?=.*的(?:行政)?(?:{_ANY})$)|对(?![外口讲接照账])|、)+", re.MULTILINE)
_TAIL = re.compile(rf"(?:(?:(?:违法)?行为)?(?:的行政|的|行政)(?:{_ANY})|、|。|\.)+$", re.MULTILINE)
_ENDS = [(code, re.compile(rf"(?:{words})$")) for code, words in ACTS.items()]


def normalise_name(name: str) -> str:
    """One name by what it is about: width, script, marks, joints, leading 对 and trailing 的行政处罚 taken away.

    A name that is nothing else keeps its words; what comes out is for comparison, never shown.
    """
    return normalise_names([name])[0]


def normalise_names(names: Iterable[str]) -> list[str]:
    """The same for a whole list."""
    return [stripped or whole for whole, stripped in _both(folded_names(names))]


def folded_names(names: Iterable[str]) -> list[str]:
    """Width, script and marks only: what was written, without how."""
    text = "\n".join(_UNSEEN.sub("", name) for name in names)
    plain = simplified(unicodedata.normalize("NFKC", text)) if not text.isascii() else text
    return _UNSEEN_BUT_LINES.sub("", plain).split("\n")


def act_of(name: str) -> str:
    """The type its last word speaks of: '02' for …的处罚, '' when it does not say."""
    return next((code for code, words in _ENDS if words.search(name)), "")


def _both(folded: list[str]) -> Iterable[tuple[str, str]]:
    text = "\n".join(folded)
    before = ""
    while text != before:  # 关于对…的处罚的备案: one layer may uncover another
        before, text = text, _TAIL.sub("", _HEAD.sub("", _JOINTS.sub("、", text)))
    return zip(folded, text.split("\n"), strict=True)
