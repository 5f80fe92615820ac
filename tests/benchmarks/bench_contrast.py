"""The contrast of every text on every page, in both themes: as the system has it, and as the switch forces it.

    python tests/benchmarks/bench_contrast.py [PAGE ...]

Ratios are WCAG's, from computed colours over what is behind a text, shapes of a figure among it; 4.5 is asked of every
text, however large. Prints for each page and theme how many texts there are, the lowest ratio, and every text below
4.5. What is drawn on a canvas is not seen (small walks, Streamlit's tables), nor what is disabled. Nothing
moves: a reply that arrives is faint for a tenth of a second. Asserts nothing.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

from scripted import finished
from servers import ollama_server

from lmwalk.jobs import Jobs
from lmwalk.store import open_store
from tests.browser.chromium import ARGUMENTS, WAIT_MS, chromium, show_all
from tests.browser.conftest import at_rest, dashboard, in_state, start, wait_for_answers
from tests.screenshots import STUDIES, busy, fill

LOOK = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
ASKED = 4.5
CELL = "&cell=builtin%2Ftiny+%C2%B7+T+%3D+1"
RUNNING = "models=ollama%2Fgemma2:9b&temperatures=0.5&temperatures=1&steps=2000&walks=5"


def opens(name: str) -> Callable[[Page], None]:
    """Press a button of that name, and wait for what it opens."""

    def press(page: Page) -> None:
        page.get_by_role("button", name=name, exact=True).first.click()
        page.locator('[data-testid="stPopoverBody"]').wait_for()

    return press


def by_hand(page: Page) -> None:
    """Pause, and look at one question."""
    page.get_by_role("button", name="Pause", exact=True).click()
    in_state(page, "paused")
    page.get_by_role("button", name="By hand", exact=True).click()
    page.locator(".lmw-hand-send").wait_for()


def resumed(page: Page) -> None:
    """Go on with what another theme has paused."""
    at_rest(page, lambda: busy(page), 400, 3)
    resume = page.get_by_role("button", name="Resume", exact=True)
    if resume.count():
        resume.click()
    in_state(page, "running")


VIEWS: dict[str, tuple[str, Callable[[Page], None] | None]] = {
    "walk": ("?study=walks", None),
    "walk, More": ("?study=walks", opens("More…")),
    "walk, Export": ("?study=walks", opens("Export")),
    "walk, running": ("?study={running}", resumed),
    "walk, by hand": ("?study={running}", by_hand),
    "draws": ("draws?study=tosses", None),
    "telephone": ("telephone?study=telephone", None),
    "compare": ("compare?study=walks", None),
    "compare, several studies": ("compare?study=walks&also=the+others", None),
    "compare, a cell": (f"compare?study=walks{CELL}", None),
    "compare, null walks": (f"compare?study=walks{CELL}&figure=Against+null+walks", None),
    "compare, draws": ("compare?study=tosses", None),
    "compare, chains": ("compare?study=telephone", None),
    "reproduce": ("reproduce", None),
    "reproduce, coin": ("reproduce?experiment=coin-in-context", None),
    "studies": ("studies?study=walks", None),
    "data": ("data?study=walks", None),
    "models": ("models", None),
    "builtin": ("builtin", None),
    "templates": ("templates", None),
}
DRAWN = """() => [document.querySelectorAll("[data-testid=stSkeleton], [data-testid=stSpinner]").length,
    document.querySelector(".stMain")?.scrollHeight, document.querySelectorAll(".main-svg").length]"""
THEMES = (("light", False), ("dark", False), ("light", True), ("dark", True))
"""What the system asks for, and whether the switch then turns it."""


def filled(database: Path) -> None:
    """Studies of every family, and two that stand in one grid."""
    fill(database)
    with open_store(database) as store:
        finished(Jobs(store), **{**STUDIES[-1], "name": "the others", "params": {"rules": "legacy"}})


def begun(browser: Browser, address: str) -> str:
    """The name of a study that is being asked, slowly, from now on."""
    page = browser.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(f"{address}/?{RUNNING}")
    start(page)
    wait_for_answers(page, 20)
    page.wait_for_url(re.compile("[?&]study="))
    name = re.search(r"[?&]study=([^&]+)", page.url)
    page.close()
    assert name, page.url
    return name[1]


def looked_at(page: Page, url: str, prepare: Callable[[Page], None] | None) -> dict[str, object]:
    """Every text of a page, once it is at rest."""
    page.goto(url)
    page.locator("h1").wait_for()
    at_rest(page, lambda: page.evaluate(DRAWN), 400, 5)
    show_all(page)
    at_rest(page, lambda: page.evaluate(DRAWN), 400, 5)
    if prepare:
        prepare(page)
        page.wait_for_timeout(700)
    return page.evaluate(LOOK)


def turned(browser: Browser, address: str, system: str, *, forced: bool) -> Page:
    """A tab in a theme."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=system, reduced_motion="reduce")  # type: ignore[arg-type]
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    if forced:
        page.goto(f"{address}/templates")
        page.locator("h1").wait_for()
        page.locator(".lmw-theme").click()
        other = "light" if system == "dark" else "dark"
        page.wait_for_function(
            f"getComputedStyle(document.querySelector('.stApp') ?? document.body).colorScheme === '{other}'"
        )
    return page


def told(name: str, theme: str, seen: dict[str, object]) -> bool:
    """Print a line for the page and one for each text below what is asked; whether there is none."""
    found = seen["found"]
    below = [row for row in found if row[0] < ASKED - 0.005]
    low = {(row[6], f"{row[0]:.1f}"): row for row in reversed(below)}
    lowest = f"{found[0][0]:.2f}" if found else "-"
    print(
        f"| {name} | {theme} | {len(found)} | {lowest} | {len(below)} | {seen['canvases']} |",
        flush=True,
    )
    for ratio, size, large, ink, behind, words, where in sorted(low.values()):
        print(
            f"    {ratio:5.2f} {size:4.1f} px{' (large)' if large else ''} {ink} on {behind} {words!r} {where}",
            flush=True,
        )
    return not low


def main() -> None:
    path = chromium()
    if path is None:
        sys.exit("Needs Chromium: apt-get install chromium")
    views = {name: view for name, view in VIEWS.items() if not sys.argv[1:] or name.split(",")[0] in sys.argv[1:]}
    good = []
    with (
        tempfile.TemporaryDirectory() as folder,
        ollama_server(lambda _: "UP", latency_s=0.3) as server,
        sync_playwright() as playwright,
    ):
        os.environ["OLLAMA_HOST"] = server.url
        database = Path(folder) / "results.duckdb"
        filled(database)
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        with dashboard(database) as address:
            running = begun(browser, address) if any("running" in view for view, _ in views.values()) else ""
            print("| page | theme | texts | lowest | below 4.5 | canvases, not seen |\n|---|---|--:|--:|--:|--:|")
            for system, forced in THEMES:
                page = turned(browser, address, system, forced=forced)
                for name, (view, prepare) in views.items():
                    theme = f"{system}, turned by the switch" if forced else system
                    try:
                        seen = looked_at(page, f"{address}/{view.format(running=running)}", prepare)
                    except (PlaywrightError, AssertionError) as error:
                        print(f"| {name} | {theme} | failed: {str(error).splitlines()[0]} |", flush=True)
                        continue
                    good.append(told(name, f"{theme} ({seen['dark']})", seen))
                page.context.close()
        browser.close()
    print(f"\n{sum(good)} of {len(views) * len(THEMES)} pages and themes have no text below {ASKED}.")


if __name__ == "__main__":
    main()
