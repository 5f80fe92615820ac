"""Compare's atlas and its downloads in a real browser."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as pq
from playwright.sync_api import expect
from scripted import finished

from lmwalk.jobs import Jobs
from lmwalk.store import open_store
from tests.browser.conftest import Open, dashboard


def test_every_condition_has_its_picture_and_both_files_hold_every_step(tmp_path: Path, visit: Open) -> None:
    """Two models at three temperatures: six pictures with the same range, and 2 x 3 x 2 x 10 rows to take away."""
    path = tmp_path / "results.duckdb"
    with open_store(path) as store:
        finished(Jobs(store), models=["ideal", "simulated/biased"], temperatures=[0.0, 0.5, 1.0])

    with dashboard(path) as address:
        page = visit(f"{address}/compare")
        expect(page.locator(".lmw-cell svg")).to_have_count(6)
        ranges = page.locator(".lmw-cell svg").evaluate_all("all => all.map((svg) => svg.getAttribute('viewBox'))")
        assert len(set(ranges)) == 1

        page.get_by_role("button", name="Export").click()
        for name in ("CSV", "Parquet"):
            with page.expect_download() as download:
                page.get_by_role("button", name=name, exact=True).click()
            download.value.save_as(tmp_path / name)

        # made beside the page: the menu stays open, and nothing of the page is drawn anew
        page.evaluate("() => { window.cell = document.querySelector('.lmw-cell svg') }")
        page.get_by_role("button", name="GIF", exact=True).click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Save GIF").click()
        download.value.save_as(tmp_path / download.value.suggested_filename)
        assert page.evaluate("() => window.cell.isConnected")

    assert (tmp_path / "walk - film.gif").read_bytes().startswith(b"GIF89a")
    with (tmp_path / "CSV").open(newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 120
    assert pq.read_table(tmp_path / "Parquet").num_rows == 120


def test_draws_have_pictures_of_their_own(tmp_path: Path, visit: Open) -> None:
    """A line and a learner's line for each of two coins in every picture; three lines of numbers below it."""
    path = tmp_path / "results.duckdb"
    with open_store(path) as store:
        finished(
            Jobs(store),
            process="in-context",
            params={"thetas": [0.2, 0.8], "examples": [0, 1, 5]},
            measurement="probabilities",
            models=["ideal", "simulated/filter:gamma=0.8"],
            trajectories=1,
            steps=3,
        )

    with dashboard(path) as address:
        page = visit(f"{address}/compare")
        expect(page.locator(".lmw-cell svg")).to_have_count(2)
        for role in ("own", "learner"):
            expect(page.locator(f".lmw-cell svg .lmw-{role}")).to_have_count(4)
        ends = page.locator(".lmw-cell svg .lmw-own").first.get_attribute("points")
        assert ends is not None
        assert len(ends.split()) == 3
        page.get_by_text("Numbers", exact=True).click()
        expect(page.locator(".lmw-cell .lmw-lines").first.locator("span")).to_have_count(3)
        expect(page.locator(".lmw-cell [data-label='discount gamma']").first).to_be_visible()


def test_a_reload_on_a_page_below_stays_there(tmp_path: Path, visit: Open) -> None:
    """The first visit to a fresh server may go straight to Compare, with the whole navigation beside it."""
    with dashboard(tmp_path / "results.duckdb", from_the_start=True) as address:
        page = visit(f"{address}/compare")

        expect(page.locator("h1")).to_have_text("Compare")
        expect(page.get_by_role("link", name="Built-in model")).to_be_visible()


def test_a_click_opens_a_condition_that_a_link_opens_too(tmp_path: Path, visit: Open) -> None:
    """The picture that was clicked is large with its replies beside it, and the address says so for anyone."""
    path = tmp_path / "results.duckdb"
    with open_store(path) as store:
        finished(Jobs(store), models=["ideal"], temperatures=[0.5, 1.0], trajectories=2, steps=6)

    with dashboard(path) as address:
        page = visit(f"{address}/compare?show=Directions")
        page.locator(".lmw-cell").nth(1).click()
        expect(page.locator(".lmw-picked")).to_have_count(1)
        expect(page.locator(".lmw-large svg")).to_be_in_viewport()
        expect(page.locator(".lmw-replies li")).to_have_count(12)
        page.get_by_role("tab", name="Displacement").click()
        page.wait_for_url("**figure=Displacement**")

        shared = visit(page.url)
        expect(shared.locator(".lmw-cell").nth(1)).to_have_attribute("aria-pressed", "true")
        expect(shared.get_by_role("tab", name="Displacement")).to_have_attribute("aria-selected", "true")
        expect(shared.get_by_role("radio", name="Directions")).to_be_checked()


BOXES = """() => [...document.querySelectorAll('.lmw-cell')].map((cell) => {
  const { left, top, right, bottom } = cell.getBoundingClientRect();
  return [left, top, right, bottom];
})"""


def test_a_grid_of_two_studies_fits_the_window_and_says_its_numbers_at_the_clock(tmp_path: Path, visit: Open) -> None:
    """Five by seven stand whole in 1440 x 900, rows of another study below, in one tab stop, with numbers of t."""
    path, temperatures = tmp_path / "results.duckdb", [1.0, 0.0, 0.5, 0.1, 2.0, 1.5, 0.3]
    ways = ("0.4/0.3/0.2/0.1", "0.1/0.2/0.3/0.4", "0.7/0.1/0.1/0.1", "1/0/0/0")
    models = ["ideal", *(f"simulated/biased:p={way}" for way in ways)]
    shared = {"temperatures": temperatures, "trajectories": 1, "steps": 6}
    with open_store(path) as store:
        finished(Jobs(store), name="grid", models=models, **shared)
        finished(Jobs(store), name="legacy", models=models[-1:], params={"rules": "legacy"}, **shared)

    with dashboard(path) as address:
        page = visit(f"{address}/compare?study=grid")
        expect(page.locator(".lmw-cell[data-points='6']")).to_have_count(35)
        assert page.locator(".lmw-top").all_inner_texts() == ["0", "0.1", "0.3", "0.5", "1", "1.5", "2"]
        boxes = page.evaluate(BOXES)
        assert all(left >= 0 and right <= 1440 and bottom <= 900 for left, _, right, bottom in boxes)
        assert len({(left, top) for left, top, *_ in boxes}) == 35
        assert page.locator(".lmw-cell[tabindex='0']").count() == 1

        page.get_by_text("Numbers", exact=True).click()
        page.locator(".lmw-slider").fill("2")
        last = page.locator(".lmw-row", has_text="p=1/0/0/0").locator(".lmw-cell").first.locator(".lmw-lines span")
        expect(last.first).to_have_text("2.0")
        assert last.all_inner_texts()[1:] == ["↑100 ↓0 ←0 →0", "0 of 2"]
        page.get_by_label("filter models").fill("ideal")
        expect(page.locator(".lmw-cell").filter(visible=True)).to_have_count(7)

        both = visit(f"{address}/compare?study=grid&also=legacy")
        expect(both.locator(".lmw-cell[data-points='6']")).to_have_count(42)
        expect(both.get_by_text("rules corrected")).to_be_visible()
        both.locator(".lmw-row", has_text="legacy").locator(".lmw-cell").last.click()
        expect(both.locator(".lmw-large-name")).to_have_text("legacy · simulated/biased:p=1/0/0/0 · T = 2")
        expect(both.locator(".lmw-replies li")).to_have_count(6)
