"""What every commit must keep: no registry's address, requirements by hash, a licence, no secret."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Put together here, so that this file does not name what it looks for.
REGISTRIES = [
    "".join(parts)
    for parts in (("pypi", ".org"), ("files.python", "hosted"), ("registry.npm", "js"), ("deb.deb", "ian"))
]
UNREADABLE = {".gz", ".png", ".ico", ".mo", ".woff2", ".xlsx"}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("不是 git 检出")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def readable() -> list[tuple[Path, str]]:
    return [(path, path.read_text(errors="replace")) for path in tracked() if path.suffix not in UNREADABLE]


def test_no_file_names_a_package_registry() -> None:
    named = [f"{path.relative_to(ROOT)}: {host}" for path, text in readable() for host in REGISTRIES if host in text]
    assert not named


def test_no_lock_file_that_records_addresses_is_committed() -> None:
    recording = {"uv.lock", "pylock.toml", "package-lock.json", "yarn.lock", "poetry.lock"}
    assert not [path for path in tracked() if path.name in recording]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-uv.txt"])
def test_every_requirement_is_exact_and_hashed(name: str) -> None:
    text = (ROOT / name).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert lines
    assert [line for line in lines if "--hash=sha256:" not in line or "==" not in line] == []


def test_the_hashed_requirements_hold_what_the_project_asks_for() -> None:
    """A dependency changed in pyproject.toml without bin/lock would otherwise never be installed."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {
        "requirements.txt": project["project"]["dependencies"],
        "requirements-dev.txt": project["dependency-groups"]["dev"],
    }
    for name, dependencies in wanted.items():
        locked = (ROOT / name).read_text()
        bare = [re.sub(r"\[.*?\]", "", dependency) for dependency in dependencies]
        assert [dependency for dependency in bare if f"{dependency} " not in locked] == []


def test_what_runs_and_what_is_tested_are_the_same_versions() -> None:
    def pins(name: str) -> set[str]:
        return {
            line.rstrip(" \\") for line in (ROOT / name).read_text().splitlines() if "==" in line and line[0].isalnum()
        }

    assert pins("requirements.txt") <= pins("requirements-dev.txt")


def test_the_licence_is_apache_2() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert "Apache License" in text and "Version 2.0, January 2004" in text and "END OF TERMS AND CONDITIONS" in text


def test_no_secret_and_no_data_are_committed() -> None:
    relative = [path.relative_to(ROOT) for path in tracked()]
    assert not [path for path in relative if path.parts[0] in {"data", ".venv"} or path.name in {"secret_key", ".env"}]


def test_the_commands_are_executable() -> None:
    for name in ("serve", "test", "zhize", "lock", "run", "hooks/pre-commit"):
        assert (ROOT / "bin" / name).stat().st_mode & 0o111, name
