"""What a server does amiss, as a user of the page meets it: a wrong address, and a model that is being loaded."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect
from servers import ollama_server, web_page_server

from tests.browser.conftest import Open, dashboard, in_state, start

FORM = "?models={model}&temperatures=1&steps=2&walks=1"


def test_a_wrong_address_says_its_sentence(visit: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server whose address lacks its /v1: the run ends at once, and the page names the address that works."""
    with web_page_server() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        with dashboard(tmp_path / "results.duckdb") as address:
            page = visit(address + FORM.format(model="openai/tiny"))
            start(page)
            in_state(page, "unfinished")
            said = page.get_by_text(f"Models are listed at {server.url}/v1: set OPENAI_BASE_URL={server.url}/v1.")
            expect(said.first).to_be_visible()
        asked = [request.path for request in server.requests if request.path.endswith("/completions")]

    assert asked == ["/chat/completions"]


def test_a_model_that_is_loading_is_said_to_be(visit: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stage speaks of loading, which is no error and no wait for another try; then the run goes to its end."""
    with ollama_server(lambda _: "UP", load_s=8.0) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        with dashboard(tmp_path / "results.duckdb") as address:
            page = visit(address + FORM.format(model="ollama/tiny"))
            start(page)
            expect(page.locator(".lmw-waiting")).to_contain_text("its server may be loading the model")
            in_state(page, "done")
            expect(page.locator(".lmw-waiting")).to_be_empty()

    assert server.loads == 1
