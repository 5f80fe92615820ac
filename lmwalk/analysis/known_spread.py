"""Sampled walks beside the law of their policy, as far as that is known: where they are on average at each t."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.known_policy import KnownLaw
from lmwalk.analysis.markov import ROUNDING, quantiles
from lmwalk.geometry import SquareGrid

Array = npt.NDArray[np.float64]
MOST_MOMENTS = 60
"""Of one curve; of longer walks as many are taken at equal distances."""
FINEST = 200_000
"""Values of a sum beyond which a band is that of the normal law, whose error is then far below a line's width."""
NORMAL = 1.959964
MSD, MEAN_X, MEAN_Y = "Mean squared displacement", "Mean x", "Mean y"


def spread_of(law: KnownLaw, start: int, paths: pd.DataFrame) -> pd.DataFrame:
    """What sampled walks do on average at each t, and where the mean of as many independent walks of the law lies.

    Parameters
    ----------
    start : int
        The position where walks begin.
    paths : DataFrame
        trajectory, t, x, y, the start included; copies left out.

    Returns
    -------
    DataFrame
        measure, t, walks (that got so far), sampled, exact, low, high (central 95%); the last three are NaN where the
        law is not known. Mean x and y are those of the square grid.
    """
    last = int(paths["t"].max())
    moments = np.unique(np.linspace(0, last, min(last + 1, MOST_MOMENTS)).round().astype(int))
    shown = paths[paths["t"].isin(moments)]
    parts = [_beside(law, name, values, seen, shown) for name, values, seen in _values(law, start, shown)]
    return pd.concat(parts, ignore_index=True)


def _values(law: KnownLaw, start: int, paths: pd.DataFrame) -> Iterator[tuple[str, Array, Array]]:
    """Each measure: its name, its whole number at each position, and at each place of the sampled walks."""
    lattice = law.lattice
    x, y = lattice.points[start].tolist()
    geometry, points = lattice.geometry, lattice.points
    far = geometry.distances((x, y), *points.T)
    yield MSD, np.square(far), np.square(geometry.distances((x, y), paths["x"], paths["y"]))
    if isinstance(geometry, SquareGrid):
        yield MEAN_X, points[:, 0], paths["x"].to_numpy(float)
        yield MEAN_Y, points[:, 1], paths["y"].to_numpy(float)


def _beside(law: KnownLaw, name: str, values: Array, seen: Array, paths: pd.DataFrame) -> pd.DataFrame:
    table = paths.assign(value=seen).groupby("t")["value"].agg(["size", "mean"]).reset_index()
    table = table.set_axis(["t", "walks", "sampled"], axis=1)
    whole = np.rint(values).astype(np.intp)
    least = int(whole.min())
    rows = []
    for t, walks in zip(table["t"].tolist(), table["walks"].tolist(), strict=True):
        known = t <= law.until
        rows.append(
            _band(np.asarray(np.bincount(whole - least, law.laws[t]), float), least, walks) if known else (np.nan,) * 3
        )
    return table.assign(measure=name, **dict(zip(("exact", "low", "high"), np.array(rows).T, strict=True)))


def _band(chances: Array, least: int, count: int) -> tuple[float, float, float]:
    """Mean of a law over least, least + 1, .., and the band of the mean of so many draws."""
    values = np.arange(len(chances)) + least
    mean = float(chances @ values)
    if count * len(chances) <= FINEST:
        low, high = mean_band(chances / chances.sum(), count)
        return mean, low + least, high + least
    half = NORMAL * float(np.sqrt(max(0.0, float(chances @ values**2) - mean**2) / count))
    return mean, mean - half, mean + half


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
