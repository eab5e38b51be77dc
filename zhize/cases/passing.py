"""The life of a passage (转送): a case offered by one hotline centre to another — up, down or across — and what it came to.

The case stands in `passing` meanwhile and its clocks run on: who waits for whom is no concern of the reporter's.
"""

from __future__ import annotations

from zhize.kernel.workflow import Step, Workflow

ARTICLE = "浙政办发〔2015〕127号"
UP, DOWN, ACROSS = "up", "down", "across"

PASSAGE = Workflow(
    {"offered": "待接收", "taken": "已接收", "declined": "未接收", "fetched": "已撤回"},
    [
        Step("take_over", "offered", "taken", "dispatcher", label="接收转送", article=ARTICLE),
        Step("turn_down", "offered", "declined", "dispatcher", label="不接收转送", article=ARTICLE),
        Step("fetch_back", "offered", "fetched", "dispatcher", label="撤回转送", article=ARTICLE),
    ],
)
PASSAGE_STARTS = ("offered",)
BY_THE_RECEIVER = ("take_over", "turn_down")  # every other step is the sender's


def way(sender: int, receiver: int, above_sender: list[int], above_receiver: list[int]) -> str:
    """Up, down or across: how the receiver's place lies to the sender's in the tree of that day."""
    if receiver in above_sender:
        return UP
    return DOWN if sender in above_receiver else ACROSS
