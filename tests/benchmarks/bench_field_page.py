"""From the slider to the picture, and the bytes of a field: ``python tests/benchmarks/bench_field_page.py [STRIDE]``.

Asks the built-in model at every position (2,601; or at every STRIDE-th), moves the temperature in Chromium, and prints
how long it takes until the picture is drawn and how long that kept the processor; then the bytes that the browser was
told, and those of as many positions with one list of 20 tokens, and with five of them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[2]))

from lmwalk.jobs import FieldPlan, Jobs
from lmwalk.store import open_store
from lmwalk.token_tree import TokenTree
from lmwalk.token_tree.compact import compact
from lmwalk.ui.field.feed import AT_ONCE
from tests.browser.chromium import ARGUMENTS, WAIT_MS, chromium
from tests.browser.conftest import dashboard

WORDS = {1: "Every+position", 2: "Every+2nd", 5: "Every+5th"}
MOVES = ("UP", "DOWN", "LEFT", "RIGHT")
SAMPLERS = ("temperature-only", "openai", "llama.cpp", "ollama-engine")
MOVED = """async (times) => {
  const slider = document.querySelector(".lmw-field input[type=range]");
  const taken = [];
  for (let i = 0; i < times; i += 1) {
    slider.value = String(0.1 + (i * 0.35) % 2.8);
    const begun = performance.now();
    slider.dispatchEvent(new Event("input"));
    await new Promise((drawn) => requestAnimationFrame(() => drawn()));
    taken.push(performance.now() - begun);
    await new Promise((rest) => setTimeout(rest, 20));
  }
  return taken;
}"""


def main() -> None:
    """Print both tables."""
    stride = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        database = Path(folder) / "results.duckdb"
        with dashboard(database) as address:
            browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"{address}/field?stride={WORDS[stride]}")
            page.get_by_role("button", name="Run", exact=True).click(timeout=WAIT_MS)
            page.locator(".lmw-field[data-state=done]").wait_for(timeout=20 * WAIT_MS)
            page.get_by_role("button", name="Run", exact=True).wait_for(timeout=WAIT_MS)
            page.wait_for_timeout(3000)  # the page is drawn a last time
            page.locator(".lmw-field[data-measured]").wait_for(timeout=WAIT_MS)
            page.get_by_role("button", name="Pause").click(timeout=WAIT_MS)
            print(f"{page.locator('.lmw-field').get_attribute('data-measured')} positions at 1440 x 900")
            moved(page)
            browser.close()
        payload(Path(folder) / "payload.duckdb", stride)


def moved(page: Page) -> None:
    """How long the picture takes after the slider has moved, in milliseconds."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    print("slider to picture | median ms | 95% | most | processor ms a picture")
    for sampler in SAMPLERS:
        page.get_by_role("combobox", name="Sampler").first.select_option(sampler)
        page.evaluate(MOVED, 5)
        before = busy(session)
        taken = np.array(page.evaluate(MOVED, 40))
        spent = 1000 * (busy(session) - before) / len(taken)
        print(f"{sampler} | {np.median(taken):.1f} | {np.quantile(taken, 0.95):.1f} | {taken.max():.1f} | {spent:.1f}")


def busy(session: object) -> float:
    """Seconds that the page's thread has worked."""
    metrics = session.send("Performance.getMetrics")["metrics"]  # type: ignore[attr-defined]
    return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))


def payload(database: Path, stride: int) -> None:
    """Bytes that the browser is told of a field."""
    with open_store(database) as store:
        jobs = Jobs(store)
        asking = jobs.ask_field(FieldPlan.of("grid", "memoryless", "builtin/tiny", stride=stride))
        asking.wait()
        whole = asking.since(0)
        jobs.close()
    chance = np.random.default_rng(0)
    first = [*MOVES, *map(str.lower, MOVES), *(f"word {number}" for number in range(32))]
    begun = [*"UDLR", *(f"word {number}" for number in range(26))]
    after = ["P", "OWN", "EFT", "IGHT", "", " ", *(f"more {number}" for number in range(22))]
    ends = dict.fromkeys(MOVES)
    one = [(at, TokenTree({"": listed(chance, first), **ends}, 20)) for at, _ in whole]
    letters = [
        (at, TokenTree({"": listed(chance, begun), **{letter: listed(chance, after) for letter in "UDLR"}}, 20))
        for at, _ in whole
    ]
    print("told to the browser | positions | bytes")
    for name, trees in {"whole vocabularies": whole, "one list of 20": one, "five lists of 20": letters}.items():
        size = sum(len(compact(trees[at : at + AT_ONCE], MOVES)) for at in range(0, len(trees), AT_ONCE))
        print(f"{name} | {len(trees):,} | {size:,}")


def listed(chance: np.random.Generator, tokens: list[str]) -> tuple[tuple[str, float], ...]:
    """The likeliest 20 of tokens in a random order, at random probabilities."""
    p = np.sort(chance.dirichlet(np.full(len(tokens), 0.4)))[::-1] * 0.97
    order = chance.permutation(len(tokens))[:20]
    return tuple((tokens[place], float(np.log(max(share, 1e-9)))) for place, share in zip(order, p, strict=False))


if __name__ == "__main__":
    main()
