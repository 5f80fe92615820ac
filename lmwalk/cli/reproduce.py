"""Published experiments on the command line: which there are, and the study that repeats one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from lmwalk.published import Experiment
    from lmwalk.study import Study


def list_experiments() -> None:
    """Print every published experiment with its source, versions and figures."""
    from lmwalk.published import experiments

    source = None
    for each in experiments().values():
        if each.source != source:
            source = each.source
            typer.echo(f"{source.cited}")
        typer.echo(f"  {each.name:<24}{each.title}; {', '.join(each.versions)}")


def repeated(name: str, models: Sequence[str], version: str, called: str, db: Path) -> Study:
    """The study that repeats an experiment, asking those models, or those of the publication that are at hand here.

    Raises
    ------
    InputError
        There is no such experiment or version, or a model's name cannot be used.
    """
    from lmwalk.published import experiment

    found = experiment(name)
    other = "" if version in ("", next(iter(found.versions))) else f", {version.lower()}"
    asked = [part for text in models for part in map(str.strip, text.split(",")) if part] or _usual(found, db)
    study = found.study(asked, called or f"{found.title.lower()}{other}", version)
    typer.echo(found.source.cited, err=True)
    typer.echo(f"{study.total_steps:,} questions to {', '.join(study.models)}.", err=True)
    return study


def _usual(found: Experiment, db: Path) -> Sequence[str]:
    """Those of the publication that a server here has, else those that answer anywhere."""
    from lmwalk.models.discovery import offers

    there = found.at_hand([offer.name for offer in offers(db.parent) if offer.available])
    if not there:
        typer.echo(
            f"None of its models is at hand here ({', '.join(found.models)}); others are asked instead.", err=True
        )
    return there or found.stand_ins
