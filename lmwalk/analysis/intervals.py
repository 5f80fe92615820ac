"""Intervals of a share of independent answers: Wilson's, and the exact one of Clopper and Pearson.

scipy is imported where it is needed: the dashboard's first page is not.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def wilson(count: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95) -> tuple[Array, Array]:
    """Wilson's score interval of a share, taking the n answers as independent.

    (p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n), with p = count/n. NaN where n is 0.

    Wilson (1927), J. Am. Stat. Assoc. 22, 209.
    """
    from scipy.special import ndtri

    k, m = np.asarray(count, float), np.asarray(n, float)
    z = float(ndtri((1 + level) / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        p = k / m
        centre = p + z**2 / (2 * m)
        spread = z * np.sqrt(p * (1 - p) / m + z**2 / (4 * m**2))
        scale = 1 + z**2 / m
        low, high = (centre - spread) / scale, (centre + spread) / scale
    return np.where(k == 0, np.where(m > 0, 0.0, np.nan), low), np.where((k == m) & (m > 0), 1.0, high)


def clopper_pearson(count: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95) -> tuple[Array, Array]:
    """Exact interval of a share: the ends at which a binomial tail holds (1 - level)/2. NaN where n is 0.

    Of numbers that are not whole, as an effective size is, by the same incomplete beta function.

    Clopper and Pearson (1934), Biometrika 26, 404.
    """
    from scipy.special import betaincinv

    k, m = np.asarray(count, float), np.asarray(n, float)
    tail = (1 - level) / 2
    low = np.where(k > 0, betaincinv(np.where(k > 0, k, 1), m - k + 1, tail), 0.0)
    high = np.where(k < m, betaincinv(k + 1, np.where(k < m, m - k, 1), 1 - tail), 1.0)
    return np.where(m > 0, low, np.nan), np.where(m > 0, high, np.nan)
