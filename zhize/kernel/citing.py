"""实施依据 as offices write it → laws, articles, paragraphs, items.

A cell holds several laws, each with a list of articles (第十条、第十二条第二款、第二十条至第二十三条), and often the words of
the article after a colon, with other laws mentioned in them. Citations are read from the start of a segment; from the
first word that belongs to no citation on, the text is a quotation, until the next segment opens with a law or an article.
What had to be guessed (missing book marks, wrong brackets) is flagged; nothing is made up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from zhize.kernel.errors import BadInput
from zhize.kernel.numerals import NUMBER, to_han, to_int
from zhize.kernel.text import read_docnumber, simplified

LONGEST = 30000
WIDEST = 60  # articles in one range
_KIND = "(?:法典|法|条例|规定|办法|决定|细则|规则|通则|意见|通知|规程|准则|暂行规定|标准|批复|目录|方案|纲要|公告|命令)"
_JOIN = r"(?:、|,|和|及|与|以及|或者?|至|到|-|—|~|–|;)"
_ARTICLES = re.compile(rf"第?{NUMBER}(?:条之{NUMBER}|条)?(?:\s*{_JOIN}\s*第?{NUMBER})*\s*条(?:之{NUMBER})?")
_PARAGRAPHS = re.compile(rf"第?{NUMBER}(?:款?\s*{_JOIN}\s*第?{NUMBER})*\s*款")
_ITEMS = re.compile(rf"第?\(?{NUMBER}\)?(?:项?\s*{_JOIN}\s*第?\(?{NUMBER}\)?)*\s*(?:项|目)")
_ANNEX = re.compile(rf"附件{NUMBER}|附件|附表")
_NUMBERED = re.compile(r"[\u4e00-\u9fff]{2,10}[〔\[(【{](?:19|20)\d{2}年?[〕\])】}]\s*第?\s*\d{1,5}\s*号?")
_ORDER = re.compile(r"[\u4e00-\u9fff]{2,20}?(?:令第?\d{1,4}号|第?\d{1,4}号令)")
_BARE = re.compile(rf"(?:中华人民共和国)?[\u4e00-\u9fff]{{2,40}}?{_KIND}(?=\s*(?:[第附(（》]|$|[、,;。\n]))")
_NO_TITLE = re.compile(
    r"依照|按照|违反|根据|依法|本法|本条例|本办法|本规定|该法|该条例|有关|相关|上述|主管部门|应当|责令"
)
_JOINERS = re.compile(rf"{_JOIN}|[.。并等的之]|规定(?=\s*(?:[、;。《\n]|$))|各|依据|根据|按照|依照|参照|详见|见")
_MARKER = r"(?:\(?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.、)]|[①-⑳]|【[^】\n]{1,12}】|\[[^\]\n]{1,12}\]|[a-zA-Z][.)、]|[-·●•*])"
_SEGMENT = re.compile(
    rf"(?:{_MARKER}\s*)*(?:(?:法律|行政法规|地方性法规|部门规章|规章|规范性文件|依据|设定依据|实施依据)[::]\s*)?"
)
_RESUME = re.compile(
    rf"\n\s*(?:{_MARKER}\s*)*(?=《|第{NUMBER}条|[\u4e00-\u9fff]{{2,40}}?{_KIND}(?:\([^)\n]{{0,40}}\))?第{NUMBER}条)"
    rf"|[;。”]\s*(?:{_MARKER}\s*)*(?=《[^《》\n]{{2,60}}》\s*(?:\([^)\n]{{0,60}}\)\s*)*(?:第{NUMBER}条|附件))"
    rf"|[;。]\s*(?=第{NUMBER}条(?:第{NUMBER}款)?(?:第\(?{NUMBER}\)?项)?\s*(?:[;。、,:\n]|$))"
)
_OWN = re.compile(r"(?:本法|本条例|本办法|本规定|本细则|该法|该条例|前)\s*$")
_BRACKET = re.compile(r"[(〔\[【]((?:[^()〔〕\[\]【】\n]|[〔\[(【][^()〔〕\[\]【】\n]{0,40}[〕\])】]){0,200})[)〕\]】]")
_UNCLOSED = re.compile(rf"《([^《》\n第(]{{2,60}}?)(?=第{NUMBER}条|[\n(]|$)")
_BLANK = re.compile(r"\s+")
_AHEAD = re.compile(rf"\s*第?{NUMBER}\s*条")
_MARKS_BEFORE_BOOK = re.compile(rf"\s*(?:{_MARKER}\s*)+(?=《)")
_YEAR = re.compile(r"\((?:19|20)\d{2}年?(?:修[正订]|修改|版|公布)?\)$")
_RANGE = re.compile(r"至|到|-|—|~|–")
_INNER = str.maketrans({"《": "〈", "》": "〉", "<": "〈", ">": "〉"})


@dataclass(frozen=True)
class Cite:
    """One place in one law; `number` is the document number printed with it."""

    law: str
    article: str = ""
    paragraph: str = ""
    item: str = ""
    number: str = ""

    def __str__(self) -> str:
        return f"《{self.law}》{self.article}{self.paragraph}{self.item}"


@dataclass(frozen=True)
class Flag:
    """What was put right or could not be used."""

    value: str
    why: str
    instead: str
    severity: str = "W"


@dataclass
class Parsed:
    cites: list[Cite] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)


@lru_cache(maxsize=2000)
def parse_basis(text: str) -> Parsed:
    """All citations of a cell, in order, without repetitions. The answer is shared between equal cells: only read it."""
    reader = _Reader(_prepare(text[:LONGEST]))
    if len(text) > LONGEST:
        reader.flag(text, f"依据超过{LONGEST}字，后面的没有读", "请只填法律名称和条款")
    reader.read()
    return Parsed(list(dict.fromkeys(reader.cites)), list(dict.fromkeys(reader.flags)))


def _prepare(text: str) -> str:
    plain = simplified(unicodedata.normalize("NFKC", text)).replace("\r\n", "\n").replace("\r", "\n")
    plain = re.sub(r"<<|﹤﹤", "《", re.sub(r">>|﹥﹥", "》", plain))
    if "《" not in plain:
        plain = re.sub(r"<([^<>\n]{2,60})>", r"《\1》", plain)
        plain = re.sub(r"[「『]([^「」『』\n]{2,60})[」』]", r"《\1》", plain)
    return re.sub(r"[ \t\u3000]+", " ", plain)


class _Reader:
    """Walks the text once; `law`, `article` and `paragraph` are what a following number belongs to."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.cites: list[Cite] = []
        self.flags: list[Flag] = []
        self.law, self.number, self.article, self.paragraph = "", "", "", ""
        self.fresh = True  # nothing but joiners since the segment began
        self.range_from: int | None = None

    def read(self) -> None:
        self._skip(_SEGMENT)
        while self.at < len(self.text):
            if not (self._blank() or self._cite() or self._join()):
                self._quote()

    def flag(self, value: str, why: str, instead: str) -> None:
        self.flags.append(Flag(" ".join(value.split())[:60], why, instead))

    # -- what a citation is made of --
    def _cite(self) -> bool:
        return (
            self._book()
            or self._articles()
            or self._paragraphs()
            or self._items()
            or self._bracket()
            or self._annex()
            or self._docnumber()
            or self._bare()
        )

    def _book(self) -> bool:
        """《…》, with titles inside titles (《…实施〈…〉办法》, 《…实施《…》办法》)."""
        if self.text[self.at] != "《":
            return False
        end = _closing(self.text, self.at)
        if end is None:
            return self._unclosed()
        self._enter(self.text[self.at + 1 : end])
        self.at = end + 1
        return True

    def _unclosed(self) -> bool:
        found = _UNCLOSED.match(self.text, self.at)
        if found is None:
            return False
        self.flag(found[0], "书名号没有写完整", "请补上“》”")
        self._enter(found[1])
        self.at = found.end()
        return True

    def _bare(self) -> bool:
        """A law without book marks, only where a segment opens or after a joiner."""
        found = _BARE.match(self.text, self.at) if self.fresh else None
        if found is None or _NO_TITLE.search(found[0]):
            return False
        self.flag(found[0], "法律名称没有加书名号，按法律名称理解", f"请写成《{found[0]}》")
        self._enter(found[0])
        self.at = found.end()
        if self.text[self.at : self.at + 1] == "》":
            self.at += 1
        return True

    def _enter(self, name: str) -> None:
        inner = re.sub(r"\s+", "", name).translate(_INNER)
        self.law = _YEAR.sub("", inner)
        self.number, self.article, self.paragraph = "", "", ""
        self._emit()

    def _bracket(self) -> bool:
        """（2020年修订）, （国务院令第412号）, （国发〔2002〕17号） after a law's name."""
        if self.text[self.at] not in "(〔[【":
            return False
        found = _BRACKET.match(self.text, self.at)
        if found is None:
            return False
        if self.law and not self.article:
            self._note_number(found[1])
        self.at = found.end()
        return True

    def _note_number(self, inside: str) -> None:
        number = _NUMBERED.search(inside)
        if number:
            self.number = self._normal(number[0])
        elif order := _ORDER.search(inside):
            self.number = order[0]
        else:
            return
        if self.cites and self.cites[-1] == Cite(self.law):
            self.cites[-1] = Cite(self.law, number=self.number)

    def _normal(self, text: str) -> str:
        try:
            number = read_docnumber(text)
        except BadInput:
            return text
        if number.text != text.strip():
            self.flag(text, f"文号写法不规范，已改为“{number.text}”", "请按原件核对文号")
        for doubt in number.flags:
            if "疑为误印" in doubt:
                self.flag(text, doubt, "请核对原件")
        return number.text

    def _docnumber(self) -> bool:
        """A document number alone, where a segment opens: the document itself is the basis."""
        found = _NUMBERED.match(self.text, self.at) if self.fresh else None
        if found is None:
            return False
        self.law = self.number = self._normal(found[0])
        self.article = self.paragraph = ""
        self.flag(found[0], "依据只写了文号，没有写文件名称", "请补写文件名称")
        self._emit()
        self.at = found.end()
        return True

    def _articles(self) -> bool:
        found = _ARTICLES.match(self.text, self.at)
        if found is None or _OWN.search(self.text, max(0, self.at - 6), self.at):
            return False
        self.at, self.fresh = found.end(), False
        if not self.law:
            self.flag(found[0], "没有写明是哪部法律的条文", "请在条号前写出法律名称")
            return True
        for number, suffix in self._numbers(found[0], "条"):
            self.article, self.paragraph = f"第{to_han(number)}条{suffix}", ""
            self._emit()
        return True

    def _paragraphs(self) -> bool:
        found = _PARAGRAPHS.match(self.text, self.at) if self.article else None
        if found is None:
            return False
        self.at = found.end()
        for number, _ in self._numbers(found[0], "款"):
            self.paragraph = f"第{to_han(number)}款"
            self._emit()
        return True

    def _items(self) -> bool:
        found = _ITEMS.match(self.text, self.at) if self.article else None
        if found is None:
            return False
        self.at = found.end()
        unit = found[0][-1]
        for number, _ in self._numbers(found[0], unit):
            if unit == "目" and self.cites and self.cites[-1].item:
                self.cites[-1] = Cite(*self._here(), f"{self.cites[-1].item}第{to_han(number)}目"[:20], self.number)
            elif unit == "项":
                self._emit(f"第{to_han(number)}项")
        return True

    def _annex(self) -> bool:
        found = _ANNEX.match(self.text, self.at) if self.law else None
        if found is None:
            return False
        self.article, self.paragraph, self.at = found[0], "", found.end()
        self._emit()
        return True

    def _numbers(self, words: str, unit: str) -> Iterator[tuple[int, str]]:
        """The numbers of a list, ranges filled in; 至 before a list continues the last number of the one before."""
        suffix = m[0].removeprefix("条") if (m := re.search(rf"条之{NUMBER}$", words)) else ""
        body = words[: len(words) - len(suffix)] if suffix else words
        pieces = re.findall(rf"({_RANGE.pattern})|({NUMBER})", body)
        last, reach = self.range_from, self.range_from is not None
        self.range_from = None
        for joint, digits in pieces:
            if joint:
                reach = True
                continue
            number = to_int(digits)
            if number is None or not 0 < number < 2000:
                self.flag(words, f"“{digits}”不是合理的{unit}号", "请核对")
                continue
            if reach and last is not None:
                yield from ((n, "") for n in self._between(last, number, words))
            yield number, suffix
            last, reach = number, False

    def _between(self, first: int, last: int, words: str) -> range:
        if not 0 < last - first <= WIDEST:
            self.flag(words, "起止条号颠倒或者跨度过大，只取所写的两端", "请逐条列出")
            return range(0)
        return range(first + 1, last)

    def _here(self) -> tuple[str, str, str]:
        return self.law, self.article, self.paragraph

    def _emit(self, item: str = "") -> None:
        """Add the place reached; a wider place just cited becomes the narrower one (第十条 → 第十条第一款)."""
        new = Cite(*self._here(), item, self.number)
        last = self.cites[-1] if self.cites else None
        if last is not None and _narrows(new, last):
            self.cites[-1] = new
        else:
            self.cites.append(new)
        self.fresh = False

    # -- what stands between --
    def _blank(self) -> bool:
        found = _BLANK.match(self.text, self.at)
        if found is None:
            return False
        self.at = found.end()
        if "\n" in found[0]:
            self.fresh = True
            self._skip(_SEGMENT)
        return True

    def _join(self) -> bool:
        found = _JOINERS.match(self.text, self.at)
        if found is None:
            return False
        if _RANGE.fullmatch(found[0]) and self.article:
            ahead = _AHEAD.match(self.text, found.end())
            self.range_from = to_int(re.sub(r"^第|条.*$", "", self.article)) if ahead else None
        self.at = found.end()
        self.fresh = found[0] not in ("的", "之", "规定")
        self._skip(_MARKS_BEFORE_BOOK)
        return True

    def _quote(self) -> None:
        """Words of the law itself: on to the next segment that opens with a law or an article."""
        found = _RESUME.search(self.text, self.at)
        self.at = found.end() if found else len(self.text)
        self.fresh, self.range_from = True, None

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()


def _closing(text: str, start: int) -> int | None:
    """Where the title that opens at `start` closes; titles do not run over a line's end."""
    depth = 0
    for at in range(start, min(len(text), start + 200)):
        if text[at] == "《":
            depth += 1
        elif text[at] == "》":
            depth -= 1
            if not depth:
                return at
        elif text[at] == "\n":
            return None
    return None


def _narrows(new: Cite, old: Cite) -> bool:
    """Is the old place only the way to the new one?"""
    if new.law != old.law:
        return False
    if not old.article:
        return bool(new.article)
    if new.article != old.article:
        return False
    if not old.paragraph and not old.item:
        return bool(new.paragraph or new.item)
    return bool(new.paragraph == old.paragraph and not old.item and new.item)
