"""How much of a number is owed to the model, to the task and to the property, if what they give adds up."""

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
LEVEL = 0.95
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
        p_adjusted (Benjamini-Hochberg over all pairs), excludes_zero (whether the interval does).
    r2 : float
        Share of the variance explained.
    rows : int
        Numbers that the model was fitted to.
    """

    effects: pd.DataFrame
    pairs: pd.DataFrame
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
    excludes = (pairs["low"] > 0) | (pairs["high"] < 0)
    return Additive(effects, pairs.assign(p_adjusted=fdr(pairs["p"]), excludes_zero=excludes), r2, len(known))


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
