"""The lives of a supervision order (督办单), a notice (通报) and a proposal to amend the register (登记建议).

A step `act:outcome` is one outcome of the act before the colon; `rule` is the machine. Guards look at the facts below, built
by `queries/orders.py` and `queries/amending.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zhize.kernel.errors import Refusal
from zhize.kernel.period import in_beijing
from zhize.kernel.workflow import STAY, Step, Workflow

ARTICLE = "浙政办发〔2015〕127号"  # 统一督办
STAFFING = "地方各级人民政府机构设置和编制管理条例第十条第二款"  # 职责划分有异议的，协商；不一致的，提请本级政府决定


@dataclass(frozen=True)
class NoticeFacts:
    """What a notice's guards look at."""

    lines: int = 1
    waiting: int = 0  # bodies named that have not said what they mended


@dataclass(frozen=True)
class ProposalFacts:
    """What a proposal's guards look at, at one moment."""

    now: datetime
    rounds: int = 0  # of asking in writing, so far
    rounds_allowed: int = 2
    waiting: int = 0  # bodies asked in this round that have not answered
    answers_due: datetime | None = None
    contested: bool = False  # several claim it or nobody will have it: not settled without a decision
    decided: bool = False
    unchanged: str = ""  # why the register does not yet say what was decided


# -- guards ------------------------------------------------------------------------------------------------------------
def names_somebody(f: NoticeFacts) -> Refusal | None:
    if f.lines:
        return None
    return Refusal(
        "不能签发通报", why="没有列出任何一件", rule="一事一据", instead="请先列入超期的诉求", code="empty_notice"
    )


def everybody_mended(f: NoticeFacts) -> Refusal | None:
    if not f.waiting:
        return None
    return Refusal(
        "通报还不能办结", why="还有{n}个单位没有报送整改情况", article=ARTICLE, rule="有通报必有回复", instead="请等待报送，或者催办",
        code="not_mended", n=f.waiting,
    )  # fmt: skip


def rounds_left(f: ProposalFacts) -> Refusal | None:
    if f.rounds < f.rounds_allowed:
        return None
    return Refusal(
        "不再征求意见", why="已经书面征求{n}轮，至多{most}轮", article=STAFFING, rule="限轮征求意见", instead="请提请审议",
        code="rounds_used", n=f.rounds, most=f.rounds_allowed,
    )  # fmt: skip


def answers_are_in(f: ProposalFacts) -> Refusal | None:
    if not f.waiting or (f.answers_due is not None and f.now > f.answers_due):
        return None
    return Refusal(
        "还不能往下办", why="还有{n}个机构没有答复，答复期限到{due}为止", article=STAFFING, rule="先听意见后决定",
        instead="请等待答复，或者在期满后办理", code="opinions_awaited", n=f.waiting, due=_say(f.answers_due),
    )  # fmt: skip


def contested_is_decided(f: ProposalFacts) -> Refusal | None:
    if not f.contested or f.decided:
        return None
    return Refusal(
        "还不能办结", why="有争议的职责，没有决定不能改动登记", article=STAFFING, rule="决定以前维持现行分工",
        instead="请先会商或者书面征求意见，再提请审议", code="not_decided",
    )  # fmt: skip


def register_says_so(f: ProposalFacts) -> Refusal | None:
    if not f.unchanged:
        return None
    return Refusal(
        "还不能按“已改登记”办结", why="{unchanged}", rule="以登记为准", instead="请先按决定文件修改登记，再回来办结；不必修改的，请选“不改登记”",
        code="register_unchanged", unchanged=f.unchanged,
    )  # fmt: skip


# -- the supervision order ---------------------------------------------------------------------------------------------
ORDER = Workflow(
    {"issued": "待答复", "answered": "答复待核", "cleared": "已销号", "lifted": "督办已撤销"},
    [
        Step("answer_order", "issued", "answered", "handler", label="答复督办单", article=ARTICLE),
        Step("check_order", "answered", "cleared", "supervisor", label="核销督办单", article=ARTICLE),
        Step("check_order:sent_back", "answered", "issued", "supervisor", label="督办答复退回"),
        Step("lift_order", ("issued", "answered"), "lifted", "supervisor", label="撤销督办单"),
    ],
)  # fmt: skip
ORDER_STARTS = ("issued",)
ORDER_OPEN = ("issued", "answered")

# -- the notice --------------------------------------------------------------------------------------------------------
NOTICE = Workflow(
    {"drafted": "拟通报", "issued": "已通报", "closed": "通报办结", "dropped": "不予通报"},
    [
        Step("issue_notice", "drafted", "issued", "supervisor", [names_somebody], "签发通报", ARTICLE),
        Step("extend_notice", "drafted", STAY, ("supervisor", "rule"), label="列入通报", article=ARTICLE),
        Step("drop_notice", "drafted", "dropped", "supervisor", label="不予通报"),
        Step("answer_notice", "issued", STAY, "handler", label="报送整改", article=ARTICLE),
        Step("close_notice", "issued", "closed", "supervisor", [everybody_mended], "办结通报", ARTICLE),
    ],
)  # fmt: skip
NOTICE_STARTS = ("drafted",)

# -- the proposal to the register --------------------------------------------------------------------------------------
EDITOR, APPROVER = "register_editor", "approver"
PROPOSAL_OPEN = ("open", "convened", "agreed", "consulting", "submitted", "decided")

PROPOSAL = Workflow(
    {
        "open": "待研究", "convened": "牵头会商", "agreed": "会商一致", "consulting": "书面征求意见", "submitted": "已提请审议",
        "decided": "已决定", "carried": "已改登记", "unchanged": "不改登记",
    },
    [
        Step("convene", "open", "convened", "handler", label="召集会商", article=STAFFING),
        Step("file_minutes", "convened", "agreed", "handler", label="报备会商纪要", article=STAFFING),
        Step("file_minutes:disagreed", "convened", "open", "handler", label="会商不一致", article=STAFFING),
        Step("consult", ("open", "consulting"), "consulting", EDITOR, [rounds_left, answers_are_in], "书面征求意见", STAFFING),
        Step("opine", "consulting", STAY, "handler", label="答复征求的意见"),
        Step("submit", ("agreed", "consulting"), "submitted", EDITOR, [answers_are_in], "提请审议", STAFFING),
        Step("decide", ("agreed", "submitted"), "decided", APPROVER, label="决定由谁负责", article=STAFFING),
        Step("settle", PROPOSAL_OPEN, "unchanged", (EDITOR, APPROVER), label="不改登记，办结"),
        Step("settle:carried", PROPOSAL_OPEN, "carried", (EDITOR, APPROVER), [contested_is_decided, register_says_so],
             "已改登记，办结", STAFFING),
    ],
)  # fmt: skip
PROPOSAL_STARTS = ("open", "decided")  # a ruling is a decision already


def _say(moment: datetime | None) -> str:
    return f"{in_beijing(moment):%Y-%m-%d %H:%M}" if moment else ""
