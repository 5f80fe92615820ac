"""The page Reproduce: what was published, and one's own study beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lmwalk.access import VARIABLE
from lmwalk.jobs import jobs_of
from lmwalk.published import experiment
from lmwalk.store import Store, open_store
from tests.ui.conftest import Page, button, open_page, texts


@pytest.mark.parametrize("name", ["walks", "coin-prior", "markov-chain", "telephone-rephrase"])
def test_the_page_shows_what_was_published_and_runs_it(page: Page, store: Store, name: str) -> None:
    """One press on Run; the study is then drawn beside what was published."""
    chosen = experiment(name)
    app = page("reproduce", experiment=name)
    assert not app.exception
    assert chosen.source.title in texts(app) and f"Run asks {chosen.study(chosen.stand_ins).total_steps:,}" in texts(
        app
    )
    if name != "coin-prior":
        return

    button(app, "Run").click().run()  # type: ignore[attr-defined]
    jobs_of(store).all()[0].wait()
    app.run()

    assert not app.exception
    assert "40 of 40 questions" in texts(app)


def test_a_read_only_page_shows_it_and_runs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was published is there for whoever may only look."""
    path = tmp_path / "r.duckdb"
    open_store(path).close()
    monkeypatch.setenv(VARIABLE, "1")
    monkeypatch.setenv("LMWALK_DB", str(path))
    app = open_page("reproduce")
    try:
        assert not app.exception and "read-only" in texts(app)
        assert "Run" not in {each.label for each in app.button}
    finally:
        open_store(path).close()
