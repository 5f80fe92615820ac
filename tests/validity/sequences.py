"""Sequences of draws: tests of bias and of memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from lmwalk.analysis.sequences import STATISTICS, Fair, randomness_tests
from validity import Design

Chance = np.random.Generator
FAIR = Fair(500)


def sequences(codes: np.ndarray) -> pd.DataFrame:
    """One condition, a row of codes a sequence."""
    trajectory, t = np.indices(codes.shape)
    rows = {"condition": "a", "trajectory": trajectory.ravel(), "t": t.ravel(), "outcome": codes.ravel().astype(str)}
    return pd.DataFrame(rows)


def coin(p: float, n: int, copies: int = 1) -> Callable[[Chance], np.ndarray]:
    return lambda chance: np.repeat((chance.random((1, n)) < p).astype(int), copies, axis=0)


def tested(name: str, draw: Callable[[Chance], np.ndarray], k: int = 2, *, bias: bool = True, few: int = 12) -> Design:
    """Every test alone, and any after adjusting; without the question of bias where there is one."""
    silent = [test for test in STATISTICS if bias or test != "counts"]

    def trial(chance: Chance) -> Mapping[str, float]:
        table = randomness_tests(sequences(draw(chance)), [str(each) for each in range(k)], FAIR)
        own = table[table["test"].isin(silent)]
        first = own[own["trajectory"] == 0].set_index("test")["p"]
        alone = {
            f"p of {test}": float("nan") if np.isnan(first[test]) else float(first[test] <= 0.05) for test in silent
        }
        return {"any after adjusting": float((own["p_adjusted"] <= 0.05).any()), **alone}

    return Design(name, "false positives", trial, few)


DESIGNS = [
    *(tested(f"fair coin, {n} tosses", coin(0.5, n)) for n in (10, 50, 200)),
    *(tested(f"coin of {p:g} without memory, 50 tosses", coin(p, 50), bias=False) for p in (0.7, 0.9)),
    tested("fair coin, one sequence of 50 copied 5 times", coin(0.5, 50, copies=5)),
    tested("5 fair sequences of 50", lambda chance: chance.integers(2, size=(5, 50))),
    tested("fair die, 50 rolls", lambda chance: chance.integers(6, size=(1, 50)), 6),
    tested(
        "die without memory that prefers 6, 50 rolls",
        lambda chance: chance.choice(6, size=(1, 50), p=[0.1, 0.1, 0.1, 0.1, 0.1, 0.5]),
        6,
        bias=False,
    ),
]
