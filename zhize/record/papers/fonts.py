"""Typefaces of official papers: the proprietary ones where a machine has them, free ones of the same kind where not. None is
shipped: 仿宋_GB2312 and 方正小标宋 may not be, and a free CJK face is larger than this program."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import typst

from zhize.kernel.errors import Refusal

BODY = ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "STFangsong", "Zhuque Fangsong (technical preview)", "FandolFang R",
        "Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", "SimSun", "Noto Sans CJK SC", "Noto Sans CJK JP")  # fmt: skip
TITLE = (
    "FZXiaoBiaoSong-B05S",
    "方正小标宋简体",
    "方正小标宋_GBK",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "SimSun",
    *BODY,
)
BLACK = ("SimHei", "黑体", "Heiti SC", "FandolHei R", "Noto Sans CJK SC", "Source Han Sans SC", *BODY)
LATIN = "Libertinus Serif"  # typst's own, for what the others lack


@cache
def paths() -> list[str]:
    """Fonts that come as wheels (`zhize[fonts]`), besides the system's."""
    found = find_spec("noto_cjk_sans_otc")
    return [str(Path(p)) for p in (found.submodule_search_locations or [])] if found else []


@cache
def found() -> frozenset[str]:
    return frozenset(typst.Fonts(font_paths=paths()).families())


def pick(wanted: tuple[str, ...]) -> list[str]:
    """Those this machine has, in order. Refused when it has no Chinese face at all: boxes are not a paper."""
    have = [name for name in dict.fromkeys(wanted) if name in found()]
    if not have:
        raise Refusal(
            "这台机器没有中文字体，不能生成 PDF",
            why="找过：" + "、".join(wanted[:5]) + " 等",
            article="GB/T 9704-2012 5.2.2",
            instead="请安装系统的中文字体（如 fonts-noto-cjk）或 zhize[fonts]，也可以改为导出 docx",
            code="no_chinese_font",
        )
    return have
