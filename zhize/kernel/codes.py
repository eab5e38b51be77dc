"""The code schemes shared by all systems: credit codes, divisions, identity numbers, power items (spec domain §0.1).

`check_*` hand back the code in its standard spelling or refuse with the character that should have stood there.
`read_*` take a code apart. Whether a division code was *valid in some year* is for the places register to say.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from stdnum.cn import ric, uscc

from zhize.kernel.errors import BadInput

# -- tables [S5 and spec domain §0.1] -------------------------------------------------------------------------
POWER_TYPES = {
    "01": "行政许可",
    "02": "行政处罚",
    "03": "行政强制",
    "04": "行政征收",
    "05": "行政给付",
    "06": "行政检查",
    "07": "行政确认",
    "08": "行政奖励",
    "09": "行政裁决",
    "10": "其他行政权力",
    "20": "公共服务",
}
POWER_SOURCES = {
    "1": "法定本级行使",
    "2": "上级下放",
    "3": "上级授权",
    "4": "同级授权",
    "5": "上级委托",
    "6": "同级委托",
}
ACTING_BODIES = {"1": "法定机关", "2": "授权组织", "3": "受委托组织"}
EXERCISE_LEVELS = {"1": "国家", "2": "省", "3": "市", "4": "县", "5": "镇（乡、街道）", "6": "村（社区）"}
HANDLING_KINDS = {"1": "即办件", "2": "承诺件"}
SERVED = {
    "1": "自然人",
    "2": "企业法人",
    "3": "事业法人",
    "4": "社会组织法人",
    "5": "非法人企业",
    "6": "行政机关",
    "9": "其他",
}
USCC_KINDS = {
    "11": "机关",
    "12": "事业单位",
    "13": "编办直接管理机构编制的群众团体",
    "19": "其他机构编制",
    "51": "社会团体",
    "52": "民办非企业单位",
    "53": "基金会",
    "91": "企业",
    "92": "个体工商户",
    "93": "农民专业合作社",
    "N1": "集体经济组织",
}
_PROVINCES = (
    *range(11, 16),
    *range(21, 24),
    *range(31, 38),
    *range(41, 47),
    *range(50, 55),
    *range(61, 66),
    71,
    81,
    82,
)
PROVINCES = frozenset(str(number) for number in _PROVINCES)
AREA_LEVELS = {
    "nation": "国家",
    "province": "省",
    "city": "市",
    "county": "县",
    "town": "乡镇街道",
    "village": "村社区",
}


# -- unified social credit code, GB 32100-2015; organisation code, GB 11714 ------------------------------------
def check_uscc(text: str) -> str:
    """18 characters without I O S V Z; division, organisation code and both check characters agree (GB 32100-2015)."""
    code, name = _plain(text), "统一社会信用代码"
    if not re.fullmatch(r"[0-9A-HJ-NP-RTUW-Y]{2}\d{6}[0-9A-HJ-NP-RTUW-Y]{10}", code):
        raise _bad(
            name,
            text,
            "应为 18 位数字和大写字母（不用 I、O、S、V、Z），第 3 至 8 位是区划数字",
            "GB 32100-2015",
            "uscc",
        )
    _must_be(name, text, code[17], uscc.calc_check_digit(code[:17]), "GB 32100-2015", "uscc")
    if code[2:8] != "100000":  # 100000: registered with a national authority
        check_area_code(code[2:8])
    check_orgcode(code[8:17])
    return code


def kind_of_uscc(code: str) -> str:
    """What kind of body its first two characters name; empty when the table does not know them."""
    return USCC_KINDS.get(_plain(code)[:2], "其他" if _plain(code)[:1] == "Y" else "")


def check_orgcode(text: str) -> str:
    """Eight characters and a check character 0–9 or X (GB 11714-1997)."""
    code, name = _plain(text).replace("-", ""), "组织机构代码"
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", code):
        raise _bad(name, text, "应为 8 位数字或大写字母加 1 位校验码", "GB 11714-1997", "orgcode")
    _must_be(name, text, code[8], orgcode_check(code[:8]), "GB 11714-1997", "orgcode")
    return code


def orgcode_check(eight: str) -> str:
    """The ninth character for eight (A=10 … Z=35; 10 is written X)."""
    total = sum(int(char, 36) * weight for char, weight in zip(eight, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return "0123456789X"[-total % 11]


# -- citizen identity number, GB 11643-1999 --------------------------------------------------------------------
@dataclass(frozen=True)
class CitizenId:
    """What an identity number says of a person; never stored with it."""

    number: str
    area: str
    born: date
    male: bool


def check_citizen_id(text: str) -> str:
    """18 characters: shape, division, birth date and check character (GB 11643-1999)."""
    return read_citizen_id(text).number


def read_citizen_id(text: str) -> CitizenId:
    code, name = _plain(text), "公民身份号码"
    if not re.fullmatch(r"\d{17}[0-9X]", code):
        raise _bad(name, _masked(code), "应为 17 位数字加 1 位校验码", "GB 11643-1999", "citizen_id")
    _must_be(name, _masked(code), code[17], ric.calc_check_digit(code), "GB 11643-1999", "citizen_id", secret=True)
    check_area_code(code[:6])
    return CitizenId(code, code[:6], _born(code), int(code[16]) % 2 == 1)


def widen_citizen_id(fifteen: str) -> str:
    """A first-generation 15-digit number in its 18-character form (GB 11643-1989 → 1999), to find duplicates."""
    if not re.fullmatch(r"\d{15}", _plain(fifteen)):
        raise _bad("旧公民身份号码", _masked(_plain(fifteen)), "应为 15 位数字", "GB 11643-1989", "citizen_id")
    long = _plain(fifteen)[:6] + "19" + _plain(fifteen)[6:]
    return check_citizen_id(long + ric.calc_check_digit(long + "0"))


def _born(code: str) -> date:
    try:
        return date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError as error:
        raise _bad(
            "公民身份号码", _masked(code), "第 7 至 14 位不是历法上的日期", "GB 11643-1999", "citizen_id"
        ) from error


def _masked(code: str) -> str:
    """Personal data does not belong in a refusal: it may be logged."""
    return code[:6] + "*" * max(len(code) - 6, 0)


# -- administrative divisions, GB/T 2260 and the 9- and 12-digit statistical codes -----------------------------
def check_area_code(text: str) -> str:
    """6, 9 or 12 digits whose parts can exist; not whether the division existed on a day (that is `places`)."""
    level_of_area_code(text)
    return _plain(text)


def level_of_area_code(text: str) -> str:
    """nation, province, city, county, town or village (GB/T 2260); codes padded with zeros are read as their level."""
    code = _plain(text)
    if not re.fullmatch(r"\d{6}(\d{3}){0,2}", code):
        raise _bad_area(text, "应为 6、9 或者 12 位数字")
    own, town, village = code[:6], code[6:9].strip("0") and code[6:9], code[9:].strip("0") and code[9:]
    if village and not town:
        raise _bad_area(text, "有村级码而没有乡级码")
    level = "village" if village else "town" if town else _level_of_six(text, own)
    if level in ("town", "village"):
        _below_county(text, own, town, village)
    return level


def _level_of_six(text: str, six: str) -> str:
    """d3–4: 01–20 and 51–70 cities, 21–50 prefectures, 90 directly under the province; d5–6: 00 the level itself."""
    province, middle, last = six[:2], int(six[2:4]), six[4:]
    if six in ("000000", "100000"):
        return "nation"
    if province not in PROVINCES:
        raise _bad_area(text, "前两位不是省级代码")
    if not (0 <= middle <= 70 or middle == 90) or (middle == 0 and last != "00"):
        raise _bad_area(text, "第 3、4 位只能是 01–70 或者 90")
    if middle == 0:
        return "province"
    return "city" if last == "00" else "county"


def _below_county(text: str, six: str, town: str, village: str) -> None:
    """001–399 streets, towns, townships, to 599 units like them; a few cities have towns but no counties (441900)."""
    if _level_of_six(text, six) not in ("county", "city"):
        raise _bad_area(text, "乡级码前面应当是县级代码")
    if int(town) > 599 or (village and int(village) > 599):
        raise _bad_area(text, "乡级码、村级码只能是 001–599")


# -- power items and implementation codes ----------------------------------------------------------------------
@dataclass(frozen=True)
class ItemCode:
    """事项基本编码: division 2, type 2, department 2, main item 3, sub-item 3 (spec domain §0.1 [M])."""

    code: str
    area: str
    type: str
    department: str
    main: str
    sub: str

    @property
    def type_name(self) -> str:
        return POWER_TYPES[self.type]

    @property
    def has_sub(self) -> bool:
        return self.sub != "000"


def read_item_code(text: str) -> ItemCode:
    """Take a 12-digit catalogue code apart: 330275012000 is 33 / 02 处罚 / 75 / 012 / 000."""
    code, name = _plain(text), "事项基本编码"
    if not re.fullmatch(r"\d{12}", code):
        raise _bad(name, text, "应为 12 位数字", "GB/T 39554.1-2020", "item_code")
    parts = ItemCode(code, code[:2], code[2:4], code[4:6], code[6:9], code[9:])
    if parts.area != "00" and parts.area not in PROVINCES:
        raise _bad(name, text, "前两位应为 00（国家）或者省级区划", "GB/T 39554.1-2020", "item_code")
    if parts.type not in POWER_TYPES:
        raise _bad(name, text, "第 3、4 位不是事项类型（01–10、20）", "GB/T 39554.1-2020", "item_code")
    if parts.main == "000":
        raise _bad(name, text, "主项号不能是 000", "GB/T 39554.1-2020", "item_code")
    return parts


@dataclass(frozen=True)
class ImplementationCode:
    """实施编码: credit code 18, exercise level 1, item code 12; with two digits more, one way of handling it [M?]."""

    uscc: str
    level: str
    item: ItemCode
    serial: str = ""


def read_implementation_code(text: str) -> ImplementationCode:
    code, name = _plain(text), "实施编码"
    if len(code) not in (31, 33) or (code[31:] and not code[31:].isdigit()):
        raise _bad(name, text, "应为 31 位，业务办理项编码为 33 位", "GB/T 39554.1-2020", "implementation_code")
    if code[18] not in EXERCISE_LEVELS:
        raise _bad(name, text, "第 19 位不是行使层级（1–6）", "GB/T 39554.1-2020", "implementation_code")
    return ImplementationCode(check_uscc(code[:18]), code[18], read_item_code(code[19:31]), code[31:])


# -- helpers ---------------------------------------------------------------------------------------------------
def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()


def _must_be(name: str, text: str, found: str, right: str, article: str, code: str, secret: bool = False) -> None:
    """The right character is told, except for personal numbers, where telling it would help to make one up."""
    if found != right:
        why = "校验码不符" if secret else f"校验码应为 {right}，写的是 {found}"
        raise _bad(name, text, why, article, code)


def _bad(name: str, text: str, why: str, article: str, code: str) -> BadInput:
    return BadInput(
        "{name}“{text}”不正确",
        why=why,
        article=article,
        instead="请对照证书或者原件核对",
        code=f"bad_{code}",
        name=name,
        text=text,
    )


def _bad_area(text: str, why: str) -> BadInput:
    return _bad("行政区划代码", text, why, "GB/T 2260", "area_code")
