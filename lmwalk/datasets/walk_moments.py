"""The numbers of walks as they were at moments of their clock, for what stands below a picture that is played."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.datasets.walks import distance_digits, geometry_of, share_columns, signs_of
from lmwalk.number_format import DASH
from lmwalk.study import Study

MOST_TICKS = 60
MOST_ANSWERS = 300_000
"""Beyond them only the end is told: counting anew while a study runs would slow down the run itself."""

Array = npt.NDArray[np.int64]
Texts = tuple[tuple[str, ...], ...]
"""Of each number below a picture, its text at each tick."""


@dataclass(frozen=True)
class Moments:
    """What numbers were at ticks.

    Attributes
    ----------
    ticks : tuple of int
        Ascending, from 0 to the last step.
    texts : mapping
        By condition.
    """

    ticks: tuple[int, ...] = ()
    texts: Mapping[str, Texts] = field(default_factory=dict)

    def of(self, condition: str) -> Texts:
        """Of one condition; empty texts where nothing is known."""
        return self.texts.get(condition, ((), (), ()))


def ticks_to(last: int) -> tuple[int, ...]:
    """Every step up to the last, or as many as are told of a long walk."""
    return tuple(int(t) for t in np.unique(np.linspace(0, last, min(last + 1, MOST_TICKS)).round()))


def moments(study: Study, paths: pd.DataFrame, answers: pd.DataFrame) -> Moments:
    """Mean distance, shares of the directions and answers not read, at each tick.

    Parameters
    ----------
    paths : DataFrame
        condition, trajectory, t, x, y, the start included, ascending in t.
    answers : DataFrame
        condition, t, outcome, status; one row an answer.
    """
    if paths.empty or len(answers) > MOST_ANSWERS:
        return Moments()
    ticks = ticks_to(int(paths["t"].max()))
    rows = {str(condition): own for condition, own in answers.groupby("condition", sort=False)}
    none = answers.iloc[:0]
    texts = {
        str(condition): (_distances(study, own, ticks), *_counts(study, rows.get(str(condition), none), ticks))
        for condition, own in paths.groupby("condition", sort=False)
    }
    return Moments(ticks, texts)


def _distances(study: Study, paths: pd.DataFrame, ticks: Sequence[int]) -> tuple[str, ...]:
    """The mean over the walks; one that ended early counts with its end."""
    x, y, starts = [], [], []
    for _, walk in paths.groupby("trajectory", sort=False):
        places = np.searchsorted(walk["t"].to_numpy(), ticks, side="right") - 1
        across, up = walk["x"].to_numpy(float), walk["y"].to_numpy(float)
        x.append(across[places])
        y.append(up[places])
        starts.append((across[0], up[0]))
    geometry = geometry_of(study)
    each = [
        np.asarray(geometry.distances(start, pd.Series(across), pd.Series(up)), float)
        for start, across, up in zip(starts, x, y, strict=True)
    ]
    return tuple(distance_digits(mean) for mean in np.mean(each, axis=0))


def _counts(study: Study, answers: pd.DataFrame, ticks: Sequence[int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Shares of the directions, and answers that could not be read."""
    read = answers["status"].eq("ok")
    by = share_columns(study)
    counts = [_until(answers.loc[read & answers["outcome"].eq(outcome), "t"], ticks) for outcome in by.values()]
    all_read = np.sum(counts, axis=0)
    asked = _until(answers.loc[answers["status"].ne("error"), "t"], ticks)
    signs = list(signs_of(study).values())
    shares = [
        " ".join(_shares(signs, column, whole)) for column, whole in zip(np.transpose(counts), all_read, strict=True)
    ]
    unread = asked - _until(answers.loc[read, "t"], ticks)
    lost = [f"{one:,} of {every:,}" if every else DASH for one, every in zip(unread, asked, strict=True)]
    return tuple(shares), tuple(lost)


def _shares(signs: Sequence[str], counts: Array, whole: int) -> list[str]:
    return [
        f"{sign}{100 * count / whole:.0f}" if whole else f"{sign}{DASH}"
        for sign, count in zip(signs, counts, strict=True)
    ]


def _until(times: pd.Series, ticks: Sequence[int]) -> Array:
    """How many there were up to each tick."""
    return np.searchsorted(np.sort(times.to_numpy()), ticks, side="right")
