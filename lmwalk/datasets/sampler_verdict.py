"""Why the walks of a study are as they are: its answers against what the sampler that was asked for would give.

The probabilities were asked for apart from the walks, so that which positions are known has nothing to do with what was
answered there. Of a study whose moves were drawn here from the probabilities themselves there is nothing to test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.asked_walks import walks_of
from lmwalk.analysis.known_policy import KnownPolicy
from lmwalk.analysis.lattices import Lattice
from lmwalk.analysis.policy_field import PolicyField
from lmwalk.analysis.sampler_causes import Answered, cause_of
from lmwalk.analysis.sampler_check import Checked, check
from lmwalk.analysis.timed_lattice import over_time
from lmwalk.datasets.field_words import sampler_words

Array = npt.NDArray[np.float64]
COLUMNS = ["label", "x", "y", "t", "n", "move", "share", "seen", "p", "p_adjusted", "verdict"]
MOST_MOMENTS = 200
"""Of a question that names t; later ones are not looked at."""


class _Laws(NamedTuple):
    """Positions, or positions and moments, with what is known there: at T = 1, and under what was asked for.

    ``others`` are the laws under the samplers that are in use, by name.
    """

    lattice: Lattice
    plain: Array
    asked: Array
    others: Mapping[str, Array]


def verdicts(answers: pd.DataFrame, policies: Mapping[str, KnownPolicy]) -> pd.DataFrame:
    """A row for each position where answers and probabilities are both known.

    Parameters
    ----------
    answers : DataFrame
        label, model, temperature, trajectory, t, outcome, status, x, y.
    policies : mapping
        By label.

    Returns
    -------
    DataFrame
        label; x, y (the position), t (the moment, where the question names it; else NaN); n (answers); move (the
        likeliest), share (its probability under what was asked for), seen (its share of the answers); p; p_adjusted
        (over positions); verdict: what is to be said of the model, the same in all its rows.
    """
    own = answers[answers["label"].isin([name for name, each in policies.items() if not each.drawn_here])]
    parts = [_of_model(rows, policies) for _, rows in own.groupby("model", sort=False)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)


def _of_model(answers: pd.DataFrame, policies: Mapping[str, KnownPolicy]) -> pd.DataFrame:
    checks, answered, tables, known = dict[float, Checked](), list[Answered](), list[pd.DataFrame](), None
    for label, rows in answers.groupby("label", sort=False):
        policy, temperature = policies[str(label)], float(rows["temperature"].iloc[0])
        known = _laws(policy)
        found = check(walks_of(asked_at(rows, policy, known.lattice), known.lattice), known.lattice, known.asked)
        checks[temperature] = found
        answered.append(Answered(temperature, known.asked, found.counts, known.others))
        tables.append(_table(found, str(label), policy, known.lattice))
    assert known is not None
    some = any(found.answers for found in checks.values())
    cause = cause_of(known.plain, known.lattice.moves, answered) if some else None
    verdict = " ".join(sampler_words(checks, cause))
    return pd.concat(tables, ignore_index=True).assign(verdict=verdict)[COLUMNS]


def _laws(policy: KnownPolicy) -> _Laws:
    begins = policy.begins
    if not policy.timed:
        return _over(policy, policy.lattice, range(begins, begins + 1))
    moments, last = min(policy.steps, MOST_MOMENTS), begins
    while last < begins + moments and policy.asked(last).known.any():
        last += 1
    shown = range(begins, min(last + 1, begins + moments))  # one more, of which nothing is known: there walks are cut
    return _over(policy, over_time(policy.lattice, len(shown)), shown)


def _over(policy: KnownPolicy, lattice: Lattice, moments: range) -> _Laws:
    def law(field: Callable[[int], PolicyField]) -> Array:
        return np.concatenate([field(t).p for t in moments])

    others = {name: law(field) for name, field in policy.others.items()}
    return _Laws(lattice, law(policy.plain), law(policy.asked), others)


def asked_at(answers: pd.DataFrame, policy: KnownPolicy, lattice: Lattice) -> pd.DataFrame:
    """walk, t, position (where it was asked), outcome: the answers of one condition as ``walks_of`` takes them."""
    given = answers[answers["status"] != "error"].sort_values(["trajectory", "t"], kind="stable")
    x, y = policy.lattice.points[policy.start].tolist()
    before = given.groupby("trajectory", sort=False)[["x", "y"]].shift()
    place = policy.lattice.at(before["x"].fillna(x), before["y"].fillna(y))
    moments = len(lattice) // len(policy.lattice)
    t = given["t"].to_numpy(int) - 1
    position = place + (np.minimum(t, moments - 1) * len(policy.lattice) if policy.timed else 0)
    return pd.DataFrame({"walk": given["trajectory"], "t": t, "position": position, "outcome": given["outcome"]})


def _table(found: Checked, label: str, policy: KnownPolicy, lattice: Lattice) -> pd.DataFrame:
    rows = found.positions
    place = rows["position"].to_numpy(int)
    x, y = lattice.points[place].T if len(rows) else (np.empty(0), np.empty(0))
    moment: Any = policy.begins + place // len(policy.lattice) if policy.timed else np.nan
    return rows.assign(label=label, x=x, y=y, t=moment)
