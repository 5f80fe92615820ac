"""The player: one clock over a stage or over all pictures of Compare, which fill up in place while a study runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from scripted import finished
from servers import Server, slowing_server

from lmwalk.jobs import Jobs
from lmwalk.store import open_store
from tests.browser.chromium import WAIT_MS
from tests.browser.conftest import (
    Open,
    answered,
    dashboard,
    free_port,
    in_state,
    kept_running,
    press,
    start,
    wait_for_answers,
)
from tests.browser.test_live import RANGE, zoom

EVIL = "<img src=x onerror=\"document.title='owned'\">"
POINTS = "() => [...document.querySelectorAll('.lmw-cell')].map((cell) => Number(cell.dataset.points))"
LENGTHS = "() => document.querySelector('.lmw-plot').data.slice(0, 3).map((trace) => trace.x.length)"
LENGTH_OF_ALL = (
    "length => document.querySelector('.lmw-plot').data.slice(0, 3).every((each) => each.x.length === length)"
)
STEPS_SEEN = """(steps) => new Promise((done) => {
  const host = document.querySelector('.lmw-atlas');
  const seen = [];
  const look = () => {
    const t = Number(host.dataset.t);
    const points = [...host.querySelectorAll('.lmw-cell')].map((cell) => Number(cell.dataset.points));
    seen.push([t, Math.min(...points), Math.max(...points)]);
    if (t >= steps) done(seen);
    else requestAnimationFrame(look);
  };
  look();
})"""
HOLD_NODES = """() => {
  const nodes = () => [...document.querySelectorAll('.lmw-atlas, .lmw-atlas .lmw-player, .lmw-cell, .lmw-cell canvas')];
  window.held = nodes();
  window.replaced = () => nodes().filter((node, place) => node !== window.held[place]).length;
  window.points = [];
  const look = () => {
    window.points.push([...document.querySelectorAll('.lmw-cell')].map((cell) => Number(cell.dataset.points)));
    requestAnimationFrame(look);
  };
  look();
}"""
QUICK_S = 0.05
APP = """
import pandas as pd, streamlit as st
from lmwalk.study import Study
from lmwalk.ui.compare.grid import condition_grid
from lmwalk.ui.families.comparison import Columns, Grid

study = Study.of(name="s", models=["ideal"], temperatures=[0.5, 1.0], trajectories=1, steps=4)
line = {"points": "4,50 34.7,20 65.3,80 96,50", "role": "own", "number": 0}
picture = {"lines": [line], "timed": {"word": "toss", "span": [0, 3]}}
cells = [
    {"row": 0, "column": place, "stats": [{"label": NAME, "text": NAME, "meaning": NAME, "bad": False}],
     "meaning": NAME, "alt": NAME, "picture": picture, "condition": name, "done": place, "total": 1}
    for place, name in enumerate(["first", "second"])
]
st.title("pictures")
heard = st.session_state.setdefault("heard", [])
picked = st.session_state.get("picked")
def pick(name):
    st.session_state["picked"] = name
grid = Grid(cells, Columns(NAME, ["a", NAME]))
condition_grid(study, grid, set(), on_pick=pick, picked=picked, t=2, on_seek=heard.append)
st.text(f"heard {heard} picked {picked}")
"""


def place(page: Page) -> str:
    return page.locator(".lmw-place").inner_text()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """So slow from the 45th question on that a test has time to press Pause."""
    with slowing_server(45, QUICK_S) as running:
        monkeypatch.setenv("OLLAMA_HOST", running.url)
        yield running


def drag(page: Page, t: int) -> None:
    page.locator(".lmw-slider").fill(str(t))


@contextmanager
def served(script: Path) -> Iterator[str]:
    """The address of a page of its own."""
    port = free_port()
    address = f"http://localhost:{port}"
    options = [f"--server.port={port}", "--server.headless=true", "--browser.gatherUsageStats=false"]
    with kept_running(["-m", "streamlit", "run", str(script), *options], address, script.with_suffix(".log")):
        yield address


def test_all_pictures_stand_at_the_same_t(tmp_path: Path, visit: Open) -> None:
    """Dragged, stepped or playing, every cell shows exactly the steps up to the clock."""
    path = tmp_path / "results.duckdb"
    with open_store(path) as store:
        finished(Jobs(store), models=["ideal", "simulated/biased"], temperatures=[0.0, 0.5, 1.0], steps=40)

    with dashboard(path) as address:
        page = visit(f"{address}/compare")
        expect(page.locator(".lmw-cell[data-points='40']")).to_have_count(6)
        drag(page, 17)
        assert page.evaluate(POINTS) == [17] * 6
        assert place(page) == "t 17 of 40"

        page.keyboard.press("ArrowRight")
        assert page.evaluate(POINTS) == [18] * 6
        page.keyboard.press("Home")
        assert page.evaluate(POINTS) == [0] * 6
        page.locator(".lmw-atlas").hover()
        page.locator(".lmw-slider").blur()
        page.keyboard.press("ArrowRight")
        assert page.evaluate(POINTS) == [1] * 6

        page.keyboard.press(" ")
        seen = page.evaluate(STEPS_SEEN, 40)
        assert all(low == high == t for t, low, high in seen)
        assert len({t for t, *_ in seen}) > 10
        expect(page.locator(".lmw-atlas[data-playing='false'][data-live='true']")).to_be_visible()


def test_pictures_of_draws_are_uncovered_where_they_are_over_time(tmp_path: Path, visit: Open) -> None:
    """Beliefs after 0, 1, 5 and 9 tosses have four places; bars have no clock."""
    path = tmp_path / "results.duckdb"
    with open_store(path) as store:
        jobs = Jobs(store)
        shared = {"measurement": "probabilities", "models": ["ideal"], "trajectories": 1}
        coins = {"process": "in-context", "params": {"thetas": [0.2, 0.8], "examples": [0, 1, 5, 9]}, "steps": 4}
        finished(jobs, name="coins", **shared, **coins)
        finished(jobs, name="bars", process="prior", **shared, steps=1)

    with dashboard(path) as address:
        page = visit(f"{address}/compare?study=coins")
        expect(page.locator(".lmw-cell[data-points='4']")).to_have_count(1)
        drag(page, 2)
        assert place(page) == "tosses 5 of 9"
        assert page.evaluate(POINTS) == [3]
        assert page.locator(".lmw-shapes > g").get_attribute("clip-path")
        page.keyboard.press("End")
        assert page.locator(".lmw-shapes > g").get_attribute("clip-path") is None

        bars = visit(f"{address}/compare?study=bars")
        expect(bars.locator(".lmw-cell svg")).to_have_count(1)
        expect(bars.locator(".lmw-player")).to_be_hidden()


def test_a_paused_stage_keeps_its_place_and_zoom_and_comes_back_to_both_ends(address: str, visit: Open) -> None:
    """What arrives does not move a held clock, a rerun moves neither clock nor zoom, and a reload finds the same t."""
    page = visit(address + "?models=simulated%2Fslow:latency_s%3D0.4&temperatures=1&steps=40&walks=3")
    start(page)
    wait_for_answers(page, 30)
    press(page, "Pause")
    in_state(page, "paused")
    zoomed = zoom(page)
    drag(page, 7)
    page.wait_for_function(LENGTH_OF_ALL, arg=9)  # the start, seven steps, and where the head is
    expect(page.locator(".lmw-now .lmw-t")).to_have_text(["7"] * 3)

    before = answered(page)
    press(page, "Resume")
    wait_for_answers(page, before + 15)
    assert page.evaluate(LENGTHS) == [9] * 3
    assert place(page) == "t 7 of 40"
    page.get_by_label("Steps", exact=True).fill("41")
    page.get_by_label("Steps", exact=True).press("Enter")
    expect(page).to_have_url(re.compile("steps=41"))
    expect(page).to_have_url(re.compile("[?&]t=7(&|$)"))
    assert page.evaluate(RANGE) == zoomed
    assert page.evaluate(LENGTHS) == [9] * 3

    page.get_by_role("button", name="To the end").click()
    in_state(page, "done")
    page.wait_for_function(LENGTH_OF_ALL, arg=42)
    expect(page.locator(".lmw-now")).to_have_count(0)
    drag(page, 12)
    expect(page).to_have_url(re.compile("[?&]t=12(&|$)"))
    page.reload()
    page.wait_for_function("() => document.querySelector('.lmw-plot')?._fullLayout", timeout=WAIT_MS)
    page.wait_for_function(LENGTH_OF_ALL, arg=14)
    assert place(page) == "t 12 of 40"


def test_a_running_study_fills_compare_without_replacing_a_node(server: Server, asking: str, visit: Open) -> None:
    """Cells gain points and lose none, their rings go when they are full, and every node stays the same."""
    run = visit(asking + "?models=ollama%2Ftiny&temperatures=0&temperatures=1&steps=40&walks=2")
    start(run)
    in_state(run, "running")
    press(run, "Pause")
    server.latency_s = QUICK_S
    page = visit(f"{asking}/compare")
    expect(page.locator(".lmw-ring").filter(visible=True)).to_have_count(2)
    page.evaluate(HOLD_NODES)
    press(run, "Resume")
    in_state(run, "running")
    run.close()

    expect(page.locator(".lmw-ring").filter(visible=True)).to_have_count(0)

    expect(page.locator(".lmw-cell[data-points='40']")).to_have_count(2)
    page.wait_for_timeout(3000)  # the page draws itself once more when the run has ended
    assert page.evaluate("() => window.replaced()") == 0
    for cell in zip(*page.evaluate("() => window.points"), strict=True):
        assert list(cell) == sorted(cell)
        assert len(set(cell)) > 2


def test_pictures_can_be_picked_and_say_where_the_clock_rests(tmp_path: Path, visit: Open) -> None:
    """A click or Enter names the condition; the clock's place is told once it rests; names stay text."""
    script = tmp_path / "page.py"
    script.write_text(f"NAME = {EVIL!r}\n{APP}")
    with served(script) as address:
        page = visit(address)
        cells = page.locator(".lmw-cell")
        expect(page.locator(".lmw-cell[data-points='3']")).to_have_count(2)
        assert place(page) == "toss 2 of 3"
        expect(page.locator(".lmw-ring").filter(visible=True)).to_have_count(1)

        cells.nth(1).click()
        expect(page.get_by_text("picked second")).to_be_visible()
        expect(cells.nth(1)).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".lmw-large svg")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_text("picked None")).to_be_visible()
        expect(cells.nth(1)).to_be_focused()
        page.keyboard.press("ArrowLeft")
        expect(cells.nth(0)).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_text("picked first")).to_be_visible()
        assert place(page) == "toss 2 of 3"

        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        expect(page.get_by_text("heard [0]")).to_be_visible()
        page.keyboard.press("End")
        expect(page.get_by_text("heard [0, None]")).to_be_visible()
        assert page.locator("img[src='x']").count() == 0
        assert page.title() != "owned"
