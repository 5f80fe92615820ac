"""Presses every button of a page once: no error page, nothing on the console, nothing that fails to load.

The buttons are found on the page itself, after every press anew, so a new one is pressed without a line here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, Response
from playwright.sync_api import Error as PlaywrightError

from lmwalk.jobs import Jobs
from lmwalk.store import open_store
from tests.browser.chromium import WAIT_MS, show_all, tabs
from tests.browser.conftest import dashboard
from tests.scripted import finished

STUDIES: dict[str, dict[str, Any]] = {
    "walk": {"models": ["ideal", "simulated/verbose"], "temperatures": [0.5, 1], "trajectories": 2, "steps": 6},
    "draw": {
        "process": "in-context",
        "params": {"thetas": [0.2, 0.8], "examples": [0, 3, 5]},
        "models": ["ideal", "simulated/filter:gamma=0.8"],
        "trajectories": 1,
        "steps": 3,
    },
    "chain": {
        "process": "telephone",
        "params": {"texts": ["one two three four", "five six"], "tasks": ["rephrase"]},
        "models": ["simulated/mover", "simulated/swapper"],
        "trajectories": 1,
        "steps": 3,
    },
}
SLOW = "models=simulated/slow:latency_s=0.1"
# first where nothing goes on, as what other pages have too is pressed there; where a condition is open already, it is
# not the one whose picture is pressed, which a press would close
PAGES = {
    ("compare", "walk"): "compare?study={study}&cell=ideal+·+T+%3D+1",
    ("compare", "draw"): "compare?study={study}&cell=simulated/filter:gamma%3D0.8+·+T+%3D+1",
    ("compare", "chain"): "compare?study={study}&cell=simulated/swapper+·+T+%3D+1",
    ("walk", "walk"): f"?study={{study}}&{SLOW}&temperatures=1&steps=40&walks=2",
    ("draws", "draw"): f"draws?study={{study}}&experiment=sequence&questions_sequence_100=40&{SLOW}&repeats=1",
    ("telephone", "chain"): "telephone?study={study}&models=simulated/mover:latency_s=0.1&generations=3&seeds=1",
    ("studies", "walk"): "studies?study={study}",
    ("studies", "draw"): "studies?study={study}",
    ("studies", "chain"): "studies?study={study}",
    ("data", "walk"): "data?study={study}",
    ("models", "walk"): "models",
    ("builtin", "walk"): "builtin",
    ("templates", "walk"): "templates",
    ("field", "walk"): "field",
}
NEXT = """({ pressed, study }) => {
  const main = document.querySelector(".stMain");
  const overlays = [...document.querySelectorAll(
    "[data-testid=stDialog] [role=dialog], [data-testid=stPopoverBody], [role=listbox]")];
  const room = overlays.filter((each) => each.checkVisibility()).at(-1) ?? main;
  const pressable = "button, summary, [role=button], [role=tab], [role=radio]";
  // what belongs to Streamlit's and Plotly's own widgets: help, steppers, openers of lists, tools of tables and charts
  const innards = "[data-testid=stWidgetLabel], [data-testid=stNumberInput] button, [data-testid=stElementToolbar], "
    + "[aria-label=Open], [aria-label^='Help for'], .modebar";
  const place = (node) => node.closest("[class*=st-key-]")?.className.match(/st-key-([^ ]*)/)[1] ?? "";
  const words = (node) => {
    const copy = node.cloneNode(true);
    copy.querySelectorAll("[data-testid*=Icon], svg").forEach((icon) => icon.remove());
    return (node.getAttribute("aria-label") || copy.textContent || node.innerText).trim().replace(/\\s+/g, " ");
  };
  const name = (node) => {
    const kind = node.getAttribute("role") || node.tagName.toLowerCase();
    if (node.closest(".lmw-cell")) return "a cell of the grid";
    if (node.closest("[data-tag]")) return `remove a chip in ${place(node)}`;
    const alike = node.closest("[data-testid=stDownloadButton], [role=radiogroup], [data-testid=stExpander] > details");
    const known = alike ? `${kind} ${words(node)}` : `${kind} ${words(node)} in ${place(node)}`;
    return known.replace(/[\\d.,]+/g, "0").slice(0, 90);
  };
  const found = [];
  for (const node of room.querySelectorAll(pressable)) {
    const off = node.disabled || node.getAttribute("aria-disabled") === "true" || node.closest("[inert]");
    if (off || node.closest(innards) || !node.getBoundingClientRect().width) continue;
    if (!node.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (node.closest(".lmw-shelf") && !node.innerText.includes(study)) continue;
    const known = name(node);
    if (!pressed.includes(known)) found.push([known, node]);
  }
  // what stands here first, then what brings other things here, at last what takes away
  const turn = (known) => /delete|remove|clear|forget/i.test(known) ? 2 : /^(summary|tab|radio) /.test(known) ? 1 : 0;
  const [known, node] = found.sort(([one], [other]) => turn(one) - turn(other))[0] ?? [];
  document.querySelectorAll("[data-press]").forEach((each) => delete each.dataset.press);
  if (node) node.dataset.press = "1";
  return { name: known ?? null, overlay: room !== main, left: found.length };
}"""
BUSY = """() => document.querySelector("[data-testid=stStatusWidget], [data-testid=stSkeleton]") !== null
  || document.querySelector(".stApp").dataset.testScriptState === "running" """
BROKEN = re.compile(r"encountered an error|Traceback|Exception", re.IGNORECASE)
UPLOAD = re.compile(r"share|cloud|studio", re.IGNORECASE)
STALE = re.compile(r": 404 of \S+/media/")
OPENS = re.compile("summary |tab |radio ")
"""What brings other buttons here."""
OWN = re.compile(f"{OPENS.pattern}|a cell of the grid")
"""What is pressed for each family, as all that it shows is that family's."""
FORGIVEN = re.compile(r"/_stcore/(host-config|health)$")
"""Streamlit looks for its own address in the folder of the page first."""


@dataclass
class Walker:
    """Presses the buttons of a page one after the other.

    Attributes
    ----------
    complaints : list of str
        What went wrong, with the button that was pressed last.
    pressed : list of str
        Every button that was pressed, by kind, words and place; at first those that need not be pressed.
    opened : int
        How many had been pressed when the page was opened last.
    twice : set of str
        Buttons whose file was drawn anew, or over which a dialog came, in the moment of the press: they are pressed
        once more.
    """

    page: Page
    start: str
    study: str
    pressed: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    opened: int = 0
    twice: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.opened = len(self.pressed)

    def listen(self) -> None:
        """Keep what the browser complains of."""
        self.page.on("pageerror", lambda error: self.complain(f"script: {error}"))
        self.page.on("console", self._said)
        self.page.on("response", self._answered)
        self.page.on("requestfailed", self._failed)

    def complain(self, what: str) -> None:
        self.complaints.append(f"{self.pressed[-1] if self.pressed else 'opening'}: {what}")

    def walk(self) -> None:
        """Press what there is, until nothing is left."""
        self.open()
        opener = ""
        while (found := self.next())["name"] or found["overlay"]:
            if found["name"] is None:
                self.close_overlay()
                continue
            self.pressed.append(found["name"])
            self.press()
            over = self.next()["overlay"]
            if over and not found["overlay"]:
                opener = found["name"]
            elif found["overlay"] and not over and found["left"] > 1:
                self.again({opener})  # it closed while there was more to press in it

    def open(self) -> None:
        """The page as it is at first; what brought something else there is pressed again."""
        self.page.goto(self.start)
        self.settle()
        self.again({name for name in self.pressed[self.opened :] if OPENS.match(name)})
        self.opened = len(self.pressed)

    def again(self, names: set[str]) -> None:
        self.pressed = [name for name in self.pressed if name not in names]

    def next(self) -> dict[str, Any]:
        """Mark a button that was not pressed: its name, or None, and whether something lies over the page."""
        found: dict[str, Any] = self.page.evaluate(NEXT, {"pressed": self.pressed, "study": self.study})
        return found

    def press(self) -> None:
        address, said = urlsplit(self.page.url).path, len(self.complaints)
        self.page.mouse.move(1, 1)  # off the button before, whose tooltip may lie over this one
        try:
            self.page.locator("[data-press]").click(timeout=10_000)
        except PlaywrightError as error:
            if self.page.locator("[inert] [data-press]").count() and self.once_more():
                return  # a dialog that was slow to come lies over it
            # else it went away, or had nothing left to do, between the look and the press
            if self.page.locator("[data-press]:not(:disabled)").count():
                self.complain(f"it cannot be pressed: {error}")
            return
        self.settle()
        if any(STALE.search(each) for each in self.complaints[said:]) and self.once_more():
            del self.complaints[said:]
        if self.broken() or urlsplit(self.page.url).path != address:
            self.open()

    def once_more(self) -> bool:
        """Have the last button pressed again later; whether it may be, which it may only once."""
        if self.pressed[-1] in self.twice:
            return False
        self.twice.add(self.pressed.pop())
        return True

    def close_overlay(self) -> None:
        """Close what lies over the page, once nothing in it is being made any more and nothing is left in it."""
        for _ in range(100):
            if self.next()["name"] or not self.page.locator("[data-testid=stProgress]").count():
                break
            self.page.wait_for_timeout(100)
        if self.next()["name"]:
            return
        self.page.keyboard.press("Escape")
        self.page.wait_for_timeout(150)
        if self.next()["overlay"]:
            self.open()

    def settle(self) -> None:
        """Wait until the page rests; a page that follows a run rests never, so not for long."""
        self.page.locator("h1").wait_for(timeout=WAIT_MS)
        show_all(self.page)
        self.page.wait_for_timeout(120)
        for _ in range(25):
            if not self.page.evaluate(BUSY):
                return
            self.page.wait_for_timeout(80)

    def broken(self) -> bool:
        """Whether the page ended in an error; charts that can be sent away are complained of, too."""
        alerts = self.page.locator("[data-testid=stException], [data-testid=stAlert]").all_inner_texts()
        errors = [alert for alert in alerts if BROKEN.search(alert)]
        offers = self.page.locator(".modebar-btn").evaluate_all("all => all.map((one) => one.dataset.title ?? '')")
        sent = [f"a chart can be sent away: {offer}" for offer in offers if UPLOAD.search(offer)]
        for complaint in [*errors, *sent]:
            self.complain(complaint)
        return bool(errors)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complain(f"console: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and not FORGIVEN.search(urlsplit(response.url).path):
            self.complain(f"{response.status} of {response.url}")

    def _failed(self, request: Request) -> None:
        if request.failure and "ERR_ABORTED" not in request.failure:  # what a download or another page cuts short
            self.complain(f"{request.failure} of {request.url}")


def study_of(page: str, family: str) -> str:
    """Each page has a study of its own, as some of its buttons delete it."""
    return f"{family} for {page}"


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """The address of a dashboard with a study for each page."""
    path = folder / "results.duckdb"
    with open_store(path) as store:
        jobs = Jobs(store)
        for page, family in PAGES:
            finished(jobs, name=study_of(page, family), **STUDIES[family])
    with dashboard(path) as running:
        yield running


def press_every_button(address: str, page: str, pressed: dict[str, list[str]]) -> None:
    """Also those in expanders, popovers, tabs, dialogs and figures; what deletes is pressed last.

    Parameters
    ----------
    pressed : dict
        What other pages have had pressed already, by family; it grows. A button that several pages or families share
        is pressed once, as it is the same.
    """
    for family in (family for name, family in PAGES if name == page):
        shared = [name for own, names in pressed.items() for name in names if own == family or not OWN.match(name)]
        pressed.setdefault(family, []).extend(pressed_anew(address, page, family, shared))


def pressed_anew(address: str, page: str, family: str, before: list[str]) -> list[str]:
    """What was pressed on the page of a family, besides what was pressed before."""
    study = study_of(page, family)
    with tabs([], size=(1440, 1200)) as tab:
        walker = Walker(tab(), f"{address}/{PAGES[page, family].format(study=quote(study))}", study, [*before])
        walker.listen()
        walker.walk()
    assert walker.complaints == []
    assert len(walker.pressed) > len(before)
    return walker.pressed[len(before) :]
