"""Run, Pause, Step, Resume, Stop, and coming back, in a real browser."""

from __future__ import annotations

import math
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.chromium import WAIT_MS
from tests.browser.conftest import (
    Open,
    answered,
    at_rest,
    dashboard,
    in_state,
    paused_and_stepped,
    press,
    start,
    wait_for_answers,
)

SLOW = "?models=simulated%2Fslow:latency_s%3D0.1&temperatures=1&steps={steps}&walks=3"
TAGS_CUT = """(tag) => {
  const room = tag.closest('[data-testid="stMultiSelectTagsContainer"]').getBoundingClientRect();
  const tags = [...tag.parentElement.querySelectorAll('[data-tag]')];
  const inside = ({ top, right, bottom }) => top >= room.top && right <= room.right && bottom <= room.bottom;
  return tags.filter((each) => !inside(each.getBoundingClientRect())).map((each) => each.textContent);
}"""
PLACES_OF_STOP = """() => {
  const stop = [...document.querySelectorAll('button')].find((button) => button.innerText.includes('Stop'));
  window.places = new Set();
  const look = () => {
    const { x, y } = stop.getBoundingClientRect();
    window.places.add(`${Math.round(x)} ${Math.round(y)}`);
    requestAnimationFrame(look);
  };
  look();
}"""
PICTURE = ".lmw-plot .main-svg"


def bottom(page: Page) -> float:
    """The lower edge of the last figure, in pixels from the top of the window, once the page has come to rest."""
    last = page.locator('[data-testid="stMetric"]').last
    expect(last).to_be_visible()

    def edge() -> float:
        box = last.bounding_box()
        return box["y"] + box["height"] if box else math.nan  # which never equals itself

    return at_rest(page, edge, 250, 4)


def test_the_invitation_ends_in_a_finished_walk(tmp_path: Path, visit: Open) -> None:
    """On an empty database, as a user begins, one click brings the built-in model's walk to its end."""
    with dashboard(tmp_path / "results.duckdb", from_the_start=True) as address:
        page = visit(address)

        page.get_by_role("button", name="Run the built-in model").click()

        in_state(page, "done")
        assert answered(page) == 750
        expect(page.locator(PICTURE).first).to_be_visible()
        expect(page.locator(".lmw-list .lmw-row").first).to_be_visible()


def test_pause_step_resume_and_stop(address: str, visit: Open) -> None:
    """Paused, nothing is asked; a step asks one question a walk; a stopped run can be continued."""
    page = visit(address + SLOW.format(steps=400))
    start(page)
    in_state(page, "running")
    wait_for_answers(page, 6)

    before, after = paused_and_stepped(page)
    assert after == before + 3

    press(page, "Resume")
    in_state(page, "running")
    wait_for_answers(page, after)

    press(page, "Stop")
    in_state(page, "stopped")
    press(page, "Continue")
    in_state(page, "running")
    press(page, "Stop")
    in_state(page, "stopped")


def test_a_run_goes_on_without_its_tab(address: str, visit: Open) -> None:
    """A closed tab ends nothing; the address alone brings the run back, further than it was."""
    page = visit(address + SLOW.format(steps=80))
    start(page)
    in_state(page, "running")
    wait_for_answers(page, 3)
    left_at, url = answered(page), page.url
    page.close()

    again = visit(url)

    wait_for_answers(again, left_at)
    in_state(again, "done")
    assert answered(again) == 240


def test_a_reload_keeps_settings_and_study(address: str, visit: Open) -> None:
    """What was set and what was shown are there after a reload."""
    page = visit(address + "?models=ideal&temperatures=0.7&steps=12&walks=2")
    start(page)
    in_state(page, "done")

    page.reload()

    in_state(page, "done")
    assert answered(page) == 24
    expect(page.get_by_label("Steps", exact=True)).to_have_value("12")
    expect(page.locator(".lmw-heading strong")).to_have_text("ideal · T = 0.7")


def test_the_stage_is_seen_whole(address: str, visit: Open) -> None:
    """At 1440 x 900 the stage, its buttons and its figures need no scrolling, also after a reload of a named run."""
    page = visit(address + "?models=ideal&temperatures=1&name=mine")
    start(page)
    in_state(page, "done")
    before = bottom(page)

    page.reload()
    in_state(page, "done")
    assert bottom(page) == before <= 900

    start(page)
    expect(page.get_by_test_id("stToast")).to_contain_text("mine")
    assert bottom(page) == before


def test_every_chosen_model_is_seen_and_every_figure_is_read_whole(address: str, visit: Open) -> None:
    """Two long names stand below each other, the stage still fits, and no line below a figure is cut off."""
    page = visit(
        address + "?models=simulated%2Fbiased:p%3D0.4/0.3/0.2/0.1&models=simulated%2Fpeaked&steps=2000&walks=2"
    )
    start(page)
    in_state(page, "done")

    assert page.locator(".react-aria-ComboBox [data-tag]").first.evaluate(TAGS_CUT) == []
    lines = page.locator('[data-testid="stMetricDelta"] *').filter(visible=True)
    expect(lines.first).to_contain_text("no walls")
    assert lines.evaluate_all("all => all.filter((line) => line.scrollWidth > line.clientWidth).length") == 0
    assert bottom(page) <= 900


def test_a_server_that_is_down_is_named(address: str, visit: Open) -> None:
    """Where nothing answers, the page says what could not be reached instead of hanging."""
    page = visit(address + "?models=ollama%2Fgemma2:9b&temperatures=1&steps=2&walks=1")
    start(page)

    expect(page.get_by_role("alert").first).to_contain_text("Ollama", timeout=2 * WAIT_MS)


def test_the_buttons_stand_still_while_pause_becomes_resume(address: str, visit: Open) -> None:
    """A click on Stop cannot miss because the button beside it has just changed its words."""
    page = visit(address + SLOW.format(steps=400))
    start(page)
    in_state(page, "running")
    press(page, "Pause")
    in_state(page, "paused")
    page.wait_for_timeout(1500)
    page.evaluate(PLACES_OF_STOP)

    press(page, "Resume")
    in_state(page, "running")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    page.wait_for_timeout(1500)

    assert page.evaluate("() => window.places.size") == 1
