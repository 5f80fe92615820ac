"""The commands on models: list what can be asked, add and remove endpoints, probe a sampler."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lmwalk.cli.shared import DEFAULT_DB, Database, said_plainly, terminal
from lmwalk.ending import STOPPED, interruptible

if TYPE_CHECKING:
    from lmwalk.sampler_probe import ProbeReport

models = typer.Typer(help="List what can be asked now, and why not for the rest; add endpoints; probe a sampler.")
COLOURS = {"passes": "green", "fails": "red", "cannot tell": "yellow", "measured": "dim"}
Name = Annotated[str, typer.Argument(help="What the endpoint is called.", show_default=False)]


@models.callback(invoke_without_command=True)
def list_(context: typer.Context, db: Database = DEFAULT_DB) -> None:
    """List what can be asked now, and why not for the rest."""
    if context.invoked_subcommand:
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from lmwalk.models.discovery import offers

    table = Table("", "model", "", box=None, pad_edge=False)
    for offer in sorted(offers(db.parent), key=lambda offer: not offer.available):
        mark = Text("yes", style="green") if offer.available else Text("no", style="red")
        table.add_row(mark, Text(offer.name), Text(offer.detail, style="dim"))
    Console().print(table)


@models.command()
def add(
    name: Name,
    url: Annotated[str, typer.Argument(help="Its address, such as http://localhost:8000/v1.", show_default=False)],
    key_env: Annotated[
        str, typer.Option("--key-env", help="Name of the environment variable that holds its key; never the key.")
    ] = "",
    db: Database = DEFAULT_DB,
) -> None:
    """Add an OpenAI-compatible server; its models are endpoint/NAME/MODEL."""
    from lmwalk.models import endpoint

    with said_plainly():
        endpoint.add(db.parent, endpoint.made(name, url, key_env))
    typer.echo(f"{name} is in {endpoint.FILE}; 'lmwalk models' lists what it has")


@models.command()
def remove(name: Name, db: Database = DEFAULT_DB) -> None:
    """Take an endpoint off the list."""
    from lmwalk.models import endpoint

    with said_plainly():
        endpoint.remove(db.parent, name)
    typer.echo(f"{name} is no longer in {endpoint.FILE}")


@models.command()
def probe(
    model: Annotated[str, typer.Argument(help="Full name of the model.", show_default=False)],
    answers: Annotated[int, typer.Option("--answers", help="Answers at each temperature, 20 to 5,000.")] = 100,
    keep: Annotated[bool, typer.Option(help="Keep the report in the database, where the dashboard shows it.")] = True,
    db: Database = DEFAULT_DB,
) -> None:
    """Judge a model's sampler: temperature, T = 0, seeds, hidden cuts. Exits with 1 where a check fails."""
    from lmwalk.host import open_store

    with said_plainly():
        report = _probed(model, answers, db.parent)
        if keep:
            with open_store(db) as store:
                store.probes.keep(report.model, report.asked_at, report.model_dump_json())
    _print(report)
    raise typer.Exit(int(report.verdict == "fails"))


def _probed(model: str, answers: int, home: Path) -> ProbeReport:
    from lmwalk.registry import open_model
    from lmwalk.sampler_probe import Size, most_questions, probe

    size, (usual, more) = Size(answers), most_questions(answers)
    opened = open_model(model, home)
    terminal().print(
        f"Asking {usual:,} questions, {more:,} more if its frequencies are off. Ctrl-C stops.", style="dim"
    )

    async def ask() -> ProbeReport:
        try:
            return await probe(opened, size)
        finally:
            await opened.close()

    try:
        with interruptible(), terminal().status("asking"):
            return asyncio.run(ask())
    except KeyboardInterrupt:
        raise typer.Exit(STOPPED) from None


def _print(report: ProbeReport) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False)
    for finding in report.findings:
        verdict = Text(finding.verdict, style=COLOURS[finding.verdict])
        table.add_row(verdict, Text(finding.name), Text(finding.sentence))
    screen = Console()
    screen.print(table)
    screen.print(Text(report.sentence, style=COLOURS[report.verdict]))
