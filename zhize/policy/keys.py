"""The policy keys: what a jurisdiction may set, each with its type, unit, default and article. `docs/policy-keys.md` is
generated from here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zhize.kernel.clock import Limit
from zhize.kernel.errors import BadInput


@dataclass(frozen=True)
class Key:
    """One thing that may differ between places."""

    name: str
    says: str
    type: str
    default: Any
    article: str = ""


class Keys(dict[str, Key]):
    def get(self, name: str, default: Key | None = None) -> Key | None:  # type: ignore[override]
        """A key by name; `calendar.2016` is found under `calendar.*`."""
        return super().get(name) or super().get(re.sub(r"\.\d{4}$", ".*", name), default)

    def check(self, name: str, value: Any) -> None:
        """Refuse an unknown key or a value of the wrong type."""
        key = self.get(name)
        if key is None:
            raise BadInput(
                "没有政策项“{key}”",
                why="这个键没有登记",
                instead="请查看 docs/policy-keys.md 中的键名",
                key=name,
                code="unknown_key",
            )
        if not _TYPES[key.type](value):
            raise BadInput(
                "政策项“{key}”的值“{value}”不对",
                why="须是{type}",
                instead="请按 docs/policy-keys.md 填写",
                key=name,
                value=value,
                type=key.type,
                code="bad_value",
            )


def _is_limit(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        Limit.parse(value)
    except BadInput:
        return False
    return True


_TYPES: dict[str, Callable[[Any], bool]] = {
    "时限": _is_limit,
    "整数": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "比例": lambda v: isinstance(v, int | float) and 0 <= v <= 1,
    "是否": lambda v: isinstance(v, bool),
    "文字": lambda v: isinstance(v, str),
    "清单": lambda v: isinstance(v, list),
    "表": lambda v: isinstance(v, dict),
}

KEYS = Keys()


def _key(name: str, says: str, type_: str, default: Any, article: str = "") -> None:
    KEYS[name] = Key(name, says, type_, default, article)


# -- 时钟 the clock (cases §2.3)
_key(
    "calendar.*",
    "某年的工作日安排：off 放假的工作日，work 上班的周末",
    "表",
    {"off": [], "work": []},
    "国务院办公厅年度放假通知",
)
_key("clock.close_of_day", "按日计算的时限，最后一日的截止时刻", "文字", "24:00", "民法典第二百零三条")
_key("clock.hours", "办公时间，按工作小时计算时用", "清单", [["08:30", "12:00"], ["13:30", "17:30"]])
_key("clock.first_day_counts", "收到当日是否计入", "是否", False, "民法典第二百零一条")

# -- 办件时限 how long: the promise to the reporter, and each leg at a body
_key("cases.limit.enquiry", "咨询办理时限", "时限", "5wd")
_key("cases.limit.help", "求助办理时限", "时限", "10wd")
_key("cases.limit.complaint", "投诉办理时限", "时限", "60d", "信访条例第三十三条")
_key("cases.limit.report", "举报办理时限", "时限", "60d", "信访条例第三十三条")
_key("cases.limit.suggestion", "建议办理时限", "时限", "60d", "信访条例第三十三条")
_key("cases.limit.praise", "表扬转达时限", "时限", "15wd")
_key("cases.limit.complex", "疑难、跨部门事项办理时限", "时限", "60d", "信访条例第三十三条")
_key("cases.limit.grades", "按紧急程度分级的承诺时限，排在前面的优先：name、words 触发词、limit", "清单", [])
_key("cases.limit.sign", "承办机构签收时限；不签收不停钟", "时限", "1wd")
_key("cases.limit.return_window", "派单后可以申请退回的期限", "时限", "1wd")
_key("cases.limit.decide_return", "审核退回申请的时限", "时限", "8wh")
_key("cases.first_response", "首次回应时限", "时限", "15d", "信访条例第二十一条、第二十二条")
_key(
    "cases.emergency",
    "危急情形：words 触发词，numbers 应拨号码，limit 首次回应时限",
    "表",
    {"limit": "2h", "words": [], "numbers": []},
)

# -- 分派、退回 dispatch and return
_key("cases.dispatch.threshold", "系统推荐的事项达到这一把握度就自动分派", "比例", 0.8)
_key("cases.learn.fall", "新训练的事项模型综合准确度比在用的低过这一差距，就不启用", "比例", 0.02)
_key("cases.returns.to_dispute", "一件诉求第几次退回起转为职责争议", "整数", 2)

# -- 延期、中止、重办 extension, suspension, reopening
_key("cases.extension.max_count", "一件诉求可以批准延期的次数", "整数", 1, "信访条例第三十三条")
_key("cases.extension.max", "一次延期的最长时间", "时限", "30d", "信访条例第三十三条")
_key("cases.suspension.grounds", "可以中止计时的事由：code、name、evidence、resume", "清单", [])
_key("cases.reopen.window", "办结后可以申请重办的期限", "时限", "30d", "信访条例第三十四条")
_key("cases.reopen.limit", "重办的办理时限", "时限", "30d", "信访条例第三十四条")

# -- 受理 acceptance
_key("cases.not_accepted.reasons", "不予受理事由：code、name、route 另行途径、article", "清单", [])
_key("cases.text.max", "网上来件的最多字数", "整数", 4000)
_key("cases.topic.window", "热点看最近多少天的诉求，并与再前一期相比", "整数", 14)
_key("cases.topic.least", "一个窗口内几件以上列为热点", "整数", 3)
_key("cases.topic.alert", "一个窗口内几件以上提醒督办员", "整数", 5)
_key("cases.confidential.kinds", "来件人身份对承办机构保密的诉求类型", "清单", ["report"], "信访条例第二十三条")

# -- 督办、回访、评价 supervision, follow-up, evaluation
_key("cases.urge.before", "临期前多久自动催办", "时限", "1wd")
_key("cases.urge.own_a_day", "来件人一个工作日至多催办几次；休息日并入前一个工作日", "整数", 1)
_key("cases.supervise.limit", "督办单答复时限", "时限", "30d", "信访条例第三十六条")
_key("cases.supervise.after", "逾期多久仍未答复，自动发督办单", "时限", "1wd", "浙政办发〔2015〕127号")
_key("cases.notice.after", "逾期多久仍未答复，列入拟通报", "时限", "5wd", "浙政办发〔2015〕127号")
_key("cases.notice.limit", "通报以后报送整改情况的时限", "时限", "10wd")
_key(
    "cases.shelving.grounds",
    "可以挂账的事由：code、name、evidence",
    "清单",
    [
        {"code": "plan", "name": "已列入计划，尚未实施", "evidence": "计划文件"},
        {"code": "funding", "name": "已立项，经费未到位", "evidence": "立项或者预算文件"},
        {"code": "law", "name": "现行法律政策没有规定", "evidence": "适用的条文"},
    ],
)
_key("cases.shelving.review", "挂账至迟多久复核一次", "时限", "90d")
_key("cases.review.sent_back", "一轮里答复至多审核退回几次", "整数", 2)
_key("cases.contest.window", "不同意退回以后，可以提出异议的期限", "时限", "1wd")
_key("cases.returns.to_propose", "同一归属一年内同意退回几次，就提出登记建议", "整数", 3)
_key("cases.limit.assist", "增派的协办单位的办理时限", "时限", "5wd")
_key(
    "cases.proposal.convene",
    "牵头机构召集会商的时限",
    "时限",
    "10wd",
    "地方各级人民政府机构设置和编制管理条例第十条第二款",
)
_key("cases.proposal.consult", "书面征求意见的答复时限", "时限", "5wd")
_key("cases.proposal.rounds", "书面征求意见至多几轮", "整数", 2)
_key("cases.follow_up.attempts", "联系不上来件人几次后可以办结", "整数", 3)
_key("cases.follow_up.sample", "联系不上来件人的，抽取多大比例由他人核查后才可以办结；按受理编号抽取", "比例", 0.1)
_key("cases.reply.sign_off", "答复离开单位以前须经单位负责人审签的诉求类型", "清单", [])
_key(
    "cases.backstop",
    "登记中无人负责时兜底承办的机构（机构代码）；空着就等分派员，任何时候都列入登记建议",
    "文字",
    "",
    "浙政办发〔2015〕127号",
)
_key("cases.follow_up.limit", "答复后回访时限", "时限", "3wd")
_key("cases.rework.limit", "回访未解决或者不满意，退回重办的时限", "时限", "5wd")
_key("cases.exclusion.grounds", "可以不计入考核的事由：code、name、article", "清单", [])
_key("cases.rating.window", "来件人可以评价的期限", "时限", "14d")
_key(
    "cases.score.weights",
    "综合得分权重：contacted、solved、satisfied，和为1",
    "表",
    {"contacted": 0.1, "solved": 0.5, "satisfied": 0.4},
)
_key("cases.score.partly_satisfied", "“基本满意”在满意率中的权重", "比例", 0.9)

_key("cases.score.least", "有效评价少于这个数的机构不排名", "整数", 5)
_key(
    "cases.league.groups",
    "分组排名：期内办理多少件以上为large、medium，其余为small",
    "表",
    {"large": 100, "medium": 20},
)
_key("cases.centre.duty", "设热线中心的依据：哪一项职责由谁行使，谁就是那里的热线中心；不填就不分中心", "文字", "")
_key(
    "cases.centre.one_door",
    "网上和接口来件统一由最上一级中心接收；否则由最近的中心接收",
    "是否",
    True,
    "浙政办发〔2015〕127号",
)
_key("cases.centre.sees_below", "上级热线中心的统计含下级中心的诉求", "是否", True, "浙政办发〔2015〕127号")
_key("cases.limit.take_over", "接收其他热线中心转送的时限；不接收不停钟", "时限", "8wh")
_key("cases.passings.most", "一轮里转送几次以后只能报上级中心", "整数", 2)
_key("cases.public.least", "公开的统计里，小于这个数的格子不显示", "整数", 5)

# -- 登录 signing in
_key(
    "signin.second_factor",
    "登录要有第二重验证的席位：角色的代号；没有设置验证器的，先设置才能办事",
    "清单",
    [],
    "GB/T 22239-2019 8.1.4.1 d",
)

# -- 热线 the hotline
_key("hotline.number", "统一热线号码", "文字", "12345")
_key("hotline.kept", "保留的专业热线（双号并存）：number、name、family", "清单", [])
_key("hotline.merged", "已并入的热线：number、name、family", "清单", [])
_key("hotline.fields", "热线整合的领域", "清单", [])
_key("hotline.excluded", "不并入的紧急号码", "清单", ["110", "119", "120"])

# -- 清单、委托、执法、权限 lists, entrusting, enforcement, competence
_key("publication.lag", "信息形成或变更后主动公开的期限", "时限", "20wd", "政府信息公开条例第二十六条")
_key(
    "coverage.binding",
    "目录要求本层级行使、当地却无人行使又没有登记原因的，是否作为错误（否则只提示）",
    "是否",
    False,
    "中办发〔2015〕21号",
)
_key("lists.catalogue.scheme", "各级清单与之比对的目录，用哪一种码制", "文字", "catalogue", "GB/T 39554.1-2020")
_key("lists.present", "多数地方都有才算缺的比例（县际比对）", "比例", 0.8)
_key("lists.alike", "名称相似到这一程度的两项算作同一内容（部门之间比对）", "比例", 0.8)
_key(
    "lists.law_change_limit",
    "法律变动施行后，部门申报调整清单的期限（待核）",
    "时限",
    "20wd",
    "各省权责清单管理办法，20至30个工作日不等",
)
_key(
    "lists.reasons",
    "调整清单可以写的原因：code、name、article、ops 可用于哪几种调整",
    "清单",
    [
        {"code": "立", "name": "法律新立", "article": "", "ops": ["add", "change"]},
        {"code": "改", "name": "法律修改", "article": "", "ops": ["add", "change", "drop", "move"]},
        {"code": "废", "name": "法律废止", "article": "", "ops": ["change", "drop"]},
        {"code": "释", "name": "法律解释", "article": "", "ops": ["change", "drop"]},
    ],
    "中办发〔2015〕21号",
)
_key(
    "lists.type_scheme",
    "权力事项怎么分类：name 名称，values 各类的 name 和它今天的 type；按日期各有一套",
    "表",
    {"name": "", "values": []},
    "中办发〔2015〕21号",
)
_key(
    "lists.names",
    "事项名称的写法，按权力类型，“…”代表任意文字；sure 里的类型不合写法就不能报送",
    "表",
    {"sure": ["02"], "02": ["对…的处罚", "对…的行政处罚", "对…处罚"]},
)
_key(
    "lists.minor_fields",
    "不改变权责内容、可以不经审批直接更正的栏目",
    "清单",
    ["unit", "consult", "complain", "where", "hours", "faq"],
    "各省权责清单管理办法：简易调整",
)
_key(
    "lists.publish_on_effect",
    "审定的批次施行当天，是否由系统公布它所涉的清单",
    "是否",
    True,
    "政府信息公开条例第二十六条",
)
_key("lists.synonyms", "检索事项时当作同一说法的词，每组一个清单", "清单", [])
_key("lists.announce.ops", "须先公示的调整方式：add、change、drop、move", "清单", [])
_key("lists.limit.vet", "法制机构合法性审核的期限", "时限", "10wd")
_key("lists.limit.examine", "编办审核的期限", "时限", "15wd")
_key("lists.limit.answer", "被征求意见的机构答复的期限", "时限", "5wd")
_key("lists.limit.mediate", "编办协调的期限", "时限", "15wd")
_key("lists.limit.announce", "公示的期限", "时限", "7d")
_key("lists.limit.gather", "审核通过后编入批次的期限", "时限", "20wd")
_key("lists.limit.enact", "批次报政府审定的期限", "时限", "20wd")
_key("lists.limit.refile", "退回以后改正重报的期限", "时限", "10wd")
_key("dispute.list_update", "裁定后修改双方清单的期限", "时限", "20wd", "政府信息公开条例第二十六条")
_key("entrust.max_term", "委托的最长年限", "整数", 3, "行政处罚法第二十条第二款")
_key("entrust.warn_before", "委托到期前提醒", "时限", "60d")
_key("entrust.refused_types", "不得委托的权力类型", "清单", ["03"], "行政强制法第十七条第一款")
_key("entrust.organs_only_types", "只能委托给行政机关的权力类型", "清单", ["01"], "行政许可法第二十四条第一款")
_key("penalty.personal_liberty_families", "保留限制人身自由处罚权的条线", "清单", ["公安"], "行政处罚法第十八条第三款")
_key("competence.backdating.allowed", "文件公布前即可生效的事项类别", "清单", ["quota"])
_key("competence.backdating.refused", "不得在文件公布前生效的事项类别", "清单", [], "行政处罚法第五条第三款")
_key("enforcement.fields", "综合行政执法的领域", "清单", [])
