"""The grey lines behind a series: the truth, the ideal observer, chance. Computed from the process alone."""

from __future__ import annotations

import math
from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np

from lmwalk.analysis.running import funnel
from lmwalk.ui.families.family import Message

FUNNEL_POINTS = 120


class Curve(NamedTuple):
    """One case of an experiment that shows true tosses: the truth and the ideal observer, question by question."""

    x: tuple[float, ...]
    truth: tuple[float, ...]
    ideal: tuple[float, ...]


@lru_cache(maxsize=1024)
def curve(process: Any, cell: int) -> Curve:
    """What is true and what an ideal observer believes at each question of a case."""
    state = process.start(partial(np.random.default_rng, 0), cell)
    rows = []
    for _ in range(process.length or 1):
        after = process.advance(state, None, partial(np.random.default_rng, 0))
        place = process.position(after, state, process.ideal(state))
        rows.append((place[0], state.get("theta", math.nan), place[1]))
        state = after
    return Curve(*zip(*rows, strict=True))


def line(name: str, x: Any, y: Any, dash: str, shape: str = "linear") -> Message:
    """A reference as the stage takes it; ``dash`` is ``dash`` or ``dot``, ``shape`` is ``hv`` where it jumps."""
    points = {"x": [float(value) for value in x], "y": [float(value) for value in y]}
    return {"name": name, "dash": dash, "shape": shape, **points}


def chance_of(process: Any) -> float:
    """The event's probability where every outcome is equally likely."""
    event = process.event_of({})
    return len(event) / len(process.alphabet)


def fair(process: Any, longest: float) -> list[Message]:
    """The fair share, and the funnel in which 95% of fair sequences run."""
    chance = chance_of(process)
    sizes = np.unique(np.geomspace(1, max(2, longest), FUNNEL_POINTS).astype(int))
    low, high = funnel(sizes, chance)
    return [
        line("fair", [0, longest], [chance, chance], "dash"),
        line("95% of fair sequences", sizes, low, "dot"),
        line("", sizes, high, "dot"),
    ]


def marks(process: Any, cells: list[int], longest: float) -> list[Message]:
    """The stated rate and the rate of at most one mark a word."""
    lines = []
    for place, cell in enumerate(cells):
        rate = process.rates[cell]
        lines.append(line("" if place else "rate λ", [0, longest], [rate, rate], "dash"))
        capped = 1 - math.exp(-rate)
        lines.append(line("" if place else "1 - exp(-λ)", [0, longest], [capped, capped], "dot"))
    return lines


def expectation(process: Any, cells: list[int], *, scored: bool) -> list[Message]:
    """What is right of the next states of a chain, question by question, as means over the sequences.

    Of probabilities the distances from the true row that an ideal observer and a constant answer have; of replies how
    often the likeliest state truly comes, and how likely an ideal observer takes it to be.
    """
    curves = [curve(process, cell) for cell in cells]
    x = curves[0].x
    if scored:
        names, rows = ("constant answer", "ideal observer"), [_constant(process, cell) for cell in cells]
        ideal = [each.ideal for each in curves]
    else:
        names, rows = ("truth", "ideal observer"), [each.truth for each in curves]
        ideal = [_expected(process, cell) for cell in cells]
    means = (np.mean(each, axis=0) for each in (rows, ideal))
    return [line(name, x, mean, dash) for name, mean, dash in zip(names, means, ("dash", "dot"), strict=True)]


@lru_cache(maxsize=1024)
def _constant(process: Any, cell: int) -> tuple[float, ...]:
    """The distance of even odds from the true row at each question of a case."""
    drawn, even = process.drawn(cell), 1 / len(process.alphabet)
    return tuple(sum(abs(p - even) for p in process.truth(drawn[:n])) / 2 for n in process.sizes)


@lru_cache(maxsize=1024)
def _expected(process: Any, cell: int) -> tuple[float, ...]:
    """How likely an ideal observer takes the state to be that truly is likeliest, at each question of a case."""
    states = ({"results": process.drawn(cell)[:n]} for n in process.sizes)
    return tuple(process.ideal(state)[process.event_of(state)[0]] for state in states)


def stated(process: Any) -> list[float]:
    """What an ideal observer answers to each statement."""
    return [curve(process, cell).ideal[0] for cell in range(process.cases)]
