"""What was asked and said on every trajectory, each text once: tables of texts, and numbers that point into them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from lmwalk.datasets.reading_words import message
from lmwalk.datasets.thought_words import size_words, thought_of
from lmwalk.number_format import counted
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.types import Process

MOST_STEPS = 60_000
"""Whose words are in a page."""
MOST_CHARACTERS = 12_000_000
"""Of all texts together; what is deflated on the disk is whole in the memory of a phone."""
LONGEST, LONGEST_SIGN, MOST_CHANCES = 20_000, 12, 6
TOLD_APART = [
    *("reply", "status", "outcome", "why", "error", "finish", "finish_said", "prompt_cut", "tokens_in", "thought"),
    *("thought_tokens", "tokens_out", "distribution"),
]
"""The columns of which a reading is made."""


def replies(store: Store, study: Study, conditions: Sequence[str], noun: str) -> dict[str, Any]:
    """The words of a study.

    Parameters
    ----------
    conditions : sequence of str
        In the order of the cells.
    noun : str
        What a trajectory is called.

    Returns
    -------
    dict
        ``prompts``, pairs of a question and the number of its system message, or -1; ``systems``; ``readings``,
        replies and how they were read; ``trajectories``, whose questions and readings are numbers of these; and
        ``left``, what is left out, as a sentence or an empty text.
    """
    rows, left = _fitting(store, study, len(conditions))
    tables = Tables(study.make_process())
    places = {condition: place for place, condition in enumerate(conditions)}
    found = []
    for (condition, number), own in rows.groupby(["condition", "trajectory"], sort=False):
        steps, which = own.to_dict("records"), int(str(number))
        told = {"cell": places[str(condition)], "number": which, **_named(study, which, noun)}
        prompts, readings = ([of(step) for step in steps] for of in (tables.prompt, tables.reading))
        found.append(told | _start(study, which) | {"t": own["t"].tolist(), "prompts": prompts, "readings": readings})
    return {
        "prompts": tables.prompts,
        "systems": tables.systems,
        "readings": tables.readings,
        "trajectories": sorted(found, key=lambda each: (each["cell"], each["number"])),
        "left": left,
    }


class Tables:
    """Texts that stand in the page once, however often they were asked or said."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.prompts: list[tuple[str, int]] = []
        self.systems: list[str] = []
        self.readings: list[dict[str, Any]] = []
        self._known: dict[Any, int] = {}

    def prompt(self, step: dict[Any, Any]) -> int:
        """The number of a step's question."""
        system = (
            -1 if step["system"] is None else self._number(("system", step["system"]), self.systems, step["system"])
        )
        asked = _cut(step["prompt"])
        return self._number(("prompt", asked, system), self.prompts, (asked, system))

    def reading(self, step: dict[Any, Any]) -> int:
        """The number of what was said in a step and how that was read."""
        key = ("reading", *(step[name] for name in TOLD_APART))
        if key not in self._known:
            told = reading_of(self.process, step)
            self._known[key] = self._number(("told", json.dumps(told)), self.readings, told)
        return self._known[key]

    def _number(self, key: Any, table: list[Any], value: Any) -> int:
        if key not in self._known:
            self._known[key] = len(table)
            table.append(value)
        return self._known[key]


def reading_of(process: Process, step: dict[Any, Any]) -> dict[str, Any]:
    """A reply in pieces, how it was read, the sign of its outcome, what was thought, and the model's probabilities."""
    said: dict[str, Any] = message(process, step | {"reply": _cut(step["reply"] or "")})
    outcome, thought = step["outcome"], thought_of(step, LONGEST)
    arrows = process.geometry.arrows if process.geometry else {}
    sign = arrows.get(outcome, outcome) if outcome and len(outcome) <= LONGEST_SIGN else ""
    more = {"sign": sign, "thought": thought, "weight": size_words(step) if thought else None}
    more["chances"] = list(_chances(step["distribution"])) if step["distribution"] else None
    return said | {name: value for name, value in more.items() if value}


def _chances(stored: str) -> Iterator[tuple[str, float]]:
    """The likeliest outcomes that a model's tokens hold, and what they hold of none."""
    found = json.loads(stored)
    likeliest = sorted(found["p"].items(), key=lambda pair: -pair[1])[:MOST_CHANCES]
    for outcome, p in (*likeliest, ("no outcome", found["outside"]), ("not seen", found.get("unseen", 0.0))):
        if p > 0 and math.isfinite(p):
            yield outcome, float(f"{p:.3g}")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters)"


def _fitting(store: Store, study: Study, cells: int) -> tuple[pd.DataFrame, str]:
    """The steps whose words fit a page: of each trajectory the first ones, equally many; and what is left out."""
    numbers = list(study.numbers)[: max(1, MOST_STEPS // max(1, cells))]
    last = min(study.steps, max(1, MOST_STEPS // max(1, cells * len(numbers))))
    rows = store.replies.words(study.name, numbers[-1], last)
    while last > 1 and _characters(rows) > MOST_CHARACTERS:
        last = last // 2
        rows = rows[rows["t"] <= last]
    parts = []
    if len(numbers) < study.trajectory_count:
        parts.append(f"the first {len(numbers):,} trajectories of each condition")
    if last < study.steps:
        parts.append(f"the first {counted(last, 'step')} of each trajectory")
    return rows, f"This page holds the words of {' and '.join(parts)}; the study has more." if parts else ""


def _characters(rows: pd.DataFrame) -> int:
    """How long all different texts are together."""
    return sum(int(rows[name].drop_duplicates().str.len().sum()) for name in ("prompt", "reply", "thought"))


def _start(study: Study, number: int) -> dict[str, str]:
    """The text that a chain sets out from; nothing of other trajectories."""
    text = study.start(number).get("text")
    return {"start": _cut(text)} if isinstance(text, str) else {}


def _named(study: Study, number: int, noun: str) -> dict[str, str]:
    """What tells a trajectory from the others of its condition: its case, its wording, its repeat."""
    cell, wording = study.case(number)
    labels, texts, repeat = study.make_process().case_labels, study.prompt_template.texts, number // study.variants + 1
    parts = [labels[cell]] if len(labels) > 1 and labels[cell] else []
    if len(texts) > 1:
        parts.append(f"wording {wording + 1}")
    if not parts:
        return {"name": f"{noun} {repeat}", "short": str(repeat)}
    repeats = [f"repeat {repeat}"] if study.trajectory_count > study.variants else []
    return dict.fromkeys(("name", "short"), ", ".join([*parts, *repeats]))
