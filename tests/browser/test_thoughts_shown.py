"""Thoughts, cut answers and rules on screen: folded, as text, and in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from servers import openai_server
from wire_forms import Told, body

from lmwalk.jobs import Jobs
from lmwalk.processes.grid import Grid
from lmwalk.processes.readers import rules_of
from lmwalk.store import open_store
from tests.browser.conftest import Open, dashboard
from tests.scripted import finished

HOSTILE = (
    "<img src=x onerror=\"document.title='taken'\"> <script>document.title='taken'</script> **UP** "
    "[link](http://evil.example) <b>bold</b> :red[red] $x^2$ \N{RIGHT-TO-LEFT OVERRIDE}DOWN"
)
WALK = [
    Told("Final answer: LEFT. (Not RIGHT.)", HOSTILE, tokens_in=900, tokens_out=80, thought_tokens=70),
    Told("", HOSTILE, finish="length", tokens_in=900, tokens_out=20),
]
CHAIN = [
    Told("A house by the river, old and grey.", tokens_in=900),
    Told("A house by the riv", HOSTILE, finish="length", tokens_in=900, tokens_out=20),
]


@pytest.fixture(scope="module")
def thinking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard with a walk and a chain by a model that thinks, and whose answers are cut off."""
    path: Path = tmp_path_factory.mktemp("thinking") / "results.duckdb"
    usual = {"models": ["openai/gpt-4o-mini"], "sampler": {"max_tokens": 20}, "trajectories": 1, "steps": 2}
    with open_store(path) as store, pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "none")
        for name, told, more in (
            ("walk", WALK, {}),
            ("chain", CHAIN, {"process": "telephone", "params": {"texts": ["one two three"]}}),
        ):
            with openai_server(written=lambda number, told=told: body("openai", told[number % 2])) as server:
                patch.setenv("OPENAI_BASE_URL", server.url)
                finished(Jobs(store), name=name, **usual, **more)
    with dashboard(path) as address:
        yield address


def nothing_was_taken(page: Page) -> None:
    assert page.title() != "taken"
    expect(
        page.locator("a[href*='evil.example'], img[src='x'], b:text-is('bold'), strong:text-is('UP')")
    ).to_have_count(0)


def test_the_stream_folds_a_thought_and_shows_it_as_text(thinking: str, visit: Open) -> None:
    """It is counted, out of sight until it is unfolded, and then word for word; the row opens with it."""
    page = visit(f"{thinking}/?study=walk")
    row = page.locator(".lmw-list .lmw-row").last
    thought = row.locator(".lmw-thought")
    expect(thought.locator("summary")).to_have_text("thought, 70 tokens")
    expect(thought.locator("bdi")).to_be_hidden()

    thought.locator("summary").click()

    expect(thought.locator("bdi")).to_be_visible()
    assert thought.locator("bdi").text_content() == HOSTILE
    expect(row.locator(".lmw-why")).to_have_text("negated")
    nothing_was_taken(page)


def test_what_was_cut_off_is_said_with_what_mends_it(thinking: str, visit: Open) -> None:
    """In the stream, and in a sentence with the limit and the settings; thinking time stands apart."""
    page = visit(f"{thinking}/?study=walk")

    expect(page.locator(".lmw-row.lmw-is-cut .lmw-read")).to_contain_text("cut off")
    expect(page.get_by_text("1 of 2 answers was cut off by the limit of 20 tokens, while the model")).to_be_visible()
    expect(page.get_by_text("set thinking: off")).to_be_visible()
    expect(page.get_by_text("Thought before 2 of 2 answers, about")).to_be_visible()
    expect(page.get_by_text("s of thinking and")).to_be_visible()


def test_a_step_shows_its_thought_folded_beside_its_reply(thinking: str, visit: Open) -> None:
    """Answer by answer and on the Data page, as text."""
    page = visit(f"{thinking}/?study=walk")
    page.get_by_text("Answer by answer").click()
    expect(page.get_by_text("while the model was still thinking, so there is no answer")).to_be_visible()
    page.get_by_text("Thought before it, about 20 tokens").click()
    expect(page.get_by_test_id("stText").filter(has_text="evil.example")).to_have_text(HOSTILE)
    nothing_was_taken(page)

    page = visit(f"{thinking}/data?study=walk")
    page.get_by_test_id("stDataFrame").locator(".dvn-scroller").click(position={"x": 300, "y": 52})
    expect(page.get_by_text("Rule: negated")).to_be_visible()
    page.get_by_text("Thought before it, 70 tokens").click()
    expect(page.get_by_test_id("stText")).to_have_text(HOSTILE)
    nothing_was_taken(page)


def test_a_text_that_was_cut_off_is_marked_and_its_thought_is_folded(thinking: str, visit: Open) -> None:
    """Under the text of its generation."""
    page = visit(f"{thinking}/telephone?study=chain")
    expect(page.locator(".lmw-note")).to_contain_text("cut off by the token limit")
    expect(page.locator(".lmw-page .lmw-cut")).to_be_visible()
    expect(page.locator(".lmw-page bdi")).to_have_text("A house by the riv")
    thought = page.locator(".lmw-reader .lmw-thought")
    expect(thought.locator("bdi")).to_be_hidden()

    thought.locator("summary").click()

    expect(thought.locator("bdi")).to_be_visible()
    assert thought.locator("bdi").text_content() == HOSTILE
    expect(page.get_by_text("a chain without one ended (on_cut: keep)")).to_be_visible()
    nothing_was_taken(page)


def test_the_rules_are_shown_with_examples(thinking: str, visit: Open) -> None:
    """On the tab Reading: how many answers each decided, and each rule with what it makes of a reply."""
    page = visit(f"{thinking}/?study=walk&figure=Reading")
    page.get_by_text("Answers by the rule that decided").click()
    for why in ("negated", "cut while thinking"):
        expect(page.locator("canvas td").filter(has_text=why).first).to_be_attached()

    page.get_by_text("The rules by which replies are read").click()

    negated = next(rule for rule in rules_of(Grid()) if rule.name == "negated")
    expect(page.locator("p").filter(has_text=negated.says)).to_be_visible()
    expect(page.get_by_text("“never LEFT” → not read")).to_be_visible()


def test_the_studies_page_counts_what_was_cut_off(thinking: str, visit: Open) -> None:
    """Beside what failed."""
    page = visit(f"{thinking}/studies")

    expect(page.locator(".lmw-shelf .lmw-errors").first).to_have_text("1 cut")
