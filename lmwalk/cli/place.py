"""Where a study runs, as options of the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lmwalk.cluster.place import Place

Workers = Annotated[int | None, typer.Option("--workers", help="Ask in so many processes of this machine.", min=1)]
Scheduler = Annotated[
    str | None, typer.Option("--scheduler", help="Ask on the workers of a Dask scheduler, such as tcp://host:8786.")
]
Cluster = Annotated[
    Path | None, typer.Option("--cluster", help="Ask in jobs of Slurm, PBS, LSF or SGE, as this file (YAML) says.")
]
Resource = Annotated[
    list[str] | None,
    typer.Option("--resource", help="What a shard takes of a worker, such as GPU=1; only workers that have it ask."),
]


def place_of(workers: int | None, scheduler: str | None, cluster: Path | None, resources: list[str]) -> Place | None:
    """The place that is meant; None where the study runs in this process. Raises InputError."""
    from lmwalk.cluster.place import Place

    given = {"workers": workers, "scheduler": scheduler, "file": cluster and cluster.resolve()}
    said = {name: value for name, value in given.items() if value is not None}
    if not said and not resources:
        return None
    return Place.of(**said, resources=Place.taken(resources))
