"""A picture of every page: 1440 x 900 and 400 px wide, light and dark.

    python tests/screenshots.py FOLDER [PAGE ...]

Runs a few small studies into a database of its own first, so that no page is empty.
"""

from __future__ import annotations

import sys
import tempfile
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from lmwalk.jobs import Jobs
from lmwalk.store import open_store
from lmwalk.study import Study
from tests.browser.chromium import ARGUMENTS, WAIT_MS, chromium
from tests.browser.conftest import at_rest, dashboard

ROOT = Path(__file__).parents[1]
SIZES = {"wide": (1440, 900), "narrow": (400, 850)}
MOST_HIGH = 6000
THEMES = ("light", "dark")
STUDIES = [
    {"name": "telephone", "process": "telephone", "models": ["simulated/mover"], "trajectories": 1, "steps": 12},
    {
        "name": "tosses",
        "process": "in-context",
        "params": {"thetas": [0.2, 0.5, 0.8], "examples": [0, 1, 3, 5, 10, 20, 50]},
        "measurement": "probabilities",
        "models": ["builtin/tiny", "simulated/filter:gamma=0.8"],
        "trajectories": 1,
    },
    {
        "name": "walks",
        "models": ["builtin/tiny", "simulated/biased", "simulated/peaked"],
        "temperatures": [0, 0.3, 0.7, 1, 1.5],
    },
]
VIEWS = {
    "compare-closely": "compare?study=walks&show=Directions&cell=builtin%2Ftiny+%C2%B7+T+%3D+1&figure=Displacement",
    "compare-draws": "compare?study=tosses",
    "compare-chains": "compare?study=telephone",
    "field-samplers": "field?T=0.7&beside=sampler",
}
ASK = "Ask the built-in model"
"""The button of the page that has no picture before somebody has asked for one."""
BUSY = "[data-testid=stSkeleton], [data-testid=stStatusWidget], [data-testid=stSpinner]"


def main() -> None:
    path = chromium()
    if path is None or len(sys.argv) < 2:
        sys.exit(f"{__doc__}\nNeeds Chromium: apt-get install chromium")
    out, wanted = Path(sys.argv[1]), set(sys.argv[2:])
    out.mkdir(parents=True, exist_ok=True)
    pages = {page.stem: "" if page.stem == "walk" else page.stem for page in sorted((ROOT / "pages").glob("*.py"))}
    views = {name: view for name, view in {**pages, **VIEWS}.items() if not wanted or name in wanted}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        database = Path(folder) / "results.duckdb"
        fill(database)
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        with dashboard(database) as address:
            for (name, view), size, theme in product(views.items(), SIZES, THEMES):
                shoot(browser, f"{address}/{view}", out / f"{name}-{size}-{theme}.png", SIZES[size], theme)
        browser.close()


def fill(database: Path) -> None:
    with open_store(database) as store:
        jobs = Jobs(store)
        for values in STUDIES:
            job = jobs.start(Study.of(**values))
            job.wait()
            if job.error:
                sys.exit(job.error)


def shoot(browser: Browser, url: str, file: Path, size: tuple[int, int], theme: str) -> None:
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(url)
    page.locator("h1").wait_for(timeout=WAIT_MS)
    at_rest(page, lambda: busy(page), 500, 4)
    if page.get_by_role("button", name=ASK).count():
        page.get_by_role("button", name=ASK).click()
    if page.url.split("?")[0].endswith("/field"):
        page.locator(".lmw-field[data-state=done][data-measured='121']").wait_for(timeout=WAIT_MS)
        page.wait_for_timeout(3000)  # walkers have come some way
    page.screenshot(path=file)
    # the page scrolls inside the window, so that only a window as high as the page shows all of it
    page.set_viewport_size({"width": width, "height": min(MOST_HIGH, max(height, busy(page)[1]))})
    at_rest(page, lambda: busy(page), 500, 3)
    page.screenshot(path=file.with_stem(f"{file.stem}-whole"))
    print(file)
    context.close()


def busy(page: Page) -> tuple[int, int]:
    """What is still being drawn, and how high the page is."""
    return page.locator(BUSY).count(), int(page.evaluate("document.querySelector('.stMain')?.scrollHeight ?? 0"))


if __name__ == "__main__":
    main()
