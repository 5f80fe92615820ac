"""Means over units, as they stand below every number that is pooled."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from lmwalk.analysis.units import Estimate, unit_mean
from validity import Design

Chance = np.random.Generator


def held(found: Estimate, truth: float) -> float:
    """Whether an interval holds the truth; NaN where there is none."""
    return float("nan") if np.isnan(found.low) else float(found.low <= truth <= found.high)


def beta(chance: Chance, mean: float, sd: float, n: int) -> np.ndarray:
    """Probabilities of n wordings with that mean and spread."""
    size = mean * (1 - mean) / sd**2 - 1
    return chance.beta(mean * size, (1 - mean) * size, n)


def wordings(units: int, mean: float, sd: float) -> Design:
    """Wordings whose probability differs, twenty replies each or the probability itself."""

    def trial(chance: Chance) -> Mapping[str, float]:
        p = beta(chance, mean, sd, units)
        replies = unit_mean(chance.binomial(20, p) / 20, share=True, answers=20 * units)
        return {"share of replies": held(replies, mean), "mean probability": held(unit_mean(p, share=True), mean)}

    return Design(f"{units} wordings, mean {mean:g}, sd {sd:g}", "coverage", trial)


def values(name: str, units: int, draw: Callable[[Chance, int], np.ndarray], truth: float) -> Design:
    """One value a unit, of any law."""
    return Design(
        f"{units} units, {name}",
        "coverage",
        lambda chance: {"mean of units": held(unit_mean(draw(chance, units)), truth)},
    )


DESIGNS = [
    *(wordings(units, mean, sd) for units in (3, 5, 10, 20) for mean, sd in ((0.5, 0.12), (0.5, 0.25), (0.97, 0.06))),
    *(
        values(name, units, draw, truth)
        for units in (3, 5, 20)
        for name, draw, truth in (
            ("normal", lambda chance, n: chance.normal(size=n), 0.0),
            ("exponential", lambda chance, n: chance.exponential(size=n), 1.0),
            ("0 or 1", lambda chance, n: chance.integers(2, size=n).astype(float), 0.5),
        )
    ),
]
