"""What every test shares: a clean environment, a real store, jobs that end with the test."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from lmwalk.jobs import Jobs
from lmwalk.store import Store, open_store

settings.register_profile("lmwalk", deadline=None)  # how long an example takes is no law
settings.load_profile("lmwalk")

SECRET = re.compile(r"(_API_KEY|_API_BASE|_BASE_URL|OLLAMA_HOST|LMWALK_DB)$")


LONG = (
    "test_buttons_of_comparisons.py",
    "test_endings.py",
    "test_buttons_of_runs.py",
    "test_kills.py",
    "test_absurd.py",
    "test_cli.py",
    "test_buttons_of_lists.py",
    "test_queries.py",
    "test_fitting.py",
    "test_faults.py",
    "test_builtin_draws.py",
)
"""Files that take half a minute and more, the longest first. A name that is missing here costs time alone."""


PROCESSES = {
    "test_absurd.py",
    "test_apart.py",
    "test_cli.py",
    "test_endings.py",
    "test_kills.py",
    "test_queries.py",
}
"""Files whose tests start processes of their own; no other may."""
STARTS = {"subprocess.Popen", "os.fork", "os.posix_spawn"}
"""What Python calls the start of a process where it is audited."""
_may_start = [True]


def _look_for_starts(event: str, _: object) -> None:
    if event in STARTS and not _may_start[-1]:
        raise AssertionError("This test starts a process: name its file in PROCESSES of tests/conftest.py.")


sys.addaudithook(_look_for_starts)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let only those tests start processes that say so."""
    _may_start.append(any(item.iter_markers("process")) or any(item.iter_markers("browser")))
    try:
        return (yield)
    finally:
        _may_start.pop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts processes; put long files first, as files are dealt out in this order (see start.py).

    So no process is left alone with a long one at the end. Tests keep their order within a file.
    """
    for item in items:
        if item.path.name in PROCESSES:
            item.add_marker(pytest.mark.process)
    turn = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: (turn.get(item.path.name, len(LONG)), item.path.parent.name != "browser"))


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


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "results.duckdb") as opened:
        yield opened


@pytest.fixture
def jobs(store: Store) -> Jobs:
    return Jobs(store)
