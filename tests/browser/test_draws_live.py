"""Draws in a real browser: a coin is followed live, paused, stepped, and read beside the exact posterior."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.chromium import WAIT_MS
from tests.browser.conftest import Open, answered, in_state, paused_and_stepped, press, start, wait_for_answers
from tests.browser.test_live import WATCH
from tests.browser.test_walk import bottom

ONE_WORDING = "prompt_series_messages=So%20far:%7Bresults%7D%20What%20next?"
SLOW = f"/draws?experiment=Switching+coin&models=simulated%2Fslow:latency_s%3D0.2&{ONE_WORDING}"
FLIPS = f"/draws?experiment=Sequence&models=ideal&questions_sequence_100=30&{ONE_WORDING}"
LAST_X = "() => document.querySelector('.lmw-plot')?.data?.[0]?.x?.at(-1)"


def figure(page: Page, name: str) -> str:
    """The value under a figure's name."""
    metric = page.get_by_test_id("stMetric").filter(has_text=name).first
    return metric.get_by_test_id("stMetricValue").inner_text()


def posterior(seen: int) -> float:
    """(1 + heads) / (2 + n) after the first tosses of the default switching coin."""
    from lmwalk.registry import processes

    heads = processes["switching"]().tosses(0)[:seen].count("heads")
    return (1 + heads) / (2 + seen)


def test_a_coin_is_followed_live_paused_stepped_and_read(address: str, visit: Open) -> None:
    """A step asks exactly one more question, and the posterior on the page is the exact one for the tosses shown."""
    page = visit(address + SLOW)
    start(page)
    in_state(page, "running")
    wait_for_answers(page, 6)
    page.wait_for_function("() => document.querySelector('.lmw-plot')?._fullLayout")
    page.evaluate(WATCH)

    before, after = paused_and_stepped(page)
    assert after == before + 1

    seen = before  # the first question shows no toss
    expect(page.get_by_test_id("stMetric").first).to_contain_text(f"after {seen} tosses")
    assert figure(page, "Posterior") == f"{posterior(seen):.3f}"
    assert figure(page, "P(heads) now") == "0.500"
    page.wait_for_function(f"() => ({LAST_X})() === {seen}")

    press(page, "Resume")
    wait_for_answers(page, after + 5)
    assert page.evaluate("() => [window.seen.nodes.size, window.seen.flat]") == [1, 0]


def test_own_flips_run_to_their_end_with_the_share_beside_a_fair_coin(address: str, visit: Open) -> None:
    """Thirty flips end at thirty results; one sequence has no interval, a fair share stands beside its own."""
    page = visit(address + FLIPS)
    start(page)
    in_state(page, "done")

    expect(page.locator(".lmw-list .lmw-row").first).to_contain_text("P(heads) = 0.500")
    page.wait_for_function(f"() => ({LAST_X})() === 30")
    expect(page.get_by_test_id("stMetric").first).to_contain_text("one distinct sequence, no interval")
    expect(page.get_by_test_id("stMetric").first).to_contain_text("fair 50.0%")


def test_the_invitation_ends_in_beliefs(address: str, visit: Open) -> None:
    """On an empty database one click shows the built-in model three coins."""
    page = visit(f"{address}/draws")

    page.get_by_role("button", name="Run the built-in model").click()

    in_state(page, "done")
    assert answered(page) == 105
    page.wait_for_function(
        "() => document.querySelector('.lmw-plot')?.data?.slice(0, 3).every((t) => t.x.length === 8)"
    )


def test_the_stage_of_draws_is_seen_whole(address: str, visit: Open) -> None:
    """At 1440 x 900 the stage, its buttons and its figures need no scrolling."""
    page = visit(address + FLIPS)
    start(page)
    in_state(page, "done")

    assert bottom(page) <= 900


def test_settings_and_study_survive_a_reload(address: str, visit: Open) -> None:
    """What was set and what was shown are there after a reload."""
    page = visit(address + FLIPS)
    start(page)
    in_state(page, "done")

    page.reload()

    in_state(page, "done")
    expect(page.get_by_label("Steps", exact=True)).to_have_value("30")
    expect(page.locator(".lmw-heading strong")).to_have_text("ideal")
    expect(page.get_by_label("Experiment", exact=True).first).to_be_visible(timeout=WAIT_MS)
