"""The command that says which models of a stored study are base and instruct of one another."""

from __future__ import annotations

from typing import Annotated

import typer

from lmwalk.cli.shared import DEFAULT_DB, Database, opened, said_plainly

ARROW = "->"


def pairs(
    study: Annotated[str, typer.Argument(help="The name of the study.", show_default=False)],
    pair: Annotated[
        list[str] | None,
        typer.Option("--pair", help=f"'BASE {ARROW} INSTRUCT'; several by the option again. They replace what is set."),
    ] = None,
    guess: Annotated[bool, typer.Option("--guess", help="Guess them from the models' names again.")] = False,
    none: Annotated[bool, typer.Option("--none", help="There are none.")] = False,
    db: Database = DEFAULT_DB,
) -> None:
    """Show or correct which models of a study are base and instruct of one another. Asks nobody."""
    from lmwalk.errors import InputError
    from lmwalk.jobs import jobs_of

    with said_plainly(), opened(db, must_exist=True) as store:
        if sum(map(bool, (pair, guess, none))) > 1:
            raise InputError("pairs: one of --pair, --guess and --none at a time.")
        if pair or guess or none:
            jobs_of(store).set_pairs(study, None if guess else _read(pair or []))
        stored = store.study(study)
        typer.echo("set for this study" if stored.pairs is not None else "guessed from the names")
        for base, tuned in stored.model_pairs.items():
            typer.echo(f"{base} {ARROW} {tuned}")


def _read(lines: list[str]) -> dict[str, str]:
    """Pairs as they are written. Raises InputError."""
    from lmwalk.errors import InputError

    found: dict[str, str] = {}
    for line in lines:
        base, arrow, tuned = (part.strip() for part in line.partition(ARROW))
        if not arrow or base in found:
            raise InputError(f"pairs: {line!r} cannot be used. Accepted: 'BASE {ARROW} INSTRUCT', each base once.")
        found[base] = tuned
    return found
