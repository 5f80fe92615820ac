"""What every test shares: a clean environment, a real store, jobs that end with the test."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from lmwalk.jobs import Jobs
from lmwalk.store import Store, open_store

settings.register_profile("lmwalk", deadline=None)  # how long an example takes is no law
settings.load_profile("lmwalk")

SECRET = re.compile(r"(_API_KEY|_API_BASE|_BASE_URL|OLLAMA_HOST|LMWALK_DB)$")


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
