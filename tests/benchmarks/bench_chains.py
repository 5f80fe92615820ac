"""Properties of 5,100 texts of 1 kB, and the pages with 1,500 chains of 51 generations, and with 100 of 5 kB texts.

    python tests/benchmarks/bench_chains.py [--chains 1500]

Prints; asserts nothing about time.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[2]))

from lmwalk import Study, jobs_of, open_store
from lmwalk.initial_texts import initial_texts
from lmwalk.measuring import measure
from lmwalk.properties import Texts, available
from lmwalk.properties import measure as values_of
from tests.browser.chromium import ARGUMENTS, WAIT_MS, chromium
from tests.browser.conftest import dashboard

GENERATIONS = 50
TEXTS = 5100


def of_length(length: int) -> list[str]:
    """Five texts of that many characters, made of those that ship."""
    words = " ".join(text.text for text in initial_texts().values())
    return [(words[1000 * place :] + " " + words)[:length] for place in range(5)]


def properties() -> list[tuple[str, str]]:
    """Seconds for the properties of many texts, all different."""
    base = of_length(1000)
    texts = [f"{base[place % 5][place % 400 :]} {base[(place + 1) % 5][: place % 400]}" for place in range(TEXTS)]
    names = [known.name for known in available()]
    values_of(Texts(texts[0], None, texts[0]), names)
    began = time.perf_counter()
    for previous, text in zip(texts, texts[1:] + texts[:1], strict=True):
        values_of(Texts(text, previous, texts[0]), names)
    took = time.perf_counter() - began
    return [
        (f"{len(names)} properties of {TEXTS:,} texts of 1 kB", f"{took:.1f} s ({1000 * took / TEXTS:.2f} ms a text)")
    ]


def filled(path: Path, name: str, length: int, chains: int) -> list[tuple[str, str]]:
    """Run a study of that many chains and measure it."""
    mover = f"simulated/mover:target={length},rate=0.1,noise=20"
    plan = Study.of(
        name=name,
        process="telephone",
        params={"texts": of_length(length), "tasks": ["rephrase", "inspiration", "continue"]},
        models=[mover],
        temperatures=[0.8],
        trajectories=chains // 15,
        steps=GENERATIONS,
    )
    with open_store(path) as store:
        began = time.perf_counter()
        jobs = jobs_of(store)
        jobs.start(plan).wait()
        ran = time.perf_counter() - began
        while jobs.measuring(name):
            time.sleep(0.1)
        measure(store, plan)
        whole = time.perf_counter() - began
    size = path.stat().st_size / 1e6
    return [(f"{name}: run, run and measured, file", f"{ran:.0f} s, {whole:.0f} s, {size:,.0f} MB")]


def shown(page: Page, address: str, study: str) -> list[tuple[str, str]]:
    """Seconds to a page whose pictures are drawn."""
    rows = []
    for name, ready in (("telephone", ".lmw-plot .main-svg"), ("compare", ".lmw-cell svg")):
        for visit in ("first", "second"):
            began = time.perf_counter()
            page.goto(f"{address}/{name}?study={study.replace(' ', '+')}")
            expect(page.locator(ready).first).to_be_visible(timeout=WAIT_MS)
            if name == "telephone":
                expect(page.get_by_test_id("stMetricValue").first).to_be_visible(timeout=WAIT_MS)
            rows.append((f"{study}: {name}, {visit} visit", f"{time.perf_counter() - began:.2f} s"))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--chains", type=int, default=1500)
    chains = parser.parse_args().chains
    rows = properties()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "results.duckdb"
        rows += filled(path, f"{chains} chains of 1 kB", 1000, chains)
        rows += filled(path, "100 chains of 5 kB", 5000, 105)
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        with dashboard(path) as address:
            page.goto(address)
            page.get_by_role("button", name="Run", exact=True).wait_for(timeout=WAIT_MS)
            rows += shown(page, address, f"{chains} chains of 1 kB")
            rows += shown(page, address, "100 chains of 5 kB")
        browser.close()
    width = max(len(name) for name, _ in rows)
    print("\n".join(f"{name:<{width}}  {value}" for name, value in rows))


if __name__ == "__main__":
    main()
