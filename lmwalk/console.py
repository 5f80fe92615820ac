"""What all commands share: where the database is, how errors are said, exit codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

Database = Annotated[Path, typer.Option("--db", help="The DuckDB file; made where it does not exist.")]
DEFAULT_DB = Path("results.duckdb")
SOME_FAILED, BAD_INPUT, STOPPED = 1, 2, 130


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn every error that is meant for the user into its sentence and an exit code."""
    from lmwalk.errors import InputError, LmwalkError

    try:
        yield
    except LmwalkError as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(BAD_INPUT if isinstance(error, InputError) else SOME_FAILED) from None


def console() -> Console:
    """Where progress is shown: beside what is printed."""
    from rich.console import Console

    return Console(stderr=True)
