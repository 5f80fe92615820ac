"""What three users do in a browser, and what it takes them: clicks, key presses, seconds.

    python tests/benchmarks/bench_users.py [WORD ...]

With words, only the jobs whose line holds one of them, some of which go on from the one before.

Counting begins where a job does, with its page open; every letter that is typed is a key; seconds are the wall's,
waiting for the dashboard included. Beside them stands what it took before. Then what Compare costs a browser. Prints
tables; asserts nothing about time, and a job that fails says why.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as PlaywrightError

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

from scripted import finished
from servers import Server, ollama_server

from lmwalk.jobs import Jobs
from lmwalk.models.ideal import Ideal
from lmwalk.store import open_store
from tests.benchmarks.bench_player import megabytes, opened, played
from tests.browser.chromium import ARGUMENTS, chromium
from tests.browser.conftest import dashboard
from tests.counted import Counted, World
from tests.three_users import ANEW, BY_HAND, BY_REPRODUCE, DRAWN, OF_FINISHED, POST, Job, Work

TEMPERATURES = [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0]
NODES = "() => ['.lmw-atlas *', '*'].map((each) => document.querySelectorAll(each).length)"


def done(words: str, before: object, job: Job, tab: Counted, world: World) -> None:
    """Do a job and print its line; one that fails says why."""
    tab.begin()
    try:
        said = job(tab, world)
    except (PlaywrightError, AssertionError) as error:
        said = f"failed: {str(error).strip().splitlines()[0]}"
    print(f"| {words} | {before} | {tab.clicks} | {tab.keys} | {tab.seconds:.1f} | {said} |", flush=True)


def each(jobs: Work, world: World) -> None:
    """Do jobs one after the other in one tab, each where the one before has led."""
    tab = Counted(world.visit())
    for words, (job, before) in jobs.items():
        done(words, before, job, tab, world)
    tab.page.context.close()


def chosen(jobs: Work, words: Sequence[str]) -> Work:
    """The jobs whose line holds one of these words; all of them where there are none."""
    return {line: job for line, job in jobs.items() if not words or any(word in line for word in words)}


def fill(database: Path) -> None:
    """The post's grid twice and one of 20 models, all walked by the ideal observer."""
    shared: dict[str, Any] = {"temperatures": TEMPERATURES, "trajectories": 5, "steps": 50}
    five, twenty = ([f"ollama/{name}" for name in names] for names in (POST, [f"walker:{i}b" for i in range(1, 21)]))
    with open_store(database) as store:
        jobs = Jobs(store, lambda _: Ideal())
        finished(jobs, name="twenty", models=twenty, **shared)
        finished(jobs, name="corrected", models=five, **shared)
        finished(jobs, name="as posted", models=five, params={"rules": "legacy"}, **shared)


def costs(world: World) -> None:
    """Print what Compare costs a browser, and how large the file is that replays."""
    print("\n| what | 5 x 7 | 20 x 7 |\n|---|--:|--:|")
    try:
        five, twenty = (costs_of(world, *study) for study in (("as+posted", 35), ("twenty", 140)))
    except PlaywrightError as error:
        five, twenty = {f"failed: {str(error).splitlines()[0]}": ""}, {}
    for what, found in five.items():
        print(f"| {what} | {found} | {twenty.get(what, '')} |")
    size = megabytes(world.replay.stat().st_size) if world.replay and world.replay.exists() else "failed"
    print(f"| the file that replays | {size} | |")


def costs_of(world: World, study: str, cells: int) -> dict[str, str]:
    """What a grid of so many cells costs; walked by the ideal observer, 5 walks of 50 steps in each."""
    url, drawn = f"{world.address}/compare?study={study}", DRAWN.format(cells=cells)
    opened(world.browser, url, drawn)[0].close()  # the server has everything in memory now
    page, total, largest, paint = opened(world.browser, url, drawn)
    own, whole = page.evaluate(NODES)
    at = page.evaluate("() => window.drawn") / 1000
    rate, slow = played(page)
    page.close()
    return {
        "Compare, from address to all cells drawn": f"{at:.2f} s",
        "of that, from data to picture": f"{paint:.2f} s",
        "DOM nodes of the grid (of the page)": f"{own:,} ({whole:,})",
        "its message (all messages)": f"{megabytes(largest)} ({megabytes(total)})",
        "frames a second of its replay": f"{rate:.0f}",
        "95% of frames within": f"{slow:.0f} ms",
    }


def work(browser: Browser, folder: Path, server: Server, words: Sequence[str]) -> None:
    """Do the jobs at four dashboards, of which three are empty at first, and print their lines."""
    print("| job | clicks before | clicks | keys | seconds | what came of it |\n|---|--:|--:|--:|--:|---|")
    for place, known in enumerate((BY_HAND, BY_REPRODUCE, ANEW, OF_FINISHED)):
        database, jobs = folder / f"{place}.duckdb", chosen(known, words)
        if not jobs:
            continue
        if known is OF_FINISHED:
            fill(database)
        with dashboard(database) as address:
            world = World(browser, address, folder, server)
            each(jobs, world)
            if known is OF_FINISHED:
                costs(world)


def main() -> None:
    path = chromium()
    if path is None:
        sys.exit("No Chromium found; install it with: apt-get install chromium")
    with (
        tempfile.TemporaryDirectory() as folder,
        ollama_server(models=POST) as server,
        sync_playwright() as playwright,
    ):
        os.environ["OLLAMA_HOST"] = server.url
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
        work(browser, Path(folder), server, sys.argv[1:])
        browser.close()


if __name__ == "__main__":
    main()
