"""No control is narrower than its words, at any width and zoom, and the stage is seen whole on a laptop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from lmwalk.jobs import Jobs
from lmwalk.store import open_store
from tests.browser.conftest import Open, at_rest, dashboard
from tests.scripted import finished

WIDTHS = (390, 820, 853, 960, 1280, 1440)
ROWS = ".st-key-controls, .st-key-steps-filters, .st-key-steps-bar, .st-key-transport, .st-key-top, .lmw-player"
CUT = """(rows) => {
  const shown = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const pen = document.createElement("canvas").getContext("2d");
  const found = [];
  const clips = (node) => getComputedStyle(node).overflowX !== "visible";
  const words = (text) => {
    for (const { 0: word, index } of text.data.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
      const lines = new Set(boxes.map((box) => Math.round(box.top)));
      if (lines.size > 1 && !text.parentElement.closest("[data-tag]")) found.push(`broken: ${text.data}`);
      for (let node = text.parentElement; node && !node.matches(".stMain"); node = node.parentElement) {
        const room = node.getBoundingClientRect();
        if (clips(node) && boxes.some((box) => box.right > room.right + 1 || box.left < room.left - 1)) {
          found.push(`cut: ${text.data}`);
        }
      }
    }
  };
  for (const row of document.querySelectorAll(rows)) {
    const each = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
    while (each.nextNode()) {
      const symbol = each.currentNode.parentElement.closest("style, [data-testid=stIconMaterial]");
      if (!symbol && shown(each.currentNode.parentElement)) words(each.currentNode);
    }
    for (const input of row.querySelectorAll("input")) {
      if (!shown(input) || input.type !== "text" && input.type !== "number") continue;
      const style = getComputedStyle(input);
      pen.font = style.font;
      const room = input.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      const written = input.value || input.placeholder;
      if (pen.measureText(written).width > room + 1) found.push(`narrow: ${written}`);
    }
    const edge = document.documentElement.clientWidth;
    if (row.getBoundingClientRect().right > edge + 1) found.push("wider than the page");
  }
  return [...new Set(found)];
}"""
HIDDEN = """() => {
  const stage = document.querySelector(".lmw-stage").getBoundingClientRect();
  const transport = document.querySelector(".st-key-transport").getBoundingClientRect();
  return [stage.bottom - innerHeight, transport.bottom - innerHeight];
}"""
PAGES = {
    "walk": "/?study=walk",
    "draws": "/draws?study=coin",
    "telephone": "/telephone?study=texts",
    "data": "/data?study=walk",
    "compare": "/compare?study=walk",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard with a small study of each family."""
    path: Path = tmp_path_factory.mktemp("fits") / "results.duckdb"
    with open_store(path) as store:
        jobs = Jobs(store)
        finished(jobs, models=["ideal", "simulated/biased"], temperatures=[0.3, 1, 2], trajectories=2, steps=5)
        finished(jobs, name="coin", process="in-context", params={"thetas": [0.2, 0.8], "examples": [0, 3]}, steps=2)
        finished(jobs, name="texts", process="telephone", models=["simulated/mover"], trajectories=1, steps=2)
    with dashboard(path) as running:
        yield running


def settled(page: Page) -> list[str]:
    return at_rest(page, lambda: page.evaluate(CUT, ROWS), 150, 2)


@pytest.mark.parametrize("name", PAGES)
def test_no_word_of_a_control_is_cut(site: str, visit: Open, name: str) -> None:
    """Labels, chips, buttons, numbers and chosen values stand whole, from a telephone's width to a desk's."""
    page = visit(site + PAGES[name])
    page.locator(ROWS).first.wait_for()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, settled(page)) == (width, [])


@pytest.mark.parametrize("name", ["walk", "draws", "telephone"])
def test_the_stage_is_seen_whole(site: str, visit: Open, name: str) -> None:
    """On a screen of 1440 x 900 stage and transport need no scrolling."""
    page = visit(site + PAGES[name])
    page.locator(".lmw-heading").wait_for()

    stage, transport = at_rest(page, lambda: page.evaluate(HIDDEN), 300, 4)

    assert stage <= 0
    assert transport <= 0
