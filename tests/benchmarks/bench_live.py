"""The live view while a run is watched: what a tab is sent, how the server grows, how smoothly the grid is drawn.

    python tests/benchmarks/bench_live.py [--minutes M] [--latency S]

A fake Ollama answers for 5 models at 7 temperatures, 5 walks each, as fast as ``--latency`` says. Prints a table;
asserts nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[1]))

from servers import ollama_server

from tests.browser.chromium import ARGUMENTS, WAIT_MS
from tests.browser.conftest import answered, dashboard, in_state, start
from tests.browser.test_live import RANGE, UPDATES, WATCH, zoom

UPDATE_COUNT = 60
ONE = "models=simulated%2Fslow:latency_s%3D0.1&temperatures=1&steps=4000&walks=5"
NAMES = ("llama3.2:1b", "gemma2:9b", "qwen2.5:7b", "mistral:7b", "phi3:mini")
TEMPERATURES = (0, 0.1, 0.3, 0.6, 1, 1.5, 2)
FRAMES = """(seconds) => new Promise((resolve) => {
  const gaps = [];
  let before = performance.now();
  const began = before;
  const look = (now) => {
    gaps.push(now - before);
    before = now;
    if (now - began < 1000 * seconds) return requestAnimationFrame(look);
    gaps.sort((a, b) => a - b);
    const drawn = document.querySelectorAll('.lmw-table *').length;
    resolve([(1000 * gaps.length) / (now - began), gaps[Math.floor(0.95 * gaps.length)], drawn]);
  };
  requestAnimationFrame(look);
})"""
Row = tuple[str, object, str]


def grid(server: str, steps: int, at_once: int = 8) -> str:
    """The address of a 5 x 7 grid of 5 walks each."""
    os.environ["OLLAMA_HOST"] = server
    models = "&".join(f"models={quote(f'ollama/{name}', safe='')}" for name in NAMES)
    degrees = "&".join(f"temperatures={temperature}" for temperature in TEMPERATURES)
    return f"{models}&{degrees}&steps={steps}&walks=5&at_once={at_once}"


def resident_mb(pids: list[int]) -> float:
    """What processes hold in memory."""
    pages = (int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids if Path(f"/proc/{pid}").exists())
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6


def servers(address: str) -> list[int]:
    """The processes that listen at an address."""
    port = f":{int(address.rsplit(':', 1)[1]):04X}"
    tables = [
        line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    inodes = {f"socket:[{row[9]}]" for row in tables if row[1].endswith(port) and row[3] == "0A"}
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            links = {str(each.readlink()) for each in (process / "fd").iterdir()}
        except OSError:
            continue
        if links & inodes:
            found.append(int(process.name))
    return found


class Received:
    """The bytes that a tab is sent."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        page.on("websocket", lambda socket: socket.on("framereceived", self._count))

    def _count(self, payload: str | bytes) -> None:
        self.bytes += len(payload)


@contextmanager
def tab(browser: object, address: str, query: str) -> Iterator[tuple[Page, Received]]:
    """A page whose run has begun."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})  # type: ignore[attr-defined]
    received = Received(page)
    page.goto(f"{address}/?{query}")
    start(page)
    in_state(page, "running")
    page.wait_for_function("() => document.querySelector('.lmw-plot')?._fullLayout", timeout=WAIT_MS)
    try:
        yield page, received
    finally:
        page.close()


def steadiness(page: Page) -> list[Row]:
    """Nodes, flat frames and zoom over the updates of one condition."""
    zoomed = zoom(page)
    page.evaluate(WATCH)
    first = int(page.locator(".lmw-stage").get_attribute("data-updates") or 0)
    page.wait_for_function(UPDATES, arg=first + UPDATE_COUNT, timeout=5 * WAIT_MS)
    nodes, flat = page.evaluate("() => [window.seen.nodes.size, window.seen.flat]")
    kept = "yes" if page.evaluate(RANGE) == zoomed else "no"
    return [("DOM nodes of the plot", nodes, "1"), ("frames of height 0", flat, "0"), ("zoom kept", kept, "yes")]


def now(page: Page, received: Received, pids: list[int]) -> tuple[int, int, float, float, float]:
    """Steps so far, bytes that the tab was sent, MB of the server and of the tab after its garbage is collected, s."""
    page.request_gc()
    heap = float(page.evaluate("() => performance.memory.usedJSHeapSize / 1e6"))
    return answered(page), received.bytes, resident_mb(pids), heap, time.perf_counter()


def growth(page: Page, received: Received, pids: list[int], minutes: float) -> list[Row]:
    """What a watched grid costs: bytes a step, memory of server and tab, frames."""
    page.wait_for_timeout(10_000)
    load = os.getloadavg()[0]
    before = now(page, received, pids)
    frames, slow, drawn = page.evaluate(FRAMES, 8)
    page.wait_for_timeout(1000 * max(0.0, 30 * minutes - 8))
    middle = now(page, received, pids)
    page.wait_for_timeout(1000 * 30 * minutes)
    after = now(page, received, pids)
    course = [f"{steps:,} steps: {server:.0f}, {heap:.0f}" for steps, _, server, heap, _ in (before, middle, after)]
    steps, sent, grown, tab_mb, took = (b - a for a, b in zip(before, after, strict=True))
    return [
        ("answers a second", f"{steps / took:.0f}", ""),
        ("bytes sent to a tab, a step", f"{sent / max(1, steps):,.0f}", "< 4,500"),
        ("server, MB for 10,000 steps", f"{1e4 * grown / max(1, steps):.1f}", "flat"),
        ("server, tab, MB", "; ".join(course), "flat"),
        ("tab, MB for 10,000 steps", f"{1e4 * tab_mb / max(1, steps):.1f}", "flat"),
        ("frames a second at 35 cells x 5 walks", f"{frames:.0f}", "60"),
        ("load average then", f"{load:.1f}", ""),
        ("95% of frames within, ms", f"{slow:.0f}", "17"),
        ("nodes of the grid, names and heads too", drawn, "35 + 13"),
    ]


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--minutes", type=float, default=1.0, help="how long the grid is watched")
    reader.add_argument("--latency", type=float, default=0.1, help="seconds of an answer of the fake Ollama")
    asked = reader.parse_args()
    path = os.environ.get("LMWALK_CHROMIUM", "/usr/bin/chromium-headless-shell")
    with (
        tempfile.TemporaryDirectory() as folder,
        ollama_server(lambda _: "UP", latency_s=asked.latency) as server,
        sync_playwright() as playwright,
    ):
        query = grid(server.url, steps=4000)
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, "--enable-precise-memory-info"])
        began = time.perf_counter()
        with dashboard(Path(folder) / "results.duckdb") as address:
            rows: list[Row] = [("command to first page, s", f"{time.perf_counter() - began:.2f}", "< 3")]
            with tab(browser, address, ONE) as (page, _):
                rows += steadiness(page)
            with tab(browser, address, query) as (page, received):
                rows += growth(page, received, servers(address), asked.minutes)
        browser.close()
    print("| what | found | goal |\n|---|--:|--:|")
    print("\n".join(f"| {what} | {found} | {goal} |" for what, found, goal in rows))


if __name__ == "__main__":
    main()
