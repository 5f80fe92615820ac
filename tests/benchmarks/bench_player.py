"""The replay: what is sent, how soon it is drawn, and how smoothly it plays.

    python tests/benchmarks/bench_player.py

Bytes are those of the websocket's messages to the browser from navigation until the picture is drawn. Prints a table;
asserts nothing about time.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

from scripted import finished

from lmwalk.jobs import Jobs
from lmwalk.store import open_store
from tests.browser.chromium import ARGUMENTS, WAIT_MS, chromium
from tests.browser.conftest import dashboard

PLAYED_S = 5
MODELS = [f"simulated/biased:p={p}" for p in ("0.4/0.3/0.2/0.1", "0.1/0.2/0.3/0.4", "0.7/0.1/0.1/0.1", "1/0/0/0")]
STUDIES = {
    "grid": {
        "models": ["ideal", *MODELS],
        "temperatures": [0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0],
        "trajectories": 5,
        "steps": 50,
    },
    "long": {"models": ["ideal"], "temperatures": [1.0], "trajectories": 20, "steps": 1000},
    "flips": {
        "process": "sequence",
        "models": ["ideal", *(f"simulated/filter:gamma=0.{place}" for place in range(5, 9))],
        "temperatures": [0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0],
        "trajectories": 1,
        "steps": 50,
    },
}
DRAWN = {
    "compare": "() => document.querySelector('.lmw-cell[data-points]')",
    "": "() => document.querySelector('.lmw-preview[data-points], .lmw-plot .main-svg')",
}
CLOCK = """
let largest = 0;
window.WebSocket = class extends WebSocket {
  constructor(...where) {
    super(...where);
    this.addEventListener('message', ({ data }) => {
      const size = data.byteLength ?? data.size ?? data.length;
      if (size > largest) [largest, window.arrived] = [size, performance.now()];
    });
  }
};
const look = () => {
  if ((%s)()) setTimeout(() => { window.drawn = performance.now(); });
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
WHOLE = "() => document.querySelector('.lmw-cell[data-points], .lmw-plot .main-svg')"
PLAY = """async ({ seconds, looked }) => {
  const host = document.querySelector('.lmw-atlas, .lmw-stage');
  const play = host.querySelector('.lmw-player [aria-label^="Replay (space)"]');
  const select = host.querySelector('.lmw-speed');
  select.value = looked;
  select.dispatchEvent(new Event('change'));
  play.click();
  const [began, gaps] = [performance.now(), []];
  let before = began;
  while (performance.now() - began < 1000 * seconds && host.dataset.playing === 'true') {
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    gaps.push(now - before);
    before = now;
  }
  return { gaps, t: Number(host.dataset.t) };
}"""
Row = tuple[str, str, str]


def megabytes(count: int) -> str:
    return f"{count / 1e6:.2f} MB"


def opened(browser: Browser, url: str, drawn: str) -> tuple[Page, int, int, float]:
    """The page; bytes sent in all and in the largest message; from that message to the drawn picture, in s."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    frames: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda payload: frames.append(len(payload))))
    page.add_init_script(CLOCK % drawn)
    page.goto(url)
    page.wait_for_function("() => window.drawn", timeout=WAIT_MS)
    paint = page.evaluate("() => window.drawn - window.arrived") / 1000
    return page, sum(frames), max(frames), paint


def played(page: Page, speed: float = 0.5) -> tuple[float, float]:
    """Frames a second, and the longest of 95% of the frames in ms."""
    gaps = page.evaluate(PLAY, {"seconds": PLAYED_S, "looked": str(speed)})["gaps"]
    return 1000 * len(gaps) / sum(gaps), statistics.quantiles(gaps, n=20)[-1]


def measured(browser: Browser, address: str, study: str, where: str) -> list[Row]:
    drawn = DRAWN[where]
    opened(browser, f"{address}/{where}?study={study}", drawn)[0].close()  # the server has everything in memory now
    began = time.perf_counter()
    page, total, largest, paint = opened(browser, f"{address}/{where}?study={study}", drawn)
    whole = time.perf_counter() - began
    page.wait_for_function(WHOLE, timeout=WAIT_MS, polling="raf")
    usable = time.perf_counter() - began
    rate, slow = played(page)
    page.close()
    name = f"{study}, {where or 'walk'}"
    return [
        (f"{name}: largest message", megabytes(largest), "< 2 MB"),
        (f"{name}: all messages", megabytes(total), ""),
        (f"{name}: from data to picture", f"{paint:.2f} s", "< 1 s"),
        (f"{name}: from address to picture", f"{whole:.2f} s", ""),
        (f"{name}: from address to a picture to zoom and hover", f"{usable:.2f} s", ""),
        (f"{name}: frames a second", f"{rate:.0f}", ">= 30"),
        (f"{name}: 95% of frames within", f"{slow:.0f} ms", ""),
    ]


def main() -> None:
    path = chromium()
    if path is None:
        sys.exit("No Chromium found; install it with: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        database = Path(folder) / "results.duckdb"
        with open_store(database) as store:
            for name, values in STUDIES.items():
                finished(Jobs(store), name=name, **values)
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        rows: list[Row] = []
        with dashboard(database) as address:
            for study, where in (("grid", "compare"), ("flips", "compare"), ("long", "compare"), ("long", "")):
                rows += measured(browser, address, study, where)
        browser.close()
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    print("| what | found | goal |\n|---|--:|--:|")
    print("\n".join(f"| {what} | {found} | {goal} |" for what, found, goal in rows))


if __name__ == "__main__":
    main()
