"""Pytest plugin (`-p zhize.testing`): a throw-away PostgreSQL for the run, and a browser for the tests that ask.

With DATABASE_URL set, that server is used instead and left as it was. pytest-django reads the settings before any
conftest.py, so the cluster must be up and in the environment before that: hence a plugin, and a wrapper around the
earliest hook.
"""

import functools
import os
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from zhize.paths import CHECKOUT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


sys.path.insert(0, str(CHECKOUT))  # python -P leaves it out; stories import tests.town
os.environ.setdefault("ZHIZE_TEST_RUN", str(os.getpid()))  # the workers inherit it
pytest_plugins = ["tests.town"]

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = "浏览器测试没有运行：本机找不到 Chromium（可用 apt install chromium 安装，或用 ZHIZE_CHROMIUM 指明位置）"
_cluster = pytest.StashKey[Any]()


# --- the database -----------------------------------------------------------------------------------------------------
@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    if "PYTEST_XDIST_WORKER" not in os.environ:  # the workers inherit the environment made here
        _prepare(early_config)
    return (yield)


def _prepare(config: pytest.Config) -> None:
    os.environ.update(TESTING="1", ZHIZE_LOOPBACK="1", DJANGO_ALLOW_ASYNC_UNSAFE="true")
    home = Path(tempfile.mkdtemp(prefix="zhize-test-"))
    os.environ.setdefault("ZHIZE_DATA", os.environ.get("ZHIZE_KEEP_TOWN") or str(home))
    (Path(os.environ["ZHIZE_DATA"]) / "static").mkdir(parents=True, exist_ok=True)
    cluster = None
    if "DATABASE_URL" not in os.environ:
        from zhize import postgres

        cluster = postgres.ensure(home / "database", throw_away=True)
        os.environ["DATABASE_URL"] = cluster.dsn
    config.stash[_cluster] = (cluster, home)


def pytest_unconfigure(config: pytest.Config) -> None:
    cluster, home = config.stash.get(_cluster, (None, None))
    if cluster is not None:
        cluster.stop()
    elif home is not None:
        from tests.town import leave_nothing

        leave_nothing()
    if home is not None:
        shutil.rmtree(home, ignore_errors=True)


# --- the browser ------------------------------------------------------------------------------------------------------
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests come last; without a Chromium they are skipped, or fail where one is required (CI)."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    if not chromium() and os.environ.get("ZHIZE_REQUIRE_BROWSER") != "1":
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(report.longrepr)]
    if skipped:
        terminalreporter.section("跳过", sep="!", red=True, bold=True)
        terminalreporter.line(f"{NO_BROWSER}：{len(skipped)} 项。", yellow=True, bold=True)
    if failed := os.environ.get("ZHIZE_FAILED_STAGES"):
        terminalreporter.section("测试之前的检查没有通过", sep="!", red=True, bold=True)
        terminalreporter.line(failed, red=True, bold=True)


@functools.cache
def chromium() -> str | None:
    named = os.environ.get("ZHIZE_CHROMIUM")
    return named or next((found for name in BROWSERS if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """One Chromium for the whole run."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=20_000)  # the other worker may be building a town meanwhile
    path = chromium()
    assert path, NO_BROWSER
    switches = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=[*switches, "--disable-component-update"])
        yield started
        started.close()


@pytest.fixture
def page(browser: "Browser", request: pytest.FixtureRequest) -> "Iterator[Page]":
    """A fresh page at desk width; `@pytest.mark.parametrize("width", …)` or page.set_viewport_size change that.

    Anything the page writes to the console as an error (a broken script, a blocked style) fails the test.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    allowed = request.node.get_closest_marker("console_errors_expected")
    assert allowed or not complaints, f"浏览器控制台报错：{complaints}"
