"""What Dask's workers are given: a handler that the owner calls, and word of tasks that nobody wants any more."""

from __future__ import annotations

from typing import Any

from distributed import Worker, WorkerPlugin

from lmwalk.cluster.desk import HANDLER, desk


class Visits(WorkerPlugin):  # type: ignore[misc]
    """Lets the owners of runs come to a worker."""

    name = "lmwalk"
    idempotent = True

    def setup(self, worker: Worker) -> None:
        worker.handlers[HANDLER] = desk().exchange

    def transition(self, key: Any, start: str, finish: str, **more: Any) -> None:
        if start in ("executing", "long-running") and finish in ("cancelled", "released", "rescheduled", "resumed"):
            desk().drop(str(key))
