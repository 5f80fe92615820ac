"""The way to workers: processes on this machine, a Dask scheduler that runs, or jobs of a batch system.

With ``plugin``, which runs at the workers, the only module that imports Dask.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from math import inf
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from lmwalk.cluster.file import LOCALHOST, ClusterFile
from lmwalk.cluster.place import Place
from lmwalk.errors import InputError, LmwalkError

if TYPE_CHECKING:
    from distributed import Client, Future, Security

INSTALL = 'pip install "lmwalk[cluster]"'
CONNECT_S = 10.0
NOBODY = "scheduler: nothing answers at {at}. Accepted: a running Dask scheduler."
RENEW_S = 2.0
LOUD = ("distributed", "distributed.client", "tornado.application")


class FabricGoneError(LmwalkError):
    """The scheduler no longer answers."""


class WorkerGoneError(LmwalkError):
    """A worker no longer answers."""


class Seat(NamedTuple):
    """A worker, its machine, and how many shards it asks side by side."""

    address: str
    host: str
    shards: int


class Fabric:
    """A connected scheduler. Belongs to one event loop.

    Attributes
    ----------
    dashboard : str
        Where Dask's own dashboard is; empty where it is not known.
    """

    def __init__(self, client: Client, resources: Mapping[str, float]) -> None:
        self._client, self._resources = client, dict(resources)
        self._known: str | None = None
        self.dashboard: str = client.dashboard_link or ""

    async def seats(self) -> list[Seat]:
        """The workers that can take shards now. Raises FabricGoneError."""
        try:
            async with asyncio.timeout(CONNECT_S):
                told = await self._client.scheduler.identity(n_workers=-1)
        except (OSError, TimeoutError) as cause:
            raise FabricGoneError("The scheduler no longer answers.") from cause
        if told["id"] != (self._known or told["id"]):  # Dask's client goes on with whoever is at the address
            raise FabricGoneError("The scheduler is another one, which knows nothing of this run.")
        self._known = told["id"]
        found = [
            Seat(address, urlsplit(address).hostname or address, self._seats(worker))
            for address, worker in told["workers"].items()
        ]
        return [seat for seat in found if seat.shards]

    def _seats(self, worker: Mapping[str, Any]) -> int:
        has: Mapping[str, float] = worker.get("resources", {})
        fit = min((has.get(name, 0) / wanted for name, wanted in self._resources.items()), default=inf)
        return int(min(worker["nthreads"], fit))

    async def exchange(self, worker: str, **message: Any) -> Any:
        """Call a handler of a worker, by way of the scheduler. Raises WorkerGoneError."""
        try:
            return await self._client.scheduler.proxy(msg=message, worker=worker)
        except (OSError, RuntimeError, ValueError, KeyError) as cause:
            raise WorkerGoneError(f"The worker {worker} no longer answers.") from cause

    async def begin(self, worker: str) -> None:
        """Have a worker take visits. Raises InputError where it lacks this lmwalk, and WorkerGoneError."""
        from lmwalk.cluster.plugin import take_visits

        try:
            await self._client.run(take_visits, workers=[worker])
        except (ImportError, AttributeError) as cause:
            raise InputError(
                f"The worker {worker} has no lmwalk of this version ({cause}). Install it there."
            ) from cause
        except (OSError, RuntimeError, ValueError, KeyError) as cause:
            raise WorkerGoneError(f"The worker {worker} no longer answers.") from cause

    def submit(self, function: Callable[..., Any], *given: Any, key: str, workers: Sequence[str] = ()) -> Future:
        """Have a worker carry out a function, as a Dask task of that key; one of some, where they are named."""
        among = {"workers": list(workers)} if workers else {}
        return self._client.submit(function, *given, key=key, pure=False, resources=self._resources or None, **among)

    async def cancel(self, tasks: list[Future]) -> None:
        """Have nobody carry these out any more."""
        await self._client.cancel(tasks, force=True)


def must_be_installed() -> None:
    """Raise InputError where what a cluster needs is missing, with how to install it."""
    for package in ("distributed", "dask_jobqueue", "cryptography"):
        if not find_spec(package):
            raise InputError(f"A cluster needs the Python package {package}. Install it: {INSTALL}")


@asynccontextmanager
async def joined(place: Place) -> AsyncIterator[Fabric]:
    """A connected scheduler, with its workers on their way; workers that were started for it end with it.

    Raises
    ------
    InputError
        The extra is missing, the file cannot be used, or nothing answers at the address.
    """
    must_be_installed()
    await asyncio.to_thread(_load)
    asyncio.get_running_loop().set_exception_handler(_heed)
    if place.scheduler is not None:
        await _knock(place.scheduler)
        async with _client(place.scheduler) as client:
            yield Fabric(client, place.resources)
    else:
        wanted = (
            ClusterFile(kind="local", jobs=place.workers, resources=place.resources)
            if place.file is None
            else ClusterFile.read(place.file)
        )
        async with _cluster(wanted) as cluster, _client(cluster) as client:
            yield Fabric(client, {**wanted.resources, **place.resources})


async def _knock(scheduler: str) -> None:
    """Raise InputError where nothing listens at an address: Dask would try for as long as a connection may take."""
    parts = urlsplit(scheduler)
    try:
        async with asyncio.timeout(CONNECT_S):
            _, writer = await asyncio.open_connection(parts.hostname, parts.port)
    except (OSError, TimeoutError, ValueError) as cause:  # the last: it is no address
        raise InputError(NOBODY.format(at=scheduler)) from cause
    writer.close()


def _load() -> None:
    import dask
    import distributed.deploy.subprocess  # noqa: F401 - takes a second, which the event loop is not to wait for

    dask.config.set({"distributed.scheduler.reuse-broadcast-comm": True})
    for name in LOUD:  # what goes wrong is said by whoever asked
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _heed(loop: asyncio.AbstractEventLoop, told: dict[str, Any]) -> None:
    """Say what nobody has caught, unless it is Dask's word on a worker that is gone, which is noticed elsewhere."""
    if not isinstance(told.get("exception"), OSError):
        loop.default_exception_handler(told)


@asynccontextmanager
async def _client(to: Any) -> AsyncIterator[Client]:
    from distributed import Client

    client = Client(to, asynchronous=True, set_as_default=False, timeout=CONNECT_S, name="lmwalk")
    try:
        try:
            await client
        except (OSError, TimeoutError, ValueError) as cause:
            at = to if isinstance(to, str) else "the scheduler that was started"
            raise InputError(NOBODY.format(at=at)) from cause
        yield client
    finally:
        await client.close()


@asynccontextmanager
async def _cluster(wanted: ClusterFile) -> AsyncIterator[Any]:
    if wanted.kind == "local":
        async with await _local(wanted) as cluster:
            yield cluster
        return
    made = _jobs(wanted)
    try:
        try:
            await made
        except (OSError, RuntimeError, ValueError) as cause:
            raise InputError(f"cluster file: the scheduler cannot begin. {_last_line(cause)}") from cause
        async with made as cluster:
            await _submitted(cluster, wanted.jobs)
            renewing = asyncio.create_task(_renew(cluster, wanted.jobs))
            try:
                yield cluster
            finally:
                renewing.cancel()
    finally:
        _remove_keys(made)


def _last_line(problem: Exception) -> str:
    """What the batch system or the machine says, of all that Dask says."""
    return str(problem).strip().rpartition("\n")[2]


async def _submitted(cluster: Any, jobs: int) -> None:
    """Have so many jobs, besides those that wait or run by now. Raises InputError where one is not taken."""
    cluster.scale(jobs=jobs)
    try:
        await cluster
    except (OSError, RuntimeError) as cause:
        raise InputError(f"cluster file: no job could be submitted. {_last_line(cause)}") from cause


async def _renew(cluster: Any, jobs: int) -> None:
    """Have another job for each that was lost, as at its limit of time; Dask notices that, and does no more."""
    while True:
        await asyncio.sleep(RENEW_S)
        with suppress(InputError):
            await _submitted(cluster, jobs)


def _remove_keys(cluster: Any) -> None:
    """Remove the files with the keys of a cluster's jobs, which Dask leaves to the collector."""
    for name in ("ca_file", "cert", "key"):
        if file := getattr(cluster, f"_job_{name}", None):
            file.close()


async def _local(wanted: ClusterFile) -> Any:
    """Processes on this machine that nobody else can speak to: keys for this cluster alone, in no file."""
    from distributed import Scheduler, Security, SpecCluster

    if os.name == "nt":
        raise InputError("workers: Dask starts none in this way on Windows. Start a scheduler, and use --scheduler.")
    security = await asyncio.to_thread(Security.temporary)
    kind, options = _worker_class(), {"security": security, "worker_kwargs": wanted.worker_options}
    at = {"host": LOCALHOST, "protocol": "tls://", "dashboard_address": f"{LOCALHOST}:0"}
    return SpecCluster(
        scheduler={"cls": Scheduler, "options": {**at, "security": security}},
        workers={number: {"cls": kind, "options": options} for number in range(wanted.jobs)},
        asynchronous=True,
        security=security,
        silence_logs=False,
    )


def _worker_class() -> Any:
    from distributed.deploy.subprocess import SubprocessWorker

    class LocalWorker(SubprocessWorker):  # type: ignore[misc]
        """A process that starts a worker anew where it was lost."""

        def __init__(self, scheduler: str, security: Security, worker_kwargs: dict[str, Any], name: Any = None) -> None:
            super().__init__(scheduler, name=name, worker_kwargs=worker_kwargs)
            self._security = security

        async def _start(self) -> None:
            told = {"cls": self.worker_class, "opts": {**self.worker_kwargs, "name": self.name}}
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "dask", "spec", self.scheduler, "--spec", json.dumps(told)),
                env={**os.environ, **_environment(self._security)},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the owner, which ends its workers
            )

    return LocalWorker


def _environment(security: Security) -> dict[str, str]:
    """What a worker needs to be let in, as Dask reads its settings from the environment."""
    tls = security.get_tls_config_for_role("worker")
    return {
        "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True",
        "DASK_DISTRIBUTED__COMM__TLS__CA_FILE": json.dumps(tls["ca_file"]),
        "DASK_DISTRIBUTED__COMM__TLS__WORKER__KEY": json.dumps(tls["key"]),
        "DASK_DISTRIBUTED__COMM__TLS__WORKER__CERT": json.dumps(tls["cert"]),
        "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "critical",
    }


def _jobs(wanted: ClusterFile) -> Any:
    """Jobs of a batch system, each with a worker in it. Raises InputError."""
    kind = getattr(_jobqueue(), wanted.dask_class)
    try:
        return kind(asynchronous=True, **wanted.job_options)
    except (TypeError, ValueError, OSError, RuntimeError) as cause:
        raise InputError(f"cluster file, options: {_last_line(cause)}") from cause


def _jobqueue() -> ModuleType:
    """dask_jobqueue without its module of runners, which takes Ctrl-C for itself, and loads in the main thread only."""
    runner = ModuleType("dask_jobqueue.runner")
    runner.Role = runner.BaseRunner = object  # type: ignore[attr-defined]
    sys.modules.setdefault(runner.__name__, runner)
    return import_module("dask_jobqueue")
