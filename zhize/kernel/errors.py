"""Refuse like a good clerk: what, why, by which rule and article, what to do instead (house rule 9)."""

from collections.abc import Callable
from typing import Any

Translate = Callable[[str], str]


class Refusal(Exception):
    """One clear sentence: what, why, by which rule or article, what to do instead.

    `what`, `why` and `instead` are Simplified-Chinese templates with `{named}` places filled from `params`,
    so that a page may translate the template before it is filled (see `sentence`).
    """

    exit_code = 1
    http_status = 409

    def __init__(
        self,
        what: str,
        *,
        why: str = "",
        rule: str = "",
        article: str = "",
        instead: str = "",
        field: str = "",
        code: str = "",
        details: list[Any] | None = None,
        **params: Any,
    ) -> None:
        super().__init__(what)
        self.what, self.why, self.instead = what, why, instead
        self.rule, self.article = rule, article
        self.field, self.code = field, code
        self.details = list(details or [])
        self.params = params

    def sentence(self, translate: Translate = str) -> str:
        """The whole refusal as one line; `translate` turns each template (and each joint) into another language."""
        what = self._say(self.what, translate)
        why = self._say(self.why, translate)
        instead = self._say(self.instead, translate)
        head = f"{_bare(what)}：{_bare(why)}" if why else _bare(what)
        return head + self._basis(translate) + "。" + (f"{_bare(instead)}。" if instead else "")

    def _basis(self, translate: Translate) -> str:
        parts = []
        if self.article:
            parts.append(fill(translate("依据{article}"), {"article": self._say(self.article, str)}))
        if self.rule:
            parts.append(fill(translate("规则{rule}"), {"rule": self._say(self.rule, str)}))
        return f"（{'，'.join(parts)}）" if parts else ""

    def _say(self, template: str, translate: Translate) -> str:
        return fill(translate(template), self.params) if template else ""

    def __str__(self) -> str:
        return self.sentence()

    def as_dict(self, translate: Translate = str) -> dict[str, Any]:
        """The same refusal for the API and for `--json`: every part, and the sentence built from them."""
        parts = {name: self._say(getattr(self, name), translate) for name in ("what", "why", "instead")}
        names = ("rule", "article", "field", "code", "details")
        return {"sentence": self.sentence(translate), **parts, **{name: getattr(self, name) for name in names}}


class BadInput(Refusal):
    """What was handed in cannot be read or is not allowed there; the caller must change it."""

    exit_code = 2
    http_status = 400


class _Known(dict[str, Any]):
    """A place without a value stays visible as `{name}`: a refusal must never fail while it is being said."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def fill(template: str, params: dict[str, Any]) -> str:
    """Fill the named places; without params the text is taken as it stands, braces and all."""
    return template.format_map(_Known(params)) if params else template


def _bare(text: str) -> str:
    return text.strip().rstrip("。.")
