"""The law of a walk laid beside walks that were sampled."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from walks_of_fields import walks

from lmwalk.analysis.known_policy import KnownLaw
from lmwalk.analysis.known_spread import MSD, mean_band, spread_of
from lmwalk.analysis.lattices import lattice_of
from lmwalk.analysis.markov import motion, occupancy_table, walk_law
from lmwalk.analysis.policy_field import field_of
from lmwalk.figures._exact import time_shares
from lmwalk.geometry import SquareGrid
from lmwalk.models.builtin.policy import policy

LATTICE = lattice_of(SquareGrid(25), ("UP", "DOWN", "LEFT", "RIGHT"))
TAUGHT = policy(*LATTICE.points.T)
LAW = walk_law(field_of(LATTICE, TAUGHT))
KNOWN = KnownLaw(LATTICE, LAW.occupancies(50, LATTICE.origin), 0.0, 0, (0.0, 0.0), np.empty((0, 4)))


def paths(count: int, steps: int, seed: int) -> pd.DataFrame:
    at = walks(LATTICE, TAUGHT, count, steps, seed)
    walk, t = (part.ravel() for part in np.indices(at.shape))
    x, y = LATTICE.points[at.ravel()].T
    return pd.DataFrame({"trajectory": walk, "t": t, "x": x, "y": y})


def squares(sampled: pd.DataFrame) -> pd.DataFrame:
    table = spread_of(KNOWN, LATTICE.origin, sampled)
    return table[table["measure"] == MSD]


def test_the_band_of_a_mean_is_that_of_every_sum() -> None:
    """Three draws of 0, 1 or 4: the quantiles of all 27 sums with their probabilities."""
    chances = np.array([0.5, 0.3, 0, 0, 0.2])
    sums = (
        pd.Series({draws: chances[list(draws)].prod() for draws in product((0, 1, 4), repeat=3)})
        .groupby(lambda draws: sum(draws))
        .sum()
        .sort_index()
        .cumsum()
    )
    low, high = ((sums >= share - 1e-12).idxmax() / 3 for share in (0.1, 0.9))
    assert mean_band(chances, 3, 0.8) == pytest.approx((low, high))
    assert mean_band(np.array([1.0, 0.0]), 5) == (0.0, 0.0)


def test_sampled_walks_lie_in_the_band_as_often_as_it_says() -> None:
    """Over 400 studies of 5 walks at t = 20; exact columns are those of the law whatever was sampled."""
    row = squares(paths(5, 20, 0)).iloc[-1]
    x, y = LATTICE.points[walks(LATTICE, TAUGHT, 2000, 20, 1)[:, -1]].T
    means = (x**2 + y**2).reshape(400, 5).mean(axis=1)
    inside = np.mean((means >= row["low"]) & (means <= row["high"]))
    assert 0.95 - 3 * np.sqrt(0.95 * 0.05 / 400) <= inside <= 0.95 + 4 * np.sqrt(0.95 * 0.05 / 400)
    table = squares(paths(5, 50, 1))
    assert table["exact"].to_numpy() == pytest.approx(motion(LAW, 50)["msd"].to_numpy())
    assert table["walks"].eq(5).all()


def test_walks_that_ended_early_count_for_their_own_time() -> None:
    """The exact share is that of walks of the same lengths; it sums to 1."""
    exact = time_shares(KNOWN, [3, 3, 6])
    lengths = [occupancy_table(LAW, steps)["share"].to_numpy() * (steps + 1) for steps in (3, 3, 6)]
    assert exact == pytest.approx(sum(lengths) / 15)
    assert exact.sum() == pytest.approx(1.0)
