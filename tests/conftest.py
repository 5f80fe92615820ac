"""What every test shares: a clean environment, a real store, jobs that end with the test."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from starts import held_to, starts_processes

from lmwalk.jobs import Jobs
from lmwalk.store import Store, open_store

settings.register_profile("lmwalk", deadline=None)  # how long an example takes is no law
settings.load_profile("lmwalk")

SECRET = re.compile(r"(_API_KEY|_API_BASE|_BASE_URL|OLLAMA_HOST|LMWALK_DB)$")


LONG = (
    "test_buttons.py",
    "test_hostile.py",
    "test_every_process.py",
    "test_validity.py",
    "test_endings.py",
    "test_draws_page.py",
    "test_queries.py",
    "test_pages.py",
    "test_compare_views.py",
    "test_absurd.py",
    "test_kills.py",
    "test_cli.py",
    "test_pictures.py",
    "test_faults.py",
    "test_plot.py",
    "test_recipes.py",
    "test_rereading.py",
    "test_hands.py",
    "test_probe.py",
    "test_builtin_draws.py",
    "test_bundles.py",
    "test_motion.py",
    "test_reading.py",
    "test_reread.py",
    "test_builtin.py",
    "test_same_rows.py",
    "test_importing.py",
    "test_waiting.py",
    "test_fitting.py",
    "test_chain_figures.py",
    "test_drawings.py",
)
"""Files that take about ten seconds and more, the longest first; --quick leaves them out."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes long and what starts processes; put long files first, as files are dealt out in this order.

    So no process of start.py is left alone with a long one at the end. Tests keep their order within a file.
    """
    for item in items:
        if item.path.name in LONG:
            item.add_marker(pytest.mark.long)
        if starts_processes(item):
            item.add_marker(pytest.mark.process)
    turn = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: (turn.get(item.path.name, len(LONG)), item.path.parent.name != "browser"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Only what is marked may start a process."""
    with held_to(may_start=any(item.iter_markers("process")) or any(item.iter_markers("browser"))):
        return (yield)


@pytest.fixture(autouse=True, scope="session")
def _signals_are_not_ignored() -> Iterator[None]:
    """What a shell starts in the background ignores Ctrl-C, and so would all that is started from here."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the keys and servers of the machine it runs on."""
    for name in filter(SECRET.search, list(os.environ)):
        monkeypatch.delenv(name)
    # a port where nothing listens, so that a real Ollama on this machine is never asked
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")


@pytest.fixture(scope="session")
def materials(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    """What each small study of ``figures/datasets.py`` gives to its figures: run once, and only read."""
    from figures.datasets import material

    folder = tmp_path_factory.mktemp("materials")
    with ExitStack() as stack:

        @cache
        def made(name: str) -> Any:
            own = stack.enter_context(open_store(folder / f"{name}.duckdb"))
            return material(Jobs(own), own, name)

        yield made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "results.duckdb") as opened:
        yield opened


@pytest.fixture
def jobs(store: Store) -> Jobs:
    return Jobs(store)
