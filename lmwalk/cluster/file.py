"""A file that describes a cluster: which batch system, how many jobs, and what each of them has."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lmwalk.cluster.place import MOST_WORKERS
from lmwalk.errors import InputError
from lmwalk.intake import content_of, plain_yaml
from lmwalk.validation_messages import Reader, sentences

CLASSES: Mapping[str, str] = {
    "slurm": "SLURMCluster",
    "pbs": "PBSCluster",
    "lsf": "LSFCluster",
    "sge": "SGECluster",
}
"""What Dask calls each batch system."""
LOCALHOST = "127.0.0.1"
MOST_BYTES = 100_000
ORPHANED_S = 15.0
"""A worker that has not found its scheduler for so long ends: whoever started it was killed."""
USUAL = {
    "cores": 1,
    "processes": 1,
    "memory": "4GB",
    "security": True,
    "shared_temp_directory": "~",
    "scheduler_options": {"dashboard_address": f"{LOCALHOST}:0"},
}
"""Of a job, where the file does not say; with ``security`` only the jobs of this cluster can speak to each other,
by keys that lie in the shared folder while it runs.

Dask's dashboard lets everybody in, and so is for this machine only.
"""


class ClusterFile(BaseModel):
    """A cluster.

    Attributes
    ----------
    kind : str
        The batch system; ``local``: processes on this machine.
    jobs : int
        How many jobs.
    resources : dict
        What a shard takes of a worker, and each worker has, such as ``{GPU: 1}``.
    options : dict
        What Dask's class of the batch system is given besides, such as cores, memory, walltime, queue.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["slurm", "pbs", "lsf", "sge", "local"]
    jobs: Annotated[int, Field(ge=1, le=MOST_WORKERS)]
    resources: dict[str, Annotated[float, Field(gt=0)]] = {}
    options: dict[str, Any] = {}

    @classmethod
    def read(cls, file: Path) -> Self:
        """A cluster from a file. Raises InputError."""
        accepted = ", ".join(cls.model_fields)
        try:
            return cls.model_validate(plain_yaml(content_of(file, MOST_BYTES, "cluster file"), "cluster", accepted))
        except ValidationError as cause:
            raise InputError(f"{file.name}: {' '.join(sentences(cause, Reader(cls)))}") from cause

    @property
    def dask_class(self) -> str:
        """The name of Dask's class."""
        return CLASSES[self.kind]

    @property
    def worker_options(self) -> dict[str, Any]:
        """Of a worker on this machine: one shard at a time, as much memory as there is."""
        usual = {"nthreads": 1, "memory_limit": 0, "host": LOCALHOST, "death_timeout": ORPHANED_S}
        return {**usual, "resources": self.resources, **self.options}

    @property
    def job_options(self) -> dict[str, Any]:
        """Of a job: what the file says, and what each worker in it has."""
        made = {**USUAL, **self.options}
        made["shared_temp_directory"] = os.path.expanduser(made["shared_temp_directory"])  # noqa: PTH111 - any name
        if self.resources:
            said = " ".join(f"{name}={count!r}" for name, count in self.resources.items())
            made["worker_extra_args"] = [*made.get("worker_extra_args", ()), "--resources", f'"{said}"']
        return made
