"""The command that freezes a plan before a study is run, and what ``run`` says of plans."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lmwalk.cli.shared import DEFAULT_DB, Database, said_plainly

if TYPE_CHECKING:
    from lmwalk.store import Store
    from lmwalk.study import Study

ENDING = ".frozen.yaml"


def freeze(
    study: Annotated[Path, typer.Argument(help="A study file (YAML).", show_default=False)],
    out: Annotated[
        Path | None, typer.Option("--out", help="The file to write; left out, STUDY.frozen.yaml beside the study.")
    ] = None,
    db: Database = DEFAULT_DB,
) -> None:
    """Freeze a study's plan: measure, nulls, exclusions, stopping rule and versions, with date and hash.

    Run the frozen file, or the study beside it: results say whether they followed the plan, and what differs.
    """
    from lmwalk.datasets.provenance import plan_of
    from lmwalk.drafts import whole_file
    from lmwalk.errors import InputError
    from lmwalk.study import Study
    from lmwalk.user_templates import library_of

    with said_plainly():
        planned = Study.read(study, library_of(db).written_out)
        target = out or beside(study)
        if target.exists():
            raise InputError(f"{str(target)!r} is there already, and a plan is frozen once. Accepted: --out FILE.")
        plan = plan_of(planned)
        whole = Study.of(**{**planned.model_dump(), "plan": plan})
        try:
            with whole_file(target) as draft:
                draft.write_text(whole.to_yaml(), encoding="utf-8")
        except OSError as cause:
            raise InputError(f"{str(target)!r} cannot be written: {cause.strerror}.") from cause
        if planned.primary is None:
            typer.echo("The study names no primary measure (primary: in the file), so the plan has none.", err=True)
        typer.echo(f"plan {plan.hash} is in {target}")


def beside(study: Path) -> Path:
    """Where the frozen plan of a study file lies."""
    return study if study.name.endswith(ENDING) else study.with_name(study.stem + ENDING)


def with_plan(study: Study, file: Path) -> Study:
    """A study with the plan that lies beside its file, where one does. Raises InputError where that cannot be read."""
    from lmwalk.study import Study

    if study.plan or not beside(file).is_file() or beside(file) == file:
        return study
    return _with(study, Study.read(beside(file)))


def with_stored_plan(study: Study, store: Store) -> Study:
    """A study with the plan that it is stored with, where it brings none."""
    if study.plan or study.name not in set(store.studies()["study"]):
        return study
    return _with(study, store.study(study.name))


def _with(study: Study, other: Study) -> Study:
    from lmwalk.study import Study

    return Study.of(**{**study.model_dump(), "plan": other.plan}) if other.plan else study
