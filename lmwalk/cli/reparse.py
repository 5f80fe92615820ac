"""The command that re-parses stored replies: how much the current rules change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lmwalk.cli.shared import DEFAULT_DB, Database, opened, said_plainly, terminal
from lmwalk.ending import STOPPED, interruptible

if TYPE_CHECKING:
    from lmwalk.datasets.reparsing import Reparsed
    from lmwalk.store import Store

MOST_SHOWN = 40
LONGEST = 80
FILE_CHARACTERS = 2_000


def reparse(
    studies: Annotated[
        list[str] | None, typer.Argument(metavar="[STUDY]...", help="Names of studies; all, where none is named.")
    ] = None,
    rules: Annotated[
        str | None,
        typer.Option("--rules", help="Rules of the process, such as legacy; left out, each study's own as of today."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="A .csv file for every step that would be parsed differently.")
    ] = None,
    db: Database = DEFAULT_DB,
) -> None:
    """Read stored replies by today's rules and show what would change, by rule. Asks nobody, changes nothing."""
    from lmwalk.datasets.reparsing import reparse_study

    with said_plainly(), opened(db, must_exist=True) as store:
        wanted = [store.study(name) for name in dict.fromkeys(studies)] if studies else store.all()
        try:
            with interruptible(), terminal().status("reading"):
                found = [reparse_study(store, study, rules) for study in wanted]
        except KeyboardInterrupt:
            raise typer.Exit(STOPPED) from None
        _print(found)
        if out:
            typer.echo(f"{_write(store, found, out):,} steps written to {out}")


def _print(found: list[Reparsed]) -> None:
    """What was found of each study, then by rule; names and outcomes as text."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from lmwalk.datasets.reparsing import by_rule

    screen = Console()
    studies = Table("study", box=None, pad_edge=False)
    for name in ("answers", "parsed differently", "other outcome", "trajectories"):
        studies.add_column(name, justify="right")
    studies.add_column("")
    for each in found:
        told = [each.answers, each.differing, each.moved, f"{each.trajectories:,} of {each.begun:,}"]
        counts = [""] * 4 if each.why_not else [f"{value:,}" if isinstance(value, int) else value for value in told]
        studies.add_row(Text(each.study), *counts, Text(each.why_not, style="dim"))
    screen.print(studies)
    table = by_rule(found)
    differing, answers = (sum(getattr(each, name) for each in found) for name in ("differing", "answers"))
    screen.print(Text(f"{differing:,} of {answers:,} answers would be parsed differently."))
    if table.empty:
        return
    rules = Table("rule", "read as", "would be parsed as", box=None, pad_edge=False)
    for name in ("answers", "studies"):
        rules.add_column(name, justify="right")
    for row in table.head(MOST_SHOWN).to_dict("records"):
        words = (Text(str(row[name])[:LONGEST]) for name in ("why", "was", "would"))
        rules.add_row(*words, f"{row['count']:,}", f"{row['studies']:,}")
    screen.print(rules)
    if len(table) > MOST_SHOWN:
        screen.print(Text(f"And {len(table) - MOST_SHOWN:,} more kinds of change.", style="dim"))


def _write(store: Store, found: list[Reparsed], out: Path) -> int:
    """How many steps the file holds. Raises InputError where it cannot be written."""
    import pandas as pd

    from lmwalk.datasets.reparsing import steps_otherwise
    from lmwalk.drafts import whole_file
    from lmwalk.errors import InputError

    parts = list(steps_otherwise(store, found, FILE_CHARACTERS))
    columns = ["study", "condition", "trajectory", "t", "reply", "read_as", "would_be_read_as", "why"]
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    try:
        with whole_file(out) as draft:
            rows.to_csv(draft, index=False, encoding="utf-8")
    except OSError as cause:
        raise InputError(f"{str(out)!r} cannot be written: {cause.strerror}.") from cause
    return len(rows)
