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
    whole = gzip.compress('{"text": "好"}\n'.encode() * 99)
    for content, why in (
        (whole[:-9], "残缺"),
        (whole[:20] + b"\0\0" + whole[22:], "损坏|有误"),
        (b"\xff\xfe\0", "UTF-8"),
    ):
        (tmp_path / "b.jsonl.gz").write_bytes(content)
        with pytest.raises(BadInput, match=f"读不出来.*({why})"):
            list(read_messages(tmp_path / "b.jsonl.gz"))


def test_a_compressed_file_is_known_by_its_content_and_a_mark_at_the_head_is_no_letter(tmp_path):
    line = '{"text": "好", "id": 7}\n'
    (tmp_path / "c.txt").write_bytes(gzip.compress(line.encode()))
    (tmp_path / "d.gz").write_text("\ufeff" + line, encoding="utf-8")
    for name in ("c.txt", "d.gz"):
        assert [(m.text, m.id) for m in read_messages(tmp_path / name)] == [("好", "7")]
