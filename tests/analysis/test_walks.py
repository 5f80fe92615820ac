"""Figures of walks against exact results and independent computations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lmwalk.analysis import walks

MOVES = ("UP", "DOWN", "LEFT", "RIGHT")


def tallies(*rows: tuple[str, str | None, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["condition", "outcome", "status", "count"])


def path(condition: str, trajectory: int, *positions: tuple[float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(positions, columns=["x", "y"])
    return frame.assign(condition=condition, trajectory=trajectory, t=range(len(frame)))


@given(n=st.integers(1, 5000), data=st.data())
def test_wilson_agrees_with_scipy(n: int, data: st.DataObject) -> None:
    """Two independent implementations of one formula give one interval, which holds the share itself."""
    k = data.draw(st.integers(0, n))

    low, high = walks.wilson(k, n)

    expected = stats.binomtest(k, n).proportion_ci(method="wilson")
    assert [low, high] == pytest.approx([expected.low, expected.high], abs=1e-9)
    assert low <= k / n <= high


def test_wilson_covers_the_truth_as_often_as_it_says() -> None:
    """Over all outcomes of 50 answers with p = 1/4, the interval holds 1/4 with probability near 0.95."""
    k = np.arange(51)
    low, high = walks.wilson(k, np.full(51, 50))

    covered = stats.binom.pmf(k, 50, 0.25)[(low <= 0.25) & (high >= 0.25)].sum()

    assert 0.92 < covered < 0.98


def test_no_answer_is_no_share() -> None:
    """Zero of zero is not zero."""
    low, high = walks.wilson(0, 0)

    assert np.isnan([low, high]).all()


def test_distance_is_measured_from_the_walk_s_own_start() -> None:
    """From (1, 1) to (4, 5) it is 5 cells, whatever lies between, in whatever order the rows come."""
    frame = path("a", 0, (1, 1), (-20, 7), (4, 5)).iloc[::-1]

    ends = walks.end_distances(frame)

    assert ends[["t", "distance"]].to_numpy().tolist() == [[2, 5.0]]


def test_mean_distance_has_student_s_interval() -> None:
    """Mean and interval agree with scipy's t distribution, condition by condition."""
    found = {"a": [1.0, 3.0, 8.0, 4.0], "b": [2.0, 2.5]}
    rows = [(c, k, 9, d) for c, distances in found.items() for k, d in enumerate(distances)]
    ends = pd.DataFrame(rows, columns=["condition", "trajectory", "t", "distance"])

    table = walks.mean_distances(ends).set_index("condition")

    for condition, distances in found.items():
        expected = stats.t.interval(0.95, len(distances) - 1, np.mean(distances), stats.sem(distances))
        assert table.loc[condition, "high"] == pytest.approx(expected[1])
        assert table.loc[condition, "low"] == pytest.approx(max(0, expected[0]))
        assert table.loc[condition, "n"] == len(distances)


def test_one_walk_has_no_interval() -> None:
    """A single walk says nothing about how walks differ."""
    ends = pd.DataFrame([("a", 0, 4, 2.0)], columns=["condition", "trajectory", "t", "distance"])

    row = walks.mean_distances(ends).iloc[0]

    assert row["mean"] == 2.0
    assert np.isnan([row["low"], row["high"]]).all()


def test_shares_are_of_the_answers_that_could_be_read() -> None:
    """Unread answers and failed calls do not dilute a direction; one that never came has share 0."""
    frame = tallies(("a", "UP", "ok", 3), ("a", "LEFT", "ok", 1), ("a", None, "refused", 6), ("a", None, "error", 1))

    table = walks.direction_shares(frame, MOVES).set_index("outcome")

    assert table["share"].to_dict() == {"UP": 0.75, "DOWN": 0.0, "LEFT": 0.25, "RIGHT": 0.0}
    assert set(table["n"]) == {4}


def test_a_condition_without_a_readable_answer_has_no_shares() -> None:
    """All refused: the shares are unknown, not zero."""
    table = walks.direction_shares(tallies(("a", None, "refused", 6)), MOVES)

    assert table["share"].isna().all()
    assert table["count"].tolist() == [0, 0, 0, 0]


def test_unread_counts_answers_and_not_failed_calls() -> None:
    """Three of ten answers were not read; two calls that failed are no answers."""
    frame = tallies(("a", "UP", "ok", 7), ("a", None, "empty", 1), ("a", None, "refused", 2), ("a", None, "error", 2))

    row = walks.unread_shares(frame).iloc[0]

    assert (row["count"], row["n"], row["share"]) == (3, 10, pytest.approx(0.3))


def lattice(steps: int) -> tuple[np.ndarray, np.ndarray]:
    """The exact distribution of the distance after that many unbiased steps: distances and probabilities."""
    p = np.zeros((2 * steps + 3,) * 2)
    p[steps + 1, steps + 1] = 1
    for _ in range(steps):
        p = (np.roll(p, 1, 0) + np.roll(p, -1, 0) + np.roll(p, 1, 1) + np.roll(p, -1, 1)) / 4
    side = np.arange(-steps - 1, steps + 2)
    return np.hypot(*np.meshgrid(side, side)), p


@pytest.mark.parametrize("steps", [10, 50, 100])
def test_the_null_of_the_distance_agrees_with_the_exact_lattice_walk(steps: int) -> None:
    """sqrt(pi n) / 2 is within 1% of the mean computed step by step."""
    distance, p = lattice(steps)

    assert walks.unbiased_distance(steps) == pytest.approx((distance * p).sum(), rel=0.01)


def test_the_circle_holds_95_per_cent_of_the_exact_lattice_walk() -> None:
    """After 100 steps, the computed distribution has 0.95 of its mass inside."""
    distance, p = lattice(100)

    assert p[distance <= walks.unbiased_radius(100)].sum() == pytest.approx(0.95, abs=0.01)


def test_a_mean_move_is_the_expectation_of_the_move() -> None:
    """Certainty moves by one cell, indifference stands still."""
    table = walks.mean_moves([0, 1], [0, 2], [[1, 0, 0, 0], [0.25] * 4])

    assert table[["u", "v", "strength"]].to_numpy().tolist() == [[0, 1, 1], [0, 0, 0]]
