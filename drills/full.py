"""Drill 3: the disk of the data runs full while eight writers send, and is emptied again by somebody who touches nothing else.

Nothing acknowledged is lost; meanwhile every request is answered 503 at once; the worker says so at 80 and 90 per cent; within thirty seconds of
the space coming back cases are received again, without hand work. Needs root: a small file system in memory is mounted for it.
"""

from __future__ import annotations

import contextlib
import logging
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from drills._ground import SEED, Bars, Site, message, p95, throw_away
from drills._writers import BROKEN, Writers, reckon
from zhize.site import room

SIZE, LEFT = 900_000_000, 12_000_000  # of the file system; what the ballast leaves, less than one segment of the log


def run(quick: bool = False, seed: int = SEED) -> dict[str, Any]:
    with _small() as disk, throw_away(disk) as site:
        site.serve()
        return drill(site, rounds=1 if quick else 3, seed=seed)


def drill(site: Site, *, rounds: int, seed: int) -> dict[str, Any]:
    bars, back, waits, codes = Bars(), [], [], set()
    alarms = [_alarm(site, 0.85), _alarm(site, 0.95)]
    with Writers(site, 8, seed) as writers:
        for n in range(rounds):
            writers.first_after(time.monotonic())
            _fill(site)
            full = _stopped(site, writers)
            found = [_asked(site, f"full-{seed}-{n}-{k}") for k in range(10)] if full else []
            waits += [seconds for _, seconds in found]
            codes |= {code for code, _ in found}
            _ballast(site).unlink()
            back.append(round(writers.first_after(time.monotonic(), 120), 1))
    reckon(site, writers, bars)
    bars.is_("answers_while_full", sorted(codes), [503])
    bars.at_most("answered_within_s_p95", p95(waits), 1)
    bars.is_("alarms_at_80_and_90", alarms, [logging.WARNING, logging.ERROR])
    bars.at_most("received_again_s", max(back), 30)
    return bars.told(
        "full", seed, rounds=rounds, acknowledged=len(writers.promised), faults=len(writers.faults), back=back
    )


def _ballast(site: Site) -> Path:
    return site.home / "ballast"


def _alarm(site: Site, share: float) -> int:
    """What the worker says when so much is used."""
    disk = shutil.disk_usage(site.home)
    _grow(site, int(disk.total * share) - (disk.total - disk.free))
    said = room.watch(site.home)
    _ballast(site).unlink()
    return said


def _fill(site: Site) -> None:
    _grow(site, shutil.disk_usage(site.home).free - LEFT)


def _grow(site: Site, size: int) -> None:
    with _ballast(site).open("wb") as file:
        while size > 0:
            size -= file.write(b"\1" * min(size, 1_000_000))


def _stopped(site: Site, writers: Writers) -> bool:
    """Nobody was promised anything for two seconds."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if not [t for t in writers.times[-50:] if t > time.monotonic() - 2]:
            return True
        with contextlib.suppress(OSError):
            _grow_to_the_brim(site)
        time.sleep(0.2)
    return False


def _grow_to_the_brim(site: Site) -> None:
    with _ballast(site).open("ab") as file:
        for _ in range(100):
            file.write(b"\1" * 100_000)
            file.flush()


def _asked(site: Site, key: str) -> tuple[int, float]:
    began = time.monotonic()
    try:
        code = site.post(
            "cases/receive", {"message": message(site, random.Random(1), key)}, "partner", key, timeout=30
        )[0]
    except BROKEN:
        code = 0
    return code, time.monotonic() - began


@contextlib.contextmanager
def _small() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="zhize-small-") as top:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", top], check=True)
        try:
            yield Path(top)
        finally:
            subprocess.run(["umount", "-l", top], check=True)
