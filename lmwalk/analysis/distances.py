"""How far answers are from the truth, from the ideal observer, and how far a constant answer would be.

Distributions are rows of probabilities over the outcomes, each row summing to 1. Entropies are in bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.crossed import as_many, crossed_mean, factors, student, table_of

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


DRAWS = 999
"""Perfect matchers that are drawn for what one shows by chance."""
FEWEST_REPLIES = 2.0
"""Independent replies to a case below which they are no distribution."""
MEANS = ["mean", "low", "high", "answers", "units", "cases", "constant", "infinite"]
FOUND = [*MEANS, "matcher", "matcher_low", "matcher_high", "excess", "excess_low", "excess_high"]


def mean_distances(
    rows: pd.DataFrame,
    by: Sequence[str] = ("condition", "n"),
    references: Sequence[str] = ("truth", "ideal"),
    measures: Sequence[str] = ("tvd", "kl", "js"),
    level: float = 0.95,
) -> pd.DataFrame:
    """Mean distances by group, with intervals over cases and wordings, beside the constant answer's.

    Parameters
    ----------
    rows : DataFrame
        The columns of ``by``, answer, the references (as in ``distances``), unit (the wording), case and replies where
        there are any: how many independent replies an answer is the shares of, infinite for probabilities.

    Returns
    -------
    DataFrame
        One row a group, reference and measure: *by, reference, measure, mean (over cases and wordings of each answer's
        distance; of replies over cases, the shares first averaged over the wordings, and NaN where a case has one
        independent reply), low, high (``crossed_mean``; of replies a jackknife over both factors), answers, units
        (wordings), cases, constant (mean distance of the answer that gives every outcome one probability, over the same
        answers), infinite (how many answers are infinitely far: only kl can be, and its mean then is infinite too).

        Of replies too: matcher, with matcher_low and matcher_high (mean, and what 95% lie between, of the distance that
        draws from the reference itself would show, with as many replies), excess, with excess_low and excess_high (what
        the distance is above that).
    """
    keys = list(by)
    table = distances(rows, references)
    table = table.assign(
        case=rows.get("case", 0),
        replies=rows["replies"].to_numpy(float) if "replies" in rows else np.inf,
    )
    found = [
        (*(key if isinstance(key, tuple) else (key,)), reference, measure, *_mean(part, reference, measure, level))
        for key, part in table.groupby(keys, sort=False)
        for reference in references
        for measure in measures
    ]
    return pd.DataFrame(found, columns=[*keys, "reference", "measure", *FOUND])


def _mean(part: pd.DataFrame, reference: str, measure: str, level: float) -> tuple[float, ...]:
    name = f"{measure}_{reference}"
    each, constant = part[name], float(part[f"constant_{name}"].mean())
    infinite, known = int(each.eq(np.inf).sum()), part[each.notna()]
    read = int(known["answers"].sum()) if "answers" in known else len(known)
    if not len(known):
        return (*(np.nan,) * 3, 0, 0, 0, constant, infinite, *(np.nan,) * 6)
    if np.isfinite(known["replies"]).all():
        return _of_replies(known, reference, measure, (read, constant), level)
    table = table_of(each.to_numpy(float), part["case"].tolist(), part["unit"].tolist())
    mean, low, high, units, cases = crossed_mean(table, level=level)
    ends = (max(0.0, low), high) if np.isfinite(low) else (low, high)
    return (mean, *ends, read, units, cases, constant, infinite, *(np.nan,) * 6)


def _of_replies(
    known: pd.DataFrame, reference: str, measure: str, told: tuple[int, float], level: float
) -> tuple[float, ...]:
    """The distance of shares that are averaged over the wordings of each case, and what chance makes of it."""
    rows, cases = pd.factorize(known["case"])
    columns, units = pd.factorize(known["unit"])
    right = _stacked(known.drop_duplicates("case")[reference])
    shares = np.full((len(cases), len(units), right.shape[1]), np.nan)
    shares[rows, columns] = _stacked(known["answer"])
    sizes = np.zeros((len(cases), len(units)))
    sizes[rows, columns] = known["replies"]
    enough = np.array([as_many(each[each > 0]) for each in sizes])
    kept = enough >= FEWEST_REPLIES
    read, constant = told
    infinite = 0
    if not kept.any():
        return (*(np.nan,) * 3, read, len(units), len(cases), constant, infinite, *(np.nan,) * 6)
    right, shares = right[kept], shares[kept]
    each = MEASURES[measure](right, np.nanmean(shares, axis=1))
    infinite = int(np.isinf(each).sum())
    chance = _matched(tuple(map(tuple, right.tolist())), tuple(enough[kept].astype(int).tolist()), measure)
    mean, expected = float(each.mean()), float(chance.mean())
    tail = (1 - level) / 2
    reach = _reach(right, shares, each, measure, level) if np.isfinite(mean) else np.nan
    low, high = max(0.0, mean - reach) if np.isfinite(reach) else np.nan, mean + reach
    between = np.quantile(chance, [tail, 1 - tail]).tolist() if np.isfinite(chance).all() else [np.nan, np.nan]
    excess = mean - expected if np.isfinite(mean) and np.isfinite(expected) else np.nan
    beside = (expected, *between, excess, excess - reach, excess + reach)
    return (mean, low, high, read, len(units), int(kept.sum()), constant, infinite, *beside)


@lru_cache(maxsize=512)
def _matched(right: tuple[tuple[float, ...], ...], sizes: tuple[int, ...], measure: str) -> Array:
    """Mean distances over the cases of perfect matchers: of draws from each reference, as many as there are replies."""
    rng, total = np.random.default_rng(0), np.zeros(DRAWS)
    for reference, size in zip(right, sizes, strict=True):
        chances = np.array(reference)
        total += MEASURES[measure](chances, rng.multinomial(size, chances / chances.sum(), size=DRAWS) / size)
    return np.asarray(total / len(sizes))


def _reach(right: Array, shares: Array, each: Array, measure: str, level: float) -> float:
    """Half the interval of a mean over cases, by a jackknife over both factors (``crossed_mean`` for a linear mean)."""
    cases, wordings = shares.shape[:2]
    by_case, by_wording = factors(cases, wordings)
    if not (by_case or by_wording):
        return float("nan")
    spread = (each - each.mean()) / cases
    of_cases = cases / (cases - 1) * float((spread**2).sum()) if by_case else 0.0
    if not by_wording:
        return student(cases, level) * float(np.sqrt(of_cases))
    known = ~np.isnan(shares)
    counts = known.any(axis=2).sum(axis=1)[:, None] - known.any(axis=2)
    sums = np.nansum(shares, axis=1)[:, None] - np.nan_to_num(shares)
    with np.errstate(invalid="ignore", divide="ignore"):
        without = MEASURES[measure](right[:, None], sums / counts[:, :, None])
    without = np.where(np.isfinite(without), without, each[:, None])
    influence = (without - without.mean(axis=1, keepdims=True)) / cases
    factor = (wordings - 1) / wordings
    of_wordings = factor * float((influence.sum(axis=0) ** 2).sum())
    of_cells = factor * float((influence**2).sum())
    if not by_case:
        return student(wordings, level) * float(np.sqrt(of_wordings))
    variance = max(of_cases + of_wordings - of_cells, of_cases, of_wordings)
    return student(min(cases, wordings), level) * float(np.sqrt(variance))
