"""The law of a walk laid beside walks that were sampled: how far they spread, and where they spend their time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.markov import ROUNDING, Start, WalkLaw, quantiles

Array = npt.NDArray[np.float64]


def spread_beside(law: WalkLaw, paths: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Mean squared displacement of sampled walks at each t, and where that of walks of the law lies.

    Parameters
    ----------
    paths : DataFrame
        trajectory, t, x, y of walks that begin at one position, the start included; copies left out.

    Returns
    -------
    DataFrame
        t, walks (that got so far), sampled, exact (the law's), low, high (the band of the mean of so many independent
        walks: quantiles of the exact law of their sum).
    """
    start = _start(law, paths)
    x, y = law.lattice.points[start].tolist()
    far = law.lattice.geometry.distances((x, y), paths["x"], paths["y"])
    seen = paths.assign(square=np.square(far)).groupby("t")["square"].agg(["size", "mean"]).reset_index()
    seen = seen.set_axis(["t", "walks", "sampled"], axis=1)
    squares, chances = squares_of(law, int(seen["t"].max()), start)
    own = chances[seen["t"].to_numpy(int)]
    bands = [mean_band(each, n, level) for each, n in zip(own, seen["walks"].tolist(), strict=True)]
    low, high = np.array(bands).T
    return seen.assign(exact=own @ squares, low=low, high=high)


def _start(law: WalkLaw, paths: pd.DataFrame) -> int:
    """The position where the walks begin."""
    x, y = paths[["x", "y"]].to_numpy(float)[int(paths["t"].to_numpy().argmin())]
    return int(law.lattice.at(x, y))


def squares_of(law: WalkLaw, steps: int, start: Start = None) -> tuple[Array, Array]:
    """Squared displacements, ascending and whole, and the probability of each at t = 0 .. steps, (steps + 1, squares).

    On the square grid and on sites squares of distances are whole numbers.
    """
    begun = law.start_law(start)
    points = law.lattice.points
    x, y = points[int(begun.argmax())]
    far = np.rint(np.square(law.lattice.geometry.distances((float(x), float(y)), *points.T))).astype(np.intp)
    chances = np.zeros((steps + 1, int(far.max()) + 1))
    np.add.at(chances.T, far, law.occupancies(steps, start).T)
    return np.arange(chances.shape[1], dtype=float), chances


def mean_band(chances: Array, count: int, level: float = 0.95) -> tuple[float, float]:
    """The central band of the mean of so many independent draws of 0, 1, 2 .. with these chances, shape (values,).

    The law of the sum is the ``count``-fold convolution, by its Fourier transform.
    """
    most = int(np.flatnonzero(chances > ROUNDING)[-1])
    size = count * most + 1
    spectrum = np.fft.rfft(chances[: most + 1], size)
    total = np.fft.irfft(spectrum**count, size).clip(min=0) if size > 1 else np.ones(1)
    low, high = quantiles(total / total.sum(), np.arange(size, dtype=float), level)
    return float(low) / count, float(high) / count


def occupancy_beside(law: WalkLaw, paths: pd.DataFrame) -> pd.DataFrame:
    """The share of their time that sampled walks spend at each position, and that of the law for walks as long.

    Parameters
    ----------
    paths : DataFrame
        As ``spread_beside`` takes it.

    Returns
    -------
    DataFrame
        One row a position: x, y, visits, sampled, exact (shares of all times, the start included).
    """
    start = _start(law, paths)
    lengths = np.bincount(paths["t"].to_numpy(int))
    visits = np.bincount(law.lattice.at(paths["x"], paths["y"]), minlength=len(law.lattice))
    exact = lengths @ law.occupancies(len(lengths) - 1, start) / lengths.sum()
    x, y = law.lattice.points.T
    return pd.DataFrame({"x": x, "y": y, "visits": visits, "sampled": visits / visits.sum(), "exact": exact})
