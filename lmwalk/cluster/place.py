"""Where a study runs besides this process. It is no part of a study: the same steps come from everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from lmwalk.errors import InputError
from lmwalk.number_format import counted
from lmwalk.validation_messages import Reader, complaint, sentences

MOST_WORKERS = 1024
_WORDS = {"scheduler": "an address such as tcp://host:8786", "workers": f"a whole number from 1 to {MOST_WORKERS:,}"}


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
    resources : dict
        What a shard takes of a worker, by Dask's names, such as ``{"GPU": 1}``; workers that lack it get none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    workers: Annotated[int, Field(ge=1, le=MOST_WORKERS)] | None = None
    scheduler: Annotated[str, Field(pattern=r"^(tcp|tls)://[^\s/]+:\d{1,5}$")] | None = None
    file: Path | None = None
    resources: dict[str, Annotated[float, Field(gt=0)]] = {}

    @classmethod
    def of(cls, **values: Any) -> Self:
        """A place. Raises InputError."""
        try:
            return cls(**values)
        except ValidationError as cause:
            raise InputError(" ".join(sentences(cause, Reader(cls, words=_WORDS)))) from cause

    @staticmethod
    def taken(said: Iterable[str]) -> dict[str, float]:
        """Resources from texts such as ``GPU=1``; without a number, one. Raises InputError."""
        return dict(map(_counted, said))

    @property
    def words(self) -> str:
        """Where that is, in words."""
        if self.workers is not None:
            return f"{counted(self.workers, 'worker')} on this machine"
        return f"workers at {self.scheduler}" if self.scheduler else f"the cluster of {self.file}"

    @property
    def hint(self) -> str:
        """Where to look when no worker comes."""
        if self.file:
            return "Its jobs may wait in the queue, or have ended: look at them with the batch system's own commands."
        wanted = ", ".join(f"{name}={count:g}" for name, count in self.resources.items())
        return f"Workers with {wanted} are waited for." if wanted else "They are waited for."

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(each is not None for each in (self.workers, self.scheduler, self.file)) != 1:
            raise complaint("Accepted: one of workers, scheduler and cluster.")
        if self.scheduler and not _is_address(self.scheduler):
            raise complaint(f"scheduler: {self.scheduler!r} cannot be used. Accepted: {_WORDS['scheduler']}.")
        return self


def _is_address(written: str) -> bool:
    try:
        parts = urlsplit(written)
        return bool(parts.hostname and parts.port and parts.hostname.encode("idna"))
    except ValueError:  # a port that is none, or a name
        return False


def _counted(resource: str) -> tuple[str, float]:
    name, _, count = (part.strip() for part in resource.partition("="))
    try:
        if name:
            return name, float(count or 1)
    except ValueError:
        pass
    raise InputError(f"resource: {resource!r} cannot be used. Accepted: a name and a number, such as GPU=1.")
