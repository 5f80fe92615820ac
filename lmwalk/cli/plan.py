"""The command that says before a run what it can find and what it takes, and after it what it could have found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lmwalk.cli.shared import DEFAULT_DB, Database, opened, said_plainly

if TYPE_CHECKING:
    from lmwalk.store import Store


def plan(
    study: Annotated[str, typer.Argument(help="A study file (YAML), or the name of a stored study.")],
    width: Annotated[
        float | None, typer.Option("--width", help="How many units an interval of this width needs.")
    ] = None,
    difference: Annotated[
        float | None, typer.Option("--difference", help="How many units a difference of this size needs.")
    ] = None,
    pilot: Annotated[
        str | None, typer.Option("--pilot", help="A stored study whose units say how far units differ.")
    ] = None,
    db: Database = DEFAULT_DB,
) -> None:
    """Say which difference a study can find, how many walks, wordings or texts a wish needs, and what it takes."""
    from contextlib import nullcontext

    from lmwalk.errors import InputError

    with said_plainly():
        for name, value in (("width", width), ("difference", difference)):
            if value is not None and not value > 0:
                raise InputError(f"{name}: {value:g} cannot be used. Accepted: a number above 0.")
        with opened(db) if db.exists() else nullcontext() as store:
            for line in _lines(store, study, pilot, width, difference):
                typer.echo(line)


def _lines(
    store: Store | None, name: str, pilot: str | None, width: float | None, difference: float | None
) -> list[str]:
    from lmwalk.errors import InputError
    from lmwalk.library import library_of
    from lmwalk.materials.planning import effort, looked_back, planned, sentences
    from lmwalk.study import Study

    known = set(store.studies()["study"]) if store else set()
    if pilot is not None and pilot not in known:
        raise InputError(
            f"pilot: there is no study called {pilot!r}. Accepted: a stored study, with --db its database."
        )
    ran = (store, store.study(pilot)) if store and pilot is not None else None
    if store and name in known and not Path(name).is_file():
        study = store.study(name)
        made = planned(study, ran) if ran else looked_back(store, study)
    else:
        written = library_of(store.path if store else DEFAULT_DB).written_out
        study = Study.read(Path(name), written)
        made = planned(study, ran)
    return sentences(made, effort(store, study), width, difference)
