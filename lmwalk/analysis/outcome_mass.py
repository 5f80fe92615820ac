"""What beliefs stand on: how much of the probability the outcomes hold together, and what holds the rest.

A belief is normalised over the outcomes, so it looks the same whether they hold all of the probability or a
thousandth of it.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.types import SCANT

Array = npt.NDArray[np.float64]
MOST_INSTEAD = 5


def mass_of(found: Mapping[str, Any]) -> tuple[float, float]:
    """The least and the most that all outcomes of a stored distribution hold together.

    They are the same unless a server gives the likeliest tokens only. What is unseen can go to any outcome, up to its
    upper bound, or to none.

    Parameters
    ----------
    found : mapping
        As ``types.Distribution.stored`` gives it.
    """
    masses = found["p"]
    least = math.fsum(masses.values())
    spare = math.fsum(max(0.0, found.get("upper", {}).get(each, mass) - mass) for each, mass in masses.items())
    return least, least + min(float(found.get("unseen", 0.0)), spare)


def masses(rows: pd.DataFrame) -> pd.DataFrame:
    """Stored distributions as a frame that ``standing`` takes.

    Parameters
    ----------
    rows : DataFrame
        distribution (JSON text), and whatever tells the questions apart.

    Returns
    -------
    DataFrame
        ``rows`` without distribution, with mass and mass_most (``mass_of``), and instead (mapping or None).
    """
    read = [json.loads(text) for text in rows["distribution"]]
    ends = np.array([mass_of(found) for found in read], float).reshape(-1, 2)
    instead = pd.Series([found.get("instead") for found in read], index=rows.index, dtype=object)
    return rows.drop(columns="distribution").assign(mass=ends[:, 0], mass_most=ends[:, 1], instead=instead)


def standing(frame: pd.DataFrame, by: Sequence[str] = ("label",)) -> pd.DataFrame:
    """How many questions leave the outcomes less than ``SCANT``, and what models wanted to say instead.

    Parameters
    ----------
    frame : DataFrame
        *by, mass, mass_most, instead, and count (of equal questions) where there is one. Rows without a mass, which
        are replies, do not count.
    by : sequence of str
        What to tell apart.

    Returns
    -------
    DataFrame
        One row a group, in their order: *by, questions, below (where even the most that the outcomes can hold is less
        than a tenth), unsure (where only what is known of it is), median and least (of the mass that is known), bound
        (whether it is known within bounds only), instead: a tuple of at most five (text, probability), the likeliest
        first; the probability is the mean over those questions of the group that say what they have instead.
    """
    known = frame[frame["mass"].notna()]
    columns = [*by, "questions", "below", "unsure", "median", "least", "bound", "instead"]
    groups = known.groupby(list(by), sort=False)
    return pd.DataFrame([(*name, *_group(rows)) for name, rows in groups], columns=columns)


def _group(rows: pd.DataFrame) -> tuple[Any, ...]:
    count = rows["count"].to_numpy(int) if "count" in rows else np.ones(len(rows), int)
    least, most = rows["mass"].to_numpy(float), rows["mass_most"].to_numpy(float)
    below, scant = most < SCANT, least < SCANT
    return (
        int(count.sum()),
        int(count[below].sum()),
        int(count[scant & ~below].sum()),
        _median(least, count),
        float(least.min()),
        bool((most > least).any()),
        _instead(zip(rows["instead"].to_numpy()[scant], count[scant].tolist(), strict=True)),
    )


def _median(values: Array, count: npt.NDArray[np.int_]) -> float:
    return float(np.median(np.repeat(values, count)))


def _instead(said: Iterable[tuple[Any, int]]) -> tuple[tuple[str, float], ...]:
    total: dict[str, float] = defaultdict(float)
    questions = 0
    for found, count in said:
        if isinstance(found, Mapping) and found:
            questions += count
            for text, p in found.items():
                total[text] += count * p
    ranked = sorted(total.items(), key=lambda entry: (-entry[1], entry[0]))[:MOST_INSTEAD]
    return tuple((text, p / questions) for text, p in ranked)
