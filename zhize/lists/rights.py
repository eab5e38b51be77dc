"""Who may do what with lists; the steps of a procedure declare theirs beside their table."""

from __future__ import annotations

from zhize.register.access import APPROVER, EDITOR, Right, declare

declare([Right("lists.publish", "公布清单", EDITOR | APPROVER, article="政府信息公开条例第二十六条")])
declare(
    [
        Right("lists.compare", "开展比对", EDITOR | APPROVER | {"legal_reviewer", "auditor"}, machine=True),
        Right("lists.decide", "作出认定", EDITOR | APPROVER | {"legal_reviewer"}, article="中办发〔2015〕21号"),
    ]
)
