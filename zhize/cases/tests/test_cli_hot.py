"""zhize cases hot: the affairs of a file as JSON, hottest first, without a database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LIFT = "锦华花园三号楼的电梯又坏了，老人被困在里面，请派人检查。"
LINES = [
    *({"no": n, "title": "锦华花园电梯坏了", "text": f"{LIFT}{n}", "time": f"2016/5/{n} 9:00:00"} for n in range(1, 5)),
    {"no": 9, "title": "路灯", "text": "路灯不亮，走夜路害怕。", "time": "什么时候"},
]


def test_topics_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "letters.jsonl"
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in LINES), encoding="utf-8")
    env = {**os.environ, "DATABASE_URL": "postgresql:///nowhere?host=/nowhere"}
    words = [sys.executable, "-m", "zhize.cli", "cases", "hot", str(file), "--json"]
    done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True)
    [topic] = json.loads(done.stdout)
    assert (topic["members"], topic["size"], topic["growth"]) == (["1", "2", "3", "4"], 4, 4.0)
    assert topic["first_seen"] == "2016-05-01T09:00:00+08:00" and "电梯" in topic["words"]
