"""A study that worker processes ask, begun, steered and seen on the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from servers import Server, ollama_server

from lmwalk.host import open_store
from lmwalk.jobs import Place, jobs_of
from tests.browser.conftest import Open, in_state, press, start

FORM = "?models=ollama%2Ftiny&temperatures=1&walks=2&steps=40"


def said(page: Page) -> Locator:
    """Who asks, below the stage or in the panel of a study."""
    return page.get_by_text(re.compile(r"Asked by 2 workers on this machine\."))


def choose_workers(page: Page) -> None:
    """Choose two processes, under More."""
    page.get_by_role("button", name="More…").click()
    page.get_by_role("tab", name="Run", exact=True).click()
    page.get_by_label("Where it runs", exact=True).click()
    page.get_by_role("option", name="Processes on this computer", exact=True).click()
    expect(page.get_by_label("Processes", exact=True)).to_have_value("2")
    page.keyboard.press("Escape")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """An Ollama that takes its time until a test lets it hurry."""
    with ollama_server(latency_s=0.5) as running:
        monkeypatch.setenv("OLLAMA_HOST", running.url)
        yield running


def test_two_processes_ask_what_the_form_says(tmp_path: Path, server: Server, asking: str, visit: Open) -> None:
    """Stage and list say who asks, with a way to Dask's own page while there is one; the study is as from one process.

    The choice is still there after a look at another page.
    """
    page = visit(asking + FORM)
    choose_workers(page)
    start(page)
    in_state(page, "running")
    press(page, "Pause")
    link = page.get_by_role("link", name="Dask's dashboard")
    expect(link).to_have_attribute("target", "_blank")
    assert page.request.get(link.get_attribute("href") or "").ok

    page.get_by_role("link", name="Studies").click()
    expect(said(page)).to_be_visible()
    server.latency_s = 0.0
    press(page, "Resume")
    page.get_by_role("link", name="Walk", exact=True).click()
    in_state(page, "done")
    expect(said(page)).to_be_visible()
    expect(page.get_by_text("Set under More: asked by 2 workers on this machine.")).to_be_visible()

    press(page, "Set back")
    expect(page.get_by_text("Set under More")).to_have_count(0)
    server.latency_s = 0.5
    start(page)
    in_state(page, "running")
    expect(said(page)).to_have_count(0)
    with open_store(tmp_path / "results.duckdb") as store:
        far, near = store.study("walk 1"), store.study("walk 2")
        assert far.to_yaml().replace("walk 1", "walk 2") == near.to_yaml()
        assert len(store.steps("walk 1")) == far.total_steps
        places = [job.place for job in jobs_of(store).all()]
        assert places == [Place(workers=2), None]
