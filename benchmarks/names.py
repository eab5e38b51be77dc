"""Two lists of invented duties compared by `zhize lists compare`, beside sparse_dot_topn on pairs of characters in the same run.

Whole processes, interleaved: the peer reads the same files and gives its nearest left row; ours also writes every difference. The
quality is that of the second half; the threshold is the one shipped. Two makers of lists: our own, and any other named in
ZHIZE_DUTY_NAMES (a program called as `PROGRAM N SEED FOLDER`). ZHIZE_BENCH_ROWS and ZHIZE_BENCH_ROUNDS change the size; at a million
rows only ours runs.
"""

from __future__ import annotations

import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks._duty_names import write
from zhize.paths import CHECKOUT

SEED = 77
TOO_MANY = 300_000  # rows from which the peer is left out


@dataclass(frozen=True)
class Took:
    wall: float
    cpu: float
    memory_mb: int


def run(quick: bool = False) -> dict[str, Any]:
    rows = int(os.environ.get("ZHIZE_BENCH_ROWS") or (2_000 if quick else 100_000))
    rounds = int(os.environ.get("ZHIZE_BENCH_ROUNDS") or (1 if quick else 3))
    with tempfile.TemporaryDirectory(prefix="zhize-bench-") as home:
        made = _made(Path(home), rows)
        warm = _ours(made["own"], Path(home) / "warm.json") if rows <= TOO_MANY else None
        sides = {name: _measure(folder, Path(home), rounds, peer=rows <= TOO_MANY) for name, folder in made.items()}
    return {"rows": rows, "seed": SEED, "rounds": rounds, "first_run_s": warm and round(warm.wall, 1), **sides}


def _made(home: Path, rows: int) -> dict[str, Path]:
    write(rows, SEED, home / "own")
    folders = {"own": home / "own"}
    if other := os.environ.get("ZHIZE_DUTY_NAMES"):
        subprocess.run([sys.executable, other, str(rows), str(SEED), str(home / "other")], check=True)
        folders["other"] = home / "other"
    return folders


def _measure(folder: Path, home: Path, rounds: int, peer: bool) -> dict[str, Any]:
    pairs = []
    for _ in range(rounds):
        theirs = _peer(folder, home / "peer.json") if peer else None
        pairs.append((theirs, _ours(folder, home / "ours.json")))
    ours = [mine for _, mine in pairs]
    said: dict[str, Any] = {
        "wall_s": _median(t.wall for t in ours),
        "cpu_s": _median(t.cpu for t in ours),
        "memory_mb": max(t.memory_mb for t in ours),
        **_quality(folder, home / "ours.json"),
    }
    if peer:
        said |= {
            "ratio_wall": _median(t.wall / p.wall for p, t in pairs if p),
            "ratio_cpu": _median(t.cpu / p.cpu for p, t in pairs if p),
            "peer_wall_s": _median(p.wall for p, _ in pairs if p),
            "peer_memory_mb": max(p.memory_mb for p, _ in pairs if p),
            "peer_recall_at_1": _peer_recall(folder, home / "peer.json"),
        }
    return said


def _median(values: Any) -> float:
    return round(statistics.median(values), 3)


def _ours(folder: Path, out: Path) -> Took:
    command = [
        sys.executable,
        "-m",
        "zhize.cli",
        "lists",
        "compare",
        str(folder / "left.csv"),
        str(folder / "right.csv"),
    ]
    return _timed([*command, "--json"], out)


def _peer(folder: Path, out: Path) -> Took:
    command = [sys.executable, "-m", "benchmarks._names_peer", str(folder / "left.csv"), str(folder / "right.csv")]
    return _timed([*command, str(out)], None)


def _timed(command: list[str], out: Path | None) -> Took:
    """Wall and processor seconds and the most memory of one process, as the system counts them."""
    with (out or Path(os.devnull)).open("w") as file:
        began = time.perf_counter()
        done = subprocess.Popen(command, stdout=file, stderr=subprocess.DEVNULL, cwd=CHECKOUT)
        _, status, used = os.wait4(done.pid, 0)
        wall = time.perf_counter() - began
    if status:
        raise RuntimeError(f"{command} ended with {status}")
    return Took(wall, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)


def _truth(folder: Path) -> dict[str, str]:
    with (folder / "truth.csv").open(encoding="utf-8") as file:
        return {row["right_code"]: row["left_code"] for row in csv.DictReader(file)}


def _quality(folder: Path, out: Path) -> dict[str, float]:
    """On the second half; a hit of the nearest row counts for recall@1, a proposal for precision and recall."""
    truth, found = _truth(folder), json.loads(out.read_text("utf-8"))["pairs"]
    half = found[len(found) // 2 :]
    real = [p for p in half if truth[p["right"]]]
    proposed = [p for p in half if p["left"]]
    hits = sum(truth[p["right"]] == p["left"] for p in proposed)
    return {
        "recall_at_1": round(sum(truth[p["right"]] == p["nearest"] for p in real) / len(real), 4),
        "precision": round(hits / len(proposed), 4),
        "recall": round(hits / len(real), 4),
    }


def _peer_recall(folder: Path, out: Path) -> float:
    truth, found = _truth(folder), json.loads(out.read_text("utf-8"))
    real = [(right, left) for right, left in found[len(found) // 2 :] if truth[right]]
    return round(sum(truth[right] == left for right, left in real) / len(real), 4)
