"""The command that says before a run what it can find and what it takes, and after it what it could have found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lmwalk.cli.shared import DEFAULT_DB, Database, opened, said_plainly

if TYPE_CHECKING:
    from lmwalk.datasets.planning import Effort, Plan
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

    from lmwalk.datasets.planning import sentences
    from lmwalk.errors import InputError

    with said_plainly():
        for name, value in (("width", width), ("difference", difference)):
            if value is not None and not value > 0:
                raise InputError(f"{name}: {value:g} cannot be used. Accepted: a number above 0.")
        with opened(db) if db.exists() else nullcontext() as store:
            made, taken = _planned(store, db, study, pilot)
            for line in sentences(made, taken, width, difference):
                typer.echo(line)


def _planned(store: Store | None, db: Path, name: str, pilot: str | None) -> tuple[Plan, Effort]:
    """The plan of a file, or of a stored study by its own units, and what its questions take. Raises InputError."""
    from lmwalk.datasets.planning import effort, looked_back, planned
    from lmwalk.errors import InputError
    from lmwalk.study import Study
    from lmwalk.user_templates import library_of

    known = set(store.studies()["study"]) if store else set()
    if pilot is not None and pilot not in known:
        raise InputError(f"pilot: there is no study called {pilot!r}. Accepted: a study in this database (--db).")
    ran = (store, store.study(pilot)) if store and pilot is not None else None
    if store and name in known and not Path(name).is_file():
        study = store.study(name)
        return planned(study, ran) if ran else looked_back(store, study), effort(store, study)
    study = Study.read(Path(name), library_of(db).written_out)
    return planned(study, ran), effort(store, study)
