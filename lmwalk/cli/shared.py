"""What every command shares: where the database is, how errors are said, where progress is shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from lmwalk.store import Store

Database = Annotated[Path, typer.Option("--db", help="The DuckDB file; made where it does not exist.")]
DEFAULT_DB = Path("results.duckdb")
SOME_FAILED, BAD_INPUT = 1, 2


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn every error that is meant for the user into its sentence and an exit code."""
    from lmwalk.errors import InputError, LmwalkError

    try:
        yield
    except LmwalkError as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(BAD_INPUT if isinstance(error, InputError) else SOME_FAILED) from None


@contextmanager
def opened(db: Path, *, must_exist: bool = False) -> Iterator[Store]:
    """The store at that path, closed at the end. Raises InputError where there has to be one and is none."""
    from lmwalk.errors import InputError
    from lmwalk.host import open_store

    if must_exist and not db.exists():
        raise InputError(f"There is no database {str(db)!r}. Accepted: a file that 'lmwalk run' or the dashboard made.")
    with open_store(db) as store:
        yield store


def terminal() -> Console:
    """Where progress is shown: not where results go."""
    from rich.console import Console

    return Console(stderr=True)


def measuring_words(left: int) -> str:
    """What is shown while texts are measured."""
    return f"measuring the texts, {left:,} left" if left else "measuring the texts"
