"""The picture of draws: a probability or a share that moves as questions are answered, over grey references."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from lmwalk.ui.families.draws import axes
from lmwalk.ui.families.draws.kinds import BELIEF, MARKS, PRIOR, SHARE, STATED, kind_of
from lmwalk.ui.families.walks.scene import numbers, points_each
from lmwalk.ui.parts.selection import MEASURED, Selection, case_labels, label

Message = dict[str, Any]

FEW = 3
"""Cases beyond which the references are drawn fainter."""


@dataclass(frozen=True)
class Line:
    """One line: its key, what it is, and what colours it: a case's place from 0 to 1, or a number."""

    key: str
    name: str
    trajectory: int
    warmth: float | None
    mean: bool = False


class DrawScene:
    """The lines of a view, where their points lie, and everything that stands still behind them."""

    def __init__(self, shown: Selection) -> None:
        self.shown = shown
        self.study = shown.study
        self.process: Any = shown.study.make_process()
        self.kind = kind_of(shown.study)
        self.cases = case_labels(shown.study)
        self.scored = shown.study.measurement == "probabilities"

    @property
    def cells(self) -> list[int]:
        """The cases shown."""
        return list(range(self.process.cases)) if self.shown.case is None else [self.shown.case]

    @property
    def averaged(self) -> bool:
        """Whether means over trajectories are drawn."""
        return self.kind in (BELIEF, STATED)

    @cached_property
    def keys(self) -> dict[tuple[str, int], str]:
        """(condition, trajectory) to the key of the line that its points belong to."""
        if self.kind == PRIOR:
            return {(c, n): f"p{i}" for i, c in enumerate(self.shown.ids) for n in self.shown.trajectories}
        if self.kind == STATED:
            each = self.process.cases
            return {(c, n): f"w{i}.{n // each}" for i, c in enumerate(self.shown.ids) for n in self._of_stated}
        if self.kind == BELIEF and (len(self.cells) > 1 or not self.scored):
            return {}
        drawn = self.shown.walks
        whole = len(drawn) - len(drawn) % len(self.cells) if len(self.shown.conditions) == 1 else len(drawn)
        return dict(list(drawn.items())[: max(1, whole)])

    @property
    def _of_stated(self) -> range:
        return self.shown.trajectories[: 60 // len(self.shown.conditions) * self.process.cases]

    def warmth(self, condition: int, cell: int) -> float | None:
        """A case's place on the scale of colours; None where a number colours the line."""
        if len(self.shown.conditions) > 1 or self.kind == SHARE:
            return None
        return cell / (self.process.cases - 1) if self.process.cases > 1 and self.kind != STATED else 0.0

    @cached_property
    def lines(self) -> list[Line]:
        """Every line, each once."""
        places = {condition: place for place, condition in enumerate(self.shown.ids)}
        several = len(places) > 1
        found: dict[str, Line] = {}
        for (condition, number), key in self.keys.items():
            place, (cell, wording) = places[condition], self.study.case(number)
            name = f"trajectory {number}, wording {wording + 1}"
            found.setdefault(key, Line(key, name, place if several else number, self.warmth(place, cell)))
        for place in range(len(places)) if self.averaged else ():
            for cell in [0] if self.kind == STATED else self.cells:
                name = "mean" if self.kind == STATED else f"{self.cases[cell]}, mean"
                found[f"m{place}.{cell}"] = Line(f"m{place}.{cell}", name, place, self.warmth(place, cell), mean=True)
        return list(found.values())

    def points(self, frame: pd.DataFrame) -> list[Message]:
        """Points of single trajectories, from rows with condition, trajectory, t, x, y."""
        wanted = frame[frame["x"].notna() & frame["y"].notna()]
        pieces = []
        for pair, rows in wanted.groupby(["condition", "trajectory"], sort=False):
            if pair in self.keys:
                cell, _ = self.study.case(int(pair[1]))
                slots = rows["t"] if self.kind not in (STATED, PRIOR) else [self._slot(int(pair[1]))] * len(rows)
                x = self.place(rows["x"], cell)
                pieces.append({"key": self.keys[pair], "t": numbers(slots), "x": x, "y": numbers(rows["y"])})
        return pieces

    def _slot(self, number: int) -> int:
        """The place in the line of a trajectory that is a single point."""
        return number if self.kind == PRIOR else number % int(self.process.cases)

    def means(self, paths: pd.DataFrame) -> list[Message]:
        """Means over the trajectories of a case, from all their points."""
        if not self.averaged or paths.empty:
            return []
        cell = paths["trajectory"] % self.process.cases
        wanted = paths.assign(cell=cell)[cell.isin(self.cells) & paths["x"].notna()]
        wanted = wanted.drop_duplicates(["condition", "trajectory", "x"], keep="last")
        grouped = wanted.groupby(["condition", "cell", "x"], sort=True)
        table = grouped.agg(y=("y", "mean"), t=("t", "min")).reset_index()
        places = {condition: place for place, condition in enumerate(self.shown.ids)}
        stated = self.kind == STATED
        by = ["condition"] if stated else ["condition", "cell"]
        pieces = []
        for group, rows in table.groupby(by, sort=False):
            cells = rows["cell"] if stated else [int(group[1])] * len(rows)
            x = [self.place([value], int(own))[0] for value, own in zip(rows["x"], cells, strict=True)]
            key = f"m{places[group[0]]}.{0 if stated else group[1]}"
            slots = numbers(cells if stated else rows["t"])
            pieces.append({"key": key, "t": slots, "x": x, "y": numbers(rows["y"])})
        return pieces

    def place(self, values: Any, cell: int) -> list[int | float]:
        """Where numbers lie on the axis: as they are, or at their place among a few."""
        if self.kind == BELIEF and self.spaced:
            order = {size: place for place, size in enumerate(self.process.sizes)}
            return [order.get(int(value), int(value)) for value in values]
        if self.kind == STATED and self.parities:
            return [cell for _ in values]
        return numbers(values)

    @property
    def spaced(self) -> bool:
        """Whether the numbers of tosses shown stand at equal distances, though they are not."""
        sizes = list(self.process.sizes)
        return sizes != list(range(len(sizes)))

    @property
    def parities(self) -> bool:
        """Whether even and odd are stated."""
        return any(isinstance(each, str) for each in self.process.each)

    # ---- what stands still

    @cached_property
    def axes(self) -> Message:
        """Titles, ranges and ticks."""
        return axes.axes(self)

    @cached_property
    def references(self) -> list[Message]:
        """The grey lines."""
        return axes.references(self)

    def scene(self) -> Message:
        """The part of a snapshot that sets up the picture."""
        names = [reference["name"] for reference in self.references if reference["name"]]
        grey = {reference["name"]: reference["dash"] for reference in self.references}
        legend = [[f"lmw-null lmw-{grey[name]}", name] for name in names]
        if self.averaged:
            legend.insert(0, ["lmw-thick", f"mean of {self._each:,}" if self._each > 1 else "answer"])
        return {
            "walks": [line.__dict__ for line in self.lines],
            "room": {"kind": "series", **self.axes, "references": self.references, **self._looks},
            "remark": self._remark(),
            "legend": legend,
            "scale": self._scale,
            "colours": [label(condition) for condition in self.shown.conditions] if self._together else [],
            "columns": self._columns,
            "clock": None if self.kind in (STATED, PRIOR) else {"word": "t", "total": self.study.steps},
            "alt": f"{self.axes['yTitle']} against {self.axes['xTitle']}: {len(self.lines)} lines, grey references.",
        }

    @property
    def _looks(self) -> Message:
        """Whether references are faint, points are marked, and lines have a mark where they have come to."""
        dots = self.kind in (STATED, MARKS) or (self.kind == BELIEF and self.spaced)
        return {"faint": len(self.cells) > FEW, "dots": dots, "ends": self.kind not in (STATED, PRIOR)}

    @property
    def _together(self) -> bool:
        return len(self.shown.conditions) > 1

    @property
    def _scale(self) -> list[str]:
        """The first and the last case, where their order colours the lines."""
        coloured = len(self.cells) > 1 and self.kind != STATED and not self._together
        return [self.cases[0], self.cases[-1]] if coloured else []

    @property
    def _columns(self) -> list[str]:
        """Headings of the stream; the world's next toss does not depend on the outcome, so only a sequence has one."""
        if not self.scored:
            return ["trajectory", "t", "reply, as it came", "read as"]
        return [
            "trajectory",
            "t",
            self.axes["yTitle"] if self.kind == STATED else self.event_words,
            *(["drawn"] if self.study.process == "sequence" else []),
        ]

    @property
    def _each(self) -> int:
        return int(self.study.trajectory_count // (1 if self.study.branch else self.process.cases))

    @property
    def event_words(self) -> str:
        """The probability of the event, in words."""
        return "marks for each word" if self.kind == MARKS else f"P({self.process.followed})"

    def _remark(self) -> str:
        drawn, total = len(self.keys), len(self.shown.trajectories) * len(self.shown.conditions)
        parts = [MEASURED[self.study.measurement]]
        if self.keys and drawn < total:
            parts.append(f"{drawn:,} of {total:,} trajectories drawn")
        most = points_each(self.shown)
        if self.study.steps > most:
            parts.append(f"at most {most:,} points each")
        return ", ".join(parts)
