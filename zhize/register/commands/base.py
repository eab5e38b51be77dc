"""The register's act decorator: every act is checked against the rule book on what it touched, before it is kept."""

from __future__ import annotations

from zhize.kernel.errors import Refusal
from zhize.record.acts import Doing, acting
from zhize.register.invariants import BOOK


def _check(doing: Doing) -> None:
    touched = {f"{model._meta.model_name}:{row.pk}" for model, rows in doing.stated.items() for row in rows}
    if not touched:
        return
    findings = BOOK.run(touched)
    errors = [f for f in findings if f.is_error]
    if errors:
        first = errors[0]
        raise Refusal(
            "这项操作会使登记自相矛盾：{says}" if len(errors) == 1 else "这项操作会使登记自相矛盾（共{n}处）：{says}",
            rule=f"第{first.rule.no}条",
            article=first.rule.article,
            instead="请改正所列各行后重新办理",
            code=first.rule.name,
            details=[f.as_dict() for f in errors[:50]],
            n=len(errors),
            says=first.says,
        )
    if findings:
        doing.payload["warnings"] = [f.as_dict() for f in findings[:50]]


act = acting(_check)
