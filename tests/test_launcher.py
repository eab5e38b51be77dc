"""Drills on throw-away data: real servers are started, adopted, killed in every way, and nothing acknowledged is lost."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from zhize import postgres, serve
from zhize.keeper import Home, Trouble

pytestmark = pytest.mark.drill
ROOT = Path(__file__).resolve().parent.parent

OWNER = """
import sys, time
from zhize import postgres
cluster = postgres.ensure(sys.argv[1])
print("up", flush=True)
time.sleep(120)
"""
WRITER = """
import sys, psycopg
from zhize import postgres
cluster = postgres.ensure(sys.argv[1])
with psycopg.connect(cluster.dsn, autocommit=True) as db:
    db.execute("create table if not exists kept (n bigint primary key)")
    n = db.execute("select coalesce(max(n), 0) from kept").fetchone()[0]
    while True:
        n += 1
        db.execute("insert into kept values (%s)", [n])
        print(n, flush=True)
"""


@pytest.fixture
def data() -> Iterator[Path]:
    """A path that has everything paths go wrong on: a space, Chinese, and more length than a socket address takes."""
    top = Path(tempfile.mkdtemp(prefix="zhize drill "))
    home = top / "职责登记的数据目录放在一个名字相当长的文件夹里" / "data"
    yield home
    _until(lambda: not Home(home).processes(), "the drill's server to be gone")
    shutil.rmtree(top, ignore_errors=True)


def test_a_cluster_starts_keeps_what_it_was_given_and_stops(data: Path) -> None:
    with postgres.ensure(data) as cluster:
        assert cluster.owned and postgres.running(data)
        _write(cluster.dsn, 7)
    assert not postgres.running(data) and not Home(data).processes()
    with postgres.ensure(data) as cluster:
        assert _read(cluster.dsn) == [7]


def test_it_speaks_utf8_knows_beijing_time_and_listens_to_no_network(data: Path) -> None:
    with postgres.ensure(data) as cluster, _answered(cluster.dsn, seconds=5) as db:
        settings = ("server_encoding", "TimeZone", "listen_addresses", "fsync", "synchronous_commit")
        told = [db.execute("select current_setting(%s)", [name]).fetchone() for name in settings]
        assert told == [("UTF8",), ("Asia/Shanghai",), ("",), ("on",), ("on",)]
        assert db.execute(r"select '执' ~ '\w'").fetchone() == (True,)
    assert Home(data).data.stat().st_mode & 0o077 == 0


def test_the_second_user_adopts_the_server_and_the_last_one_out_stops_it(data: Path) -> None:
    first = postgres.ensure(data)
    second = postgres.ensure(data)
    assert (first.owned, second.owned) == (True, False)
    first.stop()
    assert postgres.running(data)
    second.stop()
    assert not postgres.running(data)


def test_many_commands_at_once_share_one_server(data: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        owners = [pool.submit(_owner, data) for _ in range(4)]
    running = [owner.result() for owner in owners]
    assert len(_postmasters(data)) == 1
    for owner in running:
        owner.terminate()
        owner.wait()
    _until(lambda: not Home(data).processes(), "the last command's end to stop the server")


def test_a_killed_owner_leaves_no_server_behind(data: Path) -> None:
    owner = _owner(data)
    owner.kill()
    owner.wait()
    _until(lambda: not Home(data).processes(), "the keeper to notice")
    with postgres.ensure(data):
        assert postgres.running(data)


def test_a_killed_postgres_is_up_again_while_its_users_stay(data: Path) -> None:
    with postgres.ensure(data) as cluster:
        _write(cluster.dsn, 1)
        before = _postmasters(data)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        _until(lambda: postgres.running(data) and _postmasters(data) != before, "the restart")
        assert _read(cluster.dsn) == [1]


def test_a_killed_keeper_takes_its_server_along_and_the_next_user_starts_another(data: Path) -> None:
    cluster = postgres.ensure(data)
    assert cluster.keeper is not None
    cluster.keeper.kill()
    cluster.keeper.wait()
    with postgres.ensure(data) as next_one:
        assert next_one.owned and postgres.running(data)
    cluster.stop()


@pytest.mark.slow
def test_killing_everything_five_times_loses_no_acknowledged_row(data: Path) -> None:
    acknowledged: list[int] = []
    for _ in range(5):
        writer = _python(WRITER, data)
        acknowledged.append(_last_number(writer, seconds=0.4))
        for pid in [writer.pid, *Home(data).processes()]:
            _kill(pid)
        acknowledged[-1] = max([acknowledged[-1], *(int(line) for line in writer.communicate()[0].split())])
    with postgres.ensure(data) as cluster, _answered(cluster.dsn, seconds=5) as db:
        rows = {row[0] for row in db.execute("select n from kept")}
    assert set(range(1, acknowledged[-1] + 1)) <= rows


def _answered(dsn: str, seconds: float) -> "psycopg.Connection":
    """The first success counts, within the time a user would wait: a server of the killed keeper may still be dying."""
    until = time.monotonic() + seconds
    while True:
        try:
            return psycopg.connect(dsn)
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def test_a_pid_file_that_names_a_stranger_does_not_block_the_start(data: Path) -> None:
    postgres.ensure(data).stop()
    home = Home(data)
    home.make_sockets()
    (home.cluster / "postmaster.pid").write_text(
        f"{os.getpid()}\n{home.cluster}\n1\n5432\n{home.sockets}\n\n0 0\nready\n"
    )
    (home.sockets / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    assert not postgres.running(data)
    with postgres.ensure(data) as cluster:
        _write(cluster.dsn, 3)


def test_an_interrupted_first_start_is_begun_anew(data: Path) -> None:
    (data / "postgres.new" / "base").mkdir(parents=True)
    with postgres.ensure(data):
        assert not (data / "postgres.new").exists()


def test_another_major_version_is_refused_in_one_sentence(data: Path) -> None:
    (data / "postgres").mkdir(parents=True)
    (data / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(Trouble, match="数据目录属于 PostgreSQL 9"):
        postgres.ensure(data)


def test_a_socket_directory_that_others_can_enter_is_refused(data: Path) -> None:
    sockets = Home(data).sockets
    sockets.mkdir(mode=0o700)
    sockets.chmod(0o777)
    try:
        with pytest.raises(Trouble, match="不归本用户独有"):
            postgres.ensure(data)
    finally:
        sockets.rmdir()


# --- bin/serve --------------------------------------------------------------------------------------------------------
@pytest.fixture
def served(data: Path) -> "Iterator[Served]":
    up = Served(data)
    yield up
    up.end()


class Served:
    """One supervisor on a free port, with an empty register so that the drill is about processes."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, _free_port()
        self.process = self.start(self.port)
        self.output: list[str] = []

    def start(self, port: int) -> "subprocess.Popen[str]":
        command = [sys.executable, "-P", "-m", "zhize.serve", "--empty", "--port", str(port)]
        return subprocess.Popen(
            command,
            env=_environment(self.data),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=_heeding,
        )

    def await_up(self) -> "Served":
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output.append(line)
            if "提供服务" in line:
                return self
        raise AssertionError("".join(self.output))

    def again(self, port: int, data: Path | None = None) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-P", "-m", "zhize.serve", "--empty", "--port", str(port)]
        return subprocess.run(command, env=_environment(data or self.data), capture_output=True, text=True, timeout=60)

    def left(self) -> list[str]:
        """Every process that still works for this data directory."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                surroundings = (process / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if f"ZHIZE_DATA={self.data}".encode() in surroundings:
                found.append(process.name)
        return found

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
        _until(lambda: not self.left(), "all processes to end", patience=30)


def _heeding() -> None:
    """A run under nohup ignores SIGHUP, one in a shell's background SIGINT; what it starts would inherit that."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


@pytest.mark.slow
def test_serving_answers_refuses_a_second_start_and_each_signal_leaves_nothing(served: Served) -> None:
    """One start is enough to ask everything of; then one warm start for each other way of ending."""
    served.await_up()
    assert f"http://127.0.0.1:{served.port}" in served.output[-1]
    assert _answers(served.port)

    twice = served.again(_free_port())
    assert (twice.returncode, twice.stderr.count("\n"), "已经在运行" in twice.stderr) == (1, 1, True)
    with tempfile.TemporaryDirectory() as elsewhere:
        busy = served.again(served.port, Path(elsewhere))
    assert (busy.returncode, busy.stderr.count("\n"), "--port" in busy.stderr) == (1, 1, True)

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        served.process.send_signal(number)
        said = served.process.communicate(timeout=40)[0]
        assert (served.process.returncode, "已停止" in said, served.left()) == (0, True, [])
        served.process = served.start(served.port)
        served.await_up()

    served.process.kill()
    _until(lambda: not served.left(), "the children of a killed supervisor to end", patience=30)


def test_the_loopback_privilege_is_only_for_loopback_addresses() -> None:
    assert [serve._is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "10.1.2.3")] == [
        *(True, True, True),
        *(False, False),
    ]


@pytest.mark.slow
def test_the_command_line_starts_the_database_for_itself_and_takes_it_down(data: Path) -> None:
    command = [sys.executable, "-P", "-m", "zhize.cli", "migrate", "contenttypes"]
    done = subprocess.run(command, env=_environment(data), capture_output=True, text=True, timeout=120)
    assert (done.returncode, Home(data).processes()) == (0, set()), done.stderr


@pytest.mark.parametrize(("given", "said"), [(["wo-is-it"], "zhize --help"), (["migrate", "--nonsense"], "--nonsense")])
def test_a_mistyped_command_is_answered_with_one_helpful_sentence(data: Path, given: list[str], said: str) -> None:
    command = [sys.executable, "-P", "-m", "zhize.cli", *given]
    done = subprocess.run(command, env=_environment(data), capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and said in done.stderr.splitlines()[-1] and "Traceback" not in done.stderr
    assert not (data / "postgres").exists()


def test_help_is_a_table_of_contents_and_needs_no_database(data: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "zhize.cli"], env=_environment(data), capture_output=True, text=True
    )
    assert done.returncode == 0 and "运行与维护" in done.stdout and "serve" in done.stdout
    assert not (data / "postgres").exists()


# --- helpers ----------------------------------------------------------------------------------------------------------
def _environment(data: Path) -> dict[str, str]:
    ours = {"DATABASE_URL", "TESTING", "ZHIZE_LOOPBACK", "DJANGO_ALLOW_ASYNC_UNSAFE", "PYTEST_XDIST_WORKER"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"ZHIZE_DATA": str(data), "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "zhize.settings"}


def _python(program: str, data: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", program, str(data)], env=_environment(data), stdout=subprocess.PIPE, text=True
    )


def _owner(data: Path) -> "subprocess.Popen[str]":
    owner = _python(OWNER, data)
    assert owner.stdout is not None and owner.stdout.readline() == "up\n"
    return owner


def _last_number(writer: "subprocess.Popen[str]", seconds: float) -> int:
    assert writer.stdout is not None
    last, deadline = 0, 0.0
    for line in writer.stdout:
        deadline = deadline or time.monotonic() + seconds
        last = int(line)
        if time.monotonic() > deadline:
            break
    return last


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _postmasters(data: Path) -> set[int]:
    pid = Home(data).postmaster()
    return {pid} if pid else set()


def _write(dsn: str, n: int) -> None:
    with _answered(dsn, seconds=5) as db:
        db.execute("create table if not exists kept (n bigint)")
        db.execute("insert into kept values (%s)", [n])


def _read(dsn: str) -> list[int]:
    with _answered(dsn, seconds=5) as db:
        return [row[0] for row in db.execute("select n from kept order by n")]


def _until(done: Callable[[], bool], what: str, patience: float = 15) -> None:
    deadline = time.monotonic() + patience
    while not done():
        assert time.monotonic() < deadline, f"waited {patience} s for {what}"
        time.sleep(0.02)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _answers(port: int) -> bool:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/")
    return connection.getresponse().status < 500
