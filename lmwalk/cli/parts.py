"""What run and import do with a folder to which several processes write their parts of a study."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lmwalk.cli.shared import SOME_FAILED, measuring_words, opened, terminal

if TYPE_CHECKING:
    import pandas as pd

    from lmwalk.export.parts import Writing
    from lmwalk.importing.parts import Taken
    from lmwalk.store import Store
    from lmwalk.study import Study
    from lmwalk.study.part import Part

To = Annotated[
    Path | None,
    typer.Option(
        "--to",
        help="Write what is answered into this folder, which any number of processes and machines may share, and into "
        "no database; 'lmwalk import FOLDER' takes it. The same command goes on where it was left.",
        show_default=False,
    ),
]
PartOption = Annotated[
    str,
    typer.Option(
        "--part",
        metavar="K/N",
        help="Ask the K-th of N parts of each study: trajectories of nearly equal number, condition after condition, "
        "so that a process asks few models.",
        show_default=False,
    ),
]
RunOne = Callable[["Study", "Store", None, "Part", "Writing"], int]


def part_of(written: str, plans: Sequence[Study], to: Path | None, *, detach: bool, elsewhere: bool) -> Part:
    """The part that is asked for. Raises InputError where it, or --to, does not go with the rest.

    ``elsewhere`` is whether other processes are to ask.
    """
    from lmwalk.errors import InputError
    from lmwalk.study.part import WHOLE, Part

    if to is not None and detach:
        raise InputError("--to: the process that holds a database writes to that. Accepted: --to without --detach.")
    if to is not None and elsewhere:
        raise InputError(
            "--to: what goes into a folder is asked by this process itself. Accepted: --to without --workers, "
            "--scheduler and --cluster."
        )
    if to is not None and len(plans) != 1:
        raise InputError(f"--to: these are {len(plans):,} studies. Accepted: one, as each has a folder of its own.")
    part = Part.read(written) if written else WHOLE
    for plan in plans:
        part.share(plan)
    return part


def run_to(plan: Study, folder: Path, part: Part, home: Path, run_one: RunOne) -> int:
    """Run a part of a study in a store of its own, and write it into a folder; the exit code.

    ``home`` is the folder of the user's own files, such as the list of endpoints.
    """
    from lmwalk.drafts import scratch_folder
    from lmwalk.export.parts import Parts, Writing, begin_folder
    from lmwalk.importing.parts import take_up
    from lmwalk.jobs import jobs_of
    from lmwalk.registry import open_model
    from lmwalk.store import open_store

    begin_folder(folder, plan)
    with scratch_folder() as scratch, open_store(scratch / "part.duckdb") as store:
        jobs = jobs_of(store, partial(open_model, home=home))
        jobs.measures = False  # whoever imports the parts measures their texts
        taken = take_up(store, plan, folder, part)
        for complaint in taken.complaints:
            typer.echo(complaint, err=True)
        writing = Writing(store, Parts(store, plan, folder, part), partial(_stop, store, plan.name))
        try:
            return run_one(plan, store, None, part, writing)
        finally:
            writing.finish()


def tallies_of(store: Store, study: Study, part: Part) -> pd.DataFrame:
    """How often each outcome and status came in a part of a study, as ``Store.tallies`` says it of the whole."""
    if part.of == 1:
        return store.tallies(study.name)
    share = part.share(study)
    rows = store.walks(study.name, list(share.numbers))
    return rows.loc[[pair in share for pair in zip(rows["condition"], rows["trajectory"], strict=True)]]


def _stop(store: Store, name: str) -> None:
    from lmwalk.jobs import jobs_of

    if job := jobs_of(store).get(name):
        job.stop()


def import_folder(folder: Path, name: str | None, db: Path) -> None:
    """Take what processes left in a folder into a database, and measure its texts."""
    from lmwalk.errors import InputError
    from lmwalk.importing.parts import import_parts
    from lmwalk.jobs import ENDED, jobs_of
    from lmwalk.measuring import has_texts, measure
    from lmwalk.study.part_files import study_in

    if name is not None:
        raise InputError(
            f"name: {name!r} cannot be given to a folder of parts, more of which may come. Accepted: lmwalk rename, "
            "once all are there."
        )
    with opened(db) as store:
        study = study_in(folder)
        job = jobs_of(store).get(study.name) if study else None
        if study and job and job.state not in ENDED:
            raise InputError(f"The study {study.name!r} is under way in {db.name}. Stop it first, and import then.")
        taken = import_parts(store, folder)
        _tell(taken, store, db)
        if has_texts(taken.study):
            with terminal().status(measuring_words(0)) as status:
                measured = measure(store, taken.study, lambda left: status.update(measuring_words(left)))
            typer.echo(f"{measured:,} generations measured")
    if taken.complaints:
        raise typer.Exit(SOME_FAILED)


def _tell(taken: Taken, store: Store, db: Path) -> None:
    """Say what came, what was there, how much of the study is whole, and what was left out."""
    study = taken.study
    whole = int((store.progress(study.name)["state"] == "done").sum())
    count = len(study.conditions()) * study.trajectory_count
    typer.echo(f"{study.name!r}: {taken.new:,} new steps are in {db.name}, {taken.there:,} were there.")
    typer.echo(f"{whole:,} of {count:,} trajectories are whole.")
    if taken.others:
        typer.echo(
            f"{taken.others:,} steps are left out: their questions are answered otherwise already. A part was run "
            "twice at once, or the study was also run here.",
            err=True,
        )
    if taken.loose:
        typer.echo(
            f"{taken.loose:,} steps are left out: the steps that they follow are not there. If those are still to "
            "come, import the folder again.",
            err=True,
        )
    for complaint in taken.complaints:
        typer.echo(complaint, err=True)
