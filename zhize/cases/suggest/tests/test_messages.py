"""A file of letters: one JSON object a line; what cannot be read is named by its line."""

import gzip

import pytest

from zhize.cases.suggest import Message, read_messages
from zhize.kernel.errors import BadInput


def test_lines_and_packed_lines_are_read(tmp_path):
    lines = (
        '{"id": 7, "label": "甲", "title": "题", "text": "文", "group": "g1", "time": "2016"}\n\n{"text": "只有正文"}\n'
    )
    (tmp_path / "a.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    expected = [Message("题", "文", "甲", "g1", "7"), Message(text="只有正文")]
    assert list(read_messages(tmp_path / "a.jsonl")) == list(read_messages(tmp_path / "a.jsonl.gz")) == expected


@pytest.mark.parametrize(
    ("line", "why"), [("{", "不是一个 JSON 对象"), ("[1]", "不是一个 JSON 对象"), ('{"id": "1"}', "都是空的")]
)
def test_a_bad_line_is_named(tmp_path, line, why):
    (tmp_path / "a.jsonl").write_text('{"text": "好"}\n' + line, encoding="utf-8")
    with pytest.raises(BadInput, match=f"第2行.*{why}"):
        list(read_messages(tmp_path / "a.jsonl"))


def test_a_file_that_cannot_be_opened_or_unpacked_is_refused(tmp_path):
    with pytest.raises(BadInput, match="读不出来"):
        list(read_messages(tmp_path / "none.jsonl"))
    (tmp_path / "b.jsonl.gz").write_bytes(b"plain")
    with pytest.raises(BadInput, match="读不出来"):
        list(read_messages(tmp_path / "b.jsonl.gz"))
