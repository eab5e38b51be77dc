"""Two lists of invented duties with known truth: a guard against a matcher that only fits one maker's sentences.

    python -m benchmarks._duty_names N SEED FOLDER [NAMES]

writes left.csv, right.csv (code, name, type, basis) and truth.csv (right_code, left_code). Sentences, words and slips differ from
any other maker's on purpose: misprints, traditional script, half-width marks, lists turned round, several laws with paragraphs,
names cut to a summary. With NAMES, a list in a file, its own names are rewritten. A fifth of the right rows have no counterpart; they differ from some left row in one word that matters.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Sequence
from pathlib import Path

THINGS = [
    "电动自行车",
    "共享单车",
    "电梯",
    "锅炉",
    "压力容器",
    "气瓶",
    "起重机械",
    "客运索道",
    "游泳场所",
    "美容美发场所",
    "洗浴场所",
    "住宿场所",
    "餐饮服务",
    "集体用餐配送",
    "网络餐饮",
    "小作坊",
    "食品摊贩",
    "保健食品",
    "婴幼儿配方乳粉",
    "食用农产品",
    "屠宰场",
    "生猪",
    "家禽",
    "水产苗种",
    "转基因生物",
    "植物检疫",
    "森林防火",
    "古树名木",
    "湿地",
    "草原",
    "国有林场",
    "陆生动物",
    "候鸟",
    "温泉",
    "地下水",
    "水库大坝",
    "堤防",
    "蓄滞洪区",
    "农村水电",
    "灌区",
    "入河排污口",
    "医疗废物",
    "危险废物",
    "电子废物",
    "废旧电池",
    "辐射装置",
    "射线探伤",
    "机动车排气",
    "餐饮油烟",
    "扬尘",
    "秸秆焚烧",
    "噪声敏感建筑物",
    "建筑幕墙",
    "深基坑",
    "预拌混凝土",
    "装配式构件",
    "脚手架",
    "玻璃栈道",
    "地下管线",
    "窨井盖",
    "路灯",
    "停车泊位",
    "公共汽电车",
    "轨道交通",
    "巡游车",
    "货运代理",
    "危货车辆",
    "驾驶人",
    "校车",
    "渡口",
    "游艇",
    "通用航空",
    "无人驾驶航空器",
    "快递",
    "邮政",
    "电信业务",
    "域名",
    "地理信息",
    "卫星地面站",
    "短视频",
    "网络直播",
    "剧本娱乐",
    "歌舞厅",
    "网络游戏",
    "图书馆",
    "美术品",
    "古籍",
    "考古发掘",
    "博物馆藏品",
    "非物质文化遗产",
    "体育彩票",
    "游泳池水质",
    "健身房预付卡",
    "幼儿园",
    "托育机构",
    "中小学食堂",
    "职业技能鉴定",
    "技工院校",
    "人才中介",
    "农民工工资",
    "集体合同",
    "残疾人就业",
    "退役士兵",
    "公墓",
    "骨灰存放",
    "收养",
    "婚姻介绍",
    "志愿服务",
    "基金会",
    "行业协会",
    "律师事务所",
    "公证",
    "司法鉴定",
    "仲裁",
    "小额贷款",
    "融资担保",
    "私募基金",
    "地方交易场所",
    "保险代理",
    "税务师",
    "会计代理记账",
    "政府投资项目",
    "国有资产",
    "粮库",
    "储备肉",
    "汽油零售",
    "报废船舶",
    "旧机动车",
    "拆迁房屋",
    "公租房",
    "老旧小区",
    "物业维修资金",
    "宅基地",
    "农村集体资产",
    "采石场",
    "河砂",
    "稀土",
    "地热",
]
MATTERS = [
    "备用钥匙管理",
    "出入库登记",
    "现场检测",
    "定期检验",
    "维护保养",
    "安装改造",
    "拆除",
    "停用报废",
    "从业登记",
    "从业培训",
    "健康证明",
    "进货查验",
    "追溯记录",
    "明码标价",
    "预付资金",
    "押金退还",
    "实名登记",
    "视频监控",
    "应急演练",
    "值班值守",
    "隐患自查",
    "事故报告",
    "损害赔偿",
    "信用修复",
    "招生宣传",
    "票据开具",
    "合同备案",
    "名称变更",
    "地址变更",
    "负责人变更",
    "股权变更",
    "跨境合作",
    "分包转包",
    "代理委托",
    "试运行",
    "竣工图纸",
    "设计审查",
    "方案论证",
    "选址",
    "占道施工",
    "夜间作业",
    "临时堆放",
    "采样检测",
    "数据上报",
    "在线监测",
    "台账保存",
    "标志设置",
    "警示标牌",
    "防护设施",
    "消防通道",
    "疏散演练",
    "补偿发放",
    "资格复核",
    "等级评定",
    "年度审验",
]
KINDS = [
    "小型",
    "大型",
    "临时",
    "流动",
    "农村",
    "城区",
    "沿海",
    "山区",
    "海岛",
    "个人",
    "外商",
    "合资",
    "连锁",
    "无人值守",
    "进口",
    "出口",
    "自用",
    "出租用",
    "季节性",
    "高风险",
    "一级",
    "二级",
    "三级",
]
PENALTIES = (
    "对{k}{a}未按要求{m}的处罚",
    "对{k}{a}{m}不符合国家标准的处罚",
    "对在{k}{a}{m}过程中隐瞒真实情况的处罚",
    "对{k}{a}经营者拒不整改{m}问题的处罚",
    "对逾期不办理{k}{a}{m}手续的处罚",
    "对将{k}{a}{m}交由无资质者承担的处罚",
    "{k}{a}{m}未经验收即投入使用的行政处罚",
    "对篡改、销毁{k}{a}{m}资料行为的处罚",
    "对未经同意从事{k}{a}{m}的处罚",
)
OTHERS = (
    ("01", "{k}{a}{m}许可"), ("01", "{k}{a}{m}审批"), ("03", "对{k}{a}{m}相关物品的查封、扣押"), ("05", "{k}{a}{m}补助资金给付"),
    ("06", "对{k}{a}{m}情况的监督检查"), ("06", "{k}{a}{m}“双随机”抽查"), ("07", "{k}{a}{m}认定"), ("08", "对{k}{a}{m}先进单位的表彰"),
    ("10", "{k}{a}{m}备案"), ("10", "{k}{a}{m}方案的审核转报"), ("20", "{k}{a}{m}咨询服务"),
)  # fmt: skip
LAWS = (
    "《中华人民共和国{a}法》",
    "《{a}管理条例》",
    "《某市{a}若干规定》",
    "《{a}管理办法》",
    "《某省实施〈中华人民共和国{a}法〉办法》",
)
SAME = {  # what one clerk writes, and what another does
    "未按要求": ("不按要求", "未依照规定", "没有按规定"), "不符合国家标准": ("达不到国家标准", "不合格"),
    "隐瞒真实情况": ("弄虚作假", "提供不实信息"), "经营者": ("经营单位", "业主"), "拒不整改": ("逾期未改正", "拒不改正"),
    "逾期不办理": ("未在规定期限内办理", "超期不办"), "无资质者": ("不具备资质的单位", "无资质单位"), "篡改、销毁": ("毁损、涂改", "伪造"),
    "未经验收即投入使用": ("未验先用", "擅自投入使用"), "未经同意": ("擅自", "未经批准"), "从事": ("进行", "实施"), "补助资金": ("补贴", "补助"),
    "查封、扣押": ("扣押查封", "暂扣"), "先进单位": ("先进集体", "优秀单位"), "监督检查": ("检查", "日常检查"), "咨询服务": ("政策咨询", "咨询"),
    "许可": ("行政许可", "审批"), "资料": ("材料", "档案"), "备案": ("备案登记", "报备"), "认定": ("资格认定", "确认"), "相关物品": ("有关物品", "涉案物品"),
    "电动自行车": ("电动车",), "非物质文化遗产": ("非遗",), "无人驾驶航空器": ("无人机",), "机动车": ("汽车",), "婴幼儿配方乳粉": ("婴配奶粉",),
    "公共汽电车": ("公交车",), "住宿场所": ("旅馆",), "餐饮服务": ("餐饮业",), "轨道交通": ("地铁",), "农村集体资产": ("村集体资产",),
    "集体用餐配送": ("集体配餐",), "物业维修资金": ("维修基金",), "公租房": ("公共租赁住房",), "危险废物": ("危废",), "定期检验": ("定检",),
    "维护保养": ("维保",), "安装改造": ("改造安装",), "应急演练": ("演练",), "健康证明": ("健康证",), "视频监控": ("监控录像",), "隐患自查": ("自查隐患",),
    "合同备案": ("合同报备",), "竣工图纸": ("竣工图",), "采样检测": ("抽样检测",), "数据上报": ("上报数据",), "在线监测": ("自动监测",), "等级评定": ("评级",),
    "资格复核": ("复核资格",), "小型": ("小规模",), "大型": ("大规模",), "农村": ("乡村",), "城区": ("市区",), "个人": ("自然人",),
}  # fmt: skip
TURNED = str.maketrans(
    "对从业营经罚处检查备药车货场国务规范环境卫监证门阁", "對從業營經罰處檢查備藥車貨場國務規範環境衛監證門閣"
)
NOTES = ("（市级权限）", "(含延续)", "（委托乡镇实施）", "【暂时调整实施】", "（已划转）", "事项", "（首次）")
BEFORE = ("市级", "本市", "区（县）", "辖区内", "职责范围内", "关于", "负责")


Made = tuple[list[tuple[str, str, str]], list[tuple[str, str, str]], list[int]]


def make(n: int, seed: int, share: float = 0.8) -> Made:
    """(name, type, basis) of both lists, and for each right row its left row or -1."""
    r = random.Random(seed)
    things = THINGS[: max(6, min(len(THINGS), n // 500))]
    left, seen = [], set[str]()
    while len(left) < n:
        row = _duty(r, things)
        if row[0] not in seen:
            seen.add(row[0])
            left.append(row)
    order = r.sample(range(n), n)
    right, truth = [], []
    for at in order:
        true = r.random() < share
        row = left[at] if true else _stranger(r, things, seen)
        right.append(_rewritten(r, *row))
        truth.append(at if true else -1)
    return left, right, truth


def _duty(r: random.Random, things: Sequence[str]) -> tuple[str, str, str]:
    thing, matter = r.choice(things), r.choice(MATTERS)
    if r.random() < 0.2:
        matter += r.choice("、和及") + r.choice(MATTERS)
    words = {"k": r.choice(KINDS) if r.random() < 0.7 else "", "a": thing, "m": matter}
    kind, name = ("02", r.choice(PENALTIES)) if r.random() < 0.55 else r.choice(OTHERS)
    return name.format(**words), kind, _basis(r, thing)


def _basis(r: random.Random, thing: str) -> str:
    cites = []
    for law in r.sample(LAWS, r.choice((1, 1, 1, 2))):
        article = f"第{r.randrange(1, 80)}条"
        cites.append(law.format(a=thing) + article + (f"第{r.randrange(1, 4)}款" if r.random() < 0.3 else ""))
    return "；".join(cites)


def _stranger(r: random.Random, things: Sequence[str], seen: set[str]) -> tuple[str, str, str]:
    while True:
        row = _duty(r, things)
        if row[0] not in seen:
            return row


def _rewritten(r: random.Random, name: str, kind: str, basis: str) -> tuple[str, str, str]:
    for _ in range(r.choice((0, 1, 1, 2, 2, 3, 4))):
        name = r.choice(SLIPS)(r, name) or name
    return name, kind if r.random() < 0.9 else "", _cited_otherwise(r, basis)


def _reworded(r: random.Random, name: str) -> str:
    found = [word for word in SAME if word in name]
    return name.replace(word := r.choice(found), r.choice(SAME[word]), 1) if found else name


def _misprinted(r: random.Random, name: str) -> str:
    at = r.randrange(len(name))
    return (
        name[:at] + r.choice("的了人大小上不中方为业工") + name[at + 1 :]
        if r.random() < 0.5
        else name[:at] + name[at + 1 :]
    )


def _in_old_script(r: random.Random, name: str) -> str:
    return name.translate(TURNED)


def _turned_round(r: random.Random, name: str) -> str:
    """A和B → B和A; a clause in the middle brought forward."""
    for joint in "、和及":
        if joint in name[2:-2]:
            at = name.index(joint, 2)
            size = min(4, at, len(name) - at - 1)
            return (
                name[: at - size] + name[at + 1 : at + 1 + size] + joint + name[at - size : at] + name[at + 1 + size :]
            )
    head, tail = (1 if name.startswith("对") else 0), (name.rfind("的") if "的" in name else len(name))
    core = name[head:tail]
    if len(core) < 9:
        return name
    at = r.randrange(3, len(core) - 3)
    return name[:head] + core[at:] + core[:at] + name[tail:]


def _framed(r: random.Random, name: str) -> str:
    return r.choice(BEFORE) + name if r.random() < 0.5 else name + r.choice(NOTES)


def _bare(r: random.Random, name: str) -> str:
    """对…的处罚 without its frame, or with another one."""
    core = name.removeprefix("对").removesuffix("的处罚").removesuffix("行为")
    return core + r.choice(("的行政处罚", "行为的处罚", "的处罚")) if core != name.removeprefix("对") else name


SLIPS = (_reworded, _reworded, _reworded, _misprinted, _in_old_script, _turned_round, _framed, _bare)


def _cited_otherwise(r: random.Random, basis: str) -> str:
    chance = r.random()
    if chance < 0.25:
        return ""
    if chance < 0.4:
        return basis.split("第")[0]
    if chance < 0.55:
        return basis.split("；")[-1].replace("中华人民共和国", "")
    if chance < 0.62:
        return basis.split("第")[0] + f"第{r.randrange(1, 80)}条"
    if chance < 0.7:
        return basis + "；《某省行政程序规定》第十条"
    return basis


def make_from(rows: list[tuple[str, str, str]], seed: int, share: float = 0.8) -> Made:
    """The same slips over a real list; a fifth of it is held back, and has no counterpart."""
    r = random.Random(seed)
    kept = list({row[0]: row for row in rows}.values())
    r.shuffle(kept)
    left = kept[: int(len(kept) * share)]
    order = r.sample(range(len(kept)), len(kept))
    return left, [_rewritten(r, *kept[at]) for at in order], [at if at < len(left) else -1 for at in order]


def _read(path: Path) -> list[tuple[str, str, str]]:
    from zhize.lists.tables import read_table

    table = read_table(path)
    return list(zip(table.names, table.types, table.bases, strict=True))


def write(n: int, seed: int, folder: Path, names: Path | None = None) -> None:
    left, right, truth = make_from(_read(names), seed) if names else make(n, seed)
    folder.mkdir(parents=True, exist_ok=True)
    for side, rows in (("left", left), ("right", right)):
        with (folder / f"{side}.csv").open("w", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            out.writerow(["code", "name", "type", "basis"])
            out.writerows((f"{side[0].upper()}{i:07d}", *row) for i, row in enumerate(rows))
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["right_code", "left_code"])
        out.writerows((f"R{i:07d}", f"L{at:07d}" if at >= 0 else "") for i, at in enumerate(truth))


if __name__ == "__main__":
    write(int(sys.argv[1]), int(sys.argv[2]), *map(Path, sys.argv[3:5]))
