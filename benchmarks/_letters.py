"""A town's letters, made by lot from a seed: what was told, told again word for word with slips, and told again by others.

A letter names a place and a thing, says what is wrong with it, what comes of it and what is wished, between stock phrases.
- four letters speak of one place on average, of whatever troubles fall to it;
- thirty troubles, each with three names for the thing and four ways to say what is wrong, in any order, with particles before
  and after; stock phrases are used unevenly (the commonest opening in four letters of ten), as people do;
- `copy`: the same teller again: one to four characters dropped, doubled or changed wherever the lot falls, the name too;
- `event`: somebody else about the same thing at the same place: never the same sentence on what is wrong, his own name for the
  thing (the same in somewhat more than half of all pairs), what comes of it by lot, the place in full (seven of ten), without its building or without its kind;
- either comes within a fortnight of the first. Letters fall evenly on a year.
What is easier than life: nobody writes about two things, nobody calls a place by another name. What is harder: letters share
nothing but words; in life they share telephone, number of the house, and what was on television.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

SEED = 20160501
STREETS = 150
YEAR, SOON = 365, 14
HEADS = "金银翠碧锦绣华盛嘉泰恒瑞祥和顺安康宁福禄寿喜春夏秋冬东南西北江河湖海山水云月星辰龙凤鹤鹿松竹梅兰荷桂柳枫"
TAILS = [
    "花园",
    "家园",
    "公寓",
    "大厦",
    "新村",
    "广场",
    "市场",
    "小学",
    "工业区",
    "佳苑",
    "名邸",
    "商厦",
    "村",
    "路口",
    "桥头",
]
TROUBLES = """
工地/打桩声/施工|半夜还在响,凌晨不停工,天天干到后半夜,节假日也不歇|老人整夜睡不着,孩子没法复习,心脏受不了|请制止夜间作业,查一查有没有许可
饭店油烟/餐馆排烟/烧烤摊|直接往楼上冒,没有净化设备,烟道接到了窗边,一到饭点就呛人|不能开窗,衣服上全是味道,得了咽炎|请环保部门检查,要求装净化器
占道摆摊/流动摊贩/夜市|把人行道堵死了,收摊不打扫,一直摆到机动车道,越来越多|行人只能走车道,消防车进不来,满地汤水|希望城管管一管,划个固定的地方
电梯/轿厢/升降机|三天两头停运,突然往下坠,门夹人,困住过好几个人|七楼的老人下不来,大家都走楼梯,没人敢坐|请质监查验,催物业换新的
自来水/水龙头/水管|放出来发黄,有股铁锈味,一到晚上就没水,总有沉淀|不敢做饭,洗的衣服染了色,只好买桶装水|请来检测,冲洗管网
房产证/产权证/不动产权|拖了五年没办下来,开发商说再等,资料交了没下文,售楼处已经搬空|孩子上不了学,贷款办不成,想卖也卖不掉|请住建局督促,给个准信
路灯/照明/灯杆|坏了一排,晚上全黑,闪了半个月,线头露在外面|有人摔断了腿,夜里不敢出门,撞过两回车|尽快维修,换成亮一点的
下水道/窨井/污水管|往外冒脏水,盖子不见了,堵了个把月,一下雨就倒灌|臭得站不住人,蚊子成群,电瓶车掉进去了|派人疏通,补上盖板
停车费/车位/地下车库|突然涨了一倍,没有公示,不交钱不让进,卖给了外面的人|车只能停在马路上,天天和保安吵,刷不开道闸|请物价部门核实,退还多收的
广场舞/音响/喇叭|从傍晚放到十点,声音越调越大,就在窗户底下,早上五点就开始|作业写不下去,婴儿一直哭,劝了还挨骂|请公安调解,定个时间
违章搭建/加盖/阳光房|又封了一层,把露台占了,拆了又搭,打通了承重墙|挡住了我家采光,楼板漏水,怕哪天塌下来|依法拆除,叫停施工
垃圾/垃圾桶/建筑垃圾|一星期没人运,倒在路中间,堆得像小山,就在幼儿园门口|引来老鼠,流出黑水,路都走不了|请环卫所处理,装上监控
公交车/班车/公交站|等一个钟头不来,改线没有通知,不停靠就开走,取消了末班|上班总迟到,学生走路回家,老人在雨里站着|加开几班,恢复原线
工资/工钱/加班费|欠了四个月,老板跑了,只给打白条,说好的数不认|回不了家过年,房租交不起,几十个人没饭吃|请劳动监察追讨,帮我们要回来
社保/养老保险/医保|单位一直没交,断了两年,基数报低了,转不过来|看病全自费,退休手续办不了,补缴要交滞纳金|请人社局查,说明怎么补
幼儿园/保育费/托班|报名要摇号,收了赞助费,老师经常换,超额招生|孩子没地方去,家长只能请假,一个班五十人|请教育局查处,增加学位
补课/辅导班/兴趣班|卷了钱关门,老师课上不讲,占用周末,没有办学许可|学费要不回来,孩子累垮了,一年花两万|退还费用,取消违规收费
医院/急诊/门诊|排了一天没看上,误诊了,乱开检查,医生态度恶劣|耽误了病情,多花三千块,病人疼得打滚|请卫生局调查,给个说法
拆迁款/安置房/补偿|三年没到位,面积少算了,只签字不给钱,选房不公开|一家老小租房子住,老人等不到了,欠了一身债|公布方案,尽快兑现
狗/流浪狗/大型犬|不拴绳到处跑,咬伤了小孩,半夜叫个不停,粪便没人收|不敢带孩子下楼,打了五针疫苗,邻里不和|请公安收容,罚养的人
河道/河水/排水渠|变成黑的,漂满死鱼,有厂子偷排,淤泥高出水面|一开窗就恶心,菜地没法浇,井水也不能喝|查排污口,清淤
天然气/煤气/燃气|装了表不通气,有漏气的味道,压力上不来,收了初装费没下文|还在换罐子,全楼提心吊胆,做饭做到一半就灭|请燃气公司上门,给个通气日期
宽带/网络/信号|被一家垄断,天天掉线,手机打不出去,装机要另交钱|孩子上不了网课,生意做不成,报警都打不通|允许别家进来,加装基站
树/绿化/行道树|枝条压到电线,全被砍光,虫子掉得到处都是,改成了停车场|窗户进不了光,夏天晒得没处躲,过敏起疹子|请园林修剪,恢复原样
快递/包裹/驿站|不送上门,弄丢了不赔,堆在露天,代签了没通知|药泡了水,找了三天,老人扛不动|请邮政管理部门处理,赔偿损失
预售/楼盘/精装修|交房推了两次,和样板间不一样,墙面开裂,绿地缩了水|月供照还,住不进去,验房全是问题|督促开发商整改,退一赔一
红绿灯/斑马线/路口|时间太短,坏了没人修,被树挡住,没有左转|学生过马路像打仗,一个月撞了三个,堵到晚高峰以后|请交警调整,加个护学岗
超市/小卖部/菜场|卖过期的东西,短斤少两,改了日期,不给小票|吃了拉肚子,退货不认账,老人上当|请市场监管查封,十倍赔偿
低保/救助/残疾补贴|被取消了没说理由,材料交了半年,有车的人反而有,少发了两个月|断了药,孤儿没人管,全靠邻居接济|请民政重新核定,说明政策
物业/保安/业委会|从不打扫,账目不公开,合同到期赖着不走,随便放外人进来|丢了三辆电瓶车,楼道堆满杂物,公共收益没影子|换一家,开业主大会
"""
OPENINGS = [
    "您好，我是{e}的住户，",
    "反映{e}",
    "尊敬的领导：{e}",
    "投诉{e}",
    "我们住在{e}，",
    "请问{e}",
    "关于{e}，",
    "麻烦转告有关部门，{e}",
    "你好，我家在{e}，这里",
    "{e}",
]
ENDINGS = [
    "希望尽快处理。",
    "请给个答复，谢谢。",
    "盼回复。",
    "已经反映多次。",
    "请有关部门重视。",
    "谢谢！",
    "到底有没有人管？",
    "",
]
FILLERS = [
    "每天都这样",
    "从上个月开始",
    "邻居们意见很大",
    "打过电话没有结果",
    "白天好一些",
    "已经快一年了",
    "特别是周末",
    "下雨天更严重",
    "实在受不了",
    "前年也出过一次",
    "几个部门互相推",
    "来看过一回就走了",
    "照片可以发给你们",
    "不止我一家",
    "刚搬来就这样",
    "说了也没用",
    "一到夏天就犯",
    "说是等通知",
]
PARTICLES = [
    "又",
    "还",
    "都",
    "就",
    "真的",
    "老是",
    "一直",
    "现在",
    "实在",
    "简直",
    "居然",
    "根本",
    "总",
    "太",
    "再",
    "反正",
    "好像",
    "突然",
    "又开始",
    "早就",
]
UNEVEN = 0.6  # each next stock phrase is used so much as often as the one before


@dataclass(frozen=True)
class Trouble:
    things: Sequence[str]
    wrongs: Sequence[str]
    harms: Sequence[str]
    wishes: Sequence[str]


def _trouble(line: str) -> Trouble:
    things, *said = line.split("|")
    return Trouble(things.split("/"), *(s.split(",") for s in said))


@dataclass(frozen=True)
class Letter:
    """`said`: which sentences about the thing it used, so that a retelling uses others."""

    no: int
    place: str
    street: int
    trouble: int
    day: float
    said: tuple[str, str]
    text: str


class Town:
    """Places, each in a street, and so many letters, numbered from 1 as they came in."""

    def __init__(self, cases: int) -> None:
        self.dice, self.cases = random.Random(SEED), cases
        self.troubles = [_trouble(line) for line in TROUBLES.split("\n") if line]
        self.places = self._places(max(200, cases // 4))
        self.about: dict[tuple[str, int], set[int]] = defaultdict(set)
        self.letters = [self._first(no) for no in range(1, cases + 1)]

    def told_again(self, kind: str) -> tuple[Letter, Callable[[int], bool]]:
        """A letter of this kind about one of those told, and which answers are right: the very one, or any of the event."""
        first = self.dice.choice(self.letters)
        day = first.day + self.dice.uniform(0, SOON)
        if kind == "copy":
            return replace(first, day=day, text=self._slipped(first.text)), lambda case: case == first.no
        same = self.about[first.place, first.trouble]
        return replace(
            self._told(first.no, first.place, first.street, first.trouble, first.said), day=day
        ), same.__contains__

    def _places(self, many: int) -> list[tuple[str, int]]:
        names: set[str] = set()
        while len(names) < many:
            building = self.dice.choice(["", "", f"{self.dice.randint(1, 40)}栋"])
            names.add("".join(self.dice.sample(HEADS, self.dice.choice([2, 3]))) + self.dice.choice(TAILS) + building)
        return [(name, self.dice.randint(1, STREETS)) for name in sorted(names)]

    def _first(self, no: int) -> Letter:
        place, street = self.dice.choice(self.places)
        trouble = self.dice.randrange(len(self.troubles))
        self.about[place, trouble].add(no)
        return self._told(no, place, street, trouble)

    def _told(self, no: int, place: str, street: int, about: int, others: tuple[str, str] | None = None) -> Letter:
        trouble, pick, used = self.troubles[about], self.dice.choice, others or ("", "")
        wrong = pick([w for w in trouble.wrongs if w not in used])
        harm = pick(trouble.harms)
        [thing] = self.dice.choices(trouble.things, (8, 2, 1))
        said = [self._freely(wrong), self._freely(harm)]
        self.dice.shuffle(said)
        middle = [said[0], self._stock(FILLERS), said[1], self._stock(FILLERS), self._freely(pick(trouble.wishes))]
        opening = self._stock(OPENINGS).format(
            e=self._named(place, others is not None) + pick(["的", "", "这里的"]) + thing
        )
        text = opening + "，".join(middle) + "，" + self._stock(ENDINGS)
        return Letter(no, place, street, about, YEAR * no / self.cases, (wrong, harm), text)

    def _named(self, place: str, again: bool) -> str:
        """In full, without the building, or without what kind of place it is."""
        lot = self.dice.random() if again else 0.0
        whole = place.rstrip("栋0123456789")
        tail = next(t for t in TAILS if whole.endswith(t))
        return place if lot < 0.7 else whole if lot < 0.85 else whole.removesuffix(tail)

    def _freely(self, sentence: str) -> str:
        """Hardly anybody says it quite as another."""
        before, after = (self.dice.choice(["", "", *PARTICLES]) for _ in range(2))
        return before + sentence + (after if len(after) < 2 else "，" + after)

    def _stock(self, phrases: Sequence[str]) -> str:
        return self.dice.choices(phrases, [UNEVEN**n for n in range(len(phrases))])[0]

    def _slipped(self, text: str) -> str:
        letters = list(text)
        for _ in range(self.dice.randint(1, 4)):
            at = self.dice.randrange(len(letters))
            letters[at] = self.dice.choice(["", letters[at] * 2, self.dice.choice(HEADS)])
        return "".join(letters)
