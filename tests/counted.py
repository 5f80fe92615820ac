"""A tab whose clicks and key presses are counted, so that nobody types in how many a job takes."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Download, Locator, Page
from servers import Server

from tests.browser.conftest import WAIT_MS

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 780}
LONGEST_MS = 300_000
"""That a file may take to be made."""


class Counted:
    """A tab, and what its user has pressed since the job began. A tap is a click; every letter typed is a key."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.begin()

    def begin(self) -> None:
        """Count from here: what was pressed before was not the job."""
        self.clicks = self.keys = 0
        self.began = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Since the job began."""
        return time.perf_counter() - self.began

    def click(self, place: Locator) -> None:
        place.click()
        self.clicks += 1

    def shift_click(self, place: Locator) -> None:
        place.click(modifiers=["Shift"])
        self.clicks += 1
        self.keys += 1

    def tap(self, place: Locator) -> None:
        place.tap()
        self.clicks += 1

    def button(self, name: str) -> None:
        self.click(self.page.get_by_role("button", name=name, exact=True))

    def option(self, name: str) -> None:
        self.click(self.page.get_by_role("option", name=name, exact=True))

    def key(self, name: str) -> None:
        self.page.keyboard.press(name)
        self.keys += len(name.split("+"))

    def types(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def saves(self, name: str) -> Download:
        """Press what downloads a file; of its words only the beginning, as the file's size may follow."""
        place = self.page.get_by_role("button", name=re.compile(f"^{name}"))
        place.wait_for(timeout=LONGEST_MS)
        return self.save(place)

    def save(self, place: Locator) -> Download:
        with self.page.expect_download() as download:
            self.click(place)
        return download.value


@dataclass
class World:
    """Where the users are: a dashboard, a folder, and a fake Ollama; ``replay`` is the file that was taken away."""

    browser: Browser
    address: str
    folder: Path
    server: Server
    replay: Path | None = None

    def visit(self, where: str = "") -> Page:
        context = self.browser.new_context(viewport=DESK, accept_downloads=True)  # type: ignore[arg-type]
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        page.goto(f"{self.address}/{where}")
        page.locator("h1").wait_for()
        return page
