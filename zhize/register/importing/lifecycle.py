"""What may happen to an import."""

from __future__ import annotations

from zhize.kernel.workflow import Step, Workflow

LIFECYCLE = Workflow(
    {"drafted": "草案", "accepted": "已接受", "discarded": "已放弃"},
    [
        Step("accept_import", ["drafted"], "accepted", label="接受导入"),
        Step("discard_import", ["drafted"], "discarded", label="放弃导入"),
    ],
)
