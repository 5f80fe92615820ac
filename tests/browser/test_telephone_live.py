"""Chains in a real browser: texts arrive, are paged through, compared word for word, and taken away."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, answered, in_state, paused_and_stepped, press, start, wait_for_answers
from tests.browser.test_live import WATCH
from tests.browser.test_walk import bottom

SWAPPER = "/telephone?models=simulated%2Fswapper:latency_s%3D{latency_s}&seeds=1&generations={generations}"
LAST = "() => document.querySelector('.lmw-plot')?.data?.[0]?.x?.at(-1)"


def text(page: Page) -> str:
    return page.locator(".lmw-page").inner_text()


def turn(page: Page, generation: int) -> None:
    page.locator(".lmw-slider").fill(str(generation))
    expect(page.locator(".lmw-place")).to_contain_text(f"generation {generation} of")


def test_chains_are_watched_paused_stepped_and_read(address: str, visit: Open) -> None:
    """Texts and curves grow; a step hands each text on once; the slider shows any generation, and what changed."""
    page = visit(address + SWAPPER.format(generations=10, latency_s=0.5))
    start(page)
    in_state(page, "running")
    wait_for_answers(page, 60)
    page.wait_for_function(f"() => ({LAST})() > 2")
    page.evaluate(WATCH)

    before, after = paused_and_stepped(page)
    assert after == before + 20

    turn(page, 1)
    turned = text(page)
    turn(page, 0)
    first = text(page)
    assert turned.split() == first.split()[::-1]

    turn(page, 1)
    page.get_by_role("radio", name="Since the first").click()
    assert page.locator(".lmw-page ins").count() > 0
    assert page.locator(".lmw-page del").count() > 0
    turn(page, 2)
    expect(page.locator(".lmw-note")).to_contain_text("not a word changed")
    page.get_by_role("radio", name="Since the one before").click()
    assert page.locator(".lmw-page ins").count() > 0

    press(page, "Resume")
    in_state(page, "done")
    assert answered(page) == 200
    page.wait_for_function(f"() => ({LAST})() === 2")
    expect(page.locator(".lmw-place")).to_contain_text("generation 2 of 10")
    page.get_by_role("button", name="To the end").click()
    page.wait_for_function(f"() => ({LAST})() === 10")
    assert page.evaluate("() => [window.seen.nodes.size, window.seen.flat]") == [1, 0]
    assert bottom(page) <= 900


def test_a_click_on_a_line_opens_its_texts_and_all_can_be_taken_away(address: str, visit: Open, tmp_path: Path) -> None:
    """The chain whose line is clicked is read; the chains come as a CSV file with every generation."""
    page = visit(address + SWAPPER.format(generations=3, latency_s=0.05))
    start(page)
    in_state(page, "done")
    page.wait_for_function(f"() => ({LAST})() === 3")
    name = page.locator(".lmw-chain").inner_text()

    # Plotly's own event, as a click on a line of two pixels would have to be aimed by luck
    page.evaluate("() => document.querySelector('.lmw-plot').emit('plotly_click', { points: [{ curveNumber: 7 }] })")
    expect(page.locator(".lmw-chain")).not_to_have_text(name)

    page.goto(f"{address}/compare")
    expect(page.locator(".lmw-cell svg")).to_have_count(1)
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Chains", exact=True).click()
    download.value.save_as(tmp_path / "chains.csv")
    with (tmp_path / "chains.csv").open(newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 20 * 4


def test_the_invitation_ends_in_an_attractor(address: str, visit: Open) -> None:
    """On an empty database one click plays the simulation to its end, and its attractor stands below."""
    page = visit(f"{address}/telephone")

    page.get_by_role("button", name="Run the simulation").click()

    in_state(page, "done")
    assert answered(page) == 800
    expect(page.get_by_test_id("stMetric").first).to_contain_text("Strength")
    expect(page.get_by_test_id("stMetricValue").first).to_have_text(re.compile("[0-9]"))


def test_chains_made_elsewhere_are_brought_in_and_read(address: str, visit: Open, tmp_path: Path) -> None:
    """A CSV file becomes a study whose texts are read like any other; a wrong one is refused in a sentence."""
    rows = [("m", "retell", 0, 0, t, f"the text of generation {t}") for t in range(4)]
    with (tmp_path / "made.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("model", "task", "initial", "seed", "generation", "text"), *rows])
    (tmp_path / "wrong.csv").write_text("a,b\n1,2\n")
    page = visit(f"{address}/telephone")
    page.get_by_text("Import chains made elsewhere").click()

    page.locator("input[type=file]").last.set_input_files(tmp_path / "wrong.csv")
    press(page, "Import")
    expect(page.get_by_text("Nothing was imported")).to_be_visible()
    expect(page.get_by_test_id("stAlert").last).to_contain_text("wrong.csv")
    page.locator("input[type=file]").last.set_input_files(tmp_path / "made.csv")
    expect(page.get_by_text("Nothing was imported")).to_have_count(0)  # the server has the new file
    press(page, "Import")

    in_state(page, "done")
    expect(page.locator(".lmw-page")).to_have_text("the text of generation 3")
    page.wait_for_function(f"() => ({LAST})() === 3")
    turn(page, 0)
    expect(page.locator(".lmw-page")).to_have_text("the text of generation 0")


def test_a_hostile_text_stays_text(address: str, visit: Open) -> None:
    """Markup in an initial text is shown letter by letter, in the reader and in what changed."""
    page = visit(address + SWAPPER.format(generations=2, latency_s=0.05))
    page.get_by_role("button", name="Texts…").click()
    page.get_by_role("textbox", name="Type a text").fill(
        "<script>alert(1)</script> <img src=x onerror=alert(1)> [a](http://b) <b>c"
    )
    page.get_by_role("textbox", name="Type a text").blur()
    page.keyboard.press("Escape")
    start(page)
    in_state(page, "done")
    page.get_by_role("combobox", name="Chain").last.click()
    page.keyboard.type("<script>")
    page.get_by_role("option").filter(has_text="<script>").first.click()

    turn(page, 0)
    expect(page.locator(".lmw-page")).to_contain_text("<script>alert(1)</script> <img src=x onerror=alert(1)>")
    assert page.locator(".lmw-stage script, .lmw-stage img, .lmw-page b, .lmw-page a").count() == 0
