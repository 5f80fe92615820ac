"""A Dask scheduler with workers, each a process on loopback, and what is there after one of them was killed.

``kills(50)`` yields a row for worker, scheduler and owner: how often it was killed, how many steps were lost, doubled.
"""

from __future__ import annotations

import asyncio
import os
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import numpy as np

from lmwalk.jobs import ENDED, Job, Place, jobs_of
from lmwalk.store import Store, open_store
from lmwalk.study import Study
from tests import forked
from tests.owners import KEPT, Tally

SLOW = Study.of(name="slow", models=["simulated/slow:latency_s=0.01"], temperatures=[1.0], trajectories=8, steps=40)
PATIENCE_S = 60.0
HOST = "127.0.0.1"


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as listening:
        listening.bind((HOST, 0))
        port: int = listening.getsockname()[1]
        return port


def _silently() -> None:
    for place in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), place)


def serve(port: int, telling: Connection) -> None:
    """A scheduler, until the process is ended."""
    from distributed import Scheduler

    async def run() -> None:
        async with Scheduler(host=HOST, port=port, dashboard=False) as scheduler:
            telling.send(scheduler.address)
            await scheduler.finished()

    _silently()
    asyncio.run(run())


def work(
    address: str, options: dict[str, Any], environment: dict[str, str], core: int | None, telling: Connection
) -> None:
    """A worker, until the process is ended or the scheduler is gone; on one core alone where that is named."""
    from distributed import Worker

    async def run() -> None:
        async with Worker(address, **{"nthreads": 1, "host": HOST, **options}) as worker:
            telling.send(worker.address)
            await worker.finished()

    _silently()
    os.environ.update(environment)
    if core is not None:
        os.sched_setaffinity(0, {core})
    asyncio.run(run())


class Machines:
    """A scheduler and workers; one that was killed is started anew, as a batch system does.

    Attributes
    ----------
    address : str
        Of the scheduler.
    """

    def __init__(
        self,
        workers: int = 2,
        options: dict[str, Any] | None = None,
        environment: dict[str, str] | None = None,
        *,
        pinned: bool = False,
    ) -> None:
        self._pinned = pinned
        self._port, self._options, self._environment = free_port(), options or {}, environment or {}
        self.address = f"tcp://{HOST}:{self._port}"
        self._scheduler = _begun(serve, self._port)
        self._workers = [self._worker(number) for number in range(workers)]

    def _worker(self, number: int) -> BaseProcess:
        core = number if self._pinned else None
        return _begun(work, self.address, self._options, self._environment, core)

    def change(self, options: dict[str, Any] | None = None, environment: dict[str, str] | None = None) -> None:
        """Start workers otherwise from now on."""
        self._options, self._environment = options or self._options, environment or {}

    def kill_a_worker(self, which: int = 0) -> None:
        """Kill a worker and start another."""
        _kill(self._workers[which])
        self._workers[which] = self._worker(which)

    def add_a_worker(self) -> None:
        """One more."""
        self._workers.append(self._worker(len(self._workers)))

    def kill_the_scheduler(self) -> None:
        """Kill the scheduler, which ends its workers, and start it anew at the same address with new ones."""
        _kill(self._scheduler)
        for worker in self._workers:
            worker.join(PATIENCE_S)
        self._scheduler = _begun(serve, self._port)
        self._workers = [self._worker(number) for number in range(len(self._workers))]

    def end(self) -> None:
        """End all processes."""
        for process in (*self._workers, self._scheduler):
            _kill(process)


def _begun(act: Callable[..., None], *given: Any) -> BaseProcess:
    listening, telling = forked.CONTEXT.Pipe(duplex=False)
    process = forked.CONTEXT.Process(target=act, args=(*given, telling), daemon=True)
    forked.start(process)
    telling.close()
    assert listening.poll(PATIENCE_S), "the process did not begin"
    listening.recv()
    return process


def _kill(process: BaseProcess) -> None:
    process.kill()
    process.join()


@contextmanager
def machines(workers: int = 2, **more: Any) -> Iterator[Machines]:
    """A scheduler and workers for as long as the block lasts."""
    made = Machines(workers, **more)
    try:
        yield made
    finally:
        made.end()


def begin(store: Store, study: Study, at: Machines) -> Job:
    """A run on machines."""
    return jobs_of(store).start(study, place=Place(scheduler=at.address))


def finish(store: Store, study: Study, at: Machines) -> Job:
    """A run on machines, to its end."""
    job = begin(store, study, at)
    job.wait(PATIENCE_S)
    assert job.state in ENDED, "the run did not end"
    assert job.state == "done", job.error
    return job


def rows(store: Store, study: Study) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Every step by where it stands. Fails where one stands there twice."""
    found = [(row[:3], row[3:]) for row in store.steps(study.name)[KEPT].itertuples(index=False, name=None)]
    assert len(dict(found)) == len(found), "a step is there twice"
    return dict(found)


def rows_here(study: Study, home: Path) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """The same of a run in this process alone."""
    with open_store(home / "here.duckdb") as store:
        job = jobs_of(store).start(study)
        job.wait(PATIENCE_S)
        assert job.state == "done", job.error
        return rows(store, study)


def kill_at(seconds: float, kill: Callable[[], None]) -> threading.Thread:
    """Have something killed after so many seconds."""
    timer = threading.Timer(seconds, kill)
    timer.start()
    return timer


def _with_owner_killed(database: Path, study: Study, at: Machines, seconds: float) -> None:
    """Begin the study in a process that is killed, its start not counted."""
    file = database.with_suffix(".yaml")
    file.write_text(study.to_yaml())
    command = ["run", str(file), "--scheduler", at.address, "--db", str(database)]
    owner = forked.lmwalk(command, database.with_suffix(".log"))
    while not database.exists() and owner.poll() is None:
        time.sleep(0.01)
    time.sleep(seconds)
    owner.kill()
    owner.wait(PATIENCE_S)


def kills(each: int, seed: int = 0) -> Iterator[Tally]:
    """A row for a worker, the scheduler and the owner."""
    with tempfile.TemporaryDirectory() as home, machines() as at:
        whole = rows_here(SLOW, Path(home))
        with open_store(Path(home) / "measured.duckdb") as store:
            began = time.monotonic()
            finish(store, SLOW, at)
            seconds = time.monotonic() - began
        for who in ("worker", "scheduler", "owner"):
            lost = doubled = 0
            for number in range(each):
                database = Path(home) / f"{who} {number}.duckdb"
                moment = np.random.default_rng([seed, number]).random() * seconds
                if who == "owner":
                    _with_owner_killed(database, SLOW, at, moment)
                with open_store(database) as store:  # after an owner was killed, this is the next command
                    kill = at.kill_a_worker if who == "worker" else at.kill_the_scheduler
                    timer = kill_at(moment, kill) if who != "owner" else None
                    begin(store, SLOW, at).wait(PATIENCE_S)
                    if timer:
                        timer.join()
                    progress = finish(store, SLOW, at).progress()  # where nobody had come to the scheduler, too
                    assert (progress.done, progress.total) == (SLOW.total_steps, SLOW.total_steps)
                    steps = store.steps(SLOW.name)
                    doubled += int(steps.duplicated(KEPT[:3]).sum())
                    found = {row[:3]: row[3:] for row in steps[KEPT].itertuples(index=False, name=None)}
                lost += sum(found.get(key) != value for key, value in whole.items())
            yield Tally(who, each, lost, doubled)
