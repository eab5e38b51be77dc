"""The metrics as a table: what is divided by what, what is left out, and where the definition comes from (cases.md §2.4).

How each is asked of the rows is `queries/measuring.py`, under the same names; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass

OPINION = "浙政办发〔2015〕127号"  # 评价反馈
SCORED = ("contacted", "solved", "satisfied")


@dataclass(frozen=True)
class Metric:
    """`whole` is divided by nothing that is not said here; `out` are the grounds on which a row is left out, with their words."""

    name: str
    label: str
    part: str
    whole: str
    out: tuple[tuple[str, str], ...] = ()
    of: str = "legs"  # what is counted: cases, legs, answers
    good: int = 1  # 1: more is better, -1: less is better, 0: neither
    heading: str = ""
    source: str = OPINION

    @property
    def says(self) -> str:
        return f"{self.whole}中，{self.part}"


LEFT = ("left", "退回、改派、收回，不再由它办理")
STOPPED = ("suspended", "计时中止")
DROPPED = ("excluded", "经热线同意剔除")
UNKNOWN = ("unknown", "不知道电话或者事项未定")
ENDED = ("ended", "并案或者撤回")

TABLE = (
    Metric("promise_on_time", "按期办结率", "按期答复、须答复的各单位也都按期的；到期未答复的计入分母", "期内到期的承诺（以往轮次在内）",
           (ENDED, STOPPED), "cases", heading="时限"),
    Metric("leg_on_time", "按期答复率", "按期答复的；到期未答复的计入分母", "期内到期、须答复的分派", (LEFT, STOPPED, DROPPED),
           heading="时限"),
    Metric("signed_on_time", "按期签收率", "按期签收的；至今未签收的计入分母", "期内应签收的分派", (LEFT, STOPPED), heading="时限"),
    Metric("first_response_on_time", "按期首次回应率", "按期回应的", "期内应当首次回应的诉求", (ENDED,), "cases", heading="时限"),
    Metric("extended", "延期率", "批准过延期的", "期内分派的", (), heading="时限", good=-1),
    Metric("suspended", "中止占比", "有过计时中止的", "期内收到的诉求", (), "cases", heading="时限", good=0),
    Metric("answered_directly", "直接答复率", "不经分派直接答复的", "期内收到的诉求", (), "cases", heading="分派", good=0),
    Metric("first_dispatch_right", "首派准确率", "没有被同意退回或者裁定改派的", "期内首次分派", (), heading="分派"),
    Metric("returns", "退回申请率", "申请退回的", "期内主办分派", (), heading="分派", good=-1),
    Metric("returns_upheld", "退回成立率", "同意退回的", "期内主办分派的退回申请里已经决定的", (), heading="分派", good=0),
    Metric("disputes", "职责争议率", "转为职责争议的", "期内主办分派", (), heading="分派", good=-1),
    Metric("no_owner", "无人负责占比", "至今登记上无人负责的", "期内收到的诉求", (), "cases", heading="分派", good=-1),
    Metric("repeated_30", "30天重复率", "同一电话、同一事项30天内已经来过的", "期内收到、知道电话和事项的诉求", (UNKNOWN,), "cases", heading="分派", good=-1),
    Metric("repeated_90", "90天重复率", "同一电话、同一事项90天内已经来过的", "期内收到、知道电话和事项的诉求", (UNKNOWN,), "cases", heading="分派", good=-1),
    Metric("cited", "有据分派率", "引用了职责归属的", "期内分派的", (), heading="分派"),
    Metric("contacted", "响应率", "承办机构联系过来件人的", "有效评价和回访（联系上并且愿意评价）", (DROPPED,), "answers", heading="评价"),
    Metric("solved", "解决率", "来件人认为已解决的", "有效评价和回访", (DROPPED,), "answers", heading="评价"),
    Metric("satisfied", "满意率", "满意的，加上基本满意的乘以权重", "有效评价和回访", (DROPPED,), "answers", heading="评价"),
    Metric("coverage", "评价覆盖率", "有有效评价或者回访的；上面三个比率只说明这一部分", "期内答复的诉求", (), "cases", heading="评价", good=0),
    Metric("unreached", "未联系上占比", "没有联系上的", "评价和回访记录", (), "answers", heading="评价", good=-1),
    Metric("refused", "不愿评价占比", "联系上了、不愿评价的", "评价和回访记录", (), "answers", heading="评价", good=0),
    Metric("reworked", "回访重办率", "回访不满意退回重办的", "期内答复的轮次", (), "cases", heading="评价", good=-1),
    Metric("reopened", "申请重办率", "来件人申请重办的", "期内答复的轮次", (), "cases", heading="评价", good=-1),
    Metric("excluded", "剔除占比", "经热线同意不计入考核的", "期内到期、须答复的分派", (), heading="评价", good=0),
    Metric("looked_at", "密件查看占比", "来件人信息被打开过的", "期内收到的身份保密的诉求", (), "cases", heading="评价", good=0,
           source="信访条例第二十三条"),
)  # fmt: skip
METRICS = {m.name: m for m in TABLE}


@dataclass(frozen=True)
class Spread:
    """Not a share but how values lie: half at most `p50`, nineteen of twenty at most `p95`."""

    name: str
    label: str
    says: str
    unit: str


SPREADS = (
    Spread("dispatch_hours", "收到到首次分派", "期内首次分派的诉求，从收到到分派", "小时"),
    Spread("answer_days", "收到到答复", "期内答复的诉求，从这一轮起算到答复（日历日）", "天"),
    Spread("hops", "每件经过几个主办机构", "期内答复的诉求，这一轮的主办分派次数", "次"),
    Spread("dispute_days", "职责争议未决多久", "期内申请退回后转为争议的，从决定到裁定；未裁定的到今天", "天"),
    Spread("open_days", "未办结的已有多久", "现在还没有答复的诉求，从收到到今天", "天"),
)
