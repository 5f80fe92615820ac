"""The command that compares two conditions, or all pairs of a study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lmwalk.cli.shared import DEFAULT_DB, Database, opened, said_plainly, terminal

if TYPE_CHECKING:
    import pandas as pd

    from lmwalk.datasets.contrasts import Compared
    from lmwalk.store import Store

MOST_SHOWN = 200


def compare(
    first: Annotated[
        str, typer.Argument(metavar="A", help="STUDY, STUDY/MODEL or STUDY/MODEL@TEMPERATURE.", show_default=False)
    ],
    second: Annotated[
        str | None,
        typer.Argument(metavar="B", help="The same. Left out: all pairs of the study A.", show_default=False),
    ] = None,
    measure: Annotated[
        str | None, typer.Option("--measure", help="What is compared; a wrong name lists what there is.")
    ] = None,
    within: Annotated[
        float | None,
        typer.Option(
            "--within", min=0, help="Differences smaller than this count as alike; left out, the measure's own."
        ),
    ] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="A file for the same numbers.")] = None,
    db: Database = DEFAULT_DB,
) -> None:
    """Say whether two conditions differ, by how much, and how surely. Asks nobody."""
    with said_plainly(), opened(db, must_exist=True) as store:
        table = _matrix(store, first, measure) if second is None else _pair(store, (first, second), measure, within)
        if csv:
            _write(table, csv)
            typer.echo(f"{len(table):,} {'row' if len(table) == 1 else 'rows'} written to {csv}")


def _pair(store: Store, names: tuple[str, str], measure: str | None, within: float | None) -> pd.DataFrame:
    from lmwalk.datasets.contrast_text import as_table
    from lmwalk.datasets.contrasts import compare as compare_sides
    from lmwalk.datasets.contrasts import find_side

    one, other = (find_side(store, name) for name in names)
    with terminal().status("comparing"):
        told = compare_sides(store, one, other, measure, within)
    _say(told)
    return as_table(told)


def _say(told: Compared) -> None:
    """Names and numbers as text."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from lmwalk.analysis.contrasts import Contrast
    from lmwalk.datasets.contrast_text import notes, sentence, signed, verdict

    screen = Console()
    sides = Table("", "condition", box=None, pad_edge=False)
    for column in (f"{told.noun}s", "distinct", told.measure.title):
        sides.add_column(column, justify="right")
    found = told.found
    means = signed(*found.means) if isinstance(found, Contrast) else ["", ""]
    for letter, side, units, distinct, mean in zip(
        "AB", (told.a, told.b), found.units, found.distinct, means, strict=True
    ):
        sides.add_row(letter, Text(side.name), f"{units:,}", f"{distinct:,}", mean)
    screen.print(sides)
    screen.print(Text(verdict(told), style="bold"))
    if min(found.distinct):
        screen.print(Text(sentence(told)))
    for line in notes(told):
        screen.print(Text(line, style="dim"))


def _matrix(store: Store, name: str, measure: str | None) -> pd.DataFrame:
    """Every pair of a study. Raises InputError where it has one condition."""
    from lmwalk.datasets.contrasts import compare_all, find_side, measure_named, sides_of
    from lmwalk.errors import InputError

    if name not in set(store.studies()["study"]):
        side = find_side(store, name)
        raise InputError(f"{side.name!r} is one condition. Accepted: two of them, or a study alone for all its pairs.")
    study = store.study(name)
    if len(sides_of(study)) < 2:
        raise InputError(f"{name!r} has one condition. Accepted: lmwalk compare {name!r} OTHER_STUDY/MODEL@T.")
    with terminal().status("comparing"):
        table = compare_all(store, study, measure)
    _print(table, measure_named(study, measure).title)
    return table


def _print(table: pd.DataFrame, title: str) -> None:
    """The conditions with a number each, then every pair by these numbers, so that long names need no room."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from lmwalk.datasets.contrast_text import differ_words, p_words, signed

    screen = Console()
    names = list(dict.fromkeys([*table["first"], *table["second"]]))
    for number, name in enumerate(names, 1):
        screen.print(Text(f"{number:>3}  {name}"))
    drawn = Table("A", "B", box=None, pad_edge=False, title=Text(title), title_justify="left")
    for column in ("difference", "95% from", "to", "p", "adjusted", "g"):
        drawn.add_column(column, justify="right", no_wrap=True)
    for row in table.head(MOST_SHOWN).to_dict("records"):
        pair = (str(names.index(row[name]) + 1) for name in ("first", "second"))
        numbers = signed(*(float(row[name]) for name in ("difference", "low", "high")))
        adjusted = (p_words(float(row[name])) for name in ("p", "p_adjusted"))
        drawn.add_row(*pair, *numbers, *adjusted, *signed(float(row["effect"])))
    screen.print(drawn)
    if len(table) > MOST_SHOWN:
        screen.print(Text(f"And {len(table) - MOST_SHOWN:,} more pairs; --csv holds all.", style="dim"))
    screen.print(Text(differ_words(table)))


def _write(table: pd.DataFrame, out: Path) -> None:
    """Raises InputError where it cannot be written."""
    from lmwalk.drafts import whole_file
    from lmwalk.errors import InputError

    try:
        with whole_file(out) as draft:
            table.to_csv(draft, index=False, encoding="utf-8")
    except OSError as cause:
        raise InputError(f"{str(out)!r} cannot be written: {cause.strerror}.") from cause
