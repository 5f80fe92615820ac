"""A process that holds a database and answers for it, and what is there after it or its guest was killed.

``kills(50)`` yields a row for each of both: how often it was killed, how many rows were lost or doubled.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lmwalk.errors import OwnerGoneError
from lmwalk.host import answer, holder, open_store
from lmwalk.jobs import ENDED, jobs_of
from lmwalk.store import Store
from lmwalk.study import Study
from tests import forked

PLAN = Study.of(name="walk", models=["ideal"], temperatures=[0.0, 1.0], trajectories=4, steps=250)
KEPT = ["condition", "trajectory", "t", "x", "y", "outcome", "status", "reply", "state_after", "seed"]
PATIENCE_S = 60.0


class Tally(NamedTuple):
    """What became of a study while one of both was killed so often."""

    killed: str
    kills: int
    lost: int
    doubled: int


def print_kills(tallies: Iterable[Tally]) -> None:
    """A row each, as it comes."""
    print("\n| killed | kills | lost | doubled |\n|---|--:|--:|--:|")
    for tally in tallies:
        print(f"| {' | '.join(map(str, tally))} |", flush=True)


def hold(database: Path, telling: Connection) -> None:
    """Hold a database and answer for it, until the process is ended."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    own = open_store(database)
    answer(own)
    telling.send(os.getpid())
    time.sleep(PATIENCE_S * 10)


def visit(database: Path, telling: Connection) -> None:
    """Run the study by way of whoever holds the database."""
    store = open_store(database)
    telling.send(holder(store) or 0)
    finish(store)


def begun(act: Any, database: Path) -> BaseProcess:
    """A process at the moment at which it has told that it is ready."""
    listening, telling = forked.CONTEXT.Pipe(duplex=False)
    process = forked.CONTEXT.Process(target=act, args=(database, telling), daemon=True)
    forked.start(process)
    telling.close()
    assert listening.poll(PATIENCE_S), "the process did not begin"
    assert listening.recv()
    return process


@contextmanager
def held(database: Path) -> Iterator[BaseProcess]:
    """A process that holds the database for as long as the block lasts."""
    process = begun(hold, database)
    try:
        yield process
    finally:
        process.kill()
        process.join()


def finish(store: Store) -> None:
    """Run the study to its end, wherever that is."""
    job = jobs_of(store).start(PLAN)
    while job.state not in ENDED:
        time.sleep(0.01)
    assert job.state == "done", job.error


def rows(store: Store) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Every step by where it stands. Fails where one stands there twice."""
    found = [(row[:3], row[3:]) for row in store.steps(PLAN.name)[KEPT].itertuples(index=False, name=None)]
    assert len(dict(found)) == len(found), "a step is there twice"
    return dict(found)


def _kill_owner(database: Path, seconds: float) -> None:
    """Kill the owner while a study runs that this process, a guest, has begun."""
    with held(database) as owner, open_store(database) as store:
        assert holder(store) == owner.pid
        timer = threading.Timer(seconds, owner.kill)
        timer.start()
        with suppress(OwnerGoneError):
            finish(store)
        timer.join()


def _kill_guest(database: Path, seconds: float) -> None:
    """Kill a guest while the study runs that it has begun; the owner goes on with it."""
    with held(database):
        guest = begun(visit, database)
        time.sleep(seconds)
        guest.kill()
        guest.join()
        with open_store(database) as store:
            finish(store)


def kills(each: int, seed: int = 0) -> Iterator[Tally]:
    """A row for the owner and one for the guest."""
    with tempfile.TemporaryDirectory() as home:
        with open_store(Path(home) / "whole.duckdb") as store:
            began = time.monotonic()
            finish(store)
            seconds, whole = time.monotonic() - began, rows(store)
        for who, kill in (("owner", _kill_owner), ("guest", _kill_guest)):
            lost = doubled = 0
            for number in range(each):
                database = Path(home) / f"{who} {number}.duckdb"
                kill(database, np.random.default_rng([seed, number]).random() * seconds)
                with open_store(database) as store:  # the next command
                    finish(store)
                    steps = store.steps(PLAN.name)
                    doubled += int(steps.duplicated(KEPT[:3]).sum())
                    found = {row[:3]: row[3:] for row in steps[KEPT].itertuples(index=False, name=None)}
                lost += sum(found.get(key) != value for key, value in whole.items())
            yield Tally(who, each, lost, doubled)
