"""The frame of the pages: no control is cut or covered at any width, Back takes one press, the theme can be turned."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lmwalk.jobs import Jobs
from lmwalk.store import open_store
from tests.browser.chromium import one_tab
from tests.browser.conftest import dashboard
from tests.scripted import finished

WIDTHS = (390, 820, 853, 960, 1280, 1440)
ROWS = (
    ".st-key-controls, .st-key-steps-filters, .st-key-steps-bar, .st-key-transport, .st-key-top, .lmw-player, "
    ".lmw-field, .st-key-controls-sampled"
)
KINDS = ".stMultiSelect, .stSelectbox, .stNumberInput, .stTextInput, .stPopover, .stButton"
CONTROLS = (
    f":is(.st-key-controls, .st-key-steps-filters) :is({KINDS}), h1, [data-testid=stCaptionContainer] p, "
    ".lmw-field :is(select, button, input, output, .lmw-about, .lmw-said, .lmw-picture)"
)
CUT = """([rows, controls]) => {
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
  const each = [...document.querySelectorAll(controls)].filter(shown);
  const written = (node) => { const range = document.createRange(); range.selectNodeContents(node); return range; };
  const box = (node) => (node.matches("h1, p") ? written(node) : node).getBoundingClientRect();
  const boxes = each.map((node) => [node, box(node)]);
  for (const [one, a] of boxes) {
    for (const [other, b] of boxes) {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (one !== other && wide > 1 && high > 1) found.push(`covered: ${one.innerText} by ${other.innerText}`);
    }
  }
  return [...new Set(found)];
}"""
HIDDEN = """() => {
  const stage = document.querySelector(".lmw-stage").getBoundingClientRect();
  const transport = document.querySelector(".st-key-transport").getBoundingClientRect();
  return Math.max(stage.bottom, transport.bottom) - innerHeight;
}"""
DRAWN = """() => document.querySelector(".stApp").dataset.testScriptState === "notRunning"
  && !document.querySelector("[data-testid=stSkeleton]")"""
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
MODELS = ("gemma2:9b", "llama3.2:1b", "mistral:7b", "phi3:mini", "qwen2.5:0.5b")
FULL = "".join(f"&models=ollama/{model}" for model in MODELS)
WARM = "".join(f"&temperatures={temperature}" for temperature in (0, 0.1, 0.3, 0.5, 0.7, 1, 1.5))
PAGES = {
    "walk": "/?study=walk",
    "walk, five models": f"/?study=walk{FULL}{WARM}",
    "draws": "/draws?study=coin",
    "draws, five models": f"/draws?study=coin&measure=replies{FULL}{WARM}",
    "telephone": "/telephone?study=texts",
    "data": "/data?study=walk",
    "compare": "/compare?study=walk",
    "field": "/field?models=simulated/biased&ask=Replies&fill=1",
}
WATCHED = ("walk", "draws", "telephone")


@pytest.fixture(scope="module")
def tab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, str]]:
    """One tab, and the address of a dashboard with a small study of each family."""
    path: Path = tmp_path_factory.mktemp("fits") / "results.duckdb"
    with open_store(path) as store:
        jobs = Jobs(store)
        finished(jobs, models=["ideal", "simulated/biased"], temperatures=[0.3, 1, 2], trajectories=2, steps=5)
        finished(jobs, name="coin", process="in-context", params={"thetas": [0.2, 0.8], "examples": [0, 3]}, steps=2)
        finished(jobs, name="texts", process="telephone", models=["simulated/mover"], trajectories=1, steps=2)
    with dashboard(path) as running, one_tab() as page:
        yield page, running


def faults(page: Page) -> list[str]:
    """What is cut or covered; looked for again while Streamlit still lays chips out anew."""
    for _ in range(10):
        page.evaluate(FRAMES)
        found: list[str] = page.evaluate(CUT, [ROWS, CONTROLS])
        if not found:
            break
        page.wait_for_timeout(100)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_no_word_of_a_control_is_cut_or_covered(tab: tuple[Page, str], name: str) -> None:
    """Labels, chips, buttons, numbers and chosen values stand whole, from a telephone's width to a desk's.

    There, on 1440 x 900, stage and transport need no scrolling.
    """
    page, address = tab
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(address + PAGES[name])
    page.locator(ROWS).first.wait_for()
    if name in WATCHED:
        page.locator(".lmw-heading").wait_for()
    if name == "field":
        page.get_by_role("button", name="Run", exact=True).click()
        page.locator(".lmw-field[data-state=done][data-measured='121']").wait_for()
    page.wait_for_function(DRAWN)
    hidden = page.evaluate(HIDDEN) if name in WATCHED else 0

    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = faults(page)

    assert found == {width: [] for width in WIDTHS}
    assert hidden <= 0


def test_on_a_low_screen_what_drives_a_run_needs_no_scrolling(tab: tuple[Page, str]) -> None:
    """The picture takes what the controls leave."""
    page, address = tab
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{address}/?study=walk")
    page.locator(".lmw-heading").wait_for()
    page.wait_for_function(DRAWN)

    page.wait_for_function(
        "() => document.querySelector('.st-key-transport').getBoundingClientRect().bottom <= innerHeight"
    )


def test_chips_are_removed_one_press_after_another(tab: tuple[Page, str]) -> None:
    """The first press leaves the field that had the keys: nothing moves under it."""
    page, address = tab
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/?temperatures=1.5&temperatures=0.3&temperatures=1&temperatures=2")
    chips = page.locator(".st-key-temperatures [data-tag]")
    expect(chips).to_have_count(4)
    lefts = "(chips) => chips.map((chip) => [chip.getBoundingClientRect().left, chip.textContent])"
    expect(page.locator(".st-key-run-walk button")).to_be_enabled()
    shown = [text for _, text in sorted(chips.evaluate_all(lefts))]
    page.locator(".st-key-temperatures input").focus()
    for text in ("1.5", "0.3"):
        page.get_by_label(f"Remove {text}", exact=True).click()

    expect(chips).to_have_count(2)
    assert shown == ["0.3", "1", "1.5", "2"]


def test_back_leads_to_the_page_before_with_one_press(tab: tuple[Page, str]) -> None:
    """What a page writes into the address while it opens makes no entry of its own in the history."""
    page, address = tab
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/?study=walk")
    page.locator(".lmw-heading").wait_for()
    for name in ("Compare", "Studies"):
        page.get_by_role("link", name=name, exact=True).click()
        page.wait_for_url(f"**/{name.lower()}?*study=walk*")
    for name in ("Compare", "Walk"):
        page.go_back()
        expect(page.locator("h1")).to_have_text(name)


def test_light_and_dark_are_a_press_apart_on_every_page(tab: tuple[Page, str]) -> None:
    """The switch turns the theme, and another page that is opened later keeps it."""
    page, address = tab
    page.goto(f"{address}/models")
    page.get_by_role("button", name="Dark theme").click()
    back = page.get_by_role("button", name="Light theme")
    expect(back).to_be_visible()
    page.goto(f"{address}/studies")
    back.click()
    expect(page.get_by_role("button", name="Dark theme")).to_be_visible()
