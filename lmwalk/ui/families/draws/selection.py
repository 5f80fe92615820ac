"""What of draws is shown: all cases of the experiment together, or one of them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from lmwalk.ui.parts.selection import Selection


@dataclass(frozen=True)
class DrawSelection(Selection):
    """What the stage shows of draws.

    Attributes
    ----------
    case : int or None
        One case of the experiment; None for all of them together.
    """

    case: int | None = None

    @property
    def view(self) -> str:
        """Changes with the case, too."""
        return f"{super().view} {self.case}"

    @property
    def trajectories(self) -> range:
        """The numbers of the trajectories of the case in each condition."""
        numbers = self.study.numbers
        if self.case is None or self.study.branch:
            return numbers
        return numbers[self.case :: self.study.make_process().cases]

    def of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Those of the rows that are of the case."""
        return rows if self.case is None else rows[rows["trajectory"].isin(self.trajectories)]
