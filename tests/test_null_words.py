"""What walks do that null walks do not is said in words that are true of the numbers beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lmwalk.analysis.motion import MEASURES
from lmwalk.analysis.move_comparison import MOVES, move_shares
from lmwalk.analysis.null_comparison import Against
from lmwalk.analysis.nulls import AFTER, UNREAD
from lmwalk.datasets.null_words import SAYINGS, measure_words, move_words, summary
from lmwalk.figures._data import WalkData

RIGHT = MOVES.index("RIGHT")


def answers(moves: list[str | None], walks: int = 5) -> WalkData:
    rows = [
        {"label": "one", "trajectory": walk, "t": t, "outcome": move, "status": "ok" if move else "unparsed"}
        for walk in range(walks)
        for t, move in enumerate(moves[walk:] + moves[:walk], start=1)
    ]
    return WalkData(pd.DataFrame(rows), MOVES)


def test_every_measure_has_words() -> None:
    """What is above its null and what is below it can be said of each."""
    assert set(SAYINGS) == {measure.title for measure in MEASURES.values()}


def test_shares_of_null_walks_are_those_of_independent_moves() -> None:
    """Their mean is a quarter, and their spread that of the binomial law for as many moves as were read."""
    codes = np.random.default_rng(1).integers(4, size=(4, 50)).astype(np.int8)
    codes[0, :10], codes[3, 40:] = UNREAD, AFTER
    table = move_shares(codes, Against(simulations=4000))
    n = 180
    assert table["n"].eq(n).all()
    assert table["expected"].to_numpy() == pytest.approx(0.25, abs=0.003)
    half = 1.96 * np.sqrt(0.25 * 0.75 / n)
    assert (table["null_high"] - 0.25).to_numpy() == pytest.approx(half, abs=0.01)
    assert (table["more"] + table["fewer"] >= table["simulations"]).all()


def test_a_move_that_never_comes_and_one_that_comes_too_often_are_said() -> None:
    """Half of the moves right and none up is more and less often than in any simulation."""
    moves = ["RIGHT", "DOWN", "RIGHT", "LEFT", "RIGHT", "RIGHT", "DOWN", "RIGHT", "LEFT", "RIGHT"] * 5
    table = move_words(answers([*moves, None]), "one").set_index("value")["words"].to_dict()
    assert table["60% (150 of 250)"] == "goes right more often than any of 999 unbiased walks"
    assert table["0% (0 of 250)"] == "goes up never: less often than any of 999 unbiased walks"


def test_words_of_measures_follow_the_test_and_not_the_eye() -> None:
    """What differs after adjusting is said, what lies within is as expected, what may be chance is said to be."""
    row = {"label": "one", "expected": 6.0, "null_low": 3.0, "null_high": 9.0, "measure": "Distance"}
    rows = [
        {**row, "value": value, "p_adjusted": p} for value, p in ((20.0, 0.001), (5.0, 0.9), (9.5, 0.2), (1.0, 0.01))
    ]
    said = measure_words(pd.DataFrame(rows), "unbiased")["words"].tolist()
    assert said[0] == "ends farther from the start than unbiased walks"
    assert said[1] == "distance: as in unbiased walks"
    assert "which chance may do" in said[2]
    assert said[3] == "ends nearer to the start than unbiased walks"


def test_a_summary_counts_conditions() -> None:
    """The more frequent side comes first, with how many of all conditions it holds for."""
    rows = [
        {"label": str(place), "measure": "Distance", "value": value, "expected": 6.0, "p_adjusted": p}
        for place, (value, p) in enumerate([(20.0, 0.01), (19.0, 0.02), (1.0, 0.03), (7.0, 0.5)])
    ]
    assert summary(pd.DataFrame(rows), "unbiased") == [
        "In 2 of 4 conditions a walk ends farther from the start than unbiased walks; in 1 it ends nearer to the start."
    ]
