"""What must hold before a step of a case may be taken (cases.md §2.2). A guard looks at `Facts` and nothing else; its sentence greys
the button and answers the API alike. Those of a reply and of a sample stand in `answering.py`, of supervision in `supervising/guards.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from zhize.kernel.errors import Refusal
from zhize.kernel.period import in_beijing

ARTICLE = "浙政办发〔2015〕127号"  # 统一接收、按责转办、限时办结、统一督办、评价反馈
PETITION = "信访条例"


@dataclass(frozen=True)
class Facts:
    """What the guards look at, at one moment. Built by `queries.facts`."""

    now: datetime
    due: datetime | None = None
    suspended: bool = False
    knows_matter: bool = True
    asked_return: bool = False
    return_until: datetime | None = None
    asking_extension: bool = False
    extensions: int = 0
    extensions_allowed: int = 1
    rated: bool = False  # by the reporter or in a follow-up
    rated_by_reporter: bool = False
    rate_until: datetime | None = None
    attempts: int = 0
    attempts_needed: int = 3
    reachable: bool = True
    reopen_until: datetime | None = None
    urges: int = 0  # by the reporter, since the last working day began
    urges_allowed: int = 1
    next_working: date | None = None
    found_wanting: bool = False  # the last answer to a follow-up: not solved, or not satisfied
    asking_exclusion: bool = False
    left_out: bool = False
    return_refused: bool = False
    contest_until: datetime | None = None
    sent_back: int = 0  # replies the review sent back, in this round
    sent_back_allowed: int = 2
    demands: int = 0  # listed one by one; none: the case is one
    unanswered: tuple[int, ...] = ()  # of them, by the reply that is being given
    sign_off: bool = False  # does policy ask for the unit head's signature?
    draft_waits: bool = False
    sample: str = ""  # drawn for a check because the reporter could not be reached: how far that is
    centres: int = 1  # hotline centres there are that day


def matter_is_known(f: Facts) -> Refusal | None:
    return (
        None
        if f.knows_matter
        else Refusal(
            "还不能分派",
            why="诉求事项没有确定，无法问登记由谁负责",
            rule="按责转办",
            article=ARTICLE,
            instead="请先确定诉求事项",
            code="no_matter",
        )
    )


def other_centres(f: Facts) -> Refusal | None:
    return (
        None
        if f.centres > 1
        else Refusal(
            "没有可以转送的热线中心",
            why="登记中只有这一个热线中心",
            rule="转送须有去处",
            instead="请直接分派",
            code="one_centre",
        )
    )


def asked_once(f: Facts) -> Refusal | None:
    return (
        None
        if not f.asked_return
        else Refusal(
            "不能再次申请退回",
            why="每一次分派只能申请退回一次，上次申请已有决定",
            rule="退回一次为限",
            instead="请继续办理；仍有异议的请报请裁定",
            code="asked_before",
        )
    )


def within_return_window(f: Facts) -> Refusal | None:
    return (
        None
        if f.return_until is None or f.now <= f.return_until
        else Refusal(
            "不能申请退回",
            why="申请退回的期限已于{until}届满",
            rule="限期退回",
            instead="请继续办理",
            code="return_window_over",
            until=_say(f.return_until),
        )
    )


def clock_runs(f: Facts) -> Refusal | None:
    return (
        None
        if not f.suspended
        else Refusal(
            "计时已经中止",
            why="同一时间只能有一项中止",
            rule="中止是区间",
            instead="恢复计时后再办理",
            code="already_suspended",
        )
    )


def clock_stands(f: Facts) -> Refusal | None:
    return None if f.suspended else Refusal("不能恢复计时", why="计时没有中止", rule="中止是区间", code="not_suspended")


def not_late(f: Facts) -> Refusal | None:
    return (
        None
        if f.suspended or f.due is None or f.now <= f.due
        else Refusal(
            "不能申请延期",
            why="已于{due}到期，延期须在到期前申请",
            article=f"{PETITION}第三十三条",
            rule="到期前申请",
            instead="请尽快答复并说明逾期原因",
            code="late",
            due=_say(f.due),
        )
    )


def extensions_left(f: Facts) -> Refusal | None:
    if f.asking_extension:
        return Refusal(
            "不能再申请延期",
            why="上一份延期申请还没有决定",
            rule="一次一份",
            instead="请等待决定",
            code="asking_already",
        )
    return (
        None
        if f.extensions < f.extensions_allowed
        else Refusal(
            "不能再申请延期",
            why="一件诉求至多延期{n}次",
            article=f"{PETITION}第三十三条",
            rule="限次延期",
            instead="请在期限内答复",
            code="extensions_used",
            n=f.extensions_allowed,
        )
    )


def is_asking(f: Facts) -> Refusal | None:
    return None if f.asking_extension else Refusal("没有待决定的延期申请", rule="先申请后批准", code="nothing_asked")


def was_followed_up(f: Facts) -> Refusal | None:
    """Closing needs a rating, or k attempts to reach the reporter, or nobody to reach."""
    done = f.rated or not f.reachable or f.attempts >= f.attempts_needed
    return (
        None
        if done
        else Refusal(
            "还不能办结",
            why="还没有评价或回访：已联系{n}次，须联系{k}次仍联系不上才可以办结",
            article=ARTICLE,
            rule="评价反馈",
            instead="请先回访来件人",
            code="not_followed_up",
            n=f.attempts,
            k=f.attempts_needed,
        )
    )


def may_rate(f: Facts) -> Refusal | None:
    if f.rated_by_reporter:
        return Refusal(
            "这一件已经评价过",
            why="每一轮办理评价一次",
            rule="评价一次为限",
            instead="仍不满意的，可以申请重办",
            code="rated",
        )
    return (
        None
        if f.rate_until is None or f.now <= f.rate_until
        else Refusal(
            "已经不能评价",
            why="评价期已于{until}届满",
            rule="限期评价",
            instead="有新情况请重新提出",
            code="rating_over",
            until=_say(f.rate_until),
        )
    )


def within_reopen_window(f: Facts) -> Refusal | None:
    return (
        None
        if f.reopen_until is None or f.now <= f.reopen_until
        else Refusal(
            "已经不能申请重办",
            why="申请重办的期限已于{until}届满",
            article=f"{PETITION}第三十四条",
            rule="限期重办",
            instead="请作为新的诉求提出",
            code="reopen_over",
            until=_say(f.reopen_until),
        )
    )


def was_found_wanting(f: Facts) -> Refusal | None:
    return (
        None
        if f.found_wanting
        else Refusal(
            "不能退回重办",
            why="这一轮还没有未解决或者不满意的回访、评价",
            rule="重办须有评价",
            article=ARTICLE,
            instead="请先回访来件人；来件人也可以自己申请重办",
            code="not_found_wanting",
        )
    )


def may_ask_exclusion(f: Facts) -> Refusal | None:
    if f.left_out or f.asking_exclusion:
        return Refusal(
            "不能再申请剔除",
            why="这一次分派已经剔除，或者上一份申请还没有决定",
            rule="一次一份",
            instead="请查看剔除的决定",
            code="exclusion_asked",
        )
    return None


def is_asking_exclusion(f: Facts) -> Refusal | None:
    return (
        None
        if f.asking_exclusion
        else Refusal("没有待决定的剔除申请", rule="先申请后决定", instead="由承办机构先提出申请", code="nothing_asked")
    )


def not_just_urged(f: Facts) -> Refusal | None:
    return (
        None
        if f.urges < f.urges_allowed
        else Refusal(
            "暂时不能再催办",
            why="您已经催办过{n}次，一个工作日至多{most}次，承办单位都收到了",
            rule="催办有度",
            instead="请从{day}起再催办，急事请拨打热线",
            code="just_urged",
            n=f.urges,
            most=f.urges_allowed,
            day=f.next_working,
        )
    )


def _say(moment: datetime | None) -> str:
    """As people here read it: the database hands moments out in UTC."""
    return f"{in_beijing(moment):%Y-%m-%d %H:%M}" if moment else ""
