"""What an item says beside its name, codes and legal bases: one table for forms, imports, comparison, export and documents.

Fields and their exchange names follow spec §5b; a field of the catalogue is said once for everybody, a field of the
organ by each body that holds the item. Shapes are read and checked by `read`, nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from zhize.kernel.clock import Limit
from zhize.kernel.errors import BadInput
from zhize.kernel.text import fold

POWERS = tuple(f"{n:02}" for n in range(1, 11))
APPLIED = ("01", "05", "07", "09", "10", "20")  # done on application: with conditions, materials, a promise
LONGEST, MOST = 20_000, 200  # characters of a text, rows of a table

CATALOGUE, ORGAN = "catalogue", "organ"
LISTED = "basic"  # names the national or provincial standard that makes a service a basic public service
SCHEMES = {
    "served": ("自然人", "企业法人", "事业法人", "社会组织法人", "非法人企业", "行政机关", "其他组织"),
    "handling": ("即办件", "承诺件"),
    "yes": ("是", "否"),
    "other_kind": ("审核转报", "备案", "年检", "其他"),
    "openness": ("公开", "内部", "涉密"),
}
KEPT_BACK = (
    "内部",
    "涉密",
)  # in the register, never in what is published (政府信息公开条例第十四条、第十六条; spec §12.22)


@dataclass(frozen=True)
class Field:
    """One field. `columns` are the inner columns of a table; `scheme` names the values a choice is made from."""

    name: str
    label: str
    shape: str = "text"  # text · lines · choice · choices · limit · table
    said_by: str = ORGAN
    types: tuple[str, ...] = (*POWERS, "20")
    scheme: str = ""
    columns: tuple[str, ...] = ()
    needed_for: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    flag: str = ""  # the flag a comparison raises when two say it differently
    article: str = ""

    def concerns(self, type_: str) -> bool:
        return type_ in self.types


FIELDS: dict[str, Field] = {
    f.name: f
    for f in (
        # -- of the catalogue
        Field("conduct", "处罚的行为", said_by=CATALOGUE, types=("02",), needed_for=("02",), headings=("违法行为",),
              article="行政处罚法第十六条"),
        Field("penalty", "处罚的种类", "lines", CATALOGUE, ("02",), needed_for=("02",), headings=("处罚种类",), flag="PENALTY",
              article="行政处罚法第九条"),
        Field("range", "处罚的幅度", said_by=CATALOGUE, types=("02",), needed_for=("02",), headings=("处罚幅度",), flag="PENALTY"),
        Field("other_kind", "其他权力子类", "choice", CATALOGUE, ("10",), "other_kind", needed_for=("10",), headings=("子类",)),
        Field("law_in_force", "实施依据", said_by=CATALOGUE, headings=("执行依据",)),
        Field("served", "服务对象", "choices", CATALOGUE, APPLIED, "served", headings=("办理对象", "对象类型")),
        Field("conditions", "申请条件", "lines", CATALOGUE, APPLIED, headings=("受理条件", "办理条件")),
        Field("materials", "申请材料", "table", CATALOGUE, APPLIED, columns=("名称", "形式", "份数", "说明"), headings=("材料",)),
        # -- of the organ
        Field("unit", "承办机构", types=(*POWERS, "20", ""), headings=("承办处室", "责任处室", "内设机构", "承办科室")),
        Field("joint", "联办机构", "lines", headings=("协办机构",)),
        Field("discretion", "裁量基准", types=("02", "03", "04"), headings=("裁量标准", "自由裁量基准")),
        Field("legal_limit", "法定时限", "limit", types=APPLIED, headings=("法定期限", "法定办结时限"), flag="TIME"),
        Field("promised_limit", "承诺时限", "limit", types=APPLIED, headings=("承诺期限", "承诺办结时限"), flag="TIME"),
        Field("special", "特别程序", "table", types=APPLIED, columns=("名称", "时限", "依据"), headings=("特殊环节",)),
        Field("fees", "收费", "table", types=(*APPLIED, "04"), columns=("项目", "标准", "依据"), headings=("收费标准及依据",),
              flag="FEE", article="价格法、行政事业性收费目录：收费须有依据"),
        Field("handling", "办件类型", "choice", types=APPLIED, scheme="handling", headings=("办理类型",)),
        Field("flow", "办理流程", "table", columns=("环节", "责任岗位", "时限", "说明"), headings=("流程", "运行流程")),
        Field("stages", "责任事项", "table", columns=("环节", "责任"), headings=("责任事项及依据", "对应责任事项")),
        Field("blame", "追责情形", "table", columns=("情形", "依据"), headings=("追责情形及依据", "问责依据")),
        Field("consult", "咨询方式", headings=("咨询电话", "联系电话")),
        Field("complain", "监督方式", headings=("监督电话", "投诉电话")),
        Field("channels", "办理形式", "lines", types=APPLIED, headings=("办理方式",)),
        Field("where", "办理地点", types=APPLIED, headings=("受理地点",)),
        Field("hours", "办理时间", types=APPLIED, headings=("受理时间",)),
        Field("visits", "到现场次数", types=APPLIED),
        Field("faq", "常见问题", "table", types=APPLIED, columns=("问", "答")),
        Field("openness", "公开属性", "choice", types=(*POWERS, "20", ""), scheme="openness", headings=("公开方式",),
              article="政府信息公开条例第十四条、第十六条"),
        # -- 基本公共服务: a service is one because a standard lists it, so the mark is the standard itself (LISTED)
        Field(LISTED, "列入的服务标准", said_by=CATALOGUE, types=("20",), headings=("基本公共服务标准", "列入标准"),
              article="国家基本公共服务标准及省级实施标准"),
        Field("standard", "服务标准", types=("20",), headings=("保障标准",)),
        Field("spending", "支出责任", "table", types=("20",), columns=("层级", "比例", "说明"), headings=("支出责任分担",)),
        Field("coverage", "覆盖水平", types=("20",)),
        Field("leader", "牵头部门", types=("20",), headings=("牵头单位",)),
        # -- the other tabs of 责任清单
        Field("case", "案例", said_by=CATALOGUE, types=("",), headings=("典型案例",)),
        Field("object", "监管对象", said_by=CATALOGUE, types=("",), headings=("对象",)),
        Field("measures", "监管措施", "lines", CATALOGUE, ("",), headings=("措施", "方式")),
        Field("procedure", "监管程序", said_by=CATALOGUE, types=("",), headings=("程序",)),
        Field("handled", "监管处理", said_by=CATALOGUE, types=("",), headings=("处理",)),
        Field("indicator", "指标", types=("",), headings=("目标值",)),
        Field("deadline", "完成时限", types=("",)),
    )
}  # fmt: skip


def fields_for(type_: str, said_by: str = "") -> list[Field]:
    """The fields an item of this type has, in the order of the table (`""`: what is no power and no service)."""
    return [f for f in FIELDS.values() if f.concerns(type_) and said_by in ("", f.said_by)]


def lacking(type_: str, said: Mapping[str, Any]) -> list[Field]:
    """Fields the type cannot do without (rule 11) that are not said."""
    return [f for f in FIELDS.values() if type_ in f.needed_for and not said.get(f.name)]


def read(said: Mapping[str, Any], type_: str) -> dict[str, Any]:
    """What was handed in, checked and put in its shape; empty values are left out. Raises BadInput naming the field."""
    kept = {name: _one(FIELDS.get(name), name, value, type_) for name, value in said.items()}
    kept = {name: value for name, value in kept.items() if value not in ("", [], None)}
    _promise_within_law(kept)
    return kept


def _one(field: Field | None, name: str, value: Any, type_: str) -> Any:
    if field is None or not field.concerns(type_):
        raise BadInput(
            "这类事项没有“{column}”这一栏",
            why="权力类型决定有哪些栏目",
            rule="清单要素表",
            instead="请删去这一栏，或核对权力类型",
            column=field.label if field else name,
            field=name,
            code="no_such_field",
        )
    return _SHAPES[field.shape](field, value)


def _text(field: Field, value: Any) -> str:
    words = "\n".join(map(str, value)) if isinstance(value, list) else str(value or "").strip()
    if len(words) > LONGEST:
        raise _bad(field, f"超过{LONGEST}字", "请精简，或另附文件")
    return words


def _lines(field: Field, value: Any) -> list[str]:
    parts = value if isinstance(value, list) else str(value or "").splitlines()
    lines = [str(p).strip() for p in parts if str(p).strip()]
    if len(lines) > MOST:
        raise _bad(field, f"超过{MOST}行", "请合并")
    return lines


def _choice(field: Field, value: Any) -> str:
    word = str(value or "").strip()
    offered = {fold(v): v for v in SCHEMES[field.scheme]}
    if word and fold(word) not in offered:
        raise _bad(field, f"“{word}”不在可选值之内", "请填：" + "、".join(SCHEMES[field.scheme]))
    return offered.get(fold(word), "")


def _choices(field: Field, value: Any) -> list[str]:
    parts = value if isinstance(value, list) else str(value or "").replace("，", "、").replace(";", "、").split("、")
    return [c for p in parts if (c := _choice(field, p))]


def _limit(field: Field, value: Any) -> str:
    """15wd, 20d; a bare number means working days, as lists write it."""
    word = (
        fold(str(value or "")).replace("个工作日", "wd").replace("工作日", "wd").replace("日", "d").replace("天", "d")
    )
    if not word:
        return ""
    try:
        return str(Limit.parse(word + "wd" if word.isdigit() else word))
    except BadInput as error:
        raise _bad(field, f"“{value}”读不成时限", "请填 15wd（工作日）、20d（日），或“15个工作日”") from error


def _table(field: Field, value: Any) -> list[dict[str, str]]:
    """Rows as {column: words}; text is read a line a row, cells parted by | — how a sheet's cell carries a table."""
    rows = value if isinstance(value, list) else [line.split("|") for line in str(value or "").splitlines()]
    named = [r if isinstance(r, Mapping) else dict(zip(field.columns, r, strict=False)) for r in rows]
    if len(named) > MOST:
        raise _bad(field, f"超过{MOST}行", "请合并，或另附文件")
    if strange := sorted({str(k) for r in named for k in r} - set(field.columns)):
        raise _bad(field, f"没有“{strange[0]}”这一列", "各列依次是：" + "、".join(field.columns))
    kept = [{c: str(r.get(c) or "").strip() for c in field.columns} for r in named]
    return [r for r in kept if any(r.values())]


_SHAPES: dict[str, Callable[[Field, Any], Any]] = {
    "text": _text, "lines": _lines, "choice": _choice, "choices": _choices, "limit": _limit, "table": _table,
}  # fmt: skip


def say(field: Field, value: Any) -> str:
    """The value as one text, the way `read` takes it back: lines, and | between the cells of a table."""
    if field.shape == "limit":
        return Limit.parse(value).words if value else ""
    if field.shape == "table":
        return "\n".join("|".join(row.get(c, "") for c in field.columns).rstrip("|") for row in value or [])
    if field.shape == "choices":
        return "、".join(value or [])
    return "\n".join(value) if isinstance(value, list) else str(value or "")


def in_days(limit: str) -> int | None:
    """Working days of a limit, for comparison; calendar days count five of seven, hours one day each eight."""
    if not limit:
        return None
    said = Limit.parse(limit)
    return {"wd": said.amount, "d": max(1, said.amount * 5 // 7)}.get(said.unit, max(1, said.amount // 8))


def _promise_within_law(said: Mapping[str, Any]) -> None:
    legal, promised = said.get("legal_limit", ""), said.get("promised_limit", "")
    if legal and promised and legal[-2:] == promised[-2:] and Limit.parse(promised).amount > Limit.parse(legal).amount:
        raise BadInput(
            "承诺时限{promised}长于法定时限{legal}",
            why="承诺只能比法律规定的更快",
            rule="第11条",
            instead="请改正承诺时限",
            promised=Limit.parse(promised).words,
            legal=Limit.parse(legal).words,
            field="promised_limit",
            code="promise_beyond_law",
        )
    if any(not row["依据"] for row in said.get("fees", [])):
        raise _bad(FIELDS["fees"], "有收费而没有写依据", "请补上收费依据，或删去这一行")


def _bad(field: Field, why: str, instead: str) -> BadInput:
    return BadInput(
        "“{column}”填得不对：{wrong}",
        rule="第11条" if field.name == "fees" else "",
        article=field.article,
        instead=instead,
        field=field.name,
        column=field.label,
        wrong=why,
        code="bad_field",
    )
