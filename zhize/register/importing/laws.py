"""Laws by what papers call them; those unknown are entered, marked 待核, when the draft is accepted."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

from zhize.kernel.citing import Cite, parse_basis
from zhize.kernel.text import fold, similarity
from zhize.record.models import Law, LawVersion, Provision
from zhize.register.importing.terms import ERROR, WARNING, Said, short

NATIONAL = "中华人民共和国"
NEAR = 0.75


class Statutes:
    """Known laws by folded name, with or without 中华人民共和国; versions in force on the day; articles where kept."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.by_name: dict[str, tuple[str, str]] = {}  # folded name → (key, name)
        self.ids: dict[str, int] = {}
        for pk, key, name in Law.objects.values_list("pk", "key", "name"):
            self.ids[key] = pk
            for word in {_plain(name), _plain(key)}:
                self.by_name.setdefault(word, (key, name))
        versioned = set(LawVersion.objects.live().values_list("law_id", flat=True))
        in_force = set(LawVersion.objects.as_of(day).values_list("law_id", flat=True))
        self.ended = versioned - in_force
        self.articles: dict[int, set[str]] = defaultdict(set)
        for law, article in Provision.objects.values_list("law_id", "article").distinct():
            self.articles[law].add(article)
        self.new: dict[str, str] = {}  # key → name
        self.cited: dict[str, int] = defaultdict(int)

    def read(self, said: Said, column: str, needed: bool) -> list[list[object]]:
        """The bases of a row as [law key, article, paragraph, item, unverified]; a power item must have one."""
        text = said.get(column)
        parsed = parse_basis(text)
        for flag in parsed.flags:
            said.fault(column, flag.why, flag.instead, flag.severity, value=flag.value)
        if needed and not parsed.cites:
            why = "看不出依据哪部法律" if text.strip() else "权力事项没有写实施依据（第10条：职权法定）"
            said.fault(column, why, "请写成《法律名称》第几条，例如《城乡规划法》第六十四条", ERROR)
        return [basis for cite in parsed.cites for basis in [self._basis(said, column, cite)]]

    def _basis(self, said: Said, column: str, cite: Cite) -> list[object]:
        known = self.by_name.get(_plain(cite.law)) or (self.by_name.get(_plain(cite.number)) if cite.number else None)
        if known is None:
            known, unverified = self._unknown(said, column, cite), True
        else:
            unverified = known[0] in self.new
            self._doubts(said, column, cite, known)
        self.cited[known[0]] += 1
        return [known[0], cite.article[:30], cite.paragraph, cite.item, unverified]

    def _doubts(self, said: Said, column: str, cite: Cite, known: tuple[str, str]) -> None:
        law = self.ids.get(known[0])
        if law is None:
            return
        if law in self.ended:
            said.fault(
                column, f"《{known[1]}》在{self.day}没有有效版本", "请核对是否应改引现行法律", WARNING, value=str(cite)
            )
        kept = self.articles.get(law, set())
        if cite.article and "附" not in cite.article and len(kept) > 30 and cite.article not in kept:
            # a law of which only a few articles are kept proves nothing
            why = f"登记的《{known[1]}》条文里没有{cite.article}"
            said.fault(column, why, "请核对条号", WARNING, value=str(cite))

    def _unknown(self, said: Said, column: str, cite: Cite) -> tuple[str, str]:
        """Entered on acceptance under its own name; what it may have been meant for is only suggested."""
        name = cite.law[:200]
        key = (
            re.sub(r"[^\w\u4e00-\u9fff〔〕〈〉-]", "", name.removeprefix(NATIONAL))[:150] or f"law-{len(self.new) + 1}"
        )
        key = key if key not in self.ids else f"{key}-待核"
        self.new[key] = name
        self.by_name[_plain(name)] = (key, name)
        near = self._near(name)
        instead = f"是不是《{near}》？" if near else ""
        said.fault(
            column,
            f"登记中没有《{short(name, 60)}》，接受时按待核法律登记",
            f"{instead}请核对名称",
            WARNING,
            value=str(cite),
        )
        return key, name

    def _near(self, name: str) -> str:
        if len(self.new) > 200:
            return ""
        best = max(
            ((similarity(_plain(name), w), n) for w, (k, n) in self.by_name.items() if k in self.ids), default=(0.0, "")
        )
        return best[1] if best[0] >= NEAR else ""


def _plain(name: str) -> str:
    return re.sub(r"[()（）〔〕\[\]]", "", fold(name)).removeprefix(NATIONAL)
