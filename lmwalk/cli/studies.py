"""Commands over the studies of a database: studies, show, pause, resume, stop, rename, delete, serve.

They work alike whether another process holds the database or nobody does. The list of studies is asked for without
anything heavy being loaded, as it is what a terminal is asked for most.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmwalk.cli.shared import DEFAULT_DB, Database, opened, said_plainly
from lmwalk.ending import interruptible
from lmwalk.number_format import DASH, duration, number

if TYPE_CHECKING:
    from rich.table import Table

    from lmwalk.jobs import Job, Jobs
    from lmwalk.store import Store

EVERY_S = 1.0
Name = Annotated[str, typer.Argument(help="The name of a study.", show_default=False)]


def studies(
    db: Database = DEFAULT_DB,
    watch: Annotated[bool, typer.Option("--watch", help="Look again every second, until Ctrl-C.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON a study.")] = False,
) -> None:
    """List the studies of a database: state, progress, calls a second, errors, cost, time left."""
    with said_plainly():
        if not watch:
            _print(_rows(db), as_json=as_json)
            return
        with interruptible():
            try:
                _follow(db, as_json=as_json)
            except KeyboardInterrupt:
                return


def _rows(db: Path) -> list[dict[str, Any]]:
    """Every study, newest first, as ``StudyRow`` has it."""
    from lmwalk.host.glance import glance

    if (told := glance(db)) is not None:
        return told
    from lmwalk.jobs import jobs_of

    with opened(db, must_exist=True) as store:
        return [vars(row) for row in jobs_of(store).overview()]


def _print(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    from rich.console import Console

    if as_json:
        for row in rows:
            typer.echo(json.dumps(row, default=str))
    elif rows:
        Console().print(_table(rows))
    else:
        typer.echo("There is no study yet. 'lmwalk run STUDY.yaml' and the dashboard make some.", err=True)


def _follow(db: Path, *, as_json: bool) -> None:
    from rich.console import Console
    from rich.live import Live

    if as_json:
        while True:
            _print(_rows(db), as_json=True)
            sys.stdout.flush()
            time.sleep(EVERY_S)
    with Live(_table(_rows(db)), console=Console(), auto_refresh=False) as live:
        while True:
            time.sleep(EVERY_S)
            live.update(_table(_rows(db)), refresh=True)


def _table(rows: list[dict[str, Any]]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table("study", "state", box=None, pad_edge=False)
    for column in ("answered", "of", "", "calls/s", "failed", "cost", "left"):
        table.add_column(column, justify="right")
    for row in rows:
        share = row["done"] / row["total"] if row["total"] else 0.0
        rate, left = row["calls_per_s"], row["left_s"]
        table.add_row(
            Text(str(row["name"])),
            str(row["state"]),
            f"{row['done']:,}",
            f"{row['total']:,}",
            f"{share:.0%}",
            "" if rate is None else number(rate),
            f"{row['failed']:,}" if row["failed"] else "",
            _cost(row),
            "" if left is None else duration(left),
        )
    return table


def _cost(row: dict[str, Any]) -> str:
    spent = row["cost_usd"]
    if spent is None:
        return ""
    if row["unpriced"]:
        return f"${number(spent)} and more" if spent else DASH
    return f"${number(spent)}" if spent else ""


def show(name: Name, db: Database = DEFAULT_DB) -> None:
    """Show a study: what it asks, and how far each of its conditions is."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from lmwalk.datasets.labels import labels
    from lmwalk.jobs import jobs_of

    with said_plainly(), opened(db, must_exist=True) as store:
        study = _found(store, jobs_of(store), name)
        row = next(row for row in jobs_of(store).overview() if row.name == name)
        screen = Console()
        screen.print(_table([vars(row)]))
        counts = store.tallies(name)
        table = Table("condition", box=None, pad_edge=False)
        for column in ("steps", "not read", "cut off", "failed"):
            table.add_column(column, justify="right")
        for condition, label in labels(study).items():
            own = counts[counts["condition"] == condition]
            kinds = own.groupby("status")["count"].sum()
            failed, read, cut = (int(kinds.get(kind, 0)) for kind in ("error", "ok", "cut"))
            kept = int(own["count"].sum()) - failed
            table.add_row(Text(label), f"{kept:,}", f"{kept - read - cut:,}", f"{cut:,}", f"{failed:,}")
        screen.print(table)
        errors = store.progress(name)["error"].dropna() if len(counts) else ()
        for reason, count in getattr(errors, "value_counts", dict)().items():
            screen.print(Text(f"{count} x {reason}"))


def _found(store: Store, jobs: Jobs, name: str) -> Any:
    job = jobs.get(name)
    return job.study if job else store.study(name)


@contextmanager
def _run_of(name: str, db: Path, to: str) -> Iterator[Job]:
    """The run of a study that is under way in the process that holds the database. Raises InputError."""
    from lmwalk.errors import InputError
    from lmwalk.jobs import ENDED, jobs_of

    with said_plainly(), opened(db, must_exist=True) as store:
        job = jobs_of(store).get(name)
        if job is None or job.state in ENDED:
            store.study(name)  # says where there is none
            raise InputError(f"{name!r} is not running, so there is nothing to {to}.")
        yield job


def pause(name: Name, db: Database = DEFAULT_DB) -> None:
    """Send no more questions of a running study until 'resume'; those under way are answered and stored."""
    with _run_of(name, db, "pause") as job:
        job.pause()
    typer.echo(f"{name!r} is paused.")


def stop(name: Name, db: Database = DEFAULT_DB) -> None:
    """End the run of a study; what was answered is stored, and 'resume' or 'run' goes on from there."""
    with _run_of(name, db, "stop") as job:
        job.stop()
        job.wait(10)
    typer.echo(f"{name!r} is stopped.")


def resume(name: Name, db: Database = DEFAULT_DB) -> None:
    """Go on with a study: one that is paused, or one that was left unfinished."""
    from lmwalk.cli import run_one
    from lmwalk.host import holder
    from lmwalk.jobs import jobs_of

    with said_plainly(), opened(db, must_exist=True) as store:
        jobs = jobs_of(store)
        job = jobs.get(name)
        if job and job.state == "paused":
            job.resume()
        elif holder(store) is not None:
            jobs.start(_found(store, jobs, name))
        else:
            raise typer.Exit(run_one(store.study(name), store))
    typer.echo(f"{name!r} goes on.")


def rename(name: Name, new: Annotated[str, typer.Argument(help="Its new name.")], db: Database = DEFAULT_DB) -> None:
    """Give a study another name; it may not be running."""
    _change(db, lambda jobs: jobs.rename(name, new))
    typer.echo(f"{name!r} is called {new!r} now.")


def delete(
    name: Name,
    db: Database = DEFAULT_DB,
    yes: Annotated[bool, typer.Option("--yes", help="Delete it without asking.")] = False,
) -> None:
    """Delete a study and every answer of it; it may not be running."""
    if not yes:
        with said_plainly(), opened(db, must_exist=True) as store:
            store.study(name)
            count = int(store.tallies(name)["count"].sum())
        typer.confirm(f"Delete {name!r} with {count:,} steps? This cannot be undone.", abort=True)
    count = _change(db, lambda jobs: jobs.delete(name))
    typer.echo(f"{name!r} is deleted, with {count:,} steps.")


def _change(db: Path, change: Callable[[Jobs], Any]) -> Any:
    from lmwalk.jobs import jobs_of

    with said_plainly(), opened(db, must_exist=True) as store:
        return change(jobs_of(store))


def serve(db: Database = DEFAULT_DB) -> None:
    """Hold a database without a dashboard, and answer every other lmwalk that asks for it, until Ctrl-C."""
    from lmwalk.errors import StoreLockedError
    from lmwalk.host import answer, holder

    with said_plainly(), opened(db) as store:
        if (process := holder(store)) is not None:
            raise StoreLockedError(f"Process {process} holds {db.name} already, and answers for it.")
        answer(store)
        typer.echo(f"Holding {db.name}; other commands and dashboards may use it. Ctrl-C ends this.", err=True)
        with interruptible():
            try:
                while True:
                    time.sleep(3600)
            except KeyboardInterrupt:
                pass
