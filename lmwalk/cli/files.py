"""Commands that bring files in and take them away: import, export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lmwalk.cli.parts import import_folder
from lmwalk.cli.shared import DEFAULT_DB, Database, measuring_words, opened, said_plainly, terminal
from lmwalk.ending import STOPPED, interruptible
from lmwalk.number_format import counted

if TYPE_CHECKING:
    from lmwalk.export import Watch


def import_(
    source: Annotated[
        Path,
        typer.Argument(
            help="A bundle (.zip) that lmwalk made; or a folder that 'lmwalk run --to' writes to, also while it does, "
            "and again for the rest; or chains: a .csv, .json, .jsonl or .parquet of rows, or "
            "MODEL/TASK/TEXT/seed_K/*.json in a folder or .zip.",
            show_default=False,
        ),
    ],
    name: Annotated[
        str | None,
        typer.Option(
            "--name",
            help="What the study is to be called; left out, a bundle's keeps its own name, and chains get that of "
            "their folder or file.",
        ),
    ] = None,
    temperature: Annotated[
        float | None,
        typer.Option("--temperature", help="The temperature of chains that do not say theirs; 0.8 where left out."),
    ] = None,
    db: Database = DEFAULT_DB,
) -> None:
    """Keep a study of a bundle or a folder of parts, or chains of texts that were made elsewhere as a study."""
    from lmwalk.importing import is_bundle
    from lmwalk.importing.parts import holds_parts

    with said_plainly(), interruptible():
        if source.is_file() and is_bundle(source):
            _import_bundle(source, name, db)
        elif holds_parts(source):
            import_folder(source, name, db)
        else:
            _import_chains(source, name, temperature, db)


def _import_bundle(source: Path, name: str | None, db: Path) -> None:
    from lmwalk.importing import import_bundle

    with opened(db) as store:
        study = import_bundle(store, source, name)
        kept = int(store.tallies(study.name)["count"].sum())
        typer.echo(f"{study.name!r} with {kept:,} steps is in {db.name}")


def _import_chains(source: Path, name: str | None, temperature: float | None, db: Path) -> None:
    from lmwalk.importing import NOTE, USUAL_TEMPERATURE, import_chains, read_chains
    from lmwalk.measuring import measure

    chains = read_chains(source)  # complains before a database is made
    named = name or (source.resolve().name if source.is_dir() else source.stem)
    with opened(db) as store:
        study = import_chains(store, named, chains, USUAL_TEMPERATURE if temperature is None else temperature)
        texts, answers = len(study.params["texts"]), sum(len(chain.texts) - 1 for chain in chains)
        chained = f"{len(chains):,} chains from {texts:,} initial texts, {answers:,} generations"
        typer.echo(f"{chained}, are in {db.name} as {named!r}")
        typer.echo(f"temperatures: {', '.join(f'{value:g}' for value in study.temperatures)}")
        stating = sum(chain.temperature not in (None, temperature) for chain in chains)
        if temperature is not None and stating:
            typer.echo(f"{stating:,} chains state a temperature of their own, which was kept.", err=True)
        notes = store.conditions(study.name)["notes"].map(json.loads)
        for note in dict.fromkeys(note for own in notes for note in own if note != NOTE):
            typer.echo(note, err=True)
        with terminal().status(measuring_words(answers)) as status:
            measured = measure(store, study, lambda left: status.update(measuring_words(left)))
        typer.echo(f"{measured:,} generations measured")


def export(
    name: Annotated[str | None, typer.Argument(metavar="STUDY", help="Name of the study.", show_default=False)] = None,
    study: Annotated[str | None, typer.Option("--study", help="The same, as an option.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="The file to write; left out, one here that is named after the study.")
    ] = None,
    file_format: Annotated[
        str,
        typer.Option(
            "--format",
            help="Steps: csv, parquet, jsonl. Tables in a zip: tables (steps.csv, the table behind each figure, "
            "columns.csv with unit and meaning of every column, README.txt). Pictures of all conditions: png, svg, "
            "pdf. Report: html. A page that replays on a phone: replay. Films: mp4, gif. A folder with README tables: "
            "readme. Everything, for another lmwalk: bundle (study.yaml, steps.parquet, steps.csv up to 200,000 "
            "steps, conditions.json, report.html, columns.csv, README.txt). Of chains also chains-csv, chains-zip, "
            "properties.",
        ),
    ] = "csv",
    model: Annotated[str | None, typer.Option("--model", help="Pictures and films of this model alone.")] = None,
    temperature: Annotated[float | None, typer.Option("--temperature", help="Of this temperature alone.")] = None,
    figure: Annotated[
        str | None, typer.Option("--figure", help="png, svg, pdf or html of this figure instead.")
    ] = None,
    width: Annotated[
        str | None,
        typer.Option(
            "--width",
            help="Of png, svg and pdf for print: single (85 mm, one column of a journal) or double (178 mm), with "
            "letters of 7 to 9 points.",
        ),
    ] = None,
    field: Annotated[
        bool, typer.Option("--field", help="Pictures and films with the field under the walks, where it is known.")
    ] = False,
    db: Database = DEFAULT_DB,
) -> None:
    """Write a study to a file: its steps, its pictures, a film of them, a report, or everything at once."""
    from lmwalk.errors import InputError
    from lmwalk.export import UNITS, Choice, name_of, to_file

    with said_plainly():
        named = name or study
        if named is None or (name and study and name != study):
            raise InputError("study: one study is written at a time. Accepted: lmwalk export STUDY.")
        with opened(db, must_exist=True) as store, _bar(file_format) as watch:
            choice = Choice(model, temperature, figure, width, field)
            target = out or Path(name_of(named, file_format, choice))
            count = to_file(store, named, file_format, target, choice, watch)
        typer.echo(f"{counted(count, UNITS.get(file_format, 'step'))} written to {target}")


@contextmanager
def _bar(file_format: str) -> Iterator[Watch]:
    """A bar on the terminal. Ctrl-C ends the export; the exit code is that of a program that was stopped."""
    from rich.progress import Progress

    from lmwalk.export import LONG, Watch

    try:
        with interruptible(), Progress(console=terminal(), transient=True, disable=file_format not in LONG) as bars:
            task = bars.add_task(file_format, total=None)
            yield Watch(lambda done, total: bars.update(task, completed=done, total=total))
    except KeyboardInterrupt:
        typer.echo("Stopped. No file was written.", err=True)
        raise typer.Exit(STOPPED) from None
