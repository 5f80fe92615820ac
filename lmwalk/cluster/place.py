"""Where a study runs besides this process. It is no part of a study: the same steps come from everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

MOST_WORKERS = 1024


class Place(BaseModel):
    """One of: processes on this machine, a Dask scheduler that runs, a cluster that a file describes.

    Attributes
    ----------
    workers : int or None
        Processes on this machine.
    scheduler : str or None
        Address of a scheduler, such as ``tcp://host:8786``.
    file : Path or None
        A file as ``cluster.file.ClusterFile`` reads it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    workers: Annotated[int, Field(ge=1, le=MOST_WORKERS)] | None = None
    scheduler: Annotated[str, Field(pattern=r"^(tcp|tls|ws|wss|ucx)://\S+:\d+$")] | None = None
    file: Path | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(each is not None for each in (self.workers, self.scheduler, self.file)) != 1:
            raise ValueError("accepted is one of workers, scheduler and cluster file")
        return self
