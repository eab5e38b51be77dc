"""Who may do what with lists; the steps of a procedure declare theirs beside their table."""

from __future__ import annotations

from collections import defaultdict

from zhize.lists.lifecycle import ADJUSTMENT, ARTICLE, BATCH
from zhize.register.access import APPROVER, BODY, EDITOR, PLACE, Right, declare

declare([Right("lists.publish", "公布清单", EDITOR | APPROVER, machine=True, article="政府信息公开条例第二十六条")])
declare(
    [
        Right("lists.compare", "开展比对", EDITOR | APPROVER | {"legal_reviewer", "auditor"}, machine=True),
        Right("lists.decide", "作出认定", EDITOR | APPROVER | {"legal_reviewer"}, article="中办发〔2015〕21号"),
    ]
)

OF_THE_BODY = {"draft", "file", "answer", "retract"}
LABELS = {
    "draft": "起草清单调整", "file": "报送清单调整", "vet": "审核合法性", "consult": "征求机构意见", "answer": "答复征求意见",
    "mediate": "协调异议", "examine": "审核清单调整", "comment": "提出公示意见", "conclude": "结束公示", "gather": "编入批次",
    "release": "移出批次", "enact": "审定批次", "refuse": "不批准批次", "effect": "施行批次", "retract": "撤回申报",
}  # fmt: skip


def _roles() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for flow in (ADJUSTMENT, BATCH):
        for step in flow.steps.values():
            found[step.act] |= step.roles
    return found


declare(
    Right(
        f"lists.{act}", LABELS[act], frozenset(roles - {"citizen", "rule"}), BODY if act in OF_THE_BODY else PLACE,
        public="citizen" in roles, machine="rule" in roles, article=ARTICLE,
    )
    for act, roles in _roles().items()
)  # fmt: skip
declare(
    [
        Right("lists.draft_sheet", "读入清单申报表", frozenset({"list_clerk"}), BODY, article=ARTICLE),
        Right("lists.mend", "简易更正", frozenset({"list_clerk"}), BODY, article="各省权责清单管理办法：简易调整"),
    ]
)
