"""The Chromium that all tests of a process share, with one context: its tabs find the page's scripts compiled."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

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
FORGET = "() => { if (location.origin !== 'null') localStorage.clear(); }"


def chromium() -> str | None:
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")  # the first is the lightest
    return os.environ.get("LMWALK_CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)


_launched: list[tuple[Playwright, Browser, BrowserContext]] = []
"""The browser that the tests of this folder share, and the context of their tabs."""


def launched() -> tuple[Playwright, Browser, BrowserContext]:
    """The browser, and a context whose tabs need not compile the page's scripts anew."""
    if _launched and not _launched[0][1].is_connected():
        close_browser()
    if not _launched:
        path = chromium()
        if path is None:
            if os.environ.get("LMWALK_REQUIRE_BROWSER") == "1":
                pytest.fail("LMWALK_REQUIRE_BROWSER=1, but no Chromium was found. Install it: apt-get install chromium")
            pytest.skip("no Chromium found; install it with: apt-get install chromium")
        playwright = sync_playwright().start()
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        context = browser.new_context(accept_downloads=True, permissions=["clipboard-write"])
        context.set_default_timeout(WAIT_MS)
        _launched.append((playwright, browser, context))
    return _launched[0]


SHOW = """() => {
  document.querySelectorAll(".lmw-sight").forEach((room) => room.scrollIntoView());
  return document.querySelector("[data-testid=stPlotlyChart]") !== null;
}"""


def show_all(page: Page) -> None:
    """Scroll to what is only drawn once it is in the window."""
    page.evaluate(SHOW)


def show_results(page: Page) -> None:
    """Scroll to a study's figures until the first is there."""
    page.wait_for_function(SHOW)


@contextmanager
def tabs(complaints: list[str], size: tuple[int, int] = (1440, 900)) -> Iterator[Callable[[], Page]]:
    """Open empty tabs that remember nothing of earlier tests; what their pages' own scripts complain of is collected.

    They close when the block ends.
    """
    _, _, context = launched()
    opened: list[Page] = []

    def tab() -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        listen(page, complaints)
        opened.append(page)
        return page

    yield tab
    for page in (page for page in opened if not page.is_closed()):
        page.evaluate(FORGET)
        page.close()
    context.clear_cookies()


@contextmanager
def one_tab(size: tuple[int, int] = (1440, 900)) -> Iterator[Page]:
    """A tab for the block; complaints of its page's own scripts fail the test."""
    complaints: list[str] = []
    with tabs(complaints, size) as tab:
        yield tab()
    assert complaints == []


SHOWN = """() => JSON.stringify({
  address: location.href, hidden: document.hidden, state: document.querySelector(".stApp")?.dataset.testScriptState,
  stages: [...document.querySelectorAll(".lmw-stage")].map((stage) => ({ ...stage.dataset })),
  bar: document.querySelector(".lmw-bar")?.innerText, clock: document.querySelector(".lmw-place")?.innerText,
  lines: document.querySelector(".lmw-plot")?.data?.map(({ x }) => [x?.length, x?.at(-1)]),
  alerts: [...document.querySelectorAll("[data-testid=stAlert]")].map((alert) => alert.innerText),
})"""


def what_pages_show() -> list[str]:
    """A line of JSON for each open page: its stage, its clock, the ends of its lines."""
    shown = []
    for _, _, context in _launched:
        for page in context.pages:
            try:
                shown.append(str(page.evaluate(SHOWN)))
            except PlaywrightError as error:
                shown.append(str(error))
    return shown


def close_browser() -> None:
    while _launched:
        playwright, browser, _ = _launched.pop()
        browser.close()
        playwright.stop()


def listen(page: Page, complaints: list[str]) -> None:
    """Collect what the page's own scripts complain of."""
    page.on("pageerror", lambda error: complaints.append(f"{error}\n{error.stack}"))
