"""Single cells as offices fill them: codes broken by spreadsheets, levels, types, days, phone numbers.

Each reader hands back what it understood and says, through `fault`, what it had to mend (W) or could not take (E).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from zhize.kernel.codes import POWER_TYPES, check_uscc, read_implementation_code, read_item_code
from zhize.kernel.errors import BadInput
from zhize.kernel.numerals import to_int
from zhize.kernel.period import parse_day
from zhize.kernel.text import fold, simplified
from zhize.register.importing.terms import ERROR, WARNING, Said

_NARROW = {c: c - 0xFEE0 for c in range(0xFF10, 0xFF5B)}  # full-width digits and letters, not the punctuation
_BLANKS = re.compile(r"[ \t\u3000\xa0]+")
_INNER = re.compile(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])")
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?[Ee]\+?(\d+)")
_SPREADSHEET = "请把这一列设为文本格式，按原件重新填写后再导入"
_EMPTY = {"", "无", "/", "\\", "-", "—", "--", "——", "暂无", "无。", "未分类", "null", "None", "#N/A", "N/A"}
LEVELS = {
    "国家": 1,
    "中央": 1,
    "省": 2,
    "市": 3,
    "设区市": 3,
    "县": 4,
    "区": 4,
    "镇": 5,
    "乡": 5,
    "街道": 5,
    "村": 6,
    "社区": 6,
}
FIRST_SERIAL = date(1899, 12, 30)  # day 0 of the 1900 date system as spreadsheets count it


def text(value: str) -> str:
    """A cell to keep: full-width letters and digits made plain, traditional made simplified, blanks put in order."""
    return "" if value.strip() in _EMPTY else tidy(value)


@lru_cache(maxsize=20_000)
def tidy(value: str) -> str:
    """Cells repeat themselves down a column, so the answer is remembered."""
    narrow = value.translate(_NARROW)
    lines = [_BLANKS.sub(" ", line).strip() for line in narrow.splitlines()]
    kept = "\n".join(line for line in lines if line)
    return kept if kept.isascii() else simplified(kept)


def name(value: str) -> str:
    """A name: no blanks or line breaks inside, unless between Latin words."""
    said = text(value)
    return _INNER.sub("", said) if " " in said or "\n" in said else said


# -- codes -------------------------------------------------------------------------------------------------------------
def code(said: Said, column: str) -> tuple[str, str]:
    """(scheme, code) of an item; ("", "") when there is none or it could not be taken (then a finding says so)."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", said.get(column))).lstrip("'`’")
    if plain in _EMPTY:
        return "", ""
    plain = _number(said, column, plain)
    if plain.isdigit() and 9 <= len(plain) <= 12:
        return _catalogue(said, column, plain)
    if len(plain) in (31, 33) and re.fullmatch(r"[0-9A-Z]+", plain):
        return _checked(said, column, plain, "implementation", lambda: read_implementation_code(plain))
    if len(plain) > 60:
        said.fault(column, "代码超过60个字符", "请核对是否把别的内容填进了代码列")
        return "", ""
    return (
        ("zj2014" if re.fullmatch(r"[\u4e00-\u9fff]{2}-\d{5}-\d{2,3}", plain) else "local", plain)
        if plain
        else ("", "")
    )


def _number(said: Said, column: str, plain: str) -> str:
    """Undo what a spreadsheet did to a code: scientific notation (only where no digit was lost), a trailing .0."""
    found = _SCIENTIFIC.fullmatch(plain)
    if found:
        head, tail, power = found[1], found[2] or "", int(found[3])
        if power > 30 or len(tail) < power:
            said.fault(column, "代码被表格软件改成了科学记数，后面的数字已经丢失", _SPREADSHEET)
            return ""
        said.fault(column, "代码写成了科学记数，数字完整，已还原", "", WARNING)
        return head + tail[:power]
    return plain.removesuffix(".0") if re.fullmatch(r"\d+\.0", plain) else plain


def _catalogue(said: Said, column: str, plain: str) -> tuple[str, str]:
    full = plain.zfill(12)
    if full == plain:
        return _checked(said, column, plain, "catalogue", lambda: read_item_code(plain))
    try:
        read_item_code(full)
    except BadInput:
        return "local", plain
    said.fault(column, f"代码只有{len(plain)}位，像是丢了前面的 0，已补成 {full}", "请与原件核对", WARNING)
    return "catalogue", full


def _checked(said: Said, column: str, plain: str, scheme: str, check: Callable[[], object]) -> tuple[str, str]:
    try:
        check()
    except BadInput as error:
        said.fault(column, why_of(error), "请与原件核对后改正代码")
        return "", ""
    return scheme, plain


def uscc(said: Said, column: str, severity: str = ERROR) -> str:
    """A credit code in its standard spelling; "" when there is none or it is wrong."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", said.get(column))).lstrip("'`’")
    if plain in _EMPTY:
        return ""
    if _SCIENTIFIC.fullmatch(plain):
        said.fault(column, "统一社会信用代码被表格软件改成了科学记数，后面的数字已经丢失", _SPREADSHEET, severity)
        return ""
    try:
        good = check_uscc(plain)
    except BadInput as error:
        said.fault(column, why_of(error), "请对照证书核对后改正", severity)
        return ""
    if good != plain:
        said.fault(column, f"信用代码应为大写，已改为 {good}", "", WARNING)
    return good


def why_of(error: BadInput) -> str:
    """What is wrong, without the advice (a finding brings its own) but with the standard."""
    article = f"（{error.article}）" if error.article else ""
    return f"{str(error).split('（依据')[0].rstrip('。')}{article}"


# -- types, levels, limits, days ---------------------------------------------------------------------------------------
_TYPES = {fold(n): c for c, n in POWER_TYPES.items()} | {
    "许可": "01", "审批": "01", "处罚": "02", "强制": "03", "行政强制措施": "03", "行政强制执行": "03", "征收": "04", "行政征用": "04",
    "给付": "05", "检查": "06", "行政监督检查": "06", "监督检查": "06", "确认": "07", "奖励": "08", "裁决": "09", "其他": "10", "其它": "10",
    "其他权力": "10", "其他类": "10", "其他行政权": "10", "服务": "20", "公共服务事项": "20",
}  # fmt: skip
ABOLISHED = {"非行政许可审批", "非许可审批", "非行政许可"}


def power_type(said: Said, column: str) -> str:
    """01 … 10, 20 from its number or its name; "" when blank. 非行政许可审批 is refused: it was abolished in 2015."""
    plain = fold(said.get(column))
    if not plain or plain in _EMPTY:
        return ""
    if plain.isdigit() and plain.zfill(2) in POWER_TYPES:
        return plain.zfill(2)
    if plain in ABOLISHED:
        said.fault(
            column,
            "非行政许可审批这一类别已在2015年取消（国发〔2015〕27号）",
            "请按清理结果改为行政许可、其他行政权力或者删去",
        )
        return ""
    bare = re.sub(r"^[\d.、()]+|(类|事项|权)$", "", plain)
    if found := _TYPES.get(plain) or _TYPES.get(bare):
        return found
    said.fault(column, "不是十类权力或公共服务中的一类", "请填行政许可、行政处罚、行政强制等类别名称或01–10、20")
    return ""


def type_from(*hints: str) -> str:
    """The type a sheet, a section or the item's own name gives away (行政处罚; 对…的处罚)."""
    for hint in filter(None, map(fold, hints)):
        for word, number in _BY_LENGTH:
            if hint.endswith(word) or (len(word) == 4 and word in hint):
                return number
    return ""


_BY_LENGTH = sorted(
    ((w, c) for w, c in _TYPES.items() if len(w) >= 2 and w not in ("其他", "其它", "服务", "审批")),
    key=lambda p: -len(p[0]),
)


def levels(said: Said, column: str) -> list[int]:
    """行使层级: numbers 1–6 or names, several in one cell."""
    plain = fold(said.get(column))
    if not plain or plain in _EMPTY:
        return []
    found = _levels(plain)
    if not found:
        said.fault(column, "看不出是哪一级", "请填国家、省、市、县、乡镇或1–6", WARNING)
    return list(found)


@lru_cache(maxsize=1000)
def _levels(plain: str) -> tuple[int, ...]:
    if re.fullmatch(r"[1-6]([,，、;；/]?[1-6])*", plain):
        return tuple(sorted({int(c) for c in plain if c.isdigit()}))
    bare = re.sub(r"[(（].*?[)）]", "", plain)
    return tuple(sorted({n for word, n in LEVELS.items() if word in bare}))


_DAYS = re.compile(
    r"(?:自?受理之日起?|法定|承诺)?(\d+|[一二两三四五六七八九十百]+)个?(工作日|日历日|自然日|日|天|月|年)?(?:内|以内|办结)?"
)


def days(said: Said, column: str) -> int | None:
    """A limit in working days; other units stay in the words of the row and are said to."""
    plain = fold(said.get(column))
    if not plain or plain in _EMPTY:
        return None
    if plain in ("即办", "当场办结", "即时办结", "当日办结", "即办件", "当场办理", "即时"):
        return 0
    found = _DAYS.fullmatch(plain.removesuffix(".0"))
    number = to_int(found[1]) if found else None
    if found is None or number is None or found[2] in ("自然日", "日历日", "月", "年") or number > 3000:
        said.fault(column, "不是以工作日计的天数，只在内容中保留原话", "如须计时，请填工作日数", WARNING)
        return None
    return number


def day(said: Said, column: str) -> date | None:
    """A date; also the bare serial number a spreadsheet leaves when a date cell loses its format."""
    plain = said.get(column).strip()
    if plain in _EMPTY:
        return None
    if re.fullmatch(r"[2-6]\d{4}", plain):
        return FIRST_SERIAL + timedelta(days=int(plain))
    try:
        return parse_day(plain.split(" ")[0] if re.match(r"\d{4}-\d", plain) else plain)
    except BadInput as error:
        said.fault(column, why_of(error), "请写成 2016-04-01 或 2016年4月1日")
        return None
