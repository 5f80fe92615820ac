"""Published experiments, ready to be run again: the study, its source, what was done, and what differs here.

Each file of this folder is one experiment: a study without name and models, and what has to be known of it. The numbers
that were published are in ``lmwalk.reference_data``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from lmwalk.errors import InputError
from lmwalk.study import Study

_RUNS = ("name", "models", "seed", "concurrency", "timeout_s", "load_timeout_s", "longest_wait_s", "plan")
"""Fields that may be anything: they say who is asked, and how a run goes on."""


class Source(BaseModel):
    """Where experiments were published; ``short`` is what the gallery calls it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    authors: str
    title: str
    year: int
    where: str
    short: str
    experiments: tuple[str, ...]

    @property
    def cited(self) -> str:
        """Authors, year, title and address in a line."""
        return f"{self.authors} ({self.year}): {self.title}. {self.where}"

    @property
    def brief(self) -> str:
        """The first author and the year."""
        first, *others = self.authors.split(", ")
        return f"{first}{' et al.' if others else ''}, {self.year}"


class Experiment(BaseModel):
    """One published experiment.

    Attributes
    ----------
    title : str
        What it is called; also how its studies are called at first.
    did : str
        What was done, and what was found.
    differs : tuple of str
        What is otherwise here, a sentence or two each.
    figures : tuple of str
        The figures that show the published values beside one's own, or one's own alone where none were published.
    only : mapping
        Which published rows belong to it, by the value of a column, where the figures know those of others too.
    models : tuple of str
        Who was asked, as the source names them.
    stand_ins : tuple of str
        Who can be asked anywhere instead.
    fields : mapping
        The study, without name and models.
    versions : mapping
        What each version changes in the study; the first one is the published one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    source: Source
    title: str
    did: str
    differs: tuple[str, ...]
    figures: tuple[str, ...]
    only: Mapping[str, str] = {}
    models: tuple[str, ...]
    stand_ins: tuple[str, ...]
    fields: Mapping[str, Any] = Field(alias="study")
    versions: Mapping[str, Mapping[str, Any]]

    def study(self, models: Iterable[str], name: str = "", version: str = "") -> Study:
        """The study with those models, of the published version where none is named. Raises InputError."""
        if version and version not in self.versions:
            raise InputError(f"version: there is no {version!r} of {self.name}. Accepted: {', '.join(self.versions)}.")
        changes = self.versions[version or next(iter(self.versions))]
        return Study.of(**{**self.fields, **changes, "name": name or self.title.lower(), "models": tuple(models)})

    def version_of(self, study: Study) -> str | None:
        """Which version a study is, whoever it asks; None where it is another experiment."""
        return next(
            (each for each in self.versions if _asked(self.study(study.models, version=each)) == _asked(study)), None
        )

    def at_hand(self, names: Collection[str]) -> tuple[str, ...]:
        """Those of its models that are among these names, whichever server they are on."""
        known: dict[str, str] = {}
        for name in names:
            known.setdefault(_bare(name), name)
        return tuple(known[bare] for bare in map(_bare, self.models) if bare in known)


def _asked(study: Study) -> dict[str, Any]:
    """What a study asks, and how."""
    return study.model_dump(exclude=set(_RUNS))


def _bare(model: str) -> str:
    """A model's name without its server."""
    return model.rpartition("/")[2].casefold()


@cache
def experiments() -> Mapping[str, Experiment]:
    """Every published experiment by its name, those of one source together."""
    found = (Source(**each) for each in _read("sources"))
    return {name: Experiment(name=name, source=own, **_read(name)) for own in found for name in own.experiments}


def experiment(name: str) -> Experiment:
    """The experiment of that name. Raises InputError."""
    if name not in experiments():
        raise InputError(f"There is no published experiment called {name!r}. There is: {', '.join(experiments())}.")
    return experiments()[name]


def of_study(study: Study) -> tuple[Experiment, str] | None:
    """The experiment that a study repeats, and which version of it; None where it repeats none."""
    for each in experiments().values():
        if each.fields["process"] == study.process and (version := each.version_of(study)):
            return each, version
    return None


def _read(name: str) -> Any:
    return yaml.safe_load((resources.files(__name__) / f"{name}.yaml").read_text(encoding="utf-8"))
