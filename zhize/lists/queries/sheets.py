"""A body's list as a workbook and back: one row an item, one column a field; what came back told row by row before it is filed.

Rows in = changed + added + unchanged + refused. A row is known by its register key (登记键), never by its name; what is no
longer in the sheet is dropped only when the clerk says that the sheet is the whole list.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import date
from typing import Any

import xlsxwriter
from django.utils.translation import gettext_noop

from zhize.kernel.errors import BadInput, Refusal
from zhize.kernel.text import fold
from zhize.lists.kinds import LISTS
from zhize.lists.models import Adjustment
from zhize.lists.models.adjusting import OVER
from zhize.lists.queries.adjusting import as_drafts, changes, law_names, reasons, said_bases, site_of
from zhize.lists.queries.checking import faults
from zhize.lists.queries.citing import Laws, read_bases
from zhize.lists.queries.lists import items
from zhize.lists.queries.reference import Reference
from zhize.lists.terms import Asked, Draft
from zhize.places.models import Place
from zhize.places.queries import chain_of
from zhize.register.fields import FIELDS, fields_for, read, say
from zhize.register.importing.limits import unfit
from zhize.register.importing.source import Book
from zhize.register.importing.terms import Progress, quiet
from zhize.register.models import Body, Duty
from zhize.register.queries.duties import duty_names
from zhize.register.queries.schemes import type_of

KEY, REASON, WHY = "登记键", "调整原因", "理由说明"
OWN = (
    (KEY, "key"), ("事项名称", "name"), ("权力类型", "type"), ("内容", "detail"), ("设定依据", "bases"), ("目录代码", "catalogue"),
    ("本地代码", "local"), ("行使层级", "levels"), ("所属主要职责", "main"),
)  # fmt: skip
ADDED, CHANGED, DROPPED, SAME, REFUSED = "added", "changed", "dropped", "unchanged", "refused"
VERDICTS = {ADDED: "新增", CHANGED: "修改", DROPPED: "取消", SAME: "没有改动", REFUSED: "没有采纳"}
MOST = 20_000  # rows; a city's largest list is a tenth of it
TYPES = {str(t.label): t.value for t in Duty.Type} | {t.value: t.value for t in Duty.Type}
KINDS = {str(k.label): k.value for k in Duty.Kind}
LEVELS = {str(level.label): level.value for level in Place.Level}


def columns(kind: str) -> list[tuple[str, str]]:
    """(heading, field) of a list's sheet, in order."""
    types = {"power": ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10"]}.get(
        kind, ["20", ""] if kind != "duty" else [""]
    )
    wanted = dict.fromkeys(f.name for t in types for f in fields_for(t))
    named = [(FIELDS[n].label, f"said.{n}") for n in FIELDS if n in wanted]
    return [*OWN, *named, (REASON, "reason"), (WHY, "why")]


# -- out ---------------------------------------------------------------------------------------------------------------
def workbook(body: Body, kind: str, day: date) -> bytes:
    """The list as it stands, to be edited; the key's column is grey and narrow, the heading stays in view."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, heads = book.add_worksheet(LISTS[kind].label[:31]), columns(kind)
    bold, text, quiet = (book.add_format(f) for f in (
        {"bold": True, "text_wrap": True, "bg_color": "#E8EEF4", "border": 1}, {"text_wrap": True, "valign": "top", "num_format": "@"},
        {"font_color": "#8A8A8A", "valign": "top", "num_format": "@"},
    ))  # fmt: skip
    for n, (heading, name) in enumerate(heads):
        sheet.write_string(0, n, heading, bold)
        sheet.set_column(n, n, 12 if name in ("key", "type", "levels", "reason") else 28)
    for r, row in enumerate(rows_of(body, kind, day), 1):
        for n, (_heading, name) in enumerate(heads):
            sheet.write_string(r, n, row.get(name, "")[:32_767], quiet if name == "key" else text)
    sheet.freeze_panes(1, 2)
    book.close()
    return out.getvalue()


def rows_of(body: Body, kind: str, day: date) -> Iterator[dict[str, str]]:
    found = as_drafts(items(body, kind, day))
    laws = law_names(b for d in found.values() for b in d.bases)
    mains = {key: _main_name(key, day) for key in {d.main for d in found.values() if d.main}}
    for key, d in found.items():
        yield _as_row(key, d, mains.get(d.main, ""), laws)


def _as_row(key: str, d: Draft, main: str, laws: Mapping[str, str]) -> dict[str, str]:
    sort = Duty.Type(d.type).label if d.type else Duty.Kind(d.kind).label
    row = {
        "key": key, "name": d.name, "type": str(sort), "detail": d.detail, "bases": said_bases(d.bases, laws),
        "catalogue": d.codes.get("catalogue", ""), "local": d.codes.get("local", ""), "main": main,
        "levels": "、".join(str(Place.Level(n).label) for n in sorted(d.levels)),
    }  # fmt: skip
    return row | {f"said.{n}": say(FIELDS[n], v) for n, v in d.said.items() if n in FIELDS}


def _main_name(key: str, day: date) -> str:
    duty = Duty.objects.filter(key=key).first() if key else None
    return duty_names([duty.pk], day).get(duty.pk, key) if duty else ""


# -- and back ----------------------------------------------------------------------------------------------------------
@dataclass
class Row:
    """One row of the sheet and what it would become."""

    no: int
    name: str
    verdict: str
    why: str = ""
    changes: list[tuple[str, str, str]] = made_by(default_factory=list)
    asked: Asked | None = None
    warnings: list[str] = made_by(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "row": self.no, "name": self.name, "verdict": self.verdict, "why": self.why, "changes": self.changes,
            "warnings": self.warnings,
        }  # fmt: skip


@dataclass
class Read:
    """A sheet that came back, whole."""

    kind: str
    rows: list[Row]
    unknown: list[str]

    @property
    def counts(self) -> dict[str, int]:
        return {v: n for v in VERDICTS if (n := Counter(r.verdict for r in self.rows)[v])}

    @property
    def asked(self) -> list[Asked]:
        return [r.asked for r in self.rows if r.asked is not None]


def read_back(
    book: Book, body: Body, kind: str, day: date, *, whole: bool = False, reason: str = "改", progress: Progress = quiet
) -> Read:
    """What every row asks for. Refused rows say why and keep the others from nothing.

    1 the cells · 2 against the list as it stands · 3 the checks of filing, the register looked up once for all rows.
    """
    heads, lines, unknown = _table(book, kind)
    now = as_drafts(items(body, kind, day))
    reader = _Reader(body, kind, day, now, reason)
    rows = []
    for n, (no, cells) in enumerate(lines):
        rows.append(reader.row(no, dict(zip(heads, cells, strict=False))))
        progress(gettext_noop("核对各行"), n, len(lines))
    if whole:
        rows += [reader.gone(key) for key in now if key not in reader.seen]
    reader.check([r for r in rows if r.verdict in (ADDED, CHANGED)], progress)
    return Read(kind, rows, unknown)


def rows_of_file(book: Book, kind: str) -> int:
    """How many rows it has, before any of them is looked at."""
    return len(_table(book, kind)[1])


def _table(book: Book, kind: str) -> tuple[list[str], list[tuple[int, list[str]]], list[str]]:
    """The first visible sheet with the heading that has the item's name; headings in any order."""
    known = {fold(h): name for h, name in columns(kind)} | {
        fold(a): f"said.{f.name}" for f in FIELDS.values() for a in f.headings
    }
    for sheet in book.sheets:
        lines = [] if sheet.hidden else [(x.no, x.cells) for x in sheet.lines if any(x.cells)]
        at = next((n for n, (_no, cells) in enumerate(lines[:20]) if "事项名称" in {fold(c) for c in cells}), None)
        if at is None:
            continue
        heads = [known.get(fold(c), "") for c in lines[at][1]]
        unknown = [c for c, h in zip(lines[at][1], heads, strict=True) if c and not h]
        if len(lines) - at - 1 > MOST:
            raise unfit("too_many_rows", "表里的行太多", "超过{most}行", "请分成几份", most=MOST)
        return heads, lines[at + 1 :], unknown
    raise unfit("no_heading", "没有认出清单的表头", "没有“事项名称”这一列", "请用导出的表格修改，不要改动表头")


class _Reader:
    """Reads rows against the list as it stands; a key twice, a key of nobody, a value that cannot be read are refused."""

    def __init__(self, body: Body, kind: str, day: date, now: Mapping[str, Draft], reason: str) -> None:
        self.body, self.kind, self.day, self.now, self.default = body, kind, day, now, reason
        self.place = site_of(body, day)
        self.seen: set[str] = set()
        self.names: set[str] = set()
        self.duties = {d.key: d for d in Duty.objects.filter(key__in=now)}
        under_way = Adjustment.objects.filter(body=body, duty__isnull=False).exclude(state__in=OVER)
        self.busy = dict(under_way.values_list("duty__key", "no"))
        self.reasons = {r["code"]: r for r in reasons(self.place or 0, day)}
        self.main_names = dict(self._mains())
        self.mains = {fold(n): k for k, n in self.main_names.items()}
        self.laws = Laws(day)
        self.law_names = {key: law.name for key, law in self.laws.by_key.items()}

    def _mains(self) -> Iterator[tuple[str, str]]:
        held = items(self.body, "duty", self.day)
        yield from ((i.key, i.name) for i in held if i.kind == Duty.Kind.MAIN)

    def row(self, no: int, cells: Mapping[str, str]) -> Row:
        name = cells.get("name", "").strip()
        try:
            return self._row(no, name, cells)
        except Refusal as refusal:
            return Row(no, name, REFUSED, refusal.sentence())

    def _row(self, no: int, name: str, cells: Mapping[str, str]) -> Row:
        key = cells.get("key", "").strip()
        was = self._was(key)
        new = self._draft(was, cells)
        told = changes(was or Draft(), new, self.day, self.law_names)
        if was is not None and not told:
            return Row(no, name, SAME)
        self._free(key)
        op = "change" if was is not None else "add"
        asked = Asked(
            self.body, op, new, self._reason(op, cells), self.duties.get(key), words=cells.get("why", "").strip()
        )
        shown = [(c.label, c.before, c.after) for c in told]
        return Row(no, name, CHANGED if was is not None else ADDED, "", shown, asked)

    def check(self, rows: list[Row], progress: Progress) -> None:
        """What bars filing refuses the row, what does not is shown beside it."""
        tried = [self._tried(r.asked) for r in rows if r.asked]
        known = Reference(tried, self.day, self.laws)
        for n, (row, a) in enumerate(zip(rows, tried, strict=True)):
            wrong = faults(a, self.day, known)
            row.warnings = [f.why for f in wrong if not f.is_error]
            if errors := [f.why for f in wrong if f.is_error]:
                row.verdict, row.why, row.asked = REFUSED, "；".join(errors), None
            progress(gettext_noop("检查改动"), n, len(rows))

    def _was(self, key: str) -> Draft | None:
        if not key:
            return None
        if key in self.seen:
            raise BadInput(
                "登记键“{key}”在表里出现了两次", rule="一行一项", instead="请删去其中一行", key=key, code="twice"
            )
        if key not in self.now:
            raise BadInput(
                "登记键“{key}”不在这张清单里", instead="新增的事项请把登记键留空", key=key, code="unknown_key"
            )
        self.seen.add(key)
        return self.now[key]

    def _free(self, key: str) -> None:
        if key in self.busy:
            raise BadInput(
                "这一事项已有一份调整在办（{no}）",
                rule="同一事项一次一份",
                instead="请等它办完，或者先撤回它",
                no=self.busy[key],
                code="busy",
            )

    def _draft(self, was: Draft | None, cells: Mapping[str, str]) -> Draft:
        """A column that is not in the sheet leaves its field as it was; an emptied cell empties it."""
        base = was or Draft(where=[self.place] if self.place else [], level=self.body.level, levels=[self.body.level])
        d = Draft.of(base.as_json())
        kind, type_ = self._sort(was, cells)
        d.kind, d.type, d.said = kind, type_, self._said(base, type_, cells)
        for name in ("name", "detail"):
            if name in cells:
                setattr(d, name, cells[name].strip())
        if not was and fold(d.name) in self.names:
            raise BadInput(
                "“{name}”在表里出现了两次", rule="一行一项", instead="请删去其中一行", name=d.name, code="twice"
            )
        self.names.add(fold(d.name))
        if "bases" in cells and cells["bases"].strip() != said_bases(base.bases, self.law_names):
            d.bases = self._bases(cells["bases"])
        if "levels" in cells:
            d.levels = self._levels(cells["levels"])
        if "main" in cells:
            d.main = self._main(cells["main"], base.main)
        codes = {s: cells[s].strip() for s in ("catalogue", "local") if s in cells}
        d.codes = {s: v for s, v in (dict(base.codes) | codes).items() if v}
        return d

    def _sort(self, was: Draft | None, cells: Mapping[str, str]) -> tuple[str, str]:
        said = fold(cells.get("type", ""))
        if not said and was:
            return was.kind, was.type
        if said in TYPES:
            return ("service" if TYPES[said] == "20" else "power"), TYPES[said]
        if said in KINDS:
            return KINDS[said], ""
        if then := type_of(said, chain_of(self.place, self.day) if self.place else []):
            return ("service" if then == "20" else "power"), then
        raise BadInput(
            "权力类型“{type}”读不出来",
            instead="请填" + "、".join(str(t.label) for t in Duty.Type),
            type=said,
            code="bad_type",
        )

    def _said(self, base: Draft, type_: str, cells: Mapping[str, str]) -> dict[str, Any]:
        typed = {n[5:]: v for n, v in cells.items() if n.startswith("said.")}
        own = {f.name for f in fields_for(type_)}
        strange = [FIELDS[n].label for n, v in typed.items() if v.strip() and n not in own]
        if strange:
            raise BadInput(
                "这类事项没有“{columns}”这一栏",
                instead="请清空这一格，或者核对权力类型",
                columns="、".join(strange),
                code="no_such_field",
            )
        kept = {n: v for n, v in base.said.items() if n not in typed}
        changed = {n: v for n, v in typed.items() if n in own and v.strip() != say(FIELDS[n], base.said.get(n)).strip()}
        same = {n: base.said[n] for n in typed if n in own and n not in changed and n in base.said}
        return kept | same | read({n: v.strip() for n, v in changed.items()}, type_)

    def _bases(self, text: str) -> list[Any]:
        found = read_bases(text, self.day, self.laws)
        if wrong := [c.doubt.why for c in found if c.basis is None and c.doubt]:
            raise BadInput(
                "设定依据读不出来：{why}",
                rule="第10条",
                instead="请写成《法律名称》第几条",
                why="；".join(wrong),
                code="bad_basis",
            )
        return [c.basis for c in found if c.basis]

    def _levels(self, text: str) -> list[int]:
        words = [w for w in text.replace("，", "、").replace(",", "、").split("、") if w.strip()]
        if strange := [w for w in words if w.strip() not in LEVELS]:
            raise BadInput(
                "行使层级“{levels}”读不出来",
                instead="请填" + "、".join(LEVELS),
                levels="、".join(strange),
                code="bad_level",
            )
        return sorted({LEVELS[w.strip()] for w in words})

    def _main(self, text: str, was: str) -> str:
        said = fold(text)
        if not said or said == fold(self.main_names.get(was) or _main_name(was, self.day)):
            return was if said else ""
        if said not in self.mains:
            raise BadInput(
                "本机构没有主要职责“{main}”",
                rule="第12条",
                instead="请照三定规定填写",
                main=text.strip()[:60],
                code="unknown_main",
            )
        return self.mains[said]

    def _reason(self, op: str, cells: Mapping[str, str]) -> str:
        said = cells.get("reason", "").strip() or ("立" if op == "add" else self.default)
        row = self.reasons.get(said)
        if row is None or op not in row["ops"]:
            raise BadInput("调整原因“{reason}”不在可选的之内", instead="请填" + "、".join(r for r, x in self.reasons.items() if op in x["ops"]),
                           reason=said, code="bad_reason")  # fmt: skip
        return said

    def _tried(self, asked: Asked) -> Adjustment:
        was = self.now[asked.duty.key].as_json() if asked.duty else {}
        return Adjustment(op=asked.op, body=self.body, place_id=self.place or 0, duty=asked.duty, draft=asked.draft.as_json(),
                          was=was)  # fmt: skip

    def gone(self, key: str) -> Row:
        name = self.now[key].name
        try:
            self._free(key)
        except Refusal as refusal:
            return Row(0, name, REFUSED, refusal.sentence())
        return Row(
            0,
            name,
            DROPPED,
            "表里没有这一项",
            [],
            Asked(self.body, "drop", Draft(), self._drop_reason(), self.duties[key]),
        )

    def _drop_reason(self) -> str:
        able = [c for c, r in self.reasons.items() if "drop" in r["ops"]]
        return self.default if self.default in able else able[0]
