"""One value a trajectory: what each walk, sequence, wording or chain says of a measure by itself.

Frames in, a Series out, indexed by condition and trajectory; NaN where a trajectory has no value.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import pandas as pd

from lmwalk.analysis.distances import distances
from lmwalk.analysis.flips import changes
from lmwalk.analysis.motion import MEASURES, coded
from lmwalk.analysis.nulls import Codes, Room, walked, was_read
from lmwalk.analysis.poisson_marks import count_marks, dispersion
from lmwalk.analysis.summaries import truths
from lmwalk.analysis.transitions import Matrix, trapezoids, true_rows
from lmwalk.geometry import Geometry, Point

KEYS = ["condition", "trajectory"]
MOVES = ("UP", "DOWN", "LEFT", "RIGHT")
SHARES = {f"{move.lower()}-share": code for code, move in enumerate(MOVES)}


def of_walks(moves: pd.DataFrame, measure: str, room: Room) -> pd.Series:
    """A measure of ``motion``, of each walk alone, or the share of a direction among its answers that could be read.

    Parameters
    ----------
    moves : DataFrame
        condition, trajectory, t (from 1, without gaps), outcome (None where the answer could not be read).
    measure : str
        A name of ``MEASURES`` or ``SHARES``.
    """
    parts = []
    for condition, codes in coded(moves).items():
        walks = np.unique(moves.loc[moves["condition"] == condition, "trajectory"])
        index = pd.MultiIndex.from_product([[condition], walks], names=KEYS)
        parts.append(pd.Series(values_of(codes, measure, room), index))
    return pd.concat(parts) if parts else _nothing()


def of_answer_shares(moves: pd.DataFrame, outcome: str) -> pd.Series:
    """The share of an outcome among a walk's answers that could be read; NaN where none could.

    ``moves`` as for ``of_walks``.
    """
    read = moves["outcome"].notna()
    hits = (moves["outcome"] == outcome).where(read).astype(float)
    return hits.groupby([moves[key] for key in KEYS], sort=False).mean() if len(moves) else _nothing()


def of_distances_at_end(places: pd.DataFrame, geometry: Geometry, start: Point) -> pd.Series:
    """How far each walk ended from the start.

    Parameters
    ----------
    places : DataFrame
        condition, trajectory, t (from 1), x, y.
    """
    ends = places.sort_values([*KEYS, "t"], kind="stable").groupby(KEYS, sort=False)[["x", "y"]].last()
    return pd.Series(geometry.distances(start, ends["x"], ends["y"]), ends.index, dtype=float)


def values_of(codes: Codes, measure: str, room: Room) -> np.ndarray:
    """The same of codes, shape (walks, steps) to (walks,)."""
    if measure in SHARES:
        read = was_read(codes).sum(axis=-1)
        share: np.ndarray = (codes == SHARES[measure]).sum(axis=-1) / np.where(read > 0, read, np.nan)
        return share
    return np.asarray(MEASURES[measure].compute(walked(codes[:, None, :], room)), float)


def of_sequences(results: pd.DataFrame, measure: str, event: str) -> pd.Series:
    """``share``: of the event among a trajectory's results. ``alternation``: how often neighbours differ.

    Parameters
    ----------
    results : DataFrame
        condition, trajectory, t, outcome; an answer that holds many results names them with ", " between, and is a
        sequence of its own.
    """
    read = results[results["outcome"].notna()].sort_values([*KEYS, "t"], kind="stable")
    many = read["outcome"].str.contains(", ", regex=False).any()
    lists = read["outcome"].str.split(", ") if many else read.groupby(KEYS, sort=False)["outcome"].agg(list)
    if many:
        lists.index = pd.MultiIndex.from_frame(read[KEYS])
    if measure == "share":
        counts = [(sum(each == event for each in own), len(own)) for own in lists]
    else:
        counts = [(changes(own), len(own) - 1) for own in lists]
    table = pd.DataFrame(counts, lists.index, columns=["hits", "all"]).groupby(level=KEYS, sort=False).sum()
    return (table["hits"] / table["all"].where(table["all"] > 0)).astype(float) if len(table) else _nothing()


def of_distances(answers: pd.DataFrame, event: str, outcomes: Sequence[str], reference: str) -> pd.Series:
    """Mean total variation distance of a trajectory's token probabilities from a reference: ``truth`` or ``ideal``.

    ``answers`` as ``analysis.answers.answers`` gives them. Of replies there is none: of so few of one trajectory they
    are far from any probability.
    """
    known = answers[answers["scored"]].assign(answer=answers["probabilities"], ideal=answers["expected"])
    known = distances(known.assign(truth=truths(known["theta"], event, outcomes)), (reference,))
    return known.groupby(KEYS, sort=False)[f"tvd_{reference}"].mean() if len(known) else _nothing()


def of_transitions(answers: pd.DataFrame, measure: str, matrix: Matrix, outcomes: Sequence[str]) -> pd.Series:
    """Mean distance of a trajectory's token probabilities from the true rows of a chain, or the ``area`` below it.

    With ``observer`` the mean distance from what the ideal observer expects of the same sequence.
    ``answers`` as ``analysis.answers.answers`` gives them. The area of a trajectory that was not yet asked at every
    length is NaN. Of replies there is none.
    """
    known = answers[answers["scored"]]
    if known.empty:
        return _nothing()
    truth = known["expected"] if measure == "observer" else true_rows(known, matrix, outcomes)
    known = distances(known.assign(answer=known["probabilities"], truth=truth), ("truth",))
    if measure in ("distance", "observer"):
        return known.groupby(KEYS, sort=False)["tvd_truth"].mean()
    wide = known.pivot_table(index=KEYS, columns="n", values="tvd_truth", sort=False).sort_index(axis=1)
    weights = trapezoids([int(n) for n in wide.columns])
    return pd.Series(wide.to_numpy(float) @ weights, index=wide.index, dtype=float)


def of_marks(answers: pd.DataFrame, measure: str, mark: str) -> pd.Series:
    """Of a trajectory's texts: marks over those that its rate asks for (``ratio``), or ``dispersion`` (see ``marks``).

    ``answers`` as ``analysis.answers.answers`` gives them, with rate.
    """
    known = answers[answers["outcome"].notna()]
    gaps = known.assign(gaps=known["outcome"].map(lambda text: count_marks(text, mark).gaps))
    joined = gaps.groupby(KEYS, sort=False)["gaps"].agg(lambda own: list(chain.from_iterable(own)))
    if measure == "dispersion":
        return joined.map(lambda own: dispersion(own)[0]).astype(float)
    rates = known.groupby(KEYS, sort=False)["rate"].first()
    return joined.map(lambda own: sum(own) / len(own) if own else np.nan).astype(float) / rates


def of_answers(answers: pd.DataFrame) -> pd.Series:
    """The mean probability of the event over a trajectory's answers, of replies its share among those read.

    ``answers`` as ``analysis.answers.answers`` gives them.
    """
    return answers.groupby(KEYS, sort=False)["event"].mean() if len(answers) else _nothing()


def _nothing() -> pd.Series:
    return pd.Series(dtype=float, index=pd.MultiIndex.from_arrays([[], []], names=KEYS))
