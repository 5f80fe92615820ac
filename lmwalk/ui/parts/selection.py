"""What the stage shows: some conditions of a study, and of draws perhaps one case of the experiment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lmwalk.datasets.labels import HELD
from lmwalk.study import Condition, Study

MOST_LINES = 60
MOST_CHAINS = 100
MEASURED = {"probabilities": "by token probabilities", "replies": "by sampled replies"}


@dataclass(frozen=True)
class Selection:
    """What the stage shows.

    Attributes
    ----------
    case : int or None
        One case of the experiment; None for all of them together.
    chain : int
        The trajectory whose texts are read, where there are texts.
    curve : str
        The property of texts that is drawn, where there are texts.
    before : tuple of (float, float)
        Where a walk went before it branched off.
    """

    study: Study
    conditions: tuple[Condition, ...]
    simulated: bool = False
    case: int | None = None
    chain: int = 0
    curve: str = ""
    before: tuple[tuple[float, float], ...] = ()

    @property
    def view(self) -> str:
        """Changes whenever the picture has to be drawn anew."""
        study = self.study
        return " ".join(map(str, [*self.ids, study.trajectory_count, study.steps, self.case, self.chain, self.curve]))

    @property
    def ids(self) -> list[str]:
        """The ids of the conditions."""
        return [condition.id for condition in self.conditions]

    @property
    def heading(self) -> str:
        """What it is, for people."""
        if len(self.conditions) == 1:
            return label(self.conditions[0])
        return f"{len(self.conditions)} conditions together"

    @cached_property
    def trajectories(self) -> range:
        """The numbers of the trajectories shown in each condition."""
        numbers, cells = self.study.numbers, self.study.make_process().cases
        return numbers if self.case is None or self.study.branch else numbers[self.case :: cells]

    @cached_property
    def walks(self) -> dict[tuple[str, int], str]:
        """The trajectories with a line of their own: (condition, trajectory) to a short key."""
        most = MOST_CHAINS if self.curve else MOST_LINES
        each = self.trajectories[: most // max(1, len(self.conditions)) or 1]
        pairs = [(condition.id, trajectory) for condition in self.conditions for trajectory in each]
        return {pair: str(place) for place, pair in enumerate(pairs[:most])}


def label(condition: Condition) -> str:
    """A condition in few words."""
    if condition.measurement == "probabilities":
        return condition.model
    held = condition.sampling.answer
    return f"{condition.model} · T = {condition.temperature:g}" + (f" · held ({held})" if held in HELD else "")


def asked_with(study: Study) -> str:
    """The template of a study, with the version of its words where they are the user's own."""
    named = isinstance(study.template, str) or study.template.name
    return study.prompt_template.name if named else "words of its own"


def case_labels(study: Study) -> list[str]:
    """Each case of the experiment in few words."""
    return list(study.make_process().case_labels)


def chain_names(study: Study) -> dict[int, str]:
    """Every chain's number, and the chain in few words: its initial text, its task where several, its seed."""
    names = case_labels(study)
    return {number: _named(names, number) for number in study.numbers}


def chain_name(study: Study, number: int) -> str:
    """One chain in few words."""
    return _named(case_labels(study), number)


def _named(names: list[str], number: int) -> str:
    return f"{names[number % len(names)]}, seed {number // len(names) + 1}"
