"""What Dask's workers are given: a handler that the owner calls."""

from __future__ import annotations

from distributed import Worker, WorkerPlugin

from lmwalk.cluster.desk import HANDLER, desk
from lmwalk.cluster.shard import LAST_WORDS_S


class TakesVisits(WorkerPlugin):  # type: ignore[misc]
    """Lets the owners of runs come to a worker."""

    name = "lmwalk"
    idempotent = True

    def setup(self, worker: Worker) -> None:
        worker.handlers[HANDLER] = desk().exchange

    def teardown(self, worker: Worker) -> None:
        # or Dask would wait half a minute for the threads that ask
        way = worker.batched_stream.comm
        desk().drop_all(0.0 if way is None or way.closed() else LAST_WORDS_S)
