"""How much of a number is owed to the model, to the task and to the property, and whether what they give adds up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.pvalues import fdr
from lmwalk.errors import InputError

FACTORS = ("model", "task", "property")
LEVEL, SURE = 0.95, 0.05
_PAIRS = ["factor", "a", "b", "difference", "low", "high", "p"]
_EFFECTS = ["factor", "level", "effect", "low", "high"]


@dataclass(frozen=True)
class Additive:
    """An additive model of a number.

    Attributes
    ----------
    effects : DataFrame
        One row a level: factor, level, effect (its distance from the mean of the factor's levels), low, high (95%).
    pairs : DataFrame
        One row a pair of levels of a factor: factor, a, b, difference (a - b), low, high (95%, of this pair alone), p,
        p_adjusted (Benjamini-Hochberg over the factor's pairs), starred (whether that is below 5% and the parts add
        up).
    together : DataFrame
        One row a pair of factors: factors, p, p_adjusted (over all pairs) of what they give together beyond the sum of
        their parts; empty where nothing can tell.
    adds_up : bool
        Whether nothing speaks against the sum at 5%.
    r2 : float
        Share of the variance explained.
    rows : int
        Numbers that the model was fitted to.
    """

    effects: pd.DataFrame
    pairs: pd.DataFrame
    together: pd.DataFrame
    adds_up: bool
    r2: float
    rows: int


def additive(strengths: pd.DataFrame, value: str = "strength") -> Additive:
    """Fit value ~ model + task + property by ordinary least squares.

    Parameters
    ----------
    strengths : DataFrame
        model, task, property and the value. Rows where it is NaN are left out, and so are factors with one level.
    value : str
        The column to explain.

    Raises
    ------
    InputError
        Where there are too few rows for so many levels, or where two factors cannot be told apart.
    """
    import statsmodels.formula.api as smf

    known = strengths[[*FACTORS, value]].dropna().rename(columns={value: "value"})
    levels = {factor: sorted(known[factor].unique()) for factor in FACTORS if known[factor].nunique() > 1}
    parameters = 1 + sum(len(each) - 1 for each in levels.values())
    if len(known) < parameters + 1:
        raise InputError(f"An additive model needs at least {parameters + 1} numbers, and there are {len(known)}.")
    terms = " + ".join(f"C({factor})" for factor in levels) or "1"
    model = smf.ols(f"value ~ {terms}", known)
    if np.linalg.matrix_rank(model.exog) < parameters:
        raise InputError("Some models, tasks or properties always come together: their parts cannot be told apart.")
    with np.errstate(divide="ignore", invalid="ignore"):  # no residuals, or one value throughout
        fit = model.fit()
        pairs = pd.DataFrame(_pairs(fit, levels), columns=_PAIRS)
        effects = pd.DataFrame(_effects(fit, levels), columns=_EFFECTS)
        r2 = float(fit.rsquared)
        together = pd.DataFrame(_interactions(known, list(levels)), columns=["factors", "p"])
    together = together.assign(p_adjusted=fdr(together["p"]))
    adds_up = not (together["p_adjusted"] < SURE).any()
    adjusted = pairs.groupby("factor", sort=False)["p"].transform(fdr)
    pairs = pairs.assign(p_adjusted=adjusted, starred=(adjusted < SURE) & adds_up)
    return Additive(effects, pairs, together, adds_up, r2, len(known))


def _interactions(known: pd.DataFrame, factors: list[str]) -> Iterator[tuple[str, float]]:
    """For each two factors, p of what they give together: F against what all pairs of factors leave over.

    Where they leave nothing over, Tukey's test of one degree of freedom, for products of the parts.

    Tukey (1949), Biometrics 5, 232.
    """
    if len(factors) < 2:
        return
    parts = [f"C({factor})" for factor in factors]
    products = {f"{a} and {b}": f"C({a}):C({b})" for a, b in combinations(factors, 2)}
    whole = _determined([*parts, *products.values()], known)
    if whole is None:
        yield " and ".join(factors), _tukey(known, parts)
        return
    for named, product in products.items():
        fewer = _determined([*parts, *(each for each in products.values() if each != product)], known)
        yield named, float(whole.compare_f_test(fewer)[1])


def _tukey(known: pd.DataFrame, parts: list[str]) -> float:
    """The p of the squares of what the parts add up to; NaN where nothing can tell."""
    sums = _determined(parts, known)
    if sums is None:
        return float("nan")
    square = (sums.fittedvalues - sums.fittedvalues.mean()) ** 2
    curved = _determined([*parts, "square"], known.assign(square=square / (square.max() or 1)))
    return float("nan") if curved is None else float(curved.pvalues["square"])


def _determined(terms: list[str], known: pd.DataFrame) -> Any:
    """The fit of a sum of terms; None where it is not determined, or leaves nothing over."""
    import statsmodels.formula.api as smf

    model = smf.ols(f"value ~ {' + '.join(terms)}", known)
    rows, columns = model.exog.shape
    return model.fit() if np.linalg.matrix_rank(model.exog) == columns < rows else None


def _pairs(fit: Any, levels: dict[str, list[str]]) -> Iterator[tuple[Any, ...]]:
    for factor, own in levels.items():
        rows = _rows(fit, factor, own)
        for a, b in combinations(range(len(own)), 2):
            test = fit.t_test(rows[a] - rows[b])
            yield factor, own[a], own[b], *_estimate(test), float(np.squeeze(test.pvalue))


def _effects(fit: Any, levels: dict[str, list[str]]) -> Iterator[tuple[Any, ...]]:
    for factor, own in levels.items():
        rows = _rows(fit, factor, own)
        for level, row in zip(own, rows - rows.mean(axis=0), strict=True):
            yield factor, level, *_estimate(fit.t_test(row))


def _rows(fit: Any, factor: str, levels: list[str]) -> npt.NDArray[np.float64]:
    """Which parameter each level has, shape (levels, parameters); the first level has none."""
    names = list(fit.params.index)
    return np.array([[name == f"C({factor})[T.{level}]" for name in names] for level in levels], float)


def _estimate(test: Any) -> tuple[float, float, float]:
    low, high = np.squeeze(test.conf_int(1 - LEVEL))
    return float(np.squeeze(test.effect)), float(low), float(high)
