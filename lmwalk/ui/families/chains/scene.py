"""The picture of chains: a property of their texts from generation to generation, and one chain's texts to read."""

from __future__ import annotations

import json
import math
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd

from lmwalk.errors import LmwalkError
from lmwalk.initial_texts import text_of
from lmwalk.processes.telephone import ALTERNATE
from lmwalk.properties import Texts, properties
from lmwalk.similarity import differences
from lmwalk.store import Store
from lmwalk.ui.families.chains.selection import ChainSelection, chain_names
from lmwalk.ui.families.family import Message
from lmwalk.ui.families.points import numbers
from lmwalk.ui.families.replies import thought_message
from lmwalk.ui.parts.branches import since
from lmwalk.ui.parts.selection import label

MOST_TEXTS = 1000
"""Generations of the chain that is read; of a longer one the latest."""
MOST_CHARACTERS = 100_000
"""Of a text that is shown."""
MOST_THOUGHT = 5_000
"""Of a thought that is shown beside a text."""
STAYED = {
    "empty": "the answer was empty, the text stayed",
    "refused": "the server refused, the text stayed",
    "unparsed": "no text came, the text stayed",
}
ENDED = {
    "empty": "ended here: the answer was empty",
    "long": "ended here: the text is longer than the limit",
    "repeated": "ended here: the chain has held this text before",
    "cut": "ended here: cut off by the token limit",
}


class ChainScene:
    """The lines of a view, and the texts of the chain that is read."""

    def __init__(self, shown: ChainSelection) -> None:
        self.shown = shown
        self.study = shown.study
        self.process: Any = shown.study.make_process()
        self.property = properties[shown.curve]

    def points(self, values: pd.DataFrame) -> list[Message]:
        """Points of chains, from rows with condition, trajectory, t, property, value."""
        wanted = values[values["property"].eq(self.shown.curve) & values["value"].notna()]
        return [
            {"key": self.shown.lines[pair], "t": numbers(own["t"]), "x": numbers(own["t"]), "y": numbers(own["value"])}
            for pair, rows in wanted.groupby(["condition", "trajectory"], sort=False)
            if pair in self.shown.lines
            for own in [rows.sort_values("t")]
        ]

    def values(self, store: Store, after: int = 0) -> pd.DataFrame:
        """Values of the property that is drawn, measured after a row."""
        return store.measures.values(self.study.name, [self.shown.curve], after, self.shown.ids)

    # ---- texts

    def texts(self, rows: pd.DataFrame) -> list[Message]:
        """Each text of the chain that is read, with what became of it since the one before and since the first.

        Parameters
        ----------
        rows : DataFrame
            Rows of the view ``steps``; those of other chains are left out.
        """
        own = rows[rows["condition"].eq(self.shown.ids[0]) & rows["trajectory"].eq(self.shown.chain)]
        own = own[own["status"] != "error"].sort_values("t").tail(MOST_TEXTS)
        return [self._text(row) for row in own.itertuples(index=False)]

    @cached_property
    def first(self) -> Message:
        """The initial text of the chain that is read."""
        cut = self._initial[:MOST_CHARACTERS]
        return {"t": 0, "text": cut, "note": "initial text", "previous": [], "first": []}

    @property
    def _initial(self) -> str:
        return str(self.study.start(self.shown.chain)["text"])

    @property
    def _cell(self) -> int:
        return int(self.shown.chain % self.process.cases)

    def _text(self, row: Any) -> Message:
        before, after = (json.loads(state)["text"][:MOST_CHARACTERS] for state in (row.state_before, row.state_after))
        return {
            "t": int(row.t),
            "text": after,
            "note": self._note(row),
            "cut": row.status == "cut" and isinstance(row.outcome, str),
            **thought_message(row._asdict(), MOST_THOUGHT),
            "previous": [list(piece) for piece in differences(before, after)],
            "first": [list(piece) for piece in differences(self._initial[:MOST_CHARACTERS], after)],
        }

    def _note(self, row: Any) -> str:
        """What asked for the text, where that changes along the chain, and what is odd about it."""
        turns = self.process.tasks[self.process.case(self._cell)[0]].split(ALTERNATE)
        generation = json.loads(row.state_before)["generation"]  # which a branch does not count from 0
        parts = [turns[generation % len(turns)]] if len(turns) > 1 else []
        if row.status in STAYED and row.ended != "cut":
            parts.append(STAYED[row.status])
        elif row.status == "cut" and isinstance(row.outcome, str):
            parts.append("cut off by the token limit")
        if isinstance(row.ended, str):
            parts.append(ENDED.get(row.ended, f"ended here: {row.ended}"))
        return ", ".join(parts)

    # ---- the background

    def scene(self) -> Message:
        """The part of a snapshot that sets up the picture."""
        return {
            "walks": self._lines,
            "room": {"kind": "series", "reader": True, **self._axes, "references": [], "faint": False, "dots": False},
            "remark": self._remark,
            "legend": [["lmw-thick", "the chain that is read"]],
            "scale": self._scale,
            "colours": [label(condition) for condition in self.shown.conditions] if self._together else [],
            "columns": ["chain", "generation"],
            "alt": f"{self.property.title} against generation: {len(self.shown.lines)} chains.",
            "chain": chain_names(self.study)[self.shown.chain],
            "clock": {"word": since(self.study, "generation"), "total": self.study.steps},
        }

    @property
    def _together(self) -> bool:
        return len(self.shown.conditions) > 1

    @property
    def _lines(self) -> list[Message]:
        places = {condition: place for place, condition in enumerate(self.shown.ids)}
        names, cells = chain_names(self.study), self.process.cases
        return [
            {
                "key": key,
                "name": names[number],
                "trajectory": places[condition] if self._together else number,
                "number": number,
                "warmth": None if self._together else self.warmths[self.process.case(number % cells)[1]],
                "mean": condition == self.shown.ids[0] and number == self.shown.chain,
            }
            for (condition, number), key in self.shown.lines.items()
        ]

    @cached_property
    def warmths(self) -> list[float]:
        """Each initial text's place, from 0 to 1, when they stand in the order of the property."""
        values = [initial_value(text, self.shown.curve) for text in self.process.initial]
        order = sorted(range(len(values)), key=lambda place: (math.isnan(values[place]), values[place], place))
        span = max(1, len(order) - 1)
        places = {text: place / span for place, text in enumerate(order)}
        return [places[text] for text in range(len(values))]

    @property
    def _scale(self) -> list[str]:
        """What the first and the last colour stand for."""
        if self._together or len(self.process.initial) == 1:
            return []
        known = not math.isnan(initial_value(self.process.initial[0], self.shown.curve))
        title = self.property.title.lower()
        return [f"lowest {title} at first", "highest"] if known else ["first text", "last text"]

    @property
    def _axes(self) -> Message:
        low, high = self.property.low, self.property.high
        values = [initial_value(text, self.shown.curve) for text in self.process.initial]
        known = [value for value in values if math.isfinite(value)]
        bottom = low if low is not None else min(known, default=0.0)
        top = high if high is not None else max(known, default=1.0)
        air = 0.03 * (top - bottom) or 1.0
        unit = f", {self.property.unit}" if self.property.unit else ""
        steps = self.study.steps
        return {
            "x": [-0.02 * steps - 0.2, 1.02 * steps + 0.2],
            "y": [bottom - air, top + air],
            "xTitle": "generation",
            "yTitle": f"{self.property.title.lower()}{unit}",
            "ticks": [],
            "single": False,
            "ends": True,
        }

    @property
    def _remark(self) -> str:
        drawn, total = len(self.shown.lines), len(self.shown.trajectories) * len(self.shown.conditions)
        return f"{drawn} of {total:,} chains drawn" if drawn < total else ""


@lru_cache(maxsize=4096)
def initial_value(written: str, name: str) -> float:
    """A property of an initial text; NaN where it has none, or where measuring it takes long."""
    known = properties[name]
    if known.slow or known.needs():
        return math.nan
    text = text_of(written)
    try:
        return float(known.of(Texts(text, None, text)))
    except LmwalkError:
        return math.nan
