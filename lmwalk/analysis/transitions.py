"""What is expected next in sequences of Markov chains: how far from the truth, the area below that, the matrix learnt.

Frames as ``analysis.answers.answers`` gives them, with ``label``, in; the sequences are the units. Where there is no
data a value is NaN, never 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.crossed import as_many, crossed_mean, table_of
from lmwalk.analysis.distances import distances, mean_distances
from lmwalk.analysis.summaries import distributions, outcome_shares
from lmwalk.analysis.units import FEWEST

Array = npt.NDArray[np.float64]
Matrix = Sequence[Sequence[float]]
REFERENCES = ("truth", "ideal")
LATE = 0.5
"""From which share of the longest sequence on a question counts as late."""
PLACES = 12
"""Decimal places behind which probabilities differ by rounding alone."""
CELL = ["mean", "low", "high", "least", "most", "answers", "distinct", "count"]
"""What is said of a cell of a learnt matrix."""
MOST = 1.0
"""The largest total variation distance that there is."""
AREAS = ["label", "reference", "area", "low", "high", "sequences", "units", "constant", "matcher"]


def last_states(frame: pd.DataFrame) -> pd.Series:
    """The latest state that each question shows; None where it shows none."""
    return frame["results"].map(lambda results: results[-1] if len(results) else None).astype(object)


def expectations(frame: pd.DataFrame, matrix: Matrix, outcomes: Sequence[str]) -> pd.DataFrame:
    """Distributions that a distance can be taken of, beside the true row of the latest state.

    Parameters
    ----------
    frame : DataFrame
        The answers.
    matrix : sequence of sequences of float, shape (states, states)
        The true probability of every state after each.
    outcomes : sequence of str
        Every state, in the order of the matrix.

    Returns
    -------
    DataFrame
        What ``distributions`` gives, with truth: a tuple over the states, even odds where nothing is shown.
    """
    rows = distributions(frame, outcomes)
    # what rounding makes of no distance would be a spread, and an interval
    rows = rows.assign(**{name: _rounded(rows[name]) for name in ("answer", "ideal")})
    shown = frame.drop_duplicates(["n", "cell"])
    truth = dict(zip(zip(shown["n"], shown["cell"], strict=True), true_rows(shown, matrix, outcomes), strict=True))
    of_row = [truth[key] for key in zip(rows["n"], rows["case"], strict=True)]
    return rows.assign(truth=_rounded(pd.Series(of_row, index=rows.index, dtype=object)))


def _rounded(chances: pd.Series) -> pd.Series:
    """Tuples of probabilities to as many places as they are worth."""
    return chances.map(lambda each: tuple(round(p, PLACES) for p in each)).astype(object)


def true_rows(frame: pd.DataFrame, matrix: Matrix, outcomes: Sequence[str]) -> pd.Series:
    """The true probability of every state after what each question shows, as tuples; even odds where it shows none."""
    even = (1 / len(outcomes),) * len(outcomes)
    of_state = {state: tuple(row) for state, row in zip(outcomes, matrix, strict=True)}
    found = [of_state.get(last, even) for last in last_states(frame)]
    return pd.Series(found, index=frame.index, dtype=object)


def numbers(rows: pd.DataFrame) -> pd.DataFrame:
    """What stands below the picture of a condition.

    Parameters
    ----------
    rows : DataFrame
        As ``expectations`` gives it.

    Returns
    -------
    DataFrame
        label; distance, observer (from the truth and from the ideal observer, means over all questions) and area (below
        the distance from the truth, ``areas``), each with _low and _high; and what ``mean_distances`` gives of the
        truth besides: constant, and of replies matcher and excess with their ends.
    """
    found = mean_variations(rows, ("label",))
    parts = []
    for reference, name in zip(REFERENCES, ("distance", "observer"), strict=True):
        own = found[found["reference"] == reference].set_index("label")
        beside = [f"{each}{end}" for each in ("matcher", "excess") for end in ("", "_low", "_high")]
        more = ["constant", *beside] if reference == "truth" else []
        renamed = own.rename(columns={"mean": name, "low": f"{name}_low", "high": f"{name}_high"})
        parts.append(renamed[[name, f"{name}_low", f"{name}_high", *more]])
    below = areas(rows)
    own = below[below["reference"] == "truth"].set_index("label")[["area", "low", "high"]]
    parts.append(own.rename(columns={"low": "area_low", "high": "area_high"}))
    return pd.concat(parts, axis=1).rename_axis("label").reset_index()


def mean_variations(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """``mean_distances`` from the truth and from the ideal observer, in total variation, whose intervals end at 1."""
    found = mean_distances(rows, by, REFERENCES, ("tvd",))
    return found.assign(high=found["high"].clip(upper=MOST))


def areas(rows: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """The area below the distance as the sequence grows, over the lengths shown: a mean distance, 0 to 1.

    The distance goes straight from one length to the next (trapezoids), and the area is divided by how far the lengths
    reach. Sequences that were not yet asked for at every length are left out.

    Parameters
    ----------
    rows : DataFrame
        As ``expectations`` gives it.

    Returns
    -------
    DataFrame
        One row a label and reference (truth, ideal): label, reference, area, low, high (``crossed_mean`` over sequences
        and wordings; of replies, which are averaged over the wordings first, over sequences; NaN for fewer than
        ``FEWEST`` sequences), sequences, units
        (wordings), constant (the same area of the answer that gives every state one probability), matcher (of replies:
        the area that draws from the reference itself would show; else NaN).
    """
    found: list[tuple[object, ...]] = []
    for label, part in rows.groupby("label", sort=False):
        pooled = _over_units(part) if np.isfinite(part["replies"]).all() else part
        table = distances(pooled, REFERENCES)
        chance = _by_chance(part) if pooled is not part else {}
        for reference in REFERENCES:
            name = f"tvd_{reference}"
            own, constant = (_below(table, each) for each in (name, f"constant_{name}"))
            if own.empty:
                found.append((label, reference, *(np.nan,) * 3, 0, 0, *(np.nan,) * 2))
                continue
            which = (own.index.get_level_values(key).tolist() for key in ("case", "unit"))
            cells = table_of(own.to_numpy(float), *which)
            mean, low, high, units, cases = crossed_mean(cells, level=level)
            ends = (max(0.0, low), min(high, MOST)) if np.isfinite(low) and cases >= FEWEST else (np.nan, np.nan)
            found.append((label, reference, mean, *ends, cases, units, constant.mean(), chance.get(reference, np.nan)))
    return pd.DataFrame(found, columns=AREAS)


def trapezoids(lengths: Sequence[int]) -> Array:
    """The weight of each length in a mean over all lengths between the least and the greatest; they sum to 1."""
    x = np.asarray(lengths, float)
    if len(x) < 2:
        return np.ones(len(x))
    steps = np.diff(x)
    return np.asarray((np.append(steps, 0) + np.insert(steps, 0, 0)) / 2 / (x[-1] - x[0]))


def _below(table: pd.DataFrame, name: str) -> pd.Series:
    """The area of each sequence in each wording that has a distance at every length."""
    wide = table.pivot_table(index=["case", "unit"], columns="n", values=name, sort=True).dropna()
    weights = trapezoids([int(n) for n in wide.columns])
    return pd.Series(wide.to_numpy(float) @ weights, index=wide.index, dtype=float)


def _over_units(part: pd.DataFrame) -> pd.DataFrame:
    """Shares of replies averaged over the wordings of each question, where two or more are independent."""
    each = [
        (n, case, tuple(np.mean(rows["answer"].tolist(), axis=0)), *rows[["truth", "ideal"]].iloc[0])
        for (n, case), rows in part.groupby(["n", "case"], sort=False)
        if as_many(rows["replies"].to_numpy(float)) >= 2
    ]
    return pd.DataFrame(each, columns=["n", "case", "answer", "truth", "ideal"]).assign(unit=0)


def _by_chance(part: pd.DataFrame) -> dict[str, float]:
    """The areas that draws from the references would show, with as many replies."""
    by_length = mean_distances(part, ("n",), REFERENCES, ("tvd",)).sort_values("n")
    return {
        str(reference): float(own["matcher"].to_numpy(float) @ trapezoids(own["n"].tolist()))
        for reference, own in by_length.groupby("reference", sort=False)
    }


def learnt(frame: pd.DataFrame, matrix: Matrix, outcomes: Sequence[str]) -> pd.DataFrame:
    """The transition matrix that a model expects late in its sequences, beside the true one.

    Parameters
    ----------
    frame, matrix, outcomes
        As in ``expectations``.

    Returns
    -------
    DataFrame
        One row a label and pair of states: label, state (the latest shown), outcome, true; mean, low, high, least,
        most, answers, distinct, count as ``over_wordings`` gives them (over sequences and wordings, each the mean of
        its late questions after that state; NaN where there is none), but of token probabilities, which differ little
        between sequences, low and high are ``crossed_mean``'s of values that are no shares; expected (the ideal
        observer's), sequences (that were in the state; fewer than ``FEWEST`` have no interval), late (from which length
        on a question is).
    """
    since = LATE * float(frame["n"].max()) if len(frame) else 0.0
    late = frame[(frame["n"] >= since) & (frame["n"] > 0)]
    late = late.assign(state=last_states(late))
    if not late["probabilities"].notna().any():
        return pd.DataFrame(columns=["label", "state", "outcome", "true", *CELL, "expected", "sequences", "late"])
    table = outcome_shares(late, outcomes, ("label", "state"), ("cell", "paraphrase"))
    table = table[["label", "state", "outcome", *CELL, "expected"]].astype({"outcome": object})
    known = late[late["probabilities"].notna()]
    if known["scored"].all():
        table = table.drop(columns=["low", "high"]).merge(_ends(known, outcomes), on=["label", "state", "outcome"])
    sequences = known.groupby(["label", "state"])["cell"].nunique().rename("sequences").reset_index()
    # every pair of states: a row that no sequence came to late has a true value alone
    pairs = pd.MultiIndex.from_product(
        [known["label"].unique(), outcomes, outcomes], names=["label", "state", "outcome"]
    )
    whole = pairs.to_frame(index=False).assign(true=np.tile(np.ravel(matrix), known["label"].nunique()))
    table = whole.merge(table, on=["label", "state", "outcome"], how="left")
    table = table.merge(sequences, on=["label", "state"], how="left").assign(late=int(late["n"].min()))
    names = pd.Categorical(table["outcome"], categories=list(outcomes), ordered=True)
    counted = table["sequences"].fillna(0).astype(int)
    ends = {end: table[end].where(counted >= FEWEST) for end in ("low", "high")}
    return table.assign(outcome=names, sequences=counted, **ends)


def _ends(known: pd.DataFrame, outcomes: Sequence[str]) -> pd.DataFrame:
    """Between what the mean probability of each outcome after each state is, over sequences and wordings."""
    rows = []
    for (label, state), part in known.groupby(["label", "state"], sort=False):
        values = np.array(part["probabilities"].tolist(), float)
        for place, outcome in enumerate(outcomes):
            cells = table_of(values[:, place], part["cell"].tolist(), part["paraphrase"].tolist())
            found = crossed_mean(cells)
            ends = (max(0.0, found.low), min(1.0, found.high)) if np.isfinite(found.low) else (np.nan, np.nan)
            rows.append((label, state, outcome, *ends))
    return pd.DataFrame(rows, columns=["label", "state", "outcome", "low", "high"])
