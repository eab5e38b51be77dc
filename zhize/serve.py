"""The supervisor: one command that brings up database, pages and worker, and takes all of them down again.

It stays small (no Django) and owns three children, each in a session of its own so that a Ctrl-C reaches the
supervisor alone and the ending is orderly. Each child carries a parent-death signal: a supervisor killed outright
leaves no process behind. The database has its keeper (zhize/keeper.py), which goes when its last user has gone.
"""

import argparse
import contextlib
import errno
import fcntl
import http.client
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from zhize import arguments, postgres
from zhize.environment import stage
from zhize.keeper import Trouble, die_with_parent
from zhize.paths import PACKAGE, data_dir
from zhize.prepare import is_prepared

PATIENCE = 20  # seconds a child has to finish what it is doing


def main(given: list[str] | None = None) -> None:
    options = _options(given)
    try:
        Supervisor(options).run()
    except Trouble as trouble:
        sys.exit(str(trouble))
    _say("已停止，数据已保存。\n")


class Supervisor:
    def __init__(self, options: argparse.Namespace) -> None:
        self.host, self.port, self.workers = options.host, options.port, options.workers
        self.data = data_dir()
        self.stopping = threading.Event()
        self.children: list[Child] = []
        self.environment = os.environ | {"DJANGO_SETTINGS_MODULE": "zhize.settings", "PYTHONUNBUFFERED": "1"}
        self.environment["ZHIZE_LOAD"] = "0" if options.empty else os.environ.get("ZHIZE_LOAD", "1")
        self.environment["ZHIZE_LOOPBACK"] = "1" if _is_loopback(self.host) else "0"

    @property
    def address(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def run(self) -> None:
        """1 be the only one · 2 take the port · 3 database · 4 tables and data · 5 pages · 6 worker · 7 until told."""
        self._listen_to_signals()
        with _only_one(self.data, self.address), _listening(self.host, self.port) as listener, self._database():
            try:
                self._bring_up(listener)
                self._watch()
            except Stopped:
                _say("\n还没有启动完就收到停止的信号。")
            finally:
                self._take_down()

    def _bring_up(self, listener: socket.socket) -> None:
        """Where this very code has prepared this very database, the pages come first and the look that confirms it after."""
        known = not os.environ.get("DATABASE_URL") and is_prepared(self.data)
        words = "" if known else self._prepare()
        self._start("网页", *self._web(listener), listener=listener)
        self._announce()
        _say(self._prepare() if known else words)
        if any(PACKAGE.glob("*/management/commands/clockwork.py")):
            self._start("后台作业", "-m", "zhize.cli", "clockwork")

    def _prepare(self) -> str:
        """Tables, packs, static files; what it says on stdout (the sign-ins) is for after the address."""
        child = self._start("准备", "-m", "zhize.prepare", keep_words=True)
        while child.running() and not self.stopping.wait(0.02):
            self._restart_the_dead()
        if self.stopping.is_set():
            raise Stopped(child)
        self.children.remove(child)
        if child.code():
            raise Trouble(f"准备没有完成（退出码 {child.code()}），原因见上；改正后请重新启动。")
        return child.words()

    def _web(self, listener: socket.socket) -> list[str]:
        shared_memory = "/dev/shm"  # noqa: S108  gunicorn's heartbeat files: a busy disk must not look like a dead worker
        options = [
            "--bind",
            f"fd://{listener.fileno()}",
            "--worker-class",
            "gthread",
            "--preload",
            "--no-control-socket",
        ]
        options += ["--workers", str(self.workers), "--threads", "4", "--timeout", "60", "--graceful-timeout", "15"]
        options += ["--worker-tmp-dir", shared_memory] if os.access(shared_memory, os.W_OK) else []
        return ["-m", "gunicorn", "--log-level", "warning", *options, "zhize.wsgi:application"]

    def _start(
        self, name: str, *arguments: str, listener: socket.socket | None = None, keep_words: bool = False
    ) -> "Child":
        child = Child(name, arguments, self.environment, listener, keep_words)
        child.start()
        self.children.append(child)
        return child

    def _announce(self) -> None:
        """The address is printed once a page has really been answered."""
        with stage("启动网页服务"):
            answered = threading.Event()
            threading.Thread(target=_first_page, args=(self.host, self.port, answered), daemon=True).start()
            while not answered.is_set() and not self.stopping.wait(0.02):
                self._restart_the_dead()
        if answered.is_set():
            _say(f"\n  职责登记已在 {self.address} 提供服务；按 Ctrl-C 停止。\n")
        if not _is_loopback(self.host):
            _say("  对外服务须在前面放 TLS 反向代理（ZHIZE_TLS_PROXY=1），并用 ZHIZE_HOSTS 写明域名。\n")

    def _watch(self) -> None:
        while not self.stopping.wait(0.2):
            self._restart_the_dead()

    def _restart_the_dead(self) -> None:
        for child in self.children:
            if not child.keep_words and not child.running():
                _say(f"{child.name}进程意外结束（退出码 {child.code()}），重新启动。\n")
                child.restart()

    def _take_down(self) -> None:
        """Ask all, wait for each; a second signal, or the end of patience, ends them at once."""
        if self.children:
            _say("\n正在停止 …\n")
        self.stopping.clear()
        for child in self.children:
            child.ask_to_stop()
        deadline = time.monotonic() + PATIENCE
        while any(c.running() for c in self.children) and time.monotonic() < deadline and not self.stopping.wait(0.02):
            continue
        for child in self.children:
            child.end()

    @contextlib.contextmanager
    def _database(self) -> Iterator[None]:
        if os.environ.get("DATABASE_URL"):
            yield
            return
        with stage("启动数据库"):
            cluster = postgres.ensure(self.data)
        with cluster:
            yield

    def _listen_to_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # under nohup a closed terminal is no reason to stop
                signal.signal(number, self._asked_to_stop)

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()


class Stopped(Exception):
    """Told to stop while something was still being prepared."""


class Child:
    """One process of ours: its own session, and the end of the supervisor is its end."""

    def __init__(
        self,
        name: str,
        arguments: tuple[str, ...],
        environment: dict[str, str],
        listener: socket.socket | None,
        keep_words: bool,
    ) -> None:
        self.name, self.arguments, self.environment, self.listener = name, arguments, environment, listener
        self.keep_words = keep_words
        self.process: subprocess.Popen[bytes]
        self.starts: list[float] = []

    def start(self) -> None:
        self.starts.append(time.monotonic())
        self.process = subprocess.Popen(
            [sys.executable, "-P", *self.arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if self.keep_words else None,
            pass_fds=[self.listener.fileno()] if self.listener else [],
            start_new_session=True,
            preexec_fn=die_with_parent(os.getpid(), signal.SIGTERM),
        )

    def restart(self) -> None:
        recent = [when for when in self.starts if time.monotonic() - when < 60]
        if len(recent) >= 5:
            raise Trouble(f"{self.name}进程一分钟内结束了 {len(recent)} 次，不再重启；原因见上面的输出。")
        self.end()
        self.start()

    def running(self) -> bool:
        return self.process.poll() is None

    def code(self) -> int | None:
        return self.process.poll()

    def words(self) -> str:
        """What it wrote; little enough to fit its pipe."""
        assert self.process.stdout is not None
        return self.process.stdout.read().decode(errors="replace")

    def ask_to_stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)

    def end(self) -> None:
        """The whole session, so that nothing it started stays."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def _only_one(data: Path, address: str) -> Iterator[None]:
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(data / "serve.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as problem:
        raise Trouble(
            f"数据目录 {data} 写不进去（{problem.strerror}）；请换用其属主启动，或用 ZHIZE_DATA 另指一个目录。"
        ) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        running = os.read(handle, 200).decode(errors="replace").strip()
        os.close(handle)
        raise Trouble(f"已经在运行：{running}；同一个数据目录只能启动一次。") from None
    os.ftruncate(handle, 0)
    os.write(handle, f"{address}（进程 {os.getpid()}）".encode())
    try:
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """Taken first: a busy port is said at once, and a browser that comes early waits instead of being refused."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=128)
    except (OSError, OverflowError) as problem:
        raise Trouble(
            f"{host} 的端口 {port} 用不了（{_why(problem)}）；请用 --port 换一个端口，或先停掉占用它的程序。"
        ) from None
    with listener:
        yield listener


def _why(problem: Exception) -> str:
    words = {"EADDRINUSE": "已被其他程序占用", "EACCES": "没有权限，1024 以下的端口须由管理员开放"}
    return words.get(errno.errorcode.get(getattr(problem, "errno", 0) or 0, ""), str(problem))


def _first_page(host: str, port: int, answered: threading.Event) -> None:
    reach = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  what we were told to listen on
    with contextlib.suppress(OSError, http.client.HTTPException):
        connection = http.client.HTTPConnection(reach, port, timeout=120)
        connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
        connection.getresponse().read()
        answered.set()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _say(text: str) -> None:
    """The terminal may be gone (SIGHUP); that must not keep us from ending well."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.write(text)
        sys.stdout.flush()


def _options(given: list[str] | None) -> argparse.Namespace:
    arguments.speak_chinese()
    parser = argparse.ArgumentParser(prog="serve", description="启动职责登记：数据库、网页与后台作业。")
    parser.add_argument("--host", default="127.0.0.1", help="监听的地址（默认 127.0.0.1，只供本机）")
    parser.add_argument("--port", type=int, default=8000, help="监听的端口（默认 8000）")
    parser.add_argument("--workers", type=int, default=2, help="网页进程数（默认 2，每个 4 线程）")
    parser.add_argument("--empty", action="store_true", help="数据库为空时不载入规则包与演示数据")
    return parser.parse_args(given)


if __name__ == "__main__":
    main()
