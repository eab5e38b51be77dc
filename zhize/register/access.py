"""Who may do what: the officer's seat on that day, the act's roles, and how far the seat reaches.

One table, `RIGHTS`; a feature declares its acts into it. Commands `require`, pages ask `refusal` for the sentence that
greys the button, so both say the same. Rights come from dated seats: leaving a post ends them by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from zhize.accounts.models import By
from zhize.kernel.errors import Refusal
from zhize.kernel.period import day_of
from zhize.places.models import Place
from zhize.places.queries import chain_of, lasting_chain
from zhize.record.acts import carried, grant
from zhize.register.models import Seat

PLACE, BODY, ANYWHERE = "place", "body", "anywhere"
OWN_CASE = "统一受理、办理、督办、评价相分离：承办机构不得评价、办结、剔除自己承办的诉求"
OWN_CASE_ARTICLE = "浙政办发〔2015〕127号"


@dataclass(frozen=True)
class Right:
    """An act and who may do it.

    `scope`: the seat's place must reach the subject's place, or the seat's body be the subject's body. `not_own`: the
    seat's body must not be concerned. `public`: a citizen may (having shown the receipt's secret); `machine`: a rule may.
    """

    act: str
    label: str
    roles: frozenset[str] = frozenset()
    scope: str = PLACE
    not_own: bool = False
    public: bool = False
    machine: bool = False
    article: str = ""


RIGHTS: dict[str, Right] = {}


def declare(rights: Iterable[Right]) -> None:
    """Write a feature's acts into the table; roles that no seat can have are a programming error."""
    for right in rights:
        if strange := right.roles - set(Seat.Role.values):
            raise ValueError(f"{right.act}: unknown roles {sorted(strange)}")
        RIGHTS[right.act] = right


def require(
    by: By,
    act: str,
    place: Place | int | None,
    day: date,
    *,
    body: int | None = None,
    concerned: Collection[int] = (),
    other_than: int | None = None,
) -> Seat | None:
    """The seat that carries the act (None for the public and the machine); refused with one sentence."""
    outcome = _ask(by, RIGHTS[act], place, day, body, concerned, other_than)
    if isinstance(outcome, Refusal):
        raise outcome
    grant()
    return outcome


def allow(by: By, act: str, places: Collection[int], now: datetime, *, other_than: int | None = None) -> None:
    """The seat carries the act in every one of these places; where none is concerned, it only has to be the right seat.

    What is done inside another act stands on that act's right.
    """
    if carried(by):
        return
    everywhere: list[int | None] = [None] if by.is_machine or not places else [*sorted(set(places))]
    for place in everywhere:
        require(by, act, place, day_of(now), other_than=other_than)


def refusal(
    by: By,
    act: str,
    place: Place | int | None,
    day: date,
    *,
    body: int | None = None,
    concerned: Collection[int] = (),
    other_than: int | None = None,
    seats: list[Seat] | None = None,
) -> Refusal | None:
    """Why not, in the same sentence; None when the act is allowed. A page with many buttons hands the `seats` in."""
    outcome = _ask(by, RIGHTS[act], place, day, body, concerned, other_than, seats)
    return outcome if isinstance(outcome, Refusal) else None


def seats_of(officer_id: int, day: date) -> list[Seat]:
    """The seats an officer sits in that day."""
    rows = Seat.objects.as_of(day).filter(officer_id=officer_id)
    return list(rows.select_related("body", "place").order_by("pk"))


def sit(seat: Seat, name: str, via: str = "web") -> By:
    """The officer acting from this seat."""
    return By(seat.officer_id, seat.pk, name, via)


def reaches(seat: Seat, place: Place | int, day: date) -> bool:
    """Does the seat's place cover this one that day? A place that is no more (or not yet) is reached as it last was."""
    place_id = place if isinstance(place, int) else place.pk
    return seat.place_id == place_id or seat.place_id in (chain_of(place_id, day) or lasting_chain(place_id))


def _ask(
    by: By,
    right: Right,
    place: Place | int | None,
    day: date,
    body: int | None,
    concerned: Collection[int],
    other_than: int | None,
    known: list[Seat] | None = None,
) -> Seat | Refusal | None:
    """1 nobody's seat: the public, the machine · 2 the officer's seats · 3 role · 4 reach · 5 own case · 6 four eyes."""
    if by.officer_id is None:
        return _without_seat(by, right)
    mine = seats_of(by.officer_id, day) if known is None else known
    seats = [s for s in mine if by.seat_id in (None, s.pk)]
    if not seats:
        return _no_seat(right, day)
    tests: list[tuple[Callable[[Seat], bool], Callable[[], Refusal]]] = [
        (lambda s: s.role in right.roles, lambda: _wrong_role(right, seats)),
        (lambda s: _within(s, right, place, body, day), lambda: _out_of_reach(right, seats)),
        (lambda s: not (right.not_own and s.body_id in concerned), lambda: _own_case(right)),
    ]
    for holds, refuse in tests:
        left = [s for s in seats if holds(s)]
        if not left:
            return refuse()
        seats = left
    return _same_person(right) if other_than == by.officer_id else seats[0]


def _without_seat(by: By, right: Right) -> Refusal | None:
    if right.machine if by.is_machine else right.public:
        return None
    return Refusal(
        "您不能{act}",
        why="没有登录，或者没有席位",
        rule="职权来自席位",
        instead="请用工作人员账号登录后办理",
        code="no_seat",
        act=right.label,
    )


def _within(seat: Seat, right: Right, place: Place | int | None, body: int | None, day: date) -> bool:
    if right.scope == BODY:
        return body is not None and seat.body_id == body
    return right.scope == ANYWHERE or place is None or reaches(seat, place, day)


def _no_seat(right: Right, day: date) -> Refusal:
    return Refusal(
        "您不能{act}",
        why="您在{day}没有席位，或者所选席位已经变更",
        rule="职权来自席位",
        instead="请重新选择席位，或联系登记员",
        code="no_seat",
        act=right.label,
        day=day,
    )


def _wrong_role(right: Right, seats: list[Seat]) -> Refusal:
    return Refusal(
        "您不能{act}",
        why="这一步由{roles}办理，您的席位是{mine}",
        rule="职权来自席位",
        article=right.article,
        instead="请转请有权限的岗位办理",
        code="wrong_role",
        act=right.label,
        roles=say_roles(right.roles),
        mine=say_roles(s.role for s in seats),
    )


def _out_of_reach(right: Right, seats: list[Seat]) -> Refusal:
    if right.scope == BODY:
        return Refusal(
            "您不能{act}",
            why="这一件不在您所在机构名下",
            rule="只办本机构名下的件",
            instead="请由承办机构的人员办理",
            code="other_body",
            act=right.label,
        )
    return Refusal(
        "您不能{act}",
        why="这一件的地点不在您席位的辖区内",
        rule="只办本辖区的件",
        instead="请转请有管辖权的岗位办理",
        code="other_place",
        act=right.label,
    )


def _own_case(right: Right) -> Refusal:
    return Refusal(
        "您不能{act}",
        why="这一件由您所在机构承办",
        rule=OWN_CASE,
        article=OWN_CASE_ARTICLE,
        instead="请由热线或督办岗位办理",
        code="own_case",
        act=right.label,
    )


def _same_person(right: Right) -> Refusal:
    return Refusal(
        "您不能{act}",
        why="提出的人和决定的人须是两个人",
        rule="四眼原则",
        instead="请由另一位同事办理",
        code="four_eyes",
        act=right.label,
    )


def say_roles(roles: Iterable[str]) -> str:
    """话务员、分派员 — in the order of the roles' table."""
    wanted = set(roles)
    return "、".join(str(label) for value, label in Seat.Role.choices if value in wanted)


EDITOR, APPROVER = frozenset({Seat.Role.REGISTER_EDITOR.value}), frozenset({Seat.Role.APPROVER.value})
declare(
    Right(f"register.{act}", label, EDITOR, machine=True)
    for act, label in {
        "found": "设立机构",
        "rename": "机构更名",
        "merge": "合并机构",
        "split": "分立机构",
        "abolish": "撤销机构",
        "subordinate": "调整隶属",
        "define": "登记职责",
        "reword": "修改职责表述",
        "recode": "变更职责代码",
        "divide": "划分职责",
        "retire": "终止职责",
        "describe": "登记清单要素",
        "define_matters": "登记诉求事项",
        "map_matter": "对应诉求事项与职责",
        "assign": "登记职责归属",
        "excuse": "登记未行使原因",
        "list_township": "登记乡镇履职事项",
        "relate": "登记职责关联",
        "hand_over": "划转职责",
        "entrust": "登记委托",
        "authorise": "登记授权",
        "devolve": "登记下放",
        "take_back": "登记收回",
        "cease": "取消职责归属",
        "appoint": "设置席位",
        "dismiss": "撤销席位",
        "correct": "更正职责归属",
        "withdraw": "撤回职责归属",
        "draft_import": "提交导入草案",
        "discard_import": "放弃导入草案",
        "issue_key": "发放接口密钥",
        "revoke_key": "吊销接口密钥",
        "enter_instruments": "登记文件",
    }.items()
)
declare(
    Right(f"places.{act}", label, EDITOR, machine=True)
    for act, label in {
        "establish": "登记地方",
        "redraw": "调整区划隶属",
        "link_zone": "登记托管",
        "unlink_zone": "终止托管",
        "recode": "变更区划代码",
        "rename_place": "地方更名",
        "succeed": "登记区划沿革",
        "close_place": "撤销地方",
        "regroup": "调整区域组",
        "delimit": "登记界线",
    }.items()
)
declare(
    [
        Right("register.accept_import", "批准导入草案", APPROVER, machine=True),
        Right("register.enter_laws", "登记法律", machine=True),  # whole, from a pack; one law is changed by change_law
        Right("policy.set_policy", "设定政策项", APPROVER, machine=True),
        Right("policy.set_competence", "登记发文权限", APPROVER, machine=True),
        Right("register.change_law", "登记法律变动", EDITOR | {Seat.Role.LEGAL_REVIEWER.value}, ANYWHERE, machine=True),
        Right("register.rebase", "更换设定依据", EDITOR, ANYWHERE, machine=True),
    ]
)
