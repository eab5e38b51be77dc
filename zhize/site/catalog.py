"""The English catalogue: every word a page, a form or a refusal says, gathered from the source and compiled.

Chinese is the source language, so a msgid is Chinese. No gettext tools are needed: templates are read through Django's
own `templatize`, Python through its syntax tree, and Babel (a development package) writes the two files.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent
PO = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
SILENT = {
    "tests",
    "migrations",
    "management",
}  # and the files beside the apps: what the command line says stays Chinese
HAN = re.compile(r"[\u3400-\u9fff]")


class Word(NamedTuple):
    text: str
    plural: str = ""
    context: str = ""


# ---- renew, compile, check ------------------------------------------------------------------------------------------


def renew() -> list[str]:
    """Write what the source says now into the .po and compile it; the words still without English."""
    known, wanted = _read(), Catalog()
    wanted.creation_date = known.creation_date
    for word, places in sorted(gather().items()):
        text = (word.text, word.plural) if word.plural else word.text
        wanted.add(text, locations=[(place, 0) for place in sorted(places)], context=word.context or None)
    known.update(wanted, no_fuzzy_matching=True)
    with PO.open("wb") as out:
        write_po(out, known, sort_output=True, ignore_obsolete=True, include_lineno=False, width=110)
    MO.write_bytes(compiled())
    return missing()


def compiled() -> bytes:
    """The .mo that belongs to the .po."""
    out = BytesIO()
    write_mo(out, _read())
    return out.getvalue()


def missing() -> list[str]:
    """Words of the source that have no English yet, with where they stand."""
    known = _read()
    words = sorted(gather().items())
    return [f"{word.text}  ({', '.join(sorted(places))})" for word, places in words if not _said(known, word)]


def _said(known: Catalog, word: Word) -> bool:
    message = known.get(word.text, word.context or None)
    return bool(message and (all(message.string) if isinstance(message.string, tuple) else message.string))


def _read() -> Catalog:
    with PO.open("rb") as source:
        return read_po(source, locale="en")


# ---- gather ---------------------------------------------------------------------------------------------------------


def gather() -> dict[Word, set[str]]:
    """Every word and the files it stands in."""
    found: dict[Word, set[str]] = {}
    trees = {path: ast.parse(path.read_text("utf-8")) for path in _files("*.py")}
    refusals = _refusals(trees.values())
    for path, tree in trees.items():
        _add(found, path, in_python(tree, refusals))
    for path in _files("*.html"):
        _add(found, path, in_template(path.read_text("utf-8")))
    return found


def _files(pattern: str) -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob(pattern)):
        parts = path.relative_to(PACKAGE).parts
        if len(parts) > 1 and not SILENT & set(parts):
            yield path


def _add(found: dict[Word, set[str]], path: Path, words: Iterator[Word]) -> None:
    for word in words:
        if HAN.search(word.text):
            found.setdefault(word, set()).add(path.relative_to(PACKAGE.parent).as_posix())


# ---- templates ------------------------------------------------------------------------------------------------------

_STRING = r"u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_CALL = re.compile(rf"(?<!\w)(_|n?p?gettext)\(\s*{_STRING}(?:\s*,\s*{_STRING})?(?:\s*,\s*{_STRING})?")


def in_template(source: str) -> Iterator[Word]:
    for call in _CALL.finditer(templatize(source)):
        yield _word(call[1], [ast.literal_eval(text) for text in call.groups()[1:] if text])


def _word(function: str, texts: list[str]) -> Word:
    function = function.removesuffix("_lazy").removesuffix("_noop")
    context = texts.pop(0) if "pgettext" in function else ""
    return Word(texts[0], texts[1] if function.startswith("n") and len(texts) > 1 else "", context)


# ---- Python ---------------------------------------------------------------------------------------------------------

GETTEXT = {f"{n}{p}gettext{tail}" for n in ("", "n") for p in ("", "p") for tail in ("", "_lazy", "_noop")} | {
    "_",
    "translate",
}
SPOKEN = {"label", "help_text", "empty_label", "error_messages", "violation_error_message"}  # said by the form parts
TEMPLATES = {"what", "why", "instead"}
ROWS = {"Workflow", "Step", "Field", "ListKind", "Output", "Class", "Status", "Flag", "Reason"}  # tables shown on pages
TABLES = {"SCHEMES", "STATES", "KINDS", "SOURCES"}  # names of modules' tables of words


def in_python(tree: ast.AST, refusals: set[str]) -> Iterator[Word]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _in_call(node, refusals)
        elif isinstance(node, ast.Raise) and node.exc and _name(node.exc) not in refusals:
            yield from _strings(node.exc)
        elif isinstance(node, ast.ClassDef) and any(_name(base).endswith("Choices") for base in node.bases):
            yield from (word for line in node.body if isinstance(line, ast.Assign) for word in _strings(line.value))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value and _named(node) & TABLES:
            yield from _strings(node.value)


def _named(node: ast.Assign | ast.AnnAssign) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {each.id for each in targets if isinstance(each, ast.Name)}


def _in_call(call: ast.Call, refusals: set[str]) -> Iterator[Word]:
    name = _name(call)
    if name in GETTEXT:
        texts = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        yield from [_word(name, texts)] if texts else []
    elif name in refusals:
        parts = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg in TEMPLATES)]
        yield from (word for part in parts for word in _strings(part))
    elif name in ROWS:
        yield from _in_row(call)
    else:
        spoken = (keyword.value for keyword in call.keywords if keyword.arg in SPOKEN)
        yield from (word for part in spoken for word in _strings(part))


def _in_row(row: ast.Call) -> Iterator[Word]:
    """What stands in the row itself; a tuple of headings to recognise in a sheet is not said on a page."""
    said: list[ast.expr] = [a for a in row.args if isinstance(a, ast.Constant | ast.Dict)]
    said += [k.value for k in row.keywords if k.arg in SPOKEN | {"columns", "says"}]
    yield from (word for part in said for word in _strings(part))


def _strings(node: ast.AST) -> Iterator[Word]:
    """Whole Chinese literals; the pieces of an f-string are not templates and cannot be translated."""
    pieces = {id(piece) for each in ast.walk(node) if isinstance(each, ast.JoinedStr) for piece in each.values}
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in pieces:
            yield Word(each.value)


def _refusals(trees: Iterable[ast.Module]) -> set[str]:
    """Refusal and every class made from it, by name."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    names, before = {"Refusal"}, 0
    while len(names) > before:
        before = len(names)
        names |= {each.name for each in classes if any(_name(base) in names for base in each.bases)}
    return names


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        return _name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
