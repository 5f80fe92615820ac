"""Designs under which the product's intervals and tests are tried: how often each holds what it promises.

One module for each kind of data lists its designs in ``DESIGNS``. ``tests/benchmarks/bench_validity.py`` runs them at
length and prints the table; ``tests/analysis/test_validity.py`` runs each a few times, seeded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Literal

import numpy as np

Kind = Literal["coverage", "false positives"]
NOMINAL: Mapping[Kind, float] = {"coverage": 0.95, "false positives": 0.05}


@dataclass(frozen=True)
class Design:
    """A way in which data come, and what is tried on it.

    Attributes
    ----------
    name : str
        The design, such as ``5 wordings x 20 replies, sd .25``.
    kind : str
        Whether each statistic's interval should hold the truth, or its test should be silent.
    trial : callable
        Data drawn anew and the product's own functions called: by statistic 1.0 where the interval held the truth or
        the test spoke, 0.0 where not, NaN where there was no interval or no test. Statistics are the same each time.
    few : int
        Trials in the test suite.
    """

    name: str
    kind: Kind
    trial: Callable[[np.random.Generator], Mapping[str, float]]
    few: int = 40


@dataclass(frozen=True)
class Seen:
    """What came of a statistic: its share of ones among the trials that gave any, and the simulation's error."""

    statistic: str
    share: float
    counted: int
    trials: int

    @property
    def error(self) -> float:
        """Standard error of the share."""
        return float(np.sqrt(self.share * (1 - self.share) / self.counted)) if self.counted else float("nan")


def seen(design: Design, trials: int, seed: int = 0) -> list[Seen]:
    """Run a design; each trial has its own generator, so that more trials only add."""
    found: dict[str, list[float]] = {}
    for number in range(trials):
        for statistic, value in design.trial(np.random.default_rng([seed, number])).items():
            found.setdefault(statistic, []).append(value)
    rows = []
    for statistic, values in found.items():
        known = [value for value in values if not np.isnan(value)]
        rows.append(Seen(statistic, float(np.mean(known)) if known else float("nan"), len(known), trials))
    return rows


def designs() -> dict[str, list[Design]]:
    """Every design by the module that lists it."""
    names = sorted(found.name for found in iter_modules([str(Path(__file__).parent)]))
    return {name: import_module(f"validity.{name}").DESIGNS for name in names}
