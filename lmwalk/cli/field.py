"""The command that asks a model at every position of a walk and writes its field under a sampler as a table."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmwalk.cli.shared import DEFAULT_DB, SOME_FAILED, Database, opened, said_plainly, terminal
from lmwalk.ending import STOPPED, interruptible

if TYPE_CHECKING:
    from lmwalk.jobs import FieldAsking, FieldPlan
    from lmwalk.sampler import Pipeline

LOOK_S = 0.05


def field(
    model: Annotated[str, typer.Option("--model", help="Who is asked.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="The CSV file to write.")] = Path("field.csv"),
    template: Annotated[str, typer.Option(help="A template's name; left out, the usual one.")] = "",
    process: Annotated[str, typer.Option(help="The walk: grid, ring or cube.")] = "grid",
    t: Annotated[int, typer.Option("--t", help="How many questions came before, as the question says it.")] = 0,
    stride: Annotated[int, typer.Option(help="1 asks every position, 2 every second, and so on.")] = 1,
    temperature: Annotated[float, typer.Option(help="Of the sampler that is worked out.", min=0, max=5)] = 1.0,
    sampler: Annotated[str, typer.Option(help="Whose order and cuts are imitated.")] = "temperature-only",
    replies: Annotated[
        int, typer.Option(min=0, help="Sample so many replies a position, of a model without probabilities.")
    ] = 0,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask again what was asked before.")] = False,
    db: Database = DEFAULT_DB,
) -> None:
    """Ask a model for its next move at every position, once, and write the field under any sampler as CSV.

    A row is a position: mean move, entropy in bits, probability of each move, mass outside, width of the widest bound.
    What was asked is kept, so that another temperature or sampler asks nothing. With --replies the model is sampled at
    that one temperature under its server's own sampler; the bounds are exact 95% intervals then.
    """
    from lmwalk.drafts import whole_file
    from lmwalk.errors import InputError
    from lmwalk.jobs import jobs_of
    from lmwalk.number_format import counted
    from lmwalk.types import Sampling

    with said_plainly():
        pipeline = _pipeline(sampler)
        asked = {"replies": replies, "temperature": temperature} if replies else {}
        if replies and sampler != "temperature-only":
            raise InputError("sampler: replies come from the server's own. Accepted: --sampler without --replies.")
        plan = _plan(process, template, model, db, t=t, stride=stride, **asked)
        typer.echo(f"At most {counted(plan.questions, 'question')} at {len(plan.order):,} positions.", err=True)
        with opened(db) as store:
            asking = jobs_of(store).ask_field(plan, refresh=refresh)
            interrupted = _watch(asking)
        _say(asking, db, interrupted=interrupted)
        law = asking.field(Sampling(temperature), pipeline)
        table = law.table()
        try:
            with whole_file(out) as draft:
                table.to_csv(draft, index=False)
        except OSError as cause:
            raise InputError(f"{str(out)!r} cannot be written: {cause.strerror}.") from cause
    lost = int(law.without_moves.sum())
    left = f" At {lost:,} of these no move was found among the tokens, so they have no law." if lost else ""
    typer.echo(f"{len(table):,} positions, {len(asking.since(0)):,} of them asked, are in {out}.{left}")


def _pipeline(name: str) -> Pipeline:
    from lmwalk.errors import InputError
    from lmwalk.sampler import PIPELINES
    from lmwalk.validation_messages import shown

    found = next((pipeline for known, pipeline in PIPELINES.items() if known == name), None)
    if found is None:
        raise InputError(f"sampler: {shown(name)} is none. Accepted: {', '.join(PIPELINES)}.")
    return found


def _plan(process: str, template: str, model: str, db: Path, **asked: Any) -> FieldPlan:
    """The plan; a template may be one that is kept beside the database. Raises InputError."""
    from lmwalk.engine.field_plan import FieldPlan, SampledPlan
    from lmwalk.registry import make_process
    from lmwalk.user_templates import library_of

    made = make_process(process, {})
    own = library_of(db).templates(made.prompts)
    kind = SampledPlan if "replies" in asked else FieldPlan
    return kind.of(made, own.get(template, template or made.template), model, **asked)


def _watch(asking: FieldAsking) -> bool:
    """Show how far it is until it has ended; True where Ctrl-C ended it."""
    from rich.progress import track

    seen = 0
    with interruptible():
        try:
            for place in track(range(asking.total), asking.plan.model, console=terminal(), transient=True):
                while place >= seen and asking.state == "running":
                    time.sleep(LOOK_S)
                    seen = len(asking.since(0))
            asking.wait()
        except KeyboardInterrupt:
            asking.stop()
            asking.wait()
            return True
    return False


def _say(asking: FieldAsking, db: Path, *, interrupted: bool) -> None:
    """How it was asked, and how it ended; leaves where it did not come to its end."""
    for note in (*asking.notes, *asking.cautions()):
        typer.echo(note, err=True)
    typer.echo(f"Questions asked: {asking.asked:,}; answered from what had been asked: {asking.spared:,}.", err=True)
    if interrupted:
        typer.echo(f"Stopped. What came is in {db}; the same command goes on from there.", err=True)
        raise typer.Exit(STOPPED)
    if asking.error:
        typer.echo(asking.error, err=True)
        raise typer.Exit(SOME_FAILED)
