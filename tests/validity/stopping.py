"""Intervals that are looked at after every unit, and studies that stop at the first one that pleases them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from scipy.stats import binom

from lmwalk.analysis.confidence_sequences import running_intervals, verdicts
from lmwalk.analysis.nulls import Room, walked
from validity import Design

Chance = np.random.Generator
Draw = Callable[[Chance, int], np.ndarray]
UNITS, STEPS = 200, 50
FEW = 12


def mean_distance(steps: int) -> float:
    """Exactly that of an unbiased walk: x + y and x - y are independent walks on a line."""
    at = 2 * np.arange(steps + 1) - steps
    p = binom.pmf(np.arange(steps + 1), steps, 0.5)
    return float((np.sqrt((at[:, None] ** 2 + at[None, :] ** 2) / 2) * p[:, None] * p[None, :]).sum())


def distances(chance: Chance, n: int) -> np.ndarray:
    walk = walked(chance.integers(4, size=(n, STEPS)).astype(np.int8), Room(STEPS))
    return np.hypot(walk.x[:, -1], walk.y[:, -1])


def looked_at(name: str, draw: Draw, truth: float, bounds: tuple[float, float] = (0.0, 1.0)) -> Design:
    """Whether the interval holds the truth after every one of the units."""

    def trial(chance: Chance) -> Mapping[str, float]:
        low, high = running_intervals(draw(chance, UNITS), bounds)
        return {"at every look": float(((low <= truth) & (truth <= high)).all())}

    return Design(f"{UNITS} units, {name}", "coverage", trial, FEW)


def copied(name: str, draw: Draw, truth: float, times: int) -> Design:
    """Whether copies of a few units stop a study with an interval that does not hold the truth."""

    def trial(chance: Chance) -> Mapping[str, float]:
        values = np.repeat(draw(chance, UNITS // times), times)
        copies = np.repeat(np.arange(UNITS // times), times).tolist()
        found = verdicts(values.tolist(), copies, (0.0, 1.0), width=0.2)
        return {"where it stops": float(found.low <= truth <= found.high)}

    return Design(f"{UNITS // times} units x {times} copies, {name}", "coverage", trial, FEW)


def by_chance(name: str, draw: Draw, truth: float) -> Design:
    """Whether a true value is found to differ, of units many of which are equal by chance."""

    def trial(chance: Chance) -> Mapping[str, float]:
        values = draw(chance, UNITS).tolist()
        return {"differs from the truth": float(verdicts(values, values, (0.0, 1.0), differs_from=truth).decided)}

    return Design(f"{UNITS} units, {name}, equal by chance", "false positives", trial, FEW)


DESIGNS = [
    looked_at("0 or 1", lambda chance, n: chance.integers(2, size=n), 0.5),
    looked_at("1 in 97%", lambda chance, n: chance.random(n) < 0.97, 0.97),
    looked_at("beta(2, 6)", lambda chance, n: chance.beta(2, 6, n), 0.25),
    looked_at("0.1, or 1 in 5%", lambda chance, n: np.where(chance.random(n) < 0.05, 1.0, 0.1), 0.145),
    looked_at("end distance of walks", distances, mean_distance(STEPS), (0.0, float(STEPS))),
    copied("0 or 1", lambda chance, n: chance.integers(2, size=n).astype(float), 0.5, 40),
    copied("beta(2, 6)", lambda chance, n: chance.beta(2, 6, n), 0.25, 10),
    by_chance("shares of ten", lambda chance, n: chance.binomial(10, 0.97, n) / 10, 0.97),
]
