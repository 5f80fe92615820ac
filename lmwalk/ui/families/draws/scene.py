"""What all pictures of draws share: a number that moves as questions are answered, over grey references."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import pandas as pd

from lmwalk.ui.families.draws.replies import beside
from lmwalk.ui.families.draws.selection import DrawSelection
from lmwalk.ui.families.family import Message
from lmwalk.ui.families.points import numbers, points_each
from lmwalk.ui.parts.branches import since
from lmwalk.ui.parts.selection import MEASURED, label

FEW = 3
"""Cases beyond which the references are drawn fainter."""
UNIT: Message = {"y": [-0.03, 1.03], "ticks": [], "single": False}
"""The axis upwards of probabilities and shares."""
Keys = dict[tuple[str, int], str]


@dataclass(frozen=True)
class Line:
    """One line: its key, what it is, and what colours it: a case's place from 0 to 1, or a number."""

    key: str
    name: str
    trajectory: int
    warmth: float | None
    mean: bool = False


class DrawScene:
    """The lines of a view, where their points lie, and everything that stands still behind them.

    A picture says what its ``axes`` and ``references`` are, and where its lines differ from one for each trajectory.
    """

    averaged: ClassVar[bool] = False
    """Whether means over trajectories are drawn."""
    by_case: ClassVar[bool] = False
    """Whether one case alone can be shown."""
    scored_only: ClassVar[bool] = False
    """Whether it is of probabilities; of replies, shares are drawn."""
    grows: ClassVar[bool] = True
    """Whether lines grow question by question; else each trajectory is a point."""
    own_history: ClassVar[bool] = False
    """Whether the outcome that was drawn decides on what comes next."""

    def __init__(self, shown: DrawSelection) -> None:
        self.shown = shown
        self.study = shown.study
        self.process: Any = shown.study.make_process()
        self.cases = list(self.process.case_labels)
        self.scored = shown.study.measurement == "probabilities"

    # ---- what each picture says for itself

    @property
    def axes(self) -> Message:
        """Titles, ranges and ticks."""
        raise NotImplementedError

    @property
    def references(self) -> list[Message]:
        """The grey lines."""
        raise NotImplementedError

    @property
    def dots(self) -> bool:
        """Whether points are marked."""
        return False

    @property
    def event_words(self) -> str:
        """What the axis upwards is, in words."""
        return f"P({self.process.followed})"

    @property
    def share_words(self) -> str:
        """The same where replies are counted."""
        return f"share of {self.process.followed}"

    @property
    def scored_heading(self) -> str:
        """The heading of probabilities in the stream."""
        return self.event_words

    @property
    def counts_answers(self) -> bool:
        """Whether an answer holds more than one result, which are counted."""
        return bool(self.process.answers_at_once > 1)

    def counted(self, outcome: str) -> str:
        """What was read from an answer that holds several results."""
        results, event = outcome.split(", "), self.process.followed
        return f"{results.count(event):,} of {len(results):,} {event}"

    # ---- lines

    @property
    def cells(self) -> list[int]:
        """The cases shown."""
        return list(range(self.process.cases)) if self.shown.case is None else [self.shown.case]

    @cached_property
    def keys(self) -> Keys:
        """(condition, trajectory) to the key of the line that its points belong to."""
        drawn = self.shown.lines
        whole = len(drawn) - len(drawn) % len(self.cells) if len(self.shown.conditions) == 1 else len(drawn)
        return dict(list(drawn.items())[: max(1, whole)])

    def warmth(self, condition: int, cell: int) -> float | None:
        """A case's place on the scale of colours; None where a number colours the line."""
        if self.together:
            return None
        return cell / (self.process.cases - 1) if self.process.cases > 1 else 0.0

    @property
    def together(self) -> bool:
        """Whether several conditions are shown."""
        return len(self.shown.conditions) > 1

    @cached_property
    def lines(self) -> list[Line]:
        """Every line, each once."""
        places = {condition: place for place, condition in enumerate(self.shown.ids)}
        found: dict[str, Line] = {}
        for (condition, number), key in self.keys.items():
            place, (cell, wording) = places[condition], self.study.case(number)
            name = f"trajectory {number}, wording {wording + 1}"
            found.setdefault(key, Line(key, name, place if self.together else number, self.warmth(place, cell)))
        return [*found.values(), *(line for place in range(len(places)) for line in self.mean_lines(place))]

    def mean_lines(self, place: int) -> Iterable[Line]:
        """The means of the condition at a place in the selection."""
        return ()

    # ---- points

    def starts(self) -> list[Message]:
        """Nothing is known before the first answer."""
        return []

    def points(self, frame: pd.DataFrame) -> list[Message]:
        """Points of single trajectories, from rows with condition, trajectory, t, x, y."""
        wanted = frame[frame["x"].notna() & frame["y"].notna()]
        pieces = []
        for pair, rows in wanted.groupby(["condition", "trajectory"], sort=False):
            if pair in self.keys:
                number = int(pair[1])
                x = self.place(rows["x"], self.study.case(number)[0])
                slots = numbers(self.slots(rows, number))
                pieces.append({"key": self.keys[pair], "t": slots, "x": x, "y": numbers(rows["y"])})
        return pieces

    def slots(self, rows: pd.DataFrame, number: int) -> Iterable[Any]:
        """The place of each point in its line."""
        return rows["t"]

    def place(self, values: Iterable[Any], cell: int) -> list[int | float]:
        """Where numbers lie on the axis."""
        return numbers(values)

    def means(self, paths: pd.DataFrame) -> list[Message]:
        """Points of lines that are means over trajectories; nothing where none are drawn."""
        return []

    def mean_table(self, paths: pd.DataFrame) -> pd.DataFrame:
        """Means over the trajectories of a case, from all their points: condition, cell, x, y, t."""
        cell = paths["trajectory"] % self.process.cases
        wanted = paths.assign(cell=cell)[cell.isin(self.cells) & paths["x"].notna()]
        wanted = wanted.drop_duplicates(["condition", "trajectory", "x"], keep="last")
        grouped = wanted.groupby(["condition", "cell", "x"], sort=True)
        table: pd.DataFrame = grouped.agg(y=("y", "mean"), t=("t", "min")).reset_index()
        return table

    def beside(self, row: Any) -> Message:
        """What the stream says of an answer."""
        return beside(row, self)

    # ---- the background

    def setting(self) -> Message:
        """The part of a snapshot that sets up the picture."""
        axes, references = self.axes, self.references
        return {
            "walks": [line.__dict__ for line in self.lines],
            "room": {"kind": "series", **axes, "references": references, **self._looks},
            "remark": self._remark(),
            "legend": self._legend(references),
            "scale": self.scale,
            "colours": [label(condition) for condition in self.shown.conditions] if self.together else [],
            "columns": self._columns,
            "clock": {"word": since(self.study, "t"), "total": self.study.steps} if self.grows else None,
            "alt": f"{axes['yTitle']} against {axes['xTitle']}: {len(self.lines)} lines, grey references.",
        }

    def _legend(self, references: Sequence[Message]) -> list[list[str]]:
        grey = [(reference["dash"], reference["name"]) for reference in references if reference["name"]]
        legend = [[f"lmw-null lmw-{dash}", name] for dash, name in grey]
        if self.averaged:
            of = f"mean of {self.averaged_over:,}" if self.averaged_over > 1 else "answer"
            legend.insert(0, ["lmw-thick", of])
        return legend

    @property
    def averaged_over(self) -> int:
        """How many trajectories a mean is of."""
        return int(self.study.trajectory_count // (1 if self.study.branch else self.process.cases))

    @property
    def _looks(self) -> Message:
        """Whether references are faint, points are marked, and lines have a mark where they have come to."""
        return {"faint": len(self.cells) > FEW, "dots": self.dots, "ends": self.grows}

    @property
    def scale(self) -> list[str]:
        """The first and the last case, where their order colours the lines."""
        return [self.cases[0], self.cases[-1]] if len(self.cells) > 1 and not self.together else []

    @property
    def _columns(self) -> list[str]:
        """Headings of the stream."""
        if not self.scored:
            return ["trajectory", since(self.study) or "t", "reply, as it came", "read as"]
        return ["trajectory", since(self.study) or "t", self.scored_heading, *(["drawn"] if self.own_history else [])]

    def _remark(self) -> str:
        drawn, total = len(self.keys), len(self.shown.trajectories) * len(self.shown.conditions)
        parts = [MEASURED[self.study.measurement]]
        if self.keys and drawn < total:
            parts.append(f"{drawn:,} of {total:,} trajectories drawn")
        most = points_each(self.shown)
        if self.study.steps > most:
            parts.append(f"at most {most:,} points each")
        return ", ".join(parts)

    @property
    def questions(self) -> int:
        """How many questions a trajectory holds, those of its parents included where it is a branch."""
        return self.study.steps + (self.study.branch.asked if self.study.branch else 0)


def wide(low: float, high: float) -> list[float]:
    """A range with a little air on both sides."""
    air = max(0.03 * (high - low), 0.3)
    return [low - air, high + air]
