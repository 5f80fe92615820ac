"""The command line: run and reproduce, studies and what is done with one, export and import, models, ui, serve.

Exit codes: 0 done; 1 some trajectories ended in error, or the database failed; 2 bad input; 130 stopped by Ctrl-C
or SIGTERM, which end a dashboard with 0.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lmwalk.cli.compare import compare
from lmwalk.cli.field import field
from lmwalk.cli.files import export, import_
from lmwalk.cli.freeze import ENDING, freeze, with_plan, with_stored_plan
from lmwalk.cli.models import models
from lmwalk.cli.pairs import pairs
from lmwalk.cli.parts import PartOption, To, part_of, run_to, tallies_of
from lmwalk.cli.place import Cluster, Resource, Scheduler, Workers, place_of
from lmwalk.cli.plan import plan
from lmwalk.cli.reparse import reparse
from lmwalk.cli.reproduce import list_experiments, repeated
from lmwalk.cli.shared import DEFAULT_DB, SOME_FAILED, Database, measuring_words, opened, said_plainly, terminal
from lmwalk.cli.studies import delete, pause, rename, resume, serve, show, stop, studies
from lmwalk.ending import STOPPED, interruptible
from lmwalk.number_format import clock, duration

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from lmwalk.export.parts import Writing
    from lmwalk.jobs import Job, Jobs, Place, Progress
    from lmwalk.store import Store
    from lmwalk.study import Study
    from lmwalk.study.part import Part

LONG_S = 30.0
ASK_NOW = "To ask at once: Ctrl-C, then the same command again; nothing is lost."

app = typer.Typer(
    help="See and measure how language models behave as random processes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)


@app.command()
def run(
    study: Annotated[list[Path], typer.Argument(help="Study files (YAML), or folders of them.", show_default=False)],
    db: Database = DEFAULT_DB,
    detach: Annotated[
        bool, typer.Option("--detach", help="Hand them to the process that holds the database, and leave.")
    ] = False,
    workers: Workers = None,
    scheduler: Scheduler = None,
    cluster: Cluster = None,
    resource: Resource = None,
    to: To = None,
    part: PartOption = "",
) -> None:
    """Run studies one after the other, or go on with them where they stood.

    Where another process holds the database, they run there.
    """
    from lmwalk.engine.prepared import prepare
    from lmwalk.registry import open_model

    with said_plainly():
        plans, place = _plans(study, db), place_of(workers, scheduler, cluster, resource or [])
        own = part_of(part, plans, to, detach=detach, elsewhere=place is not None)
        for each in plans if place is None else ():
            prepare(each, partial(open_model, home=db.parent))  # complains before a database is made
        if to is not None:
            codes = [run_to(plans[0], to, own, db.parent, run_one)]
        else:
            codes = _handed_over(plans, db, place, own) if detach else _run_all(plans, db, place, own)
    raise typer.Exit(max(codes))


def _handed_over(plans: list[Study], db: Path, place: Place | None, part: Part) -> list[int]:
    """Start studies in the process that holds the database. Raises InputError where there is none."""
    from lmwalk.errors import InputError
    from lmwalk.host import holder
    from lmwalk.jobs import jobs_of

    with opened(db) as store:
        if (process := holder(store)) is None:
            raise InputError("--detach: no other process holds the database. Start one: lmwalk serve.")
        for each in plans:
            jobs_of(store).start(with_stored_plan(each, store), place=place, part=part)
            typer.echo(f"{each.name!r} runs in process {process}; 'lmwalk studies' says how far it is.")
    return [0]


def _run_all(plans: list[Study], db: Path, place: Place | None, part: Part) -> list[int]:
    """Run studies to their end, here or where the database is held; their exit codes."""
    from lmwalk.errors import OwnerGoneError

    codes: list[int] = []
    while len(codes) < len(plans):
        try:
            with opened(db) as store:
                for each in plans[len(codes) :]:
                    # what is done stays done, whatever comes
                    codes.append(run_one(each, store, place, part))  # noqa: PERF401
                _await_others(store)
        except OwnerGoneError as gone:  # each study goes on from what is stored
            typer.echo(f"{gone}", err=True)
    return codes


def _await_others(store: Store) -> None:
    """Go on until studies that other processes began here are through."""
    from lmwalk.host import holder
    from lmwalk.jobs import ENDED, jobs_of

    if holder(store) is not None:
        return
    others = [job for job in jobs_of(store).all() if job.state not in ENDED]
    if others:
        names = ", ".join(repr(job.study.name) for job in others)
        typer.echo(f"Begun from elsewhere, and still running here: {names}. Ctrl-C stops them.", err=True)
    with interruptible():
        try:
            for job in others:
                job.wait()
        except KeyboardInterrupt:
            for job in others:
                job.stop()
                job.wait(10)


def _plans(paths: list[Path], db: Path) -> list[Study]:
    """The studies of files and folders, in order, with the words of templates kept beside the database.

    Raises InputError.
    """
    from lmwalk.errors import InputError
    from lmwalk.study import Study
    from lmwalk.user_templates import library_of

    files: list[Path] = []
    for path in paths:
        found = _files(path) if path.is_dir() else [path]
        if not found:
            raise InputError(f"The folder {str(path)!r} holds no study file. Accepted: one with files NAME.yaml.")
        files += found
    return [with_plan(Study.read(file, library_of(db).written_out), file) for file in files]


def _files(folder: Path) -> list[Path]:
    """The study files of a folder; a frozen one stands for the study beside it, unless it is alone."""
    found = sorted(folder.glob("*.yaml"))
    return [file for file in found if not file.name.endswith(ENDING) or _unfrozen(file) not in found]


def _unfrozen(file: Path) -> Path:
    return file.with_name(file.name.removesuffix(ENDING) + ".yaml")


def run_one(
    study: Study,
    store: Store,
    place: Place | None = None,
    part: Part | None = None,
    writing: Writing | None = None,
) -> int:
    """Run a study to its end, or a part of it; the exit code. ``writing`` is finished as the run has ended."""
    from rich.text import Text

    from lmwalk.datasets.provenance import followed_plan
    from lmwalk.host import holder
    from lmwalk.jobs import ENDED, jobs_of
    from lmwalk.study.copies import copies_expected
    from lmwalk.study.part import WHOLE

    if said := copies_expected(study):
        terminal().print(Text(said, style="yellow"))
    begun = time.monotonic()
    study = with_stored_plan(study, store)
    if study.plan:
        terminal().print(Text(followed_plan(store, study)))
    jobs = jobs_of(store)
    job = jobs.start(study, place=place, part=part or WHOLE)
    interrupted = _watch(job, elsewhere=holder(store) is not None)
    if interrupted and job.state not in ENDED:
        terminal().print(Text(f"{study.name!r} runs on in process {holder(store)}."))
        raise typer.Exit(STOPPED)
    moved = _moved(store)
    if writing:
        writing.finish()
    if job.failure:
        raise job.failure
    if not interrupted:
        _await_measures(jobs, study.name)
    _summary(job, store, time.monotonic() - begun, part or WHOLE, writing.folder if writing else store.path)
    return max(_close(job, interrupted=interrupted), moved)


app.command("import")(import_)
app.add_typer(models, name="models")
for each in (studies, show, pause, resume, stop, rename, delete, serve):
    app.command()(each)
app.command()(export)
app.command()(compare)
app.command()(reparse)
app.command("reread", hidden=True)(reparse)  # its name in older versions, kept for scripts
app.command()(pairs)
app.command()(plan)
app.command()(freeze)
app.command()(field)


@app.command()
def reproduce(
    name: Annotated[str, typer.Argument(help="A published experiment; left out: what there is.")] = "",
    models: Annotated[
        list[str] | None, typer.Option("--models", help="Who is asked; several with commas, or the option again.")
    ] = None,
    version: Annotated[str, typer.Option(help="One of the experiment's; left out: as published.")] = "",
    called: Annotated[str, typer.Option("--name", help="What the study is called.")] = "",
    db: Database = DEFAULT_DB,
) -> None:
    """Run a published experiment, or list them; the dashboard's page Reproduce draws it beside what was published."""
    if not name:
        list_experiments()
        return
    with said_plainly():
        study = repeated(name, models or [], version, called, db)
        with opened(db) as store:
            code = run_one(study, store)
    typer.echo(f"Beside what was published: lmwalk ui --db {db}, page Reproduce.", err=True)
    raise typer.Exit(code)


@app.command()
def ui(
    port: Annotated[int, typer.Option(help="Port on this machine.", min=1, max=65535)] = 8501,
    db: Database = DEFAULT_DB,
    browser: Annotated[bool, typer.Option(help="Open the dashboard in a browser.")] = True,
    host: Annotated[
        str, typer.Option(help="Address of this machine to listen at; 0.0.0.0 is all of them.")
    ] = "localhost",
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Look, replay and export; start nothing, read no key, write nothing.")
    ] = False,
) -> None:
    """Open the dashboard. It listens on this machine only, unless --host says otherwise."""
    if read_only:
        _only_read(db)
    home = Path(__file__).parent.parent
    script = next(path for path in (home / "dashboard" / "app.py", home.parent / "app.py") if path.exists())
    os.environ["LMWALK_DB"] = str(db.resolve())
    options = [f"--server.port={port}", f"--server.headless={str(not browser).lower()}", "--logger.level=warning"]
    options += [f"--server.address={host}"] if host != "localhost" else []  # which is what lies beside app.py
    # a file that nobody has: Streamlit would read keys from those that it looks for by itself
    options += [f"--secrets.files={os.devnull}.toml"] if read_only else []
    sys.argv = ["streamlit", "run", str(script), *options]
    with said_plainly():
        runpy.run_module("lmwalk.ui.serve", run_name="__main__", alter_sys=True)


def _only_read(db: Path) -> None:
    """Make this a process that only reads; complain where there is nothing to read."""
    from lmwalk.access import VARIABLE
    from lmwalk.errors import InputError

    with said_plainly():
        if not db.exists():
            raise InputError(f"There is no database {str(db)!r} to look at. Accepted: a file that lmwalk made.")
    os.environ[VARIABLE] = "1"


def _watch(job: Job, *, elsewhere: bool) -> bool:
    """Show a job until it has ended; True where Ctrl-C ended that, and the job unless it is to run on elsewhere."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bars

    from lmwalk.jobs import ENDED

    name, note = TextColumn("{task.description}", markup=False), TextColumn("{task.fields[note]}", markup=False)
    columns = (name, BarColumn(), MofNCompleteColumn(), note)
    with interruptible(), Bars(*columns, console=terminal()) as bars:
        tasks = {model: bars.add_task(model, total=None, note="") for model in job.study.models}
        whole = bars.add_task("all", total=None, note="preparing")
        told: set[str] = set()
        try:
            while job.state not in ENDED:
                progress = job.progress()
                _show(progress, bars, tasks, whole)
                _caution(job, told, bars.console)
                _tell(progress, told, bars.console)
                time.sleep(0.1)
        except KeyboardInterrupt:
            bars.stop()
            if not elsewhere or _is_to_stop(job.study.name):
                job.stop()
                job.wait(timeout_s=10)
            return True
        finally:
            _show(job.progress(), bars, tasks, whole)
            _caution(job, told, bars.console)
    return False


def _is_to_stop(name: str) -> bool:
    """Whether a study that runs in another process is to stop with this one; it runs on where nobody can say."""
    if not sys.stdin.isatty():
        return False
    try:
        return typer.confirm(f"{name!r} runs in another process. Stop it?", default=False, err=True)
    except (typer.Abort, KeyboardInterrupt):
        return False


def _await_measures(jobs: Jobs, study: str) -> None:
    """Wait until the texts that were answered are measured."""
    if not jobs.measuring(study):
        return
    with terminal().status(measuring_words(jobs.unmeasured(study)[0])) as status:
        while jobs.measuring(study):
            time.sleep(0.05)
            status.update(measuring_words(jobs.unmeasured(study)[0]))
    for sentence in jobs.unmeasured(study)[1].values():
        typer.echo(sentence, err=True)


def _show(progress: Progress, bars: Bars, tasks: dict[str, TaskID], whole: TaskID) -> None:
    for model, task in tasks.items():
        done, total = progress.by_model[model]
        bars.update(task, completed=done, total=total, visible=total > 0)
    left = "" if progress.eta_s is None else f", {duration(progress.eta_s)} left"
    note = f"{progress.calls_per_s:.0f} calls/s, {progress.errors} failed{left}"
    if progress.waiting:
        note += f", waiting until {clock(progress.wait_s)}" if progress.wait_s > LONG_S else ", waiting"
    elif progress.loading:
        note += ", loading"
    bars.update(whole, completed=progress.done, total=progress.total, note=note)


def _caution(job: Job, told: set[str], screen: Console) -> None:
    """Say what the first questions showed, before the others are asked."""
    from rich.text import Text

    for line in job.cautions:
        if line not in told:
            told.add(line)
            screen.print(Text(line, style="yellow"))


def _tell(progress: Progress, told: set[str], screen: Console) -> None:
    """Say why a call is being asked again, once for each reason and whenever that takes a while; and warn once."""
    from rich.text import Text

    for warning in progress.warnings:
        if warning not in told:
            told.add(warning)
            screen.print(Text(warning))

    if progress.loading and f"loading {progress.loading_model}" not in told:
        told.add(f"loading {progress.loading_model}")
        screen.print(Text(progress.loading))
    line = f"{progress.waiting} {ASK_NOW}" if progress.wait_s > LONG_S else f"{progress.wait_reason} Asking again."
    if progress.waiting and line not in told:
        told.add(line)
        screen.print(Text(line))


def _summary(job: Job, store: Store, seconds: float, part: Part, place: Path) -> None:
    """What is kept of each model, what differs from what was asked, and how fast it went."""
    from rich.table import Table
    from rich.text import Text

    study, progress, screen = job.study, job.progress(), terminal()
    store.flush()
    cells = store.conditions(study.name).set_index("condition")
    cells = cells[cells.index.isin(list(part.share(study).numbers))]
    tallies = tallies_of(store, study, part).assign(model=lambda rows: rows["condition"].map(cells["model"]))
    table = Table("model", box=None, pad_edge=False)
    for column in ("steps", "not read", "cut off", "failed"):
        table.add_column(column, justify="right")
    total = 0
    for model, own in tallies.groupby("model", sort=False):
        failed, read, cut = (int(own.loc[own["status"] == name, "count"].sum()) for name in ("error", "ok", "cut"))
        kept = int(own["count"].sum()) - failed
        total += kept
        table.add_row(Text(str(model)), f"{kept:,}", f"{kept - read - cut:,}", f"{cut:,}", f"{failed:,}")
    screen.print(table)
    if study.primary:
        screen.print(Text(f"Primary measure: {study.primary}."))
    for line in [*_undecided(store, study), *_endings(store, study)]:
        screen.print(Text(line))
    pairs = zip(cells["model"], cells["notes"], strict=True)
    told = {note if model in note else f"{model}: {note}" for model, notes in pairs for note in json.loads(notes)}
    for line in sorted(told.difference(job.cautions)):  # these were said as the run began
        screen.print(Text(line, style="dim"))
    if study.measurement == "probabilities":
        _stands_on(store, study, screen)
    if progress.economy:
        screen.print(Text(progress.economy))
    rate = f"{progress.answers:,} answered in {duration(seconds)}, {progress.answers / seconds:,.1f} a second"
    what = f"{study.name!r}" if part.of == 1 else f"part {part} of {study.name!r}"
    where = f"{total:,} of {progress.total:,} steps of {what} are in {place.name or place}"
    screen.print(Text(f"{where}; {rate}."))


def _undecided(store: Store, study: Study) -> list[str]:
    """What is known where a rule stopped nothing."""
    from lmwalk.datasets.units import undecided

    return undecided(store, study) if study.stop_when else []


def _endings(store: Store, study: Study) -> list[str]:
    """What there is to say of how answers ended."""
    from lmwalk.datasets.endings import sentences

    return sentences(store, study)


def _stands_on(store: Store, study: Study, screen: Console) -> None:
    """Where the outcomes hold little of the probability, how much, and what the model would rather say."""
    from rich.text import Text

    from lmwalk.datasets.outcome_mass import doubts, stored_outcome_mass, warnings

    found = stored_outcome_mass(store, study)
    for line in (*warnings(found), *doubts(found)):
        screen.print(Text(line, style="yellow"))


def _moved(store: Store) -> int:
    """Say where another file is written to than was asked for; the exit code."""
    if store.rescued:
        typer.echo(store.rescued, err=True)
    return SOME_FAILED if store.rescued else 0


def _close(job: Job, *, interrupted: bool) -> int:
    """Say what is left to do; the exit code. Ctrl-C ends the studies that wait, too."""
    from rich.text import Text

    progress, screen = job.progress(), terminal()
    if job.error:
        screen.print(Text(job.error))
        return SOME_FAILED
    if interrupted:
        screen.print(Text("Stopped. The same command goes on from here."))
        raise typer.Exit(STOPPED)
    if progress.errors:
        screen.print(Text(f"Trajectories that ended in error: {progress.errors}. The same command asks them again."))
        for reason, count in progress.reasons.items():
            screen.print(Text(f"  {count} x {reason}"))
        return SOME_FAILED
    return 0
