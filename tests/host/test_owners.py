"""Real processes: who comes first holds the database, the others visit; whoever is killed takes nothing along."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lmwalk.host import holder, open_store
from lmwalk.jobs import jobs_of
from lmwalk.store import open_store as own_store
from tests.owners import PLAN, Tally, finish, held, kills, rows

# the socket that httpx could not connect is left to the collector
pytestmark = [pytest.mark.process, pytest.mark.filterwarnings("ignore:Exception ignored in. <socket")]


def test_who_comes_second_visits_and_then_owns(tmp_path: Path) -> None:
    """A study that a guest runs is in the file that it opens itself once its owner is gone."""
    database = tmp_path / "r.duckdb"
    with held(database) as owner:
        with open_store(database) as guest:
            assert holder(guest) == owner.pid
            assert open_store(database) is guest
            finish(guest)
            told = rows(guest)
            assert jobs_of(guest).moving() == [(PLAN.name, False)]
        owner.kill()
        owner.join()
        with open_store(database) as own:
            assert holder(own) is None
            assert rows(own) == told
    assert len(told) == PLAN.total_steps


def test_nothing_is_lost_or_doubled_by_a_kill() -> None:
    """Owner and guest killed at random moments: the next command completes the study, as if nothing had been."""
    assert list(kills(2, seed=os.getpid())) == [Tally("owner", 2, 0, 0), Tally("guest", 2, 0, 0)]


def test_a_store_that_is_only_looked_at_visits_as_well(tmp_path: Path) -> None:
    """What could not be opened beside its owner is read through it."""
    database = tmp_path / "r.duckdb"
    with held(database), open_store(database, read_only=True) as guest:
        assert guest.read_only
        assert guest.studies().empty
    own_store(database).close()
