"""The live grid on the page of a run: filled as answers come, a way to any cell; and fast models are played."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from servers import Server, ollama_server

from tests.browser.conftest import Open, in_state, press, start, wait_for_answers

SLOW = "?models=ollama%2Ftiny&models=ollama%2Fgemma2:9b&temperatures=1&temperatures=0.5&steps=200&walks=2&at_once=1"
FAST = "?models=simulated%2Fpersistent&temperatures=1&temperatures=0.5&steps=150&walks=2"
WALKED = """() => [...document.querySelectorAll('.lmw-mini')].map((cell) => {
  const pixels = cell.getContext('2d').getImageData(0, 0, cell.width, cell.height).data;
  let coloured = 0;
  for (let i = 0; i < pixels.length; i += 4) {
    if (pixels[i + 3] && Math.abs(pixels[i] - pixels[i + 2]) > 40) coloured += 1;
  }
  return coloured;
})"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with ollama_server(lambda _: "UP", latency_s=0.1) as running:
        monkeypatch.setenv("OLLAMA_HOST", running.url)
        yield running


def heading(page: Page, name: str) -> None:
    expect(page.locator(".lmw-heading strong")).to_have_text(name)


def test_the_grid_shows_the_whole_run_and_a_click_keeps_a_cell(asking: str, visit: Open) -> None:
    """One canvas a cell, who is asked and who comes next; a click shows a cell large, another one follows again."""
    page = visit(asking + SLOW)
    start(page)
    in_state(page, "running")
    wait_for_answers(page, 12)

    cells = page.locator(".lmw-mini")
    expect(cells).to_have_count(4)
    expect(page.locator(".lmw-queue")).to_contain_text("next ollama/gemma2:9b")
    expect(page.locator(".lmw-mini.lmw-asked, .lmw-mini.lmw-lit").first).to_be_visible()
    tiny, gemma = (max(pair) for pair in zip(*[iter(page.evaluate(WALKED))] * 2, strict=True))
    assert tiny > gemma

    page.get_by_role("button", name="ollama/gemma2:9b \u00b7 T = 0.5").click()
    heading(page, "ollama/gemma2:9b \u00b7 T = 0.5")
    page.wait_for_url("**cell=ollama**gemma2**")
    page.get_by_role("button", name="ollama/gemma2:9b \u00b7 T = 0.5").click()
    expect(page.locator(".lmw-hint")).to_contain_text("follows the answers")
    expect(page.locator(".lmw-heading strong")).to_contain_text("ollama/tiny")
    press(page, "Stop")
    in_state(page, "stopped")


def test_a_model_that_answers_at_once_is_played_not_jumped_to_its_end(address: str, visit: Open) -> None:
    """The clock runs from the start after the answers have come, and one press leads to the end."""
    page = visit(address + FAST)
    start(page)
    in_state(page, "done")

    stage = page.locator('.lmw-stage[data-live="true"][data-playing="true"]')
    expect(stage).to_be_visible()
    expect(page.locator(".lmw-asking")).to_contain_text("steps a second")
    page.get_by_role("button", name="To the end").click()
    expect(page.locator('.lmw-stage[data-t="150"][data-playing="false"]')).to_be_visible()
