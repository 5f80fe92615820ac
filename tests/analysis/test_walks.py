"""Figures of walks against exact results and independent computations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lmwalk.analysis import walks
from lmwalk.geometry import SquareGrid, unbiased_distance, unbiased_radius

MOVES = ("UP", "DOWN", "LEFT", "RIGHT")


def tallies(*rows: tuple[str, str | None, str, int]) -> pd.DataFrame:
    """Of one walk."""
    frame = pd.DataFrame(rows, columns=["condition", "outcome", "status", "count"])
    return frame.assign(trajectory=0, copy=0)


def walk_tallies(*counts: tuple[int, ...], copy: list[int] | None = None) -> pd.DataFrame:
    """How often each direction came in each of several walks."""
    return pd.DataFrame(
        [
            ("a", walk, copy[walk] if copy else walk, outcome, "ok", count)
            for walk, own in enumerate(counts)
            for outcome, count in zip(MOVES, own, strict=True)
        ],
        columns=["condition", "trajectory", "copy", "outcome", "status", "count"],
    )


def path(condition: str, trajectory: int, *positions: tuple[float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(positions, columns=["x", "y"])
    return frame.assign(condition=condition, trajectory=trajectory, t=range(len(frame)))


def test_distance_is_measured_from_the_walk_s_own_start() -> None:
    """From (1, 1) to (4, 5) it is 5 cells, whatever lies between, in whatever order the rows come."""
    frame = path("a", 0, (1, 1), (-20, 7), (4, 5)).iloc[::-1]

    found = walks.end_distances(frame, SquareGrid(25))

    assert found[["t", "distance"]].to_numpy().tolist() == [[2, 5.0]]


def ends(*distances: float, copy: list[int] | None = None) -> pd.DataFrame:
    frame = pd.DataFrame({"condition": "a", "trajectory": range(len(distances)), "t": 9, "distance": distances}).assign(
        unbiased=unbiased_distance(9)
    )
    return frame if copy is None else frame.assign(copy=copy)


def test_mean_distance_has_at_least_student_s_interval() -> None:
    """Of twelve distances without a skew it is hardly wider than scipy's t distribution says."""
    distances = np.linspace(10, 20, 12)
    row = walks.mean_distances(ends(*distances)).iloc[0]
    low, high = stats.t.interval(0.95, 11, distances.mean(), stats.sem(distances))

    assert row["mean"] == pytest.approx(15)
    assert (row["n"], row["distinct"]) == (12, 12)
    assert 1 - 1e-9 <= (row["high"] - row["low"]) / (high - low) < 1.2


def test_copies_of_a_walk_are_one_observation() -> None:
    """Twenty walks of five paths, four of each, are as sure as five; and twenty of one path have no interval."""
    once = walks.mean_distances(ends(1, 3, 4, 5, 8)).iloc[0]
    often = walks.mean_distances(ends(*[1, 3, 4, 5, 8] * 4, copy=[0, 1, 2, 3, 4] * 4)).iloc[0]
    same = walks.mean_distances(ends(*[9.49] * 20, copy=[0] * 20)).iloc[0]

    assert (often["n"], often["distinct"]) == (20, 5)
    assert often[["mean", "low", "high"]].tolist() == pytest.approx(once[["mean", "low", "high"]].tolist())
    assert (same["mean"], same["distinct"]) == (pytest.approx(9.49), 1)
    assert np.isnan([same["low"], same["high"]]).all()


def test_one_walk_has_no_interval() -> None:
    """A single walk says nothing about how walks differ."""
    row = walks.mean_distances(ends(2.0)).iloc[0]

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


def test_a_share_is_as_sure_as_walks_agree() -> None:
    """Ten walks half of whose moves go up: sure where each does so, unsure where five always and five never do."""
    alike = walks.direction_shares(walk_tallies(*[(25, 9, 8, 8)] * 10), MOVES).iloc[0]
    apart = walks.direction_shares(walk_tallies(*[(50, 0, 0, 0), (0, 17, 17, 16)] * 5), MOVES).iloc[0]

    assert alike["share"] == apart["share"] == 0.5
    assert alike["high"] - alike["low"] < 0.15
    assert apart["high"] - apart["low"] > 0.5


def test_shares_of_copies_are_those_of_one_walk() -> None:
    """One path has no interval, however often it was walked."""
    table = walks.direction_shares(walk_tallies(*[(20, 10, 10, 10)] * 5, copy=[3] * 5), MOVES)

    assert table["share"].tolist() == [0.4, 0.2, 0.2, 0.2]
    assert table[["walks", "distinct"]].to_numpy().tolist() == [[5, 1]] * 4
    assert table[["low", "high"]].isna().all(axis=None)


def test_unread_counts_answers_and_not_failed_calls() -> None:
    """Three of ten answers were not read; two calls that failed are no answers."""
    frame = tallies(("a", "UP", "ok", 7), ("a", None, "empty", 1), ("a", None, "refused", 2), ("a", None, "error", 2))

    row = walks.unread_shares(frame).iloc[0]

    assert (row["count"], row["n"], row["share"]) == (3, 10, pytest.approx(0.3))


def test_shares_are_bounded_by_what_unread_answers_may_have_meant() -> None:
    """Of ten answers three were not read: seven of UP are 70 to 100 of 100, none of DOWN 0 to 30."""
    frame = tallies(("a", "UP", "ok", 7), ("a", None, "refused", 3), ("a", None, "error", 2))

    table = walks.bounded_shares(frame, MOVES).set_index("outcome")

    assert table.loc["UP", ["share", "least", "most"]].tolist() == pytest.approx([1.0, 0.7, 1.0])
    assert table.loc["DOWN", ["share", "least", "most"]].tolist() == pytest.approx([0.0, 0.0, 0.3])


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

    assert unbiased_distance(steps) == pytest.approx((distance * p).sum(), rel=0.01)


def test_the_circle_holds_95_per_cent_of_the_exact_lattice_walk() -> None:
    """After 100 steps, the computed distribution has 0.95 of its mass inside."""
    distance, p = lattice(100)

    assert p[distance <= unbiased_radius(100)].sum() == pytest.approx(0.95, abs=0.01)


def test_a_mean_move_is_the_expectation_of_the_move() -> None:
    """Certainty moves by one cell, indifference stands still."""
    table = walks.mean_moves([0, 1], [0, 2], [[1, 0, 0, 0], [0.25] * 4])

    assert table[["u", "v", "strength"]].to_numpy().tolist() == [[0, 1, 1], [0, 0, 0]]
