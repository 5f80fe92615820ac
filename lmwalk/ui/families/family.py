"""The pages of experiments as data: what differs between walks, draws and chains, and nothing else."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from lmwalk.registry import processes
from lmwalk.study import Study
from lmwalk.ui.parts.available_models import BUILTIN
from lmwalk.ui.parts.control_row import Width


@dataclass(frozen=True)
class Noun:
    """What something is called."""

    one: str
    several: str

    def counted(self, count: int) -> str:
        """So many of them: ``1 walk``, ``3 walks``."""
        return f"{count:,} {self.one if count == 1 else self.several}"


@dataclass(frozen=True)
class Family:
    """One page of experiments.

    Attributes
    ----------
    name : str
        The processes' ``family``.
    page : str
        The file of its page.
    noun : Noun
        What a trajectory is called in sentences.
    empty, invitation : str
        Title and words of the page while nothing was run.
    process : str
        The experiment that is set up at first.
    first : mapping
        What the invitation's button runs, without a name.
    button : str
        What that button says.
    model : str
        Who is asked at first.
    temperatures : tuple of str
        What is set at first.
    widths : tuple
        Of the places in the row of controls; the last two hold More and Run.
    """

    name: str
    page: str
    noun: Noun
    empty: str
    invitation: str
    process: str
    first: Mapping[str, Any]
    button: str
    model: str
    temperatures: tuple[str, ...]
    widths: tuple[Width, ...]

    def first_study(self, taken: Collection[str]) -> Study:
        """What the invitation runs, under a name that no study has."""
        return Study.of(name=self.suggestion(self.process, taken), **self.first)

    def suggestion(self, process: str, taken: Collection[str]) -> str:
        """A name that no study has."""
        return self.free("walk" if self is WALKS else processes[process].title.lower(), taken)

    @staticmethod
    def free(stem: str, taken: Collection[str]) -> str:
        """The stem with the first number that no study has."""
        return next(name for number in itertools.count(1) if (name := f"{stem} {number}") not in taken)


WALKS = Family(
    name="walk",
    page="pages/walk.py",
    noun=Noun("walk", "walks"),
    empty="Nothing has walked here yet",
    invitation="The built-in model is a small transformer that runs on this machine: no key, no server, no network. "
    "It walks five times at each of three temperatures, 750 questions in all, and you see every answer as it comes.",
    process="grid",
    first={"process": "grid", "models": [BUILTIN], "temperatures": [0.3, 1.0, 2.0]},
    button="Run the built-in model",
    model=BUILTIN,
    temperatures=("0.3", "1", "2"),
    widths=("stretch", "stretch", 150, 90, 128, "content", 76),
)
DRAWS = Family(
    name="draw",
    page="pages/draws.py",
    noun=Noun("trajectory", "trajectories"),
    empty="Nothing was drawn here yet",
    invitation="The built-in model is a small transformer that runs on this machine: no key, no server, no network. "
    "It is shown up to 50 tosses of three coins, heads at 20, 50 and 80%, and asked after each few of them what comes "
    "next. 105 questions, and you see its belief follow the evidence.",
    process="in-context",
    first={
        "process": "in-context",
        "params": {"thetas": [0.2, 0.5, 0.8], "examples": [0, 1, 3, 5, 10, 20, 50], "prior": [6, 3]},
        "measurement": "probabilities",
        "models": [BUILTIN],
        "trajectories": 1,
    },
    button="Run the built-in model",
    model=BUILTIN,
    temperatures=("1",),
    widths=(180, 104, "stretch", "stretch", 142, 90, 106, "content", 76),
)
MOVER = "simulated/mover:rate=0.1,noise=20,latency_s=0.04"
CHAINS = Family(
    name="chain",
    page="pages/telephone.py",
    noun=Noun("chain", "chains"),
    empty="No text has been handed on yet",
    invitation="A model is given a text and asked to say it in other words, then asked again about what it wrote, "
    "generation after generation. To begin with, a simulation plays: it adds and drops words until texts are about 600 "
    "characters long. No key, no server, no network; 20 texts, 2 chains each, 20 generations. Then choose models of "
    "your own.",
    process="telephone",
    first={"process": "telephone", "models": [MOVER], "temperatures": [0.8], "trajectories": 2, "steps": 20},
    button="Run the simulation",
    model=MOVER,
    temperatures=("0.8",),
    widths=("stretch", "stretch", "stretch", "content", 140, 128, 90, "content", 76),
)
FAMILIES = {family.name: family for family in (WALKS, DRAWS, CHAINS)}
PAGES = {family.name: family.page for family in FAMILIES.values()}
"""The file of each family's page."""


def family_of(process: str) -> str:
    """The family of a registered process."""
    return str(processes[process].family)


def record_of(process: str) -> Family:
    """The family of a registered process."""
    return FAMILIES[family_of(process)]


def noun_of(study: Study) -> Noun:
    """What a trajectory of a study is called in sentences."""
    return record_of(study.process).noun


def trajectories(study: Study, count: int) -> str:
    """So many trajectories of a study, in the word of its page: ``1 walk``, ``3 trajectories``."""
    return noun_of(study).counted(count)
