"""How far answers are from the truth, from the ideal observer, and how far a constant answer would be.

Distributions are rows of probabilities over the outcomes, each row summing to 1. Entropies are in bits.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.resampling import Resampling, grouped_means

Array = npt.NDArray[np.float64]


def total_variation(p: npt.ArrayLike, q: npt.ArrayLike) -> Array:
    """Half the summed difference of two rows of probabilities, 0..1: shapes (..., k) to (...)."""
    return np.asarray(np.abs(np.asarray(p, float) - np.asarray(q, float)).sum(axis=-1) / 2)


def kullback_leibler(p: npt.ArrayLike, q: npt.ArrayLike) -> Array:
    """Bits lost by who expects q where p holds: sum p log2(p / q), shapes (..., k) to (...).

    Infinite where q rules out what p does not; NaN where a probability is.

    Kullback and Leibler (1951), Ann. Math. Stat. 22, 79.
    """
    from scipy.special import rel_entr

    return np.asarray(rel_entr(np.asarray(p, float), np.asarray(q, float)).sum(axis=-1) / np.log(2))


def jensen_shannon(p: npt.ArrayLike, q: npt.ArrayLike) -> Array:
    """Mean of the bits lost by who expects the mixture of p and q, 0..1 bit, always finite: shapes (..., k) to (...).

    Lin (1991), IEEE Trans. Inf. Theory 37, 145. It is the divergence, not its square root.
    """
    one, other = np.asarray(p, float), np.asarray(q, float)
    mixture = (one + other) / 2
    return (kullback_leibler(one, mixture) + kullback_leibler(other, mixture)) / 2


MEASURES = {"tvd": total_variation, "kl": kullback_leibler, "js": jensen_shannon}
"""Name to function of (reference, answer)."""


def distances(rows: pd.DataFrame, references: Sequence[str] = ("truth", "ideal")) -> pd.DataFrame:
    """The distance of each answer from each reference, and of the constant answer beside it.

    Parameters
    ----------
    rows : DataFrame
        answer and the references: a tuple of probabilities over the outcomes each, or None where there is none.
    references : sequence of str
        Columns to measure from.

    Returns
    -------
    DataFrame
        ``rows`` with a column for each reference and measure, such as tvd_truth, kl_truth, js_truth (``MEASURES``; kl
        is what expecting the answer costs where the reference holds), and constant_tvd_truth and so on: the same for
        the answer that gives every outcome one probability. NaN where the answer or the reference is missing.
    """
    answers = _stacked(rows["answer"])
    found: dict[str, Array] = {}
    for reference in references:
        right = _stacked(rows[reference])
        if right.shape[1] != answers.shape[1]:  # one of them is missing throughout
            width = max(right.shape[1], answers.shape[1])
            right, answers = (
                part if part.shape[1] == width else _missing(len(rows), width) for part in (right, answers)
            )
        even = np.where(np.isnan(answers), np.nan, 1 / max(answers.shape[1], 1))
        for name, measure in MEASURES.items():
            found[f"{name}_{reference}"] = measure(right, answers)
            found[f"constant_{name}_{reference}"] = measure(right, even)
    return rows.assign(**found)


def _missing(rows: int, width: int) -> Array:
    return np.full((rows, width), np.nan)


def _stacked(column: pd.Series) -> Array:
    """Tuples as rows; NaN where there is none."""
    known = [isinstance(each, Sequence | np.ndarray) for each in column]
    width = len(column[known].iloc[0]) if any(known) else 1
    stacked = _missing(len(column), width)
    if any(known):
        stacked[known] = np.array(column[known].tolist(), float)
    return stacked


def mean_distances(
    rows: pd.DataFrame,
    by: Sequence[str] = ("condition", "n"),
    references: Sequence[str] = ("truth", "ideal"),
    measures: Sequence[str] = ("tvd", "kl", "js"),
    resampling: Resampling | None = None,
) -> pd.DataFrame:
    """Mean distances by group, with bootstrap intervals over units, beside the constant answer's.

    Parameters
    ----------
    rows : DataFrame
        The columns of ``by``, answer, the references (as in ``distances``), unit (what is drawn together).

    Returns
    -------
    DataFrame
        One row a group, reference and measure: *by, reference, measure, mean, low, high, answers, units, constant (mean
        distance of the answer that gives every outcome one probability, over the same answers), infinite (how many
        answers are infinitely far: only kl can be, and its mean then is infinite too).
    """
    table = distances(rows, references)
    names = {f"{measure}_{reference}": (reference, measure) for reference in references for measure in measures}
    found = grouped_means(table, by, list(names), "unit", resampling)
    kept = found.pop("value")
    keys = list(by)
    constants = table.groupby(keys, sort=False)[[f"constant_{name}" for name in names]].mean()
    infinite = table[list(names)].eq(np.inf).groupby([table[key] for key in keys], sort=False).sum()
    found.insert(len(keys), "reference", [names[name][0] for name in kept])
    found.insert(len(keys) + 1, "measure", [names[name][1] for name in kept])
    # groups come in one order from all three, and the values of a group next to each other
    return found.assign(constant=constants.to_numpy().ravel(), infinite=infinite.to_numpy().ravel())
