"""A real page of a model that thinks first: the sentence with its number, before any figure, and as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from servers import Server, openai_server

from lmwalk.jobs import Jobs
from lmwalk.store import open_store
from lmwalk.study import Study
from tests.browser.chromium import show_results
from tests.browser.conftest import Open, dashboard

PLAN = Study.of(
    name="thinker",
    process="in-context",
    measurement="probabilities",
    models=["openai/tiny"],
    params={"thetas": [0.2], "examples": [0, 1, 3]},
    trajectories=1,
    steps=3,
)
SENTENCE = (
    "openai/tiny: in 15 of 15 questions the outcomes hold less than a tenth of the probability (median 0.030, least "
    "0.030), and what is shown of them rests on that alone. Likelier beginnings of an answer: "
    '"<think>" (0.950), "<img src=x onerror=alert(1)>\\n$x$ **b**" (0.020).'
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with openai_server() as running:
        hostile = "<img src=x onerror=alert(1)>\n$x$ **b**"
        running.probabilities = {"<think>": 0.95, "heads": 0.02, "tails": 0.01, hostile: 0.02}
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
        yield running


@pytest.fixture
def thought(server: Server, tmp_path: Path) -> Iterator[str]:
    """The address of a dashboard whose one study was asked of a model that thinks first."""
    with open_store(tmp_path / "results.duckdb") as store:
        job = Jobs(store).start(PLAN)
        job.wait(timeout_s=60)
        assert (job.state, job.error) == ("done", None)
        stored = json.loads(store.steps("thinker")["distribution"][0])
        assert len(stored["instead"]) == 2
    with dashboard(tmp_path / "results.duckdb") as running:
        yield running


@pytest.mark.parametrize("page", ["draws", "compare"])
def test_the_sentence_with_its_number_stands_above_the_beliefs(thought: str, visit: Open, page: str) -> None:
    """Word for word, its tokens as text; on the page of draws the figure has the number too."""
    opened = visit(f"{thought}/{page}?study=thinker")
    if page == "draws":
        show_results(opened)

    warning = opened.get_by_test_id("stAlert").filter(has_text="less than a tenth")
    expect(warning).to_have_count(1)
    said = warning.inner_text().replace("\N{WORD JOINER}", "")
    assert SENTENCE in " ".join(said.split())
    assert warning.locator("img, b, .katex").count() == 0
    if page == "draws":
        line = "Outcomes hold 0.030 of the probability (median); less than a tenth in 15 of 15 questions"
        expect(opened.locator(".js-plotly-plot").last).to_contain_text(line)
        expect(opened.locator(".lmw-list .lmw-row").first).to_contain_text('97% on no outcome, "<think>" 95%')
