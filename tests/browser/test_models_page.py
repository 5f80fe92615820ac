"""The page of models as a user meets it: a server of one's own, and samplers that are caught or pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from servers import openai_server

from tests.browser.chromium import WAIT_MS
from tests.browser.conftest import Open, dashboard, press

KEY = "correct-horse-battery-staple"
HOSTILE = ("<script>window.caught=1</script>", "<img/src=x/onerror=window.caught=1>", "[a](http://x)", "a\u202eb")
MOVES = {"UP": 0.4, "DOWN": 0.3, "LEFT": 0.2, "RIGHT": 0.1}
CAUGHT, PASSED = "The sampler is not what it is asked to be", "The sampler does what it is asked"


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("LAB_PW", KEY)
    with dashboard(tmp_path / "results.duckdb") as running:
        yield running


def add(page: Page, name: str, url: str, variable: str = "") -> None:
    for label, value in (("Name", name), ("Address", url), ("Variable of its key", variable)):
        page.get_by_label(label, exact=True).fill(value)
    press(page, "Add this server")


def cell(page: Page, words: str) -> None:
    """Wait until the table holds a text; its cells are on a canvas, with a copy for those who cannot see."""
    expect(page.locator('[role="gridcell"]').filter(has_text=words).first).to_be_attached()


def test_a_server_of_ones_own_is_added_and_its_sampler_caught(address: str, visit: Open, tmp_path: Path) -> None:
    """Its models are listed, names that mean harm are text, its hidden cut is found, and its key is let out nowhere."""
    with openai_server(models=("tiny", *HOSTILE), sampler="top_k=2", probabilities=MOVES) as server:
        page = visit(f"{address}/models?answers=50")
        add(page, "lab", server.url, "LAB_PW")
        expect(page.get_by_text("lab is on the list")).to_be_visible()
        cell(page, "endpoint/lab/tiny")
        page.goto(f"{address}/models?model=endpoint/lab/tiny&answers=50")
        press(page, "Probe")
        expect(page.get_by_text(CAUGHT)).to_be_visible()
        expect(page.get_by_text("keeps only the likeliest 2 tokens").first).to_be_visible()
        expect(page.locator(".js-plotly-plot .bars path").first).to_be_attached()
        page.goto(f"{address}/models?model=endpoint/lab/{HOSTILE[0]}")
        expect(page.get_by_text("has not been probed yet")).to_contain_text(HOSTILE[0])
        page.get_by_role("combobox", name=re.compile("Model")).click()
        expect(page.get_by_role("option", name=HOSTILE[1])).to_be_visible()
        html = page.content()
        assert {request.headers["Authorization"] for request in server.requests} == {f"Bearer {KEY}"}

    assert not page.evaluate("window.caught")
    assert KEY not in html
    for path in tmp_path.iterdir():
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path


def test_the_peaked_simulation_is_caught_and_the_honest_one_passes(address: str, visit: Open) -> None:
    """One click each; the verdict stays after a reload."""
    page = visit(f"{address}/models?model=simulated/peaked")
    press(page, "Probe")
    expect(page.get_by_text(CAUGHT)).to_be_visible()
    page.reload()
    expect(page.get_by_text(CAUGHT)).to_be_visible()
    page.goto(f"{address}/models?model=simulated/honest")
    press(page, "Probe")
    expect(page.get_by_text(PASSED)).to_be_visible()


def test_a_probe_shows_its_progress_and_can_be_stopped(address: str, visit: Open) -> None:
    """A slow model is stopped long before its last question."""
    page = visit(f"{address}/models?model=simulated/slow:latency_s=1")
    press(page, "Probe")
    expect(page.get_by_text(re.compile("[1-9] of at most 534 questions. The same question"))).to_be_visible()
    press(page, "Stop")
    expect(page.get_by_text("The probe was stopped")).to_be_visible()


def test_a_dead_server_is_a_clear_sentence(address: str, visit: Open) -> None:
    """Beside its address, and where it is probed all the same."""
    page = visit(f"{address}/models")
    add(page, "gone", "http://127.0.0.1:9/v1")
    cell(page, "endpoint/gone/...")
    expect(page.locator("p").filter(has_text="gone: nothing answers at")).to_be_visible()
    page.goto(f"{address}/models?model=endpoint/gone/tiny")
    press(page, "Probe")
    expect(page.get_by_text(re.compile("Nothing answers at .*Start that server"))).to_be_visible(timeout=3 * WAIT_MS)


def test_a_pasted_key_leaves_the_page(address: str, visit: Open, tmp_path: Path) -> None:
    """What was taken for a key is refused, and stands neither on the page nor in a file."""
    page = visit(f"{address}/models")
    add(page, "lab", "http://127.0.0.1:9/v1", KEY)
    expect(page.get_by_text("never the key.")).to_be_visible()
    expect(page.get_by_label("Variable of its key", exact=True)).to_have_value("")
    assert KEY not in page.content()
    assert not (tmp_path / "endpoints.yaml").exists()
    assert KEY not in (tmp_path / "results.log").read_text()
