"""The dashboard as a user meets it: its own server, a real Chromium.

Without Chromium these tests are skipped, unless LMWALK_REQUIRE_BROWSER=1 says that they must run.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import forked
from tests.browser.chromium import WAIT_MS, close_browser, launched, tabs, what_pages_show

if TYPE_CHECKING:
    from servers import Server

Open = Callable[[str], Page]
Process = subprocess.Popen[bytes] | forked.Forked
T = TypeVar("T")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser() -> Browser:
    return launched()[1]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """Close the browser after the last test of this folder: while it lives, no other loop can run in this thread."""
    try:
        return (yield)
    finally:
        if nextitem is None or Path(__file__).parent not in nextitem.path.parents:
            close_browser()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With a failure, what the open pages showed then: who reads the report cannot look."""
    report = yield
    if report.failed and report.when == "call":
        report.sections.append(("pages", "\n".join(what_pages_show())))
    return report


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def usual_port() -> int:
    """The port of this process's dashboards, so that a browser finds scripts it has compiled; a free one beside it.

    It is below those that systems give out by themselves.
    """
    usual = 20_000 + os.getpid() % 10_000
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: the one before has just ended
        try:
            probe.bind(("127.0.0.1", usual))
        except OSError:
            return free_port()
    return usual


@contextmanager
def dashboard(database: Path, *, from_the_start: bool = False) -> Iterator[str]:
    """The address of a dashboard that serves this database, for as long as the block lasts.

    ``from_the_start``: it imports all that it needs, as a user's does.
    """
    port = usual_port()
    address, log = f"http://localhost:{port}", database.with_suffix(".log")
    arguments = ["ui", "--no-browser", f"--port={port}", f"--db={database}"]
    if from_the_start:
        with kept_running(["-m", "lmwalk", *arguments], address, log):
            yield address
    else:
        with kept(forked.lmwalk(arguments, log), address, log):
            yield address


@contextmanager
def kept_running(command: list[str], address: str, log: Path) -> Iterator[None]:
    """A server that this Python runs beside its log, up at that address for as long as the block lasts."""
    with log.open("w") as sink:
        python = [sys.executable, "-X", "faulthandler"]
        server = subprocess.Popen([*python, *command], cwd=log.parent, stdout=sink, stderr=subprocess.STDOUT)
        with kept(server, address, log):
            yield


@contextmanager
def kept(server: Process, address: str, log: Path) -> Iterator[None]:
    """A server that was begun just now, up for as long as the block lasts."""
    try:
        wait_until_up(address, server, log)
        yield
    finally:
        ended(server, log)


def ended(server: Process, log: Path) -> None:
    """Ask a server to end; where it does not, fail with what its threads were doing."""
    server.terminate()
    try:
        server.wait(timeout=30)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGABRT)
        server.wait()
        pytest.fail(f"The server did not end:\n{log.read_text()}")


def wait_until_up(address: str, server: Process, log: Path) -> None:
    deadline = time.monotonic() + WAIT_MS / 1000
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.02)
    pytest.fail(f"The dashboard did not come up:\n{log.read_text()}")


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with dashboard(tmp_path / "results.duckdb") as running:
        yield running


@pytest.fixture
def asking(server: Server, tmp_path: Path) -> Iterator[str]:
    """The address of a dashboard that asks the server of the test's own file."""
    with dashboard(tmp_path / "results.duckdb") as running:
        yield running


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """Open an address in a tab of its own; complaints of the page's own scripts fail the test."""
    complaints: list[str] = []
    with tabs(complaints) as tab:

        def opened(url: str) -> Page:
            page = tab()
            page.goto(url)
            expect(page.locator("h1")).to_be_visible(timeout=WAIT_MS)
            return page

        yield opened
    assert complaints == []


def start(page: Page) -> None:
    """Press Run once the controls are there."""
    page.get_by_role("button", name="Run", exact=True).click()


def in_state(page: Page, state: str) -> None:
    """Wait until the bar says so."""
    expect(page.locator(f'.lmw-bar[data-state="{state}"]')).to_be_visible(timeout=WAIT_MS)


def answered(page: Page) -> int:
    """Questions answered, as the bar says."""
    return int(page.locator(".lmw-count").inner_text().split(" of ")[0].replace(",", ""))


def wait_for_answers(page: Page, more_than: int) -> None:
    page.wait_for_function(
        "least => parseInt(document.querySelector('.lmw-count')?.textContent.replaceAll(',', '')) > least",
        arg=more_than,
    )


def at_rest(page: Page, look: Callable[[], T], every_ms: int, alike: int) -> T:
    """What a look at the page shows once so many looks in a row have shown the same."""
    seen: list[T] = []
    while len(seen) < alike or any(one != seen[-1] for one in seen[-alike:]):
        page.wait_for_timeout(every_ms)
        seen.append(look())
        assert len(seen) * every_ms < WAIT_MS, "the page never came to rest"
    return seen[-1]


def press(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name, exact=True)
    expect(button).to_have_count(1, timeout=WAIT_MS)  # the one before may stand there until the page is drawn anew
    expect(button).to_be_enabled(timeout=WAIT_MS)
    button.click()


def paused_and_stepped(page: Page) -> tuple[int, int]:
    """Pause a run, then step once; the questions answered before the step, and after it.

    Both are read once the questions under way have come in and the bar has shown them.
    """
    press(page, "Pause")
    in_state(page, "paused")
    before = at_rest(page, partial(answered, page), 400, 5)
    press(page, "Step")
    wait_for_answers(page, before)
    return before, at_rest(page, partial(answered, page), 400, 5)
