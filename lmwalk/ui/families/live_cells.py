"""All conditions of a study as the live stage's grid is told of them: everything once, afterwards only what is new.

Its cells hold the same lines as the stage does, with the same keys, so one list of lines and one room serve them all.
A message covers what came after ``from`` up to ``to``; the browser says where it stands if it has missed one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import pandas as pd

from lmwalk.store import Store
from lmwalk.study import Condition, Study
from lmwalk.ui.families.comparison import temperatures
from lmwalk.ui.families.family import Message
from lmwalk.ui.families.feed import MOST_ROWS, Means, Scene
from lmwalk.ui.families.tail import tail_of
from lmwalk.ui.parts.selection import Selection, label

MOST_LINES = 20
"""Of one cell."""
MOST_POINTS = 36_000
"""Of all cells together, when they are told whole; at most and at least so many of one line."""
MOST_EACH, FEWEST_EACH = 240, 16


LEAN = ["condition", "trajectory", "t", "x", "y"]
"""The columns that points are made of."""


class CellSource(Protocol):
    """Where the points of a family's cells come from."""

    def scene(self, shown: Any) -> Scene:
        """The picture of a selection."""

    def whole(self, store: Store, study: Study, most: int) -> tuple[int, pd.DataFrame]:
        """Up to which row is told, and the rows that points are made of: at most so many of each line, of all cells."""

    def fresh(self, store: Store, study: Study, after: int) -> tuple[int, pd.DataFrame] | None:
        """The same of what came after a row, each row once; None where that is too much."""

    def done(self, store: Store, study: Study, rows: pd.DataFrame) -> Counter[str]:
        """How many questions of each condition are answered, with what ``whole`` gave at hand."""


@dataclass
class LiveCells:
    """One session's place in the stream of all conditions of one study."""

    source: CellSource
    study: Study | None = None
    conditions: list[Condition] = field(default_factory=list)
    view: str = ""
    cursor: int = 0
    scenes: dict[str, Scene] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    means: Means = field(default_factory=Means)

    def message(self, store: Store, shown: Selection, asked: Iterable[str], *, follows: bool) -> Message | None:
        """What is new; None of a study with one condition.

        Parameters
        ----------
        shown : Selection
            What is on the stage.
        asked : iterable of str
            The conditions that are asked now.
        follows : bool
            Whether the stage goes where the answers are.
        """
        study = shown.study
        if study is not self.study:
            self.study, self.conditions, self.view = study, study.conditions(), ""
        if len(self.conditions) == 1:
            return None
        first = _of(shown, self.conditions[0])
        told = self._delta(store, study) if first.view == self.view else None
        told = told or self._snapshot(store, first)
        return told | {"shown": self._placed(shown.ids), "asked": self._placed(asked), "follows": follows}

    def rewind(self, cursor: int) -> None:
        """Tell again what came after a row."""
        self.cursor = min(self.cursor, cursor)
        self.means.forget()

    def _placed(self, conditions: Iterable[str]) -> list[int]:
        return [self.places[each] for each in conditions if each in self.places]

    def _snapshot(self, store: Store, first: Selection) -> Message:
        study, conditions = first.study, self.conditions
        self.scenes = {each.id: self.source.scene(_of(first, each)) for each in conditions}
        self.places = {each.id: place for place, each in enumerate(conditions)}
        setting = self.scenes[conditions[0].id].setting()
        lines = _drawn(setting["walks"])
        self.cursor, rows = self.source.whole(store, study, self._most_each(len(lines) * len(conditions)))
        self.view, self.done = first.view, self.source.done(store, study, rows)
        self.means = Means(self.cursor)
        drawn = {line["key"] for line in lines}
        own = dict(iter(rows.groupby("condition", sort=False)))
        cells = [self._cell(each.id, own.get(each.id, rows[:0]), drawn, whole=True) for each in conditions]
        return {
            "kind": "snapshot",
            "study": study.name,
            "view": self.view,
            "from": 0,
            "to": self.cursor,
            **_plan(study, conditions),
            "room": {name: value for name, value in setting["room"].items() if name != "field"},
            "lines": lines,
            "total": len(study.numbers) * study.steps,
            "cells": cells,
        }

    def _delta(self, store: Store, study: Study) -> Message | None:
        fresh = self.source.fresh(store, study, self.cursor)
        if fresh is None:
            return None
        before, (to, rows) = self.cursor, fresh
        self.cursor = to
        cells = [self._cell(name, own, None, whole=False) for name, own in _by_condition(rows)]
        if any(scene.averaged for scene in self.scenes.values()):
            cells += self._averages(store, study, to)
        return {"kind": "delta", "view": self.view, "from": before, "to": to, "cells": cells}

    def _cell(self, condition: str, rows: pd.DataFrame, drawn: set[str] | None, *, whole: bool) -> Message:
        scene = self.scenes[condition]
        points = scene.points(rows)
        if whole:
            begun = {piece["key"] for piece in points}
            starts = [piece for piece in scene.starts() if piece["key"] not in begun]
            points = [*starts, *points, *self.means.changed(scene.means(rows), condition)]
        else:
            self.done[condition] += sum(t > 0 for t in rows["t"].tolist())
        own = [piece for piece in points if drawn is None or piece["key"] in drawn]
        return {"place": self.places[condition], "done": self.done[condition], "points": own}

    def _most_each(self, lines: int) -> int:
        """At most so many points of each of so many lines; means need all of them."""
        if any(scene.averaged for scene in self.scenes.values()):
            return MOST_EACH
        return min(MOST_EACH, max(FEWEST_EACH, MOST_POINTS // max(1, lines)))

    def _averages(self, store: Store, study: Study, to: int) -> list[Message]:
        """Means are over all points, so they are computed anew, now and then; those are told that have changed."""
        if not self.means.due(to):
            return []
        _, rows = self.source.whole(store, study, MOST_EACH)
        cells = []
        for name, own in rows.groupby("condition", sort=False):
            pieces = self.means.changed(self.scenes[str(name)].means(own), str(name))
            if pieces:
                cells.append({"place": self.places[str(name)], "done": self.done[str(name)], "points": pieces})
        return cells


def _of(shown: Selection, condition: Condition) -> Selection:
    """The same of one condition."""
    return replace(shown, conditions=(condition,), simulated=False)


def _by_condition(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The rows of each condition; of a few rows faster than pandas groups them."""
    places: dict[str, list[int]] = {}
    for place, name in enumerate(rows["condition"].tolist()):
        places.setdefault(name, []).append(place)
    return [(name, rows.take(own)) for name, own in places.items()]


def _plan(study: Study, conditions: list[Condition]) -> Message:
    """Where each cell stands: models down, temperatures across in their order."""
    across = sorted(study.temperatures)
    return {
        "models": list(study.models),
        "columns": temperatures(study).names,
        "plan": [[study.models.index(each.model), across.index(each.temperature)] for each in conditions],
        "names": [label(each) for each in conditions],
    }


def _drawn(lines: list[Message]) -> list[Message]:
    """The means, and the first of the other lines."""
    means = [line for line in lines if line.get("mean")]
    return [*[line for line in lines if not line.get("mean")][:MOST_LINES], *means]


@dataclass
class StepCells:
    """Cells whose points are steps."""

    scene_of: Callable[[Any], Scene]

    def scene(self, shown: Any) -> Scene:
        """The picture of a selection."""
        return self.scene_of(shown)

    def whole(self, store: Store, study: Study, most: int) -> tuple[int, pd.DataFrame]:
        """Paths, thinned in the database."""
        return tail_of(store, study).newest(store), store.paths(study.name, most)

    def fresh(self, store: Store, study: Study, after: int) -> tuple[int, pd.DataFrame] | None:
        """Rows of steps."""
        rows = tail_of(store, study).after(store, after)
        if rows is None or len(rows) >= MOST_ROWS:
            return None
        if not len(rows):
            return after, rows
        return int(rows["id"].iloc[-1]), rows.loc[rows["status"] != "error", LEAN]

    def done(self, store: Store, study: Study, rows: pd.DataFrame) -> Counter[str]:
        """From the counts of the database."""
        tallies = store.tallies(study.name)
        answered = tallies[tallies["status"] != "error"].groupby("condition")["count"].sum()
        return Counter({str(name): int(count) for name, count in answered.items()})
