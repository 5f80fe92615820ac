"""Walks that follow a field, drawn one by one, and every statistic of theirs beside the exact one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lmwalk.analysis.first_passage import distinct_positions, passage_law
from lmwalk.analysis.lattices import Lattice
from lmwalk.analysis.markov import WalkLaw, motion, occupancy_table


def walks(lattice: Lattice, p: np.ndarray, count: int, steps: int, seed: int) -> np.ndarray:
    """Positions of walks from the origin, shape (walks, steps + 1)."""
    chance, bounds = np.random.default_rng(seed), np.cumsum(p, axis=1)[:, :-1]
    at = np.full((count, steps + 1), lattice.origin)
    for t in range(steps):
        move = (chance.random(count)[:, None] >= bounds[at[:, t]]).sum(axis=1)
        at[:, t + 1] = lattice.leads[at[:, t], move]
    return at


def statistics(law: WalkLaw, at: np.ndarray) -> pd.DataFrame:
    """statistic, exact, drawn, difference, error (standard error): at the middle and at the end of the walks."""
    steps, points = at.shape[1] - 1, law.lattice.points
    table, seen = motion(law, steps), distinct_positions(law, steps)
    passed = passage_law(law, law.lattice.at_walls, steps)["by"]
    place = occupancy_table(law, steps)["end"].to_numpy()
    rows = []
    for t in (steps // 2, steps):
        x, y = points[at[:, t]].T
        square = x**2 + y**2
        own = np.sort(at[:, : t + 1], axis=1)
        bits, stopped = law.entropies[0][at[:, t]], law.stopped[0][at[:, t]]
        drawn = {"x": x, "y": y, "msd": square, "distance": np.sqrt(square), "entropy": bits, "wall": stopped}
        rows += [(f"{name} at {t}", table[name][t], each) for name, each in drawn.items()]
        rows.append((f"positions by {t}", seen[t], 1 + (np.diff(own, axis=1) > 0).sum(axis=1)))
        rows.append((f"at a wall by {t}", passed[t], law.lattice.at_walls[at[:, : t + 1]].any(axis=1)))
        for name, value in (("r2", square), ("x", x), ("y", y)):
            low, high = table[f"{name}_low"][t], table[f"{name}_high"][t]
            inside = _held(law, t, name, low, high)
            rows.append((f"{name} in its band at {t}", inside, (value >= low) & (value <= high)))
    often = int(place.argmax())
    rows.append((f"end at {points[often]}", place[often], at[:, -1] == often))
    means = [(name, exact, np.mean(each), np.std(each) / np.sqrt(len(at))) for name, exact, each in rows]
    frame = pd.DataFrame(means, columns=["statistic", "exact", "drawn", "error"])
    return frame.assign(difference=(frame["exact"] - frame["drawn"]).abs() - 1e-12)


def _held(law: WalkLaw, t: int, name: str, low: float, high: float) -> float:
    """The exact probability to be inside a band."""
    x, y = law.lattice.points.T
    value = {"x": x, "y": y, "r2": x**2 + y**2}[name]
    return float(law.occupancies(t)[-1][(value >= low) & (value <= high)].sum())


def answered(lattice: Lattice, p: np.ndarray, count: int, steps: int, seed: int) -> pd.DataFrame:
    """Rows as a study gives them: walk, t, position, outcome."""
    chance, bounds, here = np.random.default_rng(seed), np.cumsum(p, axis=1)[:, :-1], np.full(count, lattice.origin)
    rows = []
    for t in range(1, steps + 1):
        move = (chance.random(count)[:, None] >= bounds[here]).sum(axis=1)
        rows += [(walk, t, here[walk], lattice.moves[move[walk]]) for walk in range(count)]
        here = lattice.leads[here, move]
    return pd.DataFrame(rows, columns=["walk", "t", "position", "outcome"])
