"""Make the checkout's own Python environment, then become the program asked for. Standard library only.

Run by bin/run as a script: environment.py CHECKOUT REQUIREMENTS MODULE [ARGUMENTS…]. When nothing has changed since
the last time it costs one hash of one file. Why uv and hashed requirements: docs/decisions/0002.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

UV = "requirements-uv.txt"
RUN = "requirements.txt"
DEV = "requirements-dev.txt"  # holds all of RUN, in the same versions


def main() -> None:
    checkout, requirements, module, *arguments = sys.argv[1:]
    try:
        python = make(Path(checkout), requirements)
    except Trouble as trouble:
        sys.exit(str(trouble))
    os.execv(python, [os.fspath(python), "-P", "-m", module, *arguments])


class Trouble(Exception):
    """The environment cannot be made; says why in one sentence."""


def make(checkout: Path, requirements: str) -> Path:
    """The environment's Python, with everything in `requirements` installed."""
    venv = Path(os.environ.get("ZHIZE_VENV") or checkout / ".venv")
    python, stamp = venv / "bin" / "python", venv / "zhize-installed.json"
    if _is_current(checkout, requirements, stamp) and python.exists():
        return python
    with _one_at_a_time(venv):
        if not _is_current(checkout, requirements, stamp) or not python.exists():
            _build(checkout, requirements, venv, stamp)
    return python


def _build(checkout: Path, requirements: str, venv: Path, stamp: Path) -> None:
    """1 venv · 2 uv · 3 packages by hash · 4 the checkout itself on the path · 5 stamp, last of all."""
    python = venv / "bin" / "python"
    wanted = DEV if DEV in _read(stamp) else requirements  # what a developer installed stays installed
    stamp.unlink(missing_ok=True)
    if not _works(python):
        with stage("建立 Python 环境"):
            _make_venv(venv)
    if not (venv / "bin" / "uv").exists():
        with stage("取得安装工具 uv"):
            _pip(venv, "install", "--quiet", "--no-deps", "--require-hashes", "-r", checkout / UV)
    with stage("按校验值安装依赖"):
        _sync(venv, checkout / wanted)
    _put_on_path(python, checkout)
    stamp.write_text(json.dumps(_hashes(checkout, wanted)))


def _make_venv(venv: Path) -> None:
    """Bare when this machine's pip can fill it from outside: seconds faster, and Debian packs ensurepip apart."""
    if venv.is_symlink() or venv.exists():
        shutil.rmtree(venv, ignore_errors=True)
    bare = _run(sys.executable, "-m", "venv", "--without-pip", venv)
    if bare.returncode == 0 and _run(*_pip_from_outside(venv), "--version").returncode == 0:
        return
    whole = _run(sys.executable, "-m", "venv", "--clear", venv)
    if whole.returncode:
        raise Trouble(
            f"建不了 Python 环境（{_last_line(whole)}）；Debian、Ubuntu 请先运行 apt install python3-venv，"
            "其他系统请装好 pip，再重试。"
        )


def _pip_from_outside(venv: Path) -> list:
    return [sys.executable, "-m", "pip", "--python", venv / "bin" / "python"]


def _sync(venv: Path, requirements: Path) -> None:
    """uv does it in seconds; where uv cannot follow pip's configuration, pip does the same slowly."""
    uv = [venv / "bin" / "uv", "pip", "sync", "--quiet", "--no-config", "--python", venv / "bin" / "python"]
    tried = _run(*uv, "--require-hashes", requirements, env=_uv_environment(venv))
    if tried.returncode:
        sys.stderr.write(f"\n  uv 没有装成（{_last_line(tried)}），改用 pip …")
        _pip(venv, "install", "--quiet", "--require-hashes", "-r", requirements)


def _uv_environment(venv: Path) -> dict:
    """uv does not read pip's configuration, so a mirror, a certificate or a proxy set for pip is handed on."""
    handed = {
        "UV_DEFAULT_INDEX": _pip_setting(venv, "index-url"),
        "UV_INDEX": _pip_setting(venv, "extra-index-url"),
        "UV_FIND_LINKS": _pip_setting(venv, "find-links").replace(" ", ","),
        "UV_INSECURE_HOST": _pip_setting(venv, "trusted-host"),
        "SSL_CERT_FILE": _pip_setting(venv, "cert"),
        "HTTPS_PROXY": _pip_setting(venv, "proxy"),
        "UV_INDEX_STRATEGY": "unsafe-best-match",  # safe here: whatever the index, the hash decides
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_LINK_MODE": "copy" if _on_another_disk(venv) else "",
        "UV_CACHE_DIR": "" if _has_home() else os.fspath(venv / ".cache"),
    }
    return {**{name: value for name, value in handed.items() if value}, **os.environ}


def _pip_setting(venv: Path, name: str) -> str:
    """As pip itself would see it: the environment first, then its configuration files, for installing or for all."""
    said = os.environ.get("PIP_" + name.upper().replace("-", "_"))
    if said is not None:
        return said
    if not hasattr(_pip_setting, "seen"):
        _pip_setting.seen = _pip_configuration(venv)  # type: ignore[attr-defined]
    seen = _pip_setting.seen  # type: ignore[attr-defined]
    return seen.get("install." + name) or seen.get("global." + name) or ""


def _pip_configuration(venv: Path) -> dict:
    """Lines such as global.index-url='…'; a value over several lines comes escaped, on one."""
    listed = _run(sys.executable, "-m", "pip", "config", "list")
    if listed.returncode:
        listed = _run(venv / "bin" / "python", "-m", "pip", "config", "list")
    pairs = (line.partition("=") for line in listed.stdout.splitlines())
    return {name.strip(): " ".join(value.strip().strip("'\"").replace("\\n", " ").split()) for name, _, value in pairs}


def _put_on_path(python: Path, checkout: Path) -> None:
    """A .pth file: `-m zhize…` works from any directory, and a caller's own files keep their relative names."""
    where = _run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip()
    (Path(where) / "zhize.pth").write_text(f"{checkout}\n")
    script = python.with_name("zhize")
    script.write_text('#!/bin/sh\nexec "$(dirname -- "$0")/python" -P -m zhize.cli "$@"\n')
    script.chmod(0o755)


def _pip(venv: Path, *arguments: object) -> None:
    inside = [venv / "bin" / "python", "-m", "pip"]
    pip = inside if _run(*inside, "--version").returncode == 0 else _pip_from_outside(venv)
    done = _run(*pip, *arguments)
    if done.returncode:
        raise Trouble(f"安装没有成功：{_last_line(done)}（请检查网络，或用 PIP_INDEX_URL 指定可达的镜像，再重试）。")


def _run(*command: object, env: dict | None = None) -> "subprocess.CompletedProcess[str]":
    """Isolation (-I) keeps this script from user settings; what it starts should see them, as pip normally does."""
    words = [os.fspath(word) if isinstance(word, Path) else str(word) for word in command]
    return subprocess.run(words, env=env, text=True, encoding="utf-8", errors="replace", capture_output=True)


def _works(python: Path) -> bool:
    return python.exists() and _run(python, "-c", "").returncode == 0


def _is_current(checkout: Path, requirements: str, stamp: Path) -> bool:
    return _hashes(checkout, requirements).items() <= _read(stamp).items()


def _hashes(checkout: Path, requirements: str) -> dict:
    """DEV holds RUN, so who has DEV has both. The interpreter counts too: another Python needs other wheels."""
    names = {RUN, requirements}
    hashes = {name: hashlib.sha256((checkout / name).read_bytes()).hexdigest() for name in names}
    return {**hashes, "checkout": os.fspath(checkout)}


def _read(stamp: Path) -> dict:
    try:
        return json.loads(stamp.read_text())
    except (OSError, ValueError):
        return {}


def _last_line(done: "subprocess.CompletedProcess[str]") -> str:
    lines = [line.strip() for line in (done.stderr + "\n" + done.stdout).splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "×", "╰"))]
    return (errors or lines or ["没有说明"])[-1]


def _has_home() -> bool:
    """uv keeps its cache in the home directory; without a writable one it goes beside the environment."""
    home = os.environ.get("HOME", "")
    return bool(home) and os.access(home, os.W_OK)


def _on_another_disk(venv: Path) -> bool:
    home = Path(os.environ.get("HOME") or "/")
    return _has_home() and home.stat().st_dev != venv.stat().st_dev


@contextlib.contextmanager
def _one_at_a_time(venv: Path) -> Iterator[None]:
    try:
        venv.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(venv.parent / f"{venv.name}.lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as problem:
        raise Trouble(
            f"目录 {venv.parent} 写不进去（{problem.strerror}）；请用 ZHIZE_VENV 另指一处放 Python 环境。"
        ) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def stage(name: str) -> Iterator[None]:
    """One progress line: what, and how long it took. On stderr, so that a command's output stays its own."""
    began = time.monotonic()
    sys.stderr.write(f"▸ {name} …")
    sys.stderr.flush()
    try:
        yield
    except BaseException:
        sys.stderr.write("\n")
        raise
    sys.stderr.write(f" 完成（{time.monotonic() - began:.1f} 秒）\n")


if __name__ == "__main__":
    main()
