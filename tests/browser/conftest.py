"""The dashboard as a user meets it: its own server, a real Chromium.

Without Chromium these tests are skipped, unless LMWALK_REQUIRE_BROWSER=1 says that they must run.
"""

from __future__ import annotations

import os
import shutil
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
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests import forked

if TYPE_CHECKING:
    from servers import Server

WAIT_MS = 60_000
expect.set_options(timeout=WAIT_MS)
# one stands without a sandbox in a container; the rest keeps the browser from calling home
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Open = Callable[[str], Page]
Process = subprocess.Popen[bytes] | forked.Forked
T = TypeVar("T")


def chromium() -> str | None:
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")  # the first is the lightest
    return os.environ.get("LMWALK_CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


_launched: list[tuple[Playwright, Browser]] = []
"""The browser that the tests of this folder share, each in a context of its own."""


@pytest.fixture(scope="module")
def browser() -> Browser:
    if _launched and not _launched[0][1].is_connected():
        close_browser()
    if not _launched:
        path = chromium()
        if path is None:
            if os.environ.get("LMWALK_REQUIRE_BROWSER") == "1":
                pytest.fail("LMWALK_REQUIRE_BROWSER=1, but no Chromium was found. Install it: apt-get install chromium")
            pytest.skip("no Chromium found; install it with: apt-get install chromium")
        playwright = sync_playwright().start()
        _launched.append((playwright, playwright.chromium.launch(executable_path=path, args=ARGUMENTS)))
    return _launched[0][1]


def close_browser() -> None:
    while _launched:
        playwright, browser = _launched.pop()
        browser.close()
        playwright.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """Close the browser after the last test of this folder: while it lives, no other loop can run in this thread."""
    try:
        return (yield)
    finally:
        if nextitem is None or Path(__file__).parent not in nextitem.path.parents:
            close_browser()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def dashboard(database: Path, *, from_the_start: bool = False) -> Iterator[str]:
    """The address of a dashboard that serves this database, for as long as the block lasts.

    ``from_the_start``: it imports all that it needs, as a user's does.
    """
    port = free_port()
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
    contexts = []

    def opened(url: str) -> Page:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
        context.set_default_timeout(WAIT_MS)
        contexts.append(context)
        page = context.new_page()
        listen(page, complaints)
        page.goto(url)
        expect(page.locator("h1")).to_be_visible(timeout=WAIT_MS)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def listen(page: Page, complaints: list[str]) -> None:
    """Collect what the page's own scripts complain of."""
    page.on("pageerror", lambda error: complaints.append(f"{error}\n{error.stack}"))


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
