"""What makes a worker of Dask take visits: a handler that the owner calls, for as long as the worker lives."""

from __future__ import annotations

from distributed import Worker, WorkerPlugin

from lmwalk.cluster.desk import HANDLER, desk
from lmwalk.cluster.shard import LAST_WORDS_S

NAME = "lmwalk"


class TakesVisits(WorkerPlugin):  # type: ignore[misc]
    """Lets the owners of runs come to one worker; the scheduler knows nothing of it, and hands it to no other."""

    name = NAME

    def setup(self, worker: Worker) -> None:
        worker.handlers[HANDLER] = desk().exchange

    def teardown(self, worker: Worker) -> None:
        # or Dask would wait half a minute for the threads that ask
        way = worker.batched_stream.comm
        desk().drop_all(0.0 if way is None or way.closed() else LAST_WORDS_S)


async def take_visits(dask_worker: Worker) -> None:
    """Have this worker take visits; Dask calls it with the worker."""
    if NAME not in dask_worker.plugins:
        await dask_worker.plugin_add(plugin=TakesVisits(), name=NAME, catch_errors=False)
