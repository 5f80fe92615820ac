"""The live view over 100 updates of five walks, and the time from command to usable page.

    python tests/benchmarks/bench_live.py

Prints a table; asserts nothing about time.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.browser.conftest import ARGUMENTS, WAIT_MS, chromium, dashboard, in_state, start
from tests.browser.test_live import RANGE, UPDATES, WATCH, zoom

UPDATE_COUNT = 100
QUERY = "?models=simulated%2Fslow:latency_s%3D0.1&temperatures=1&steps=4000&walks=5"


def usable(page: Page) -> None:
    page.get_by_role("button", name="Run", exact=True).wait_for(timeout=WAIT_MS)


def live(page: Page) -> list[tuple[str, object, str]]:
    """Nodes, flat frames and zoom over the updates."""
    start(page)
    in_state(page, "running")
    zoomed = zoom(page)
    page.evaluate(WATCH)
    first = int(page.locator(".lmw-stage").get_attribute("data-updates") or 0)
    began = time.perf_counter()
    page.wait_for_function(UPDATES, arg=first + UPDATE_COUNT, timeout=5 * WAIT_MS)
    took = time.perf_counter() - began
    nodes, flat = page.evaluate("() => [window.seen.nodes.size, window.seen.flat]")
    kept = "yes" if page.evaluate(RANGE) == zoomed else "no"
    return [
        ("DOM nodes used", nodes, "1"),
        ("frames of height 0", flat, "0"),
        ("zoom kept", kept, "yes"),
        ("seconds per update", f"{took / UPDATE_COUNT:.2f}", ""),
    ]


def main() -> None:
    path = chromium()
    if path is None:
        sys.exit("No Chromium found; install it with: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto("about:blank")
        began = time.perf_counter()
        with dashboard(Path(folder) / "results.duckdb") as address:
            page.goto(address)
            usable(page)
            first = time.perf_counter() - began
            began = time.perf_counter()
            page.reload()
            usable(page)
            second = time.perf_counter() - began
            page.goto(address + QUERY)
            usable(page)
            rows = live(page)
        browser.close()
    rows += [("command to usable page, s", f"{first:.2f}", "< 3"), ("reload to usable page, s", f"{second:.2f}", "")]
    print(f"{UPDATE_COUNT} updates of 5 walks\n\n| what | found | goal |\n|---|--:|--:|")
    print("\n".join(f"| {what} | {found} | {goal} |" for what, found, goal in rows))


if __name__ == "__main__":
    main()
