"""What walks and draws answer alike: trajectories that are numbered, and none that stands out."""

from __future__ import annotations

from lmwalk.study import Condition, Study
from lmwalk.ui.families.family import Family
from lmwalk.ui.parts.selection import conditions_shown


class NumberedView:
    """The parts of ``FamilyView`` that need no more than numbers."""

    family: Family
    step_noun: str = "question"

    def factors(self, study: Study) -> list[tuple[int, str]]:
        """How many cases a study has."""
        return [(study.make_process().cases, "case")]

    def more_below(self, taken: list[str]) -> None:
        """The page ends with the study."""

    def pick_line(self, study: Study, number: int) -> None:
        """No line stands out."""

    def on_stage(self, study: Study) -> tuple[Condition, int]:
        """A closer look begins with the first trajectory."""
        return conditions_shown(study)[0], study.numbers[0]

    def names(self, study: Study) -> dict[int, str]:
        """Each trajectory's number, and its number, case and wording in words."""
        process = study.make_process()
        return {number: f"{number}{_told(study, process.cases > 1, number)}" for number in study.numbers}

    def moment(self, study: Study, number: int, t: int) -> str:
        """A step of a trajectory in few words."""
        return f"{self.family.noun.one} {number} at t = {t:,}"


def _told(study: Study, several_cases: bool, number: int) -> str:
    """Which case, or else which wording, a trajectory is of; nothing where there is one of each."""
    case, wording = study.case(number)
    if several_cases:
        return f" · {study.make_process().case_labels[case]}"
    return f", wording {wording + 1}" if study.variants > 1 else ""
