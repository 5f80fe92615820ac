"""Figures as cell views: a small picture of each condition's rows of a figure's table, and lines of text below it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd

from lmwalk.datasets.labels import labels
from lmwalk.datasets.stat import Stat
from lmwalk.datasets.thumbnails import Picture, Square
from lmwalk.figures.parse_status import STATUSES
from lmwalk.number_format import DASH
from lmwalk.ui.families.comparison import CellView, Grid, condition_cell, temperatures, thumbnail
from lmwalk.ui.parts.figure_table import figure_table
from lmwalk.ui.parts.snapshot import Snapshot, cached


@dataclass(frozen=True)
class Thumbnail:
    """A figure as a small picture of each condition.

    Attributes
    ----------
    figure : str
        The name of the figure whose table it is drawn from.
    lines : tuple of str
        What the lines below the picture are.
    legend : str
        How to read the picture.
    draw : callable
        The rows of one condition and those of all to its picture and the text of its lines.
    """

    name: str
    figure: str
    lines: tuple[str, ...]
    legend: str
    draw: Callable[[pd.DataFrame, pd.DataFrame], tuple[Picture, list[str]]]

    def view(self, snapshot: Snapshot, rows: pd.DataFrame) -> CellView:
        """The view of a study.

        Parameters
        ----------
        rows : DataFrame
            condition, model, temperature, answers, failed; one row a condition.
        """
        return CellView(self.name, self.legend, partial(self._grid, snapshot, rows))

    def _grid(self, snapshot: Snapshot, rows: pd.DataFrame) -> Grid:
        empty = snapshot.data.rows.empty
        table = pd.DataFrame({"label": []}) if empty else cached(figure_table, snapshot, self.figure)
        names, cells = labels(snapshot.study), []
        for row in rows.to_dict("records"):
            name = names[row["condition"]]
            own = table[table["label"] == name]
            picture, texts = self.draw(own, table) if len(own) else ({}, [DASH] * len(self.lines))
            stats = self._stats(texts, failed=row.get("failed", 0) > 0)
            alt = "\n".join(f"{stat.label}: {stat.text}" for stat in stats)
            cells.append(condition_cell(snapshot.study, row, name, stats, alt))
            cells[-1]["picture"] = thumbnail(picture)
        return Grid(cells, temperatures(snapshot.study))

    def _stats(self, texts: list[str], *, failed: bool) -> list[Stat]:
        """The lines, the last of which warns of failed calls."""
        last = len(self.lines) - 1
        lines = enumerate(zip(self.lines, texts, strict=True))
        return [Stat(label, text, bad=failed and place == last) for place, (label, text) in lines]


def _reading(rows: pd.DataFrame, _every: pd.DataFrame) -> tuple[Picture, list[str]]:
    counts = rows.set_index("status")["count"]
    square, bars = Square((-0.5, len(STATUSES) - 0.5)), []
    for place, (status, (_, colour)) in enumerate(STATUSES.items()):
        share = float(counts.get(status, 0)) / float(counts.sum())
        bars.append(square.bar(place, share, 0.7, colour))
    read = int(counts.get("ok", 0))
    unread = {words: int(counts.get(status, 0)) for status, (words, _) in STATUSES.items() if status != "ok"}
    worst = max(unread, key=lambda words: unread[words])
    return {"bars": bars}, [
        f"{read:,} of {int(counts.sum()):,}",
        f"{unread[worst]:,} {worst}" if unread[worst] else "none lost",
    ]


READING = Thumbnail(
    "Reading",
    "parse-status",
    ("read", "most lost"),
    f"From left to right, as shares of the questions: {', '.join(words for words, _ in STATUSES.values())}.",
    _reading,
)
