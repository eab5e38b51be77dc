"""What a pair can be (spec domain §5d.2). A pair with several differences has the gravest as its status; all are shown."""

from __future__ import annotations

from typing import NamedTuple


class Status(NamedTuple):
    label: str
    meaning: str


STATUSES = {  # gravest last but for the two that are no pair
    "same": Status("一致", "名称、依据、类型都相同，或者有一方没有写"),
    "renamed": Status("名称不同", "认作同一事项，名称写法不同"),
    "rebased": Status("依据不同", "认作同一事项，依据的法律或者条款不同"),
    "retyped": Status("类型不同", "认作同一事项，权力类型不同"),
    "same_code": Status("编码相同", "只有编码相同，名称看不出是同一事项，请核对是否用错编码"),
    "suspect": Status("疑似", "像是同一事项，把握不足，须人认定"),
    "none": Status("无对应", "左表没有与它相当的事项"),
}
