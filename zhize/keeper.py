"""The process that holds one embedded PostgreSQL: starts it, watches it, stops it when nobody uses it any more.

Run by `zhize.postgres` as a script of its own (standard library only, no Django, no site-packages), because the
server must outlive whichever command happened to start it and must not outlive the last one that uses it.

Three locks in the data directory, all dropped by the kernel however their holder dies:
  start.lock   held by a command while it looks for a server and, finding none, starts a keeper
  users.lock   shared by every command that uses the server; the keeper waits for it alone: alone means nobody is left
  keeper.lock  held by the keeper for its whole life
The server carries a parent-death signal, so a keeper killed outright takes its server along.
"""

import argparse
import contextlib
import ctypes
import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

DATABASE = ROLE = "zhize"
SOCKET = ".s.PGSQL.5432"
STOP_FAST = signal.SIGINT  # PostgreSQL: roll back what is open, checkpoint, leave
STOP_NOW = signal.SIGQUIT  # PostgreSQL: leave at once, recover at the next start
NOBODY = 65534
PROC = Path("/proc/self/cwd").exists()
ROOM = (
    64_000_000  # bytes free, four segments of the log: with less, a server that died is not started into the same wall
)
RESTARTS = 5  # a server that dies more often than this within a minute is not started again

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
}
THROW_AWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "on"}


class Trouble(Exception):
    """The server cannot be had; says why in one sentence."""


def main() -> None:
    """1 take the place · 2 make the cluster · 3 start it · 4 tell the starter · 5 stay until nobody is left."""
    options = _options()
    home = Home(options.data)
    say = _teller()
    try:
        with _locked(home.keeper_lock):
            _clear_away(home)
            home.make_sockets()
            runner = Runner(options.bin)
            runner.reach(home)
            if not home.cluster.exists():
                say("say", "初始化数据库")
                _initialise(home, runner)
            runner.own(home.cluster)
            Keeper(home, runner, SETTINGS | (THROW_AWAY if options.throw_away else {})).stay(lambda: say("ready", ""))
            if options.throw_away:
                shutil.rmtree(home.data, ignore_errors=True)
    except Trouble as trouble:
        say("refused", str(trouble))
        sys.exit(1)


class Home:
    """Where one cluster lives: everything is found from the data directory alone."""

    def __init__(self, data: Path | str) -> None:
        self.data = Path(data).resolve()
        self.cluster = self.data / "postgres"
        self.log = self.data / "postgres.log"
        self.start_lock = self.data / "start.lock"
        self.users_lock = self.data / "users.lock"
        self.keeper_lock = self.data / "keeper.lock"

    @property
    def sockets(self) -> Path:
        """A short private directory: the kernel takes 107 bytes of path, a checkout may have more, and Chinese."""
        mark = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path("/tmp") / f"zhize-{os.getuid()}-{mark}"  # noqa: S108  private: see make_sockets

    @property
    def socket(self) -> Path:
        return self.sockets / SOCKET

    def make_sockets(self) -> None:
        """Create the socket directory, or refuse one that somebody else put in its place."""
        with contextlib.suppress(FileExistsError):
            self.sockets.mkdir(mode=0o700)
        seen = self.sockets.lstat()
        ours = {os.getuid()} if os.getuid() else {0, NOBODY}
        if self.sockets.is_symlink() or seen.st_uid not in ours or seen.st_mode & 0o077:
            raise Trouble(f"目录 {self.sockets} 不归本用户独有，数据库不在其中开放连接；请删除该目录后重试。")

    def postmaster(self) -> int | None:
        """The living server's process id; a zombie, or a number now worn by another program, does not count."""
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.cluster / "postmaster.pid").read_text().split("\n")[0])
            if _works_in(Path(f"/proc/{pid}"), self.cluster) or (not PROC and pid in _all_by_number(self.cluster)):
                return pid
        return None

    def ready(self) -> bool:
        with contextlib.suppress(OSError, IndexError):
            lines = (self.cluster / "postmaster.pid").read_text().split("\n")
            return lines[7].strip() == "ready" and self.postmaster() is not None
        return False

    def processes(self) -> set[int]:
        """Every living process of this cluster: the server and its children all work inside its directory."""
        if not PROC:
            return set(_all_by_number(self.cluster))
        return {int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and _works_in(p, self.cluster)}


def _works_in(process: Path, directory: Path) -> bool:
    try:
        return os.readlink(process / "cwd") == os.fspath(directory) and "postgres" in os.readlink(process / "exe")
    except OSError:  # gone, a zombie, or not ours to see
        return False


def _all_by_number(cluster: Path) -> Iterator[int]:
    """Without /proc: believe postmaster.pid when a process of that number takes our signal."""
    with contextlib.suppress(OSError, ValueError):
        pid = int((cluster / "postmaster.pid").read_text().split("\n")[0])
        os.kill(pid, 0)
        yield pid


class Keeper:
    """Holds the running server."""

    def __init__(self, home: Home, runner: "Runner", settings: dict[str, str]) -> None:
        self.home, self.runner, self.settings = home, runner, settings
        self.leaving = threading.Event()
        self.server: subprocess.Popen[bytes] | None = None
        self.starts: list[float] = []

    def stay(self, tell_ready: Callable[[], None]) -> None:
        """Serve until the last user has left or a signal comes; a server that dies meanwhile is started again.

        The server is always started from this, the main thread: its parent-death signal is tied to the thread that
        forks. The other thread only ever waits inside flock, so forking beside it is safe.
        """
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self.leave())
        self.start()
        threading.Thread(target=self._wait_for_last_user, args=(tell_ready,), daemon=True).start()
        while not self.leaving.wait(0.05):
            if self.server is not None and self.server.poll() is not None and self.has_room():
                self.start()
        self.stop()

    def start(self) -> None:
        now = time.monotonic()
        self.starts = [earlier for earlier in self.starts if now - earlier < 60] + [now]
        if len(self.starts) > RESTARTS:
            raise Trouble(f"数据库一分钟内停了 {RESTARTS} 次，不再重启；详见 {self.home.log}。")
        _clear_away(self.home)
        self.home.make_sockets()
        self.server = self.runner.server(self.home, self.settings)
        while not self.home.ready():
            if self.server.poll() is not None:
                if len(self.starts) > 1 and not self.has_room():
                    return  # the disk is full again; whoever makes room need not come and start anything
                raise Trouble(f"数据库没有启动成功：{_last_words(self.home.log)}（详见 {self.home.log}）")
            if self.leaving.wait(0.01):
                return

    def has_room(self) -> bool:
        """A full disk stops PostgreSQL for good (it cannot write its log); it is started again once there is room."""
        return shutil.disk_usage(self.home.data).free >= ROOM

    def leave(self) -> None:
        self.leaving.set()

    def stop(self) -> None:
        assert self.server is not None
        with contextlib.suppress(ProcessLookupError):
            self.server.send_signal(STOP_FAST)
        try:
            self.server.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.server.send_signal(STOP_NOW)
            self.server.wait()
        shutil.rmtree(self.home.sockets, ignore_errors=True)

    def _wait_for_last_user(self, tell_ready: Callable[[], None]) -> None:
        """The starter still shares users.lock while it is told, so this blocks until it and all later ones are gone."""
        tell_ready()
        with _locked(self.home.users_lock):
            self.leave()
            threading.Event().wait()  # keep the lock: a newcomer waits until the server is down, then starts its own


class Runner:
    """Runs PostgreSQL's programs, never as root (PostgreSQL refuses that, and rightly) nor as a number without a name."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.prefix: list[str] = []
        self.owner: int | None = None
        if os.geteuid() == 0 or not _has_name(os.geteuid()):
            self.prefix, self.owner = _as_nobody()

    def command(self, program: str, *arguments: str) -> list[str]:
        return [*self.prefix, os.fspath(self.programs / program), *arguments]

    def run(self, home: Home, program: str, *arguments: str, given: str = "") -> None:
        done = subprocess.run(
            self.command(program, *arguments),
            input=given,
            text=True,
            capture_output=True,
            cwd=home.data,
            env=_environment(),
        )
        if done.returncode:
            raise Trouble(
                f"{program} 失败：{(done.stderr or done.stdout).strip().splitlines()[-1:]}（数据目录 {home.data}）"
            )

    def server(self, home: Home, settings: dict[str, str]) -> subprocess.Popen[bytes]:
        places = {"unix_socket_directories": os.fspath(home.sockets)}
        options = [part for name, value in (settings | places).items() for part in ("-c", f"{name}={value}")]
        self.own(home.sockets)
        _shorten(home.log)
        with home.log.open("ab") as log:
            return subprocess.Popen(
                self.command("postgres", "-D", os.fspath(home.cluster), *options),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=home.data,
                env=_environment(),
                start_new_session=True,
                preexec_fn=die_with_parent(os.getpid(), STOP_FAST),
            )

    def reach(self, home: Home) -> None:
        """As another account: can it enter the data directory and run the programs? Only what is ours is opened up."""
        if self.owner is None:
            return
        home.data.chmod(0o711)
        for path, test in ((home.data, "-x"), (self.programs / "postgres", "-x")):
            if subprocess.run([*self.prefix, "test", test, os.fspath(path)]).returncode:
                raise Trouble(f"以 root 运行时数据库须改用 nobody 身份，而它进不了 {path}；请改用普通用户启动。")

    def own(self, directory: Path) -> None:
        """Under root, hand a directory of ours to the account the server runs as (it may have changed since)."""
        owner = os.geteuid() if self.owner is None else self.owner
        if os.geteuid() or directory.stat().st_uid == owner:
            return
        for path in (directory, *directory.rglob("*")):
            os.chown(path, owner, -1, follow_symlinks=False)


def _has_name(uid: int) -> bool:
    """A container may run under any number; initdb wants one that the machine has an account for."""
    try:
        return bool(pwd.getpwuid(uid))
    except KeyError:
        return False


def _as_nobody() -> tuple[list[str], int | None]:
    """A user namespace in which we are nobody and still own our files; for root also the account nobody itself."""
    inside = ["unshare", "--user", f"--map-user={NOBODY}"]
    if shutil.which("unshare") and not subprocess.run([*inside, "true"], capture_output=True).returncode:
        return inside, None
    if os.geteuid() == 0 and shutil.which("setpriv"):
        return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"], NOBODY
    raise Trouble(
        "PostgreSQL 须以有名字的普通用户运行，而本机既不允许用户命名空间，也没有 setpriv；请改用普通用户启动。"
    )


def _initialise(home: Home, runner: Runner) -> None:
    """Made beside its place and moved there when whole, so an interrupted start leaves no half cluster."""
    draft = home.data / "postgres.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    runner.own(draft)
    options = ["-E", "UTF8", "--locale=C.UTF-8", "-U", ROLE, "--auth=trust", "--no-instructions"]
    runner.run(home, "initdb", "-D", os.fspath(draft), *options)
    runner.run(home, "postgres", "--single", "-D", os.fspath(draft), "postgres", given=f"CREATE DATABASE {DATABASE};\n")
    draft.rename(home.cluster)


def _clear_away(home: Home) -> None:
    """After a kill: stop what an earlier server left running, then the two files that may name a stranger's number.

    postmaster.pid may go only when no process of the cluster lives: it guards the shared memory of stray children.
    """
    _end(home, STOP_FAST, patience=20)
    _end(home, STOP_NOW, patience=5)
    if left := home.processes():
        raise Trouble(f"上次的数据库进程 {sorted(left)} 停不下来；请结束它们后重试。")
    for stale in (home.cluster / "postmaster.pid", home.socket, home.sockets / f"{SOCKET}.lock"):
        stale.unlink(missing_ok=True)


def _end(home: Home, number: int, patience: float) -> None:
    deadline = time.monotonic() + patience
    for pid in home.processes():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
    while home.processes() and time.monotonic() < deadline:
        time.sleep(0.02)


def die_with_parent(parent: int, number: int) -> Callable[[], None]:
    """For preexec_fn: Linux sends this signal when the parent dies; give up at once if it already has."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)

    def tie() -> None:
        if prctl is not None:
            prctl(1, int(number), 0, 0, 0)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)

    return tie


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock file alone; opened close-on-exec, so no child keeps it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _environment() -> dict[str, str]:
    """Nothing of the caller's locale or PG… settings reaches the server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}


def _shorten(log: Path, limit: int = 10_000_000) -> None:
    if log.exists() and log.stat().st_size > limit:
        log.replace(log.with_suffix(".log.1"))


def _last_words(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if "FATAL" in line or "PANIC" in line]
    return lines[-1].strip() if lines else "日志中没有说明"


def _teller() -> Callable[[str, str], None]:
    """One line at a time to whoever started us; they may have gone, which is no reason to fail."""

    def tell(word: str, text: str) -> None:
        with contextlib.suppress(BrokenPipeError):
            sys.stdout.write(f"{word} {text}\n")
            sys.stdout.flush()

    return tell


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="keeper")
    parser.add_argument("data", type=Path)
    parser.add_argument("--bin", type=Path, required=True)
    parser.add_argument(
        "--throw-away", action="store_true", help="for tests: no fsync, and the directory goes at the end"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
