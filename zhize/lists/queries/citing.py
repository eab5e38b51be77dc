"""The law picker: 《…》第X条第Y款第Z项 typed in any way, resolved against the law register, with the article's own words.

Short names, missing book marks, Arabic numerals and traditional script are read; what is not found is said, with what it
may have been meant for. Nothing is made up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import takewhile

from zhize.kernel.citing import Cite, parse_basis
from zhize.kernel.text import fold, similarity, simplified
from zhize.record.models import Law, LawVersion, Provision

NATIONAL = "中华人民共和国"
NEAR, MANY = 0.6, 30  # a law of which only a few articles are kept proves nothing about the others
_MARKS = re.compile(r"[()（）〔〕\[\]《》〈〉\s]")


@dataclass(frozen=True)
class Doubt:
    why: str
    instead: str = ""
    severity: str = "E"


@dataclass(frozen=True)
class Citation:
    """One place in one law as it was understood: the law of the register or none, the words, what is wrong with it."""

    cite: Cite
    law: Law | None
    text: str = ""
    doubt: Doubt | None = None

    @property
    def basis(self) -> tuple[str, str, str, str] | None:
        c = self.cite
        return (self.law.key, c.article, c.paragraph, c.item) if self.law else None

    def __str__(self) -> str:
        name = self.law.name if self.law else self.cite.law
        return f"《{name}》{self.cite.article}{self.cite.paragraph}{self.cite.item}"


def read_bases(text: str, day: date, laws: Laws | None = None) -> list[Citation]:
    """Every citation typed, in order, without repetitions. Whoever reads many texts hands the `laws` in."""
    laws = laws or Laws(day)
    cites = parse_basis("\n".join(laws.marked(line) for line in text.splitlines())).cites
    found = [_citation(laws, c) for c in _whole(cites)]
    return list({str(c): c for c in found}.values())


def _whole(cites: list[Cite]) -> list[Cite]:
    """A law named and then cited by article is the article: the bare name was only on the way there."""
    return [c for n, c in enumerate(cites) if c.article or not any(d.law == c.law and d.article for d in cites[n + 1 :])
            if not any(_prefix(c, d) for d in cites[n + 1 : n + 2])]  # fmt: skip


def _prefix(c: Cite, d: Cite) -> bool:
    """第四十条, then 第四十条第二款: the second says all the first does."""
    mine, other = (c.law, c.article, c.paragraph, c.item), (d.law, d.article, d.paragraph, d.item)
    said = len(list(takewhile(bool, mine)))
    return mine != other and mine[:said] == other[:said]


def _citation(laws: Laws, cite: Cite) -> Citation:
    law = laws.find(cite.law) or (laws.find(cite.number) if cite.number else None)
    if law is None:
        near = laws.near(cite.law)
        hint = f"是不是《{near}》？" if near else "新的法律请先登记"
        return Citation(cite, None, doubt=Doubt(f"法律登记中没有《{cite.law}》", hint))
    return Citation(cite, law, laws.quote(law, cite), basis_fault(law, cite, laws))


def basis_fault(law: Law | None, cite: Cite, laws: Laws) -> Doubt | None:
    """Is there such a law, in force that day, with such an article?"""
    if law is None:
        return Doubt(f"法律登记中没有《{cite.law}》", "请先登记这部法律")
    if laws.is_out(law):
        return Doubt(f"《{law.name}》在{laws.day}没有有效版本", "请改引现行法律")
    kept = laws.articles(law)
    if cite.article and "附" not in cite.article and len(kept) > MANY and cite.article not in kept:
        return Doubt(f"登记的《{law.name}》没有{cite.article}", "请核对条号")
    if not cite.article:
        return Doubt(f"只写了《{law.name}》，没有写到条", "请写明第几条", "W")
    return None


class Laws:
    """The law register on a day: by key, by plain name long and short, with its versions and articles; each read once."""

    def __init__(self, day: date) -> None:
        self.day = day
        self._articles: dict[int, set[str]] = {}
        self._quoted: dict[tuple[int, str], str] = {}

    @cached_property
    def by_key(self) -> dict[str, Law]:
        return {law.key: law for law in Law.objects.all()}

    @cached_property
    def by_name(self) -> dict[str, Law]:
        named: dict[str, Law] = {}
        for law in self.by_key.values():
            for word in {plain(law.name), plain(law.key)}:
                named.setdefault(word, law)
        return named

    @cached_property
    def by_length(self) -> list[str]:
        return sorted(self.by_name, key=len, reverse=True)

    def find(self, name: str) -> Law | None:
        return self.by_name.get(plain(name))

    def is_out(self, law: Law) -> bool:
        """There are versions of it, none of them in force that day."""
        return law.pk in self._versioned and law.pk not in self._in_force

    @cached_property
    def _versioned(self) -> set[int]:
        return set(LawVersion.objects.live().values_list("law_id", flat=True))

    @cached_property
    def _in_force(self) -> set[int]:
        return set(LawVersion.objects.as_of(self.day).values_list("law_id", flat=True))

    def articles(self, law: Law) -> set[str]:
        if law.pk not in self._articles:
            kept = Provision.objects.filter(law=law).values_list("article", flat=True)
            self._articles[law.pk] = set(kept)
        return self._articles[law.pk]

    def quote(self, law: Law, cite: Cite) -> str:
        """The article's words in the version of the day."""
        at = law.pk, cite.article
        if at not in self._quoted:
            self._quoted[at] = quote(law, cite, self.day)
        return self._quoted[at]

    def near(self, name: str) -> str:
        best = max(((similarity(plain(name), w), law.name) for w, law in self.by_name.items()), default=(0.0, ""))
        return best[1] if best[0] >= NEAR else ""

    def marked(self, line: str) -> str:
        """The line with book marks round a law's name that opens it, and 条 behind a bare number."""
        text = simplified(unicodedata.normalize("NFKC", line)).strip()
        if text and "《" not in text:
            text = "".join(self._pieces(text))
        return re.sub(r"(》|条|款)\s*第?(\d+)(?![\d条款项目之年号])", r"\1第\2条", text)

    def _pieces(self, text: str) -> Iterator[str]:
        body = text.removeprefix(NATIONAL)
        name = next((w for w in self.by_length if len(w) > 2 and body.startswith(w)), "")
        yield f"《{name}》{body[len(name) :].lstrip('》')}" if name else text


def plain(name: str) -> str:
    return _MARKS.sub("", fold(name)).removeprefix(NATIONAL)


def quote(law: Law, cite: Cite, day: date) -> str:
    """The article's words in the version of the day; of one paragraph when it can be told apart."""
    rows = Provision.objects.filter(law=law, article=cite.article, version_day__lte=day).order_by("-version_day")
    row = rows.first() or Provision.objects.filter(law=law, article=cite.article).order_by("version_day").first()
    return row.text if row else ""
