"""Change → what must be issued again (spec domain §10.3): a table. The system works out the rows; people issue the papers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Output:
    """One kind of thing that has to be issued again, renewed or looked at."""

    name: str
    label: str
    action: str


OUTPUTS = {
    o.name: o
    for o in (
        Output("lists", "清单", "重新公布涉及机构的清单"),
        Output("entrustments", "委托书", "重新签订或者终止委托书"),
        Output("transfers", "划转事项", "核对划转公告所列事项"),
        Output("grants", "乡镇（街道）、功能区赋权", "核对赋权清单"),
        Output("supervision", "事中事后监管制度", "修订监管制度"),
        Output("guides", "办事指南", "修订办事指南"),
        Output("routes", "热线知识和分派", "更新热线知识；分派按登记自动改变，须核对"),
        Output("charters", "三定规定的主要职责", "核对三定规定的有关语句"),
        Output("names", "机构名称所及", "更换登记证书、印章、席位和合同中的名称"),
        Output("areas", "区域表述", "核对区域组和除外范围"),
    )
}
REISSUE: dict[str, tuple[str, ...]] = {
    "law": ("lists", "entrustments", "transfers", "grants", "supervision", "guides", "routes", "charters"),
    "transfer": ("lists", "routes", "supervision", "entrustments", "guides"),
    "delegation": ("lists", "grants", "guides", "routes"),
    "body": ("lists", "names", "entrustments", "routes", "charters"),
    "area": ("areas", "lists", "routes"),
    "wording": ("lists", "guides", "routes"),
    "boundary": ("lists", "routes"),
    "matter": ("routes",),
}
KINDS = {
    "law": "法律立改废释", "transfer": "职责划转或者收回", "delegation": "下放、授权、委托、托管", "body": "机构设立、更名、合并、撤销",
    "area": "区划调整", "wording": "事项名称、依据、要素变化", "boundary": "职责边界裁定", "matter": "诉求事项对应关系变化",
}  # fmt: skip
GUIDE_FIELDS = ("conditions", "materials", "flow", "where", "hours", "channels", "fees", "promised_limit")
