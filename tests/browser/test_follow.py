"""The stage goes where the answers are: models of one server are asked in turn, and watched in turn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from servers import Server, slowing_server

from tests.browser.conftest import Open, answered, in_state, press, start, wait_for_answers

FORM = "?models=ollama%2Ftiny&models=ollama%2Fgemma2:9b&temperatures=1&steps={steps}&walks=2&at_once=1"
FIRST, SECOND = "ollama/tiny \u00b7 T = 1", "ollama/gemma2:9b \u00b7 T = 1"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """So slow from the first questions to the second model on that it is seen while it is asked."""
    with slowing_server(125, 0.05) as running:
        monkeypatch.setenv("OLLAMA_HOST", running.url)
        yield running


def heading(page: Page) -> str:
    return page.locator(".lmw-heading strong").text_content() or ""


def on_stage(page: Page, name: str) -> None:
    expect(page.locator(".lmw-heading strong")).to_have_text(name)
    expect(page.locator(".lmw-list .lmw-row").first).to_be_visible()


def choice(page: Page) -> str:
    return page.locator(".st-key-cell input").input_value()


def choose(page: Page, name: str) -> None:
    page.locator(".st-key-cell input").click()
    page.get_by_role("option", name=name, exact=True).click()


def test_the_stage_follows_models_that_are_asked_in_turn(server: Server, asking: str, visit: Open) -> None:
    """First the one, then the other, each with its replies; the address says nothing until the end is kept in it."""
    page = visit(asking + FORM.format(steps=60))
    start(page)

    on_stage(page, FIRST)
    assert choice(page) == "follow the run"
    on_stage(page, SECOND)
    assert answered(page) < 240
    server.latency_s = 0.01

    in_state(page, "done")
    on_stage(page, SECOND)
    expect(page.locator(".st-key-cell input")).to_have_value(SECOND)
    page.wait_for_url("**cell=ollama**gemma2**")
    shared = visit(page.url)
    on_stage(shared, SECOND)


def test_a_choice_of_ones_own_stays_and_the_next_run_is_followed_again(asking: str, visit: Open) -> None:
    """What the user chose for a run is left alone; a run that begins afterwards was not chosen for."""
    page = visit(asking + FORM.format(steps=60))
    start(page)
    on_stage(page, FIRST)
    choose(page, SECOND)
    expect(page.locator(".lmw-heading strong")).to_have_text(SECOND)
    page.wait_for_url("**cell=ollama**gemma2**")
    wait_for_answers(page, answered(page) + 20)
    assert heading(page) == SECOND
    press(page, "Stop")
    in_state(page, "stopped")

    start(page)

    in_state(page, "running")
    on_stage(page, FIRST)
    assert choice(page) == "follow the run"
    assert "cell=" not in page.url
    press(page, "Stop")
    in_state(page, "stopped")
