"""A field has the positions and walls of its process, and says nothing of what was not measured unless it is asked."""

from __future__ import annotations

import numpy as np
import pytest

from lmwalk.analysis.lattices import asking_order, lattice_of
from lmwalk.analysis.policy_field import distance_of, field_of, field_of_counts, interpolated
from lmwalk.errors import InputError
from lmwalk.geometry import SquareGrid
from lmwalk.processes.cube import Cube
from lmwalk.processes.grid import Grid
from lmwalk.processes.ring import Circuit, Ring
from lmwalk.types import Process

FOUR = ("UP", "DOWN", "LEFT", "RIGHT")


@pytest.mark.parametrize("process", [Grid(half_width=2), Grid(half_width=2, stay=True), Ring(sites=5), Cube()])
def test_moves_lead_where_the_process_leads(process: Process) -> None:
    """From every position each move ends where ``advance`` ends, walls and all, and walks begin at the origin."""
    lattice = lattice_of(process.geometry, process.alphabet)
    begun = process.start(np.random.default_rng)
    assert tuple(lattice.points[lattice.origin]) == process.position(begun)
    for number, (x, y) in enumerate(lattice.points.tolist()):
        state = {**begun, **({"x": int(x), "y": int(y)} if "x" in begun else {"site": number})}
        for move, there in zip(lattice.moves, lattice.leads[number], strict=True):
            assert tuple(lattice.points[there]) == process.position(process.advance(state, move, np.random.default_rng))
        assert lattice.at(x, y) == number


def test_a_grid_too_large_and_a_place_beside_it_are_refused() -> None:
    """A sentence says so before anything is computed."""
    with pytest.raises(InputError, match="at most 40,401"):
        lattice_of(SquareGrid(10_000), FOUR)
    with pytest.raises(InputError, match="from -2 to 2"):
        lattice_of(SquareGrid(2), FOUR).at([0, 3], [0, 0])


@pytest.mark.parametrize("lattice", [lattice_of(SquareGrid(25), FOUR), lattice_of(Circuit(12), ("LEFT", "RIGHT"))])
def test_positions_are_asked_coarse_to_fine(lattice) -> None:
    """Each once, the origin first, all multiples of 5 before any other, then all multiples of 2."""
    order = asking_order(lattice)
    assert sorted(order) == list(range(len(lattice)))
    assert order[0] == lattice.origin
    stage = [
        next(place for place, by in enumerate((5, 2, 1)) if (numbers % by == 0).all())
        for numbers in lattice.numbers[order]
    ]
    assert stage == sorted(stage)


def test_wherever_asking_stops_the_positions_lie_evenly() -> None:
    """After any number of questions each quarter of the square has about its share of those asked."""
    lattice = lattice_of(SquareGrid(25), FOUR)
    points = lattice.points[asking_order(lattice)[1:121]]
    quarter = (points[:, 0] > 0) * 2 + (points[:, 1] > 0)
    for asked in range(16, 121, 8):
        assert np.bincount(quarter[:asked]) / asked == pytest.approx(np.bincount(quarter) / 120, abs=0.15)


def test_a_field_is_normalised_and_keeps_what_is_outside() -> None:
    """Masses become a law over moves; not asked is nothing known, and no mass on a move is no law but all outside."""
    lattice = lattice_of(SquareGrid(1), FOUR)
    masses = np.full((9, 4), np.nan)
    masses[3:5] = [[0.1, 0.1, 0.2, 0.4], [0, 0, 0, 0]]
    field = field_of(lattice, masses)
    row = field.table().iloc[3]
    assert row[["UP", "DOWN", "LEFT", "RIGHT"]].tolist() == pytest.approx([0.125, 0.125, 0.25, 0.5])
    assert row[["dx", "dy", "strength", "entropy", "outside"]].tolist() == pytest.approx([0.25, 0, 0.25, 1.75, 0.2])
    assert field.measured.tolist() == [number == 3 for number in range(9)]
    assert field.table().drop(index=3)[["dx", "entropy", "UP"]].isna().all(axis=None)
    assert field.table().drop(index=[3, 4])[["outside", "width"]].isna().all(axis=None)
    assert (field.outside[4], field.without_moves.tolist()) == (1, [number == 4 for number in range(9)])
    assert np.isnan(distance_of(field, field)).sum() == 8


def test_a_field_of_replies_has_exact_intervals() -> None:
    """Of 10 replies all to one side the share is 1, at least .025^(1/10); unread ones are mass outside, also alone."""
    lattice = lattice_of(Circuit(3), ("LEFT", "RIGHT"))
    field = field_of_counts(lattice, [[10, 0], [5, 5], [0, 0]], [0, 10, 3])
    assert field.p[0].tolist() == [1.0, 0.0]
    assert (field.low[0, 0], field.high[0, 0]) == pytest.approx((0.025**0.1, 1.0))
    assert field.outside[:2].tolist() == [0.0, 0.5]
    assert field.measured.tolist() == [True, True, False]
    assert field.table().loc[2, ["LEFT", "outside", "width"]].tolist() == pytest.approx([np.nan, 1, 1], nan_ok=True)


def test_interpolation_is_marked_and_exact_for_what_is_straight() -> None:
    """Between measured positions a law that changes evenly is found as it is; measured ones stay as they are."""
    lattice = lattice_of(SquareGrid(4), ("LEFT", "RIGHT"))
    right = 0.5 + lattice.points @ [0.05, 0.03]
    truth = field_of(lattice, np.stack([1 - right, right], axis=1))
    few = field_of(lattice, np.where((lattice.numbers % 4 == 0).all(axis=1)[:, None], truth.p, np.nan))
    linear = interpolated(few, "linear")
    assert linear.p == pytest.approx(truth.p, abs=1e-12)
    assert (linear.interpolated == ~few.measured).all()
    nearest = interpolated(few, "nearest")
    assert nearest.p[few.measured].tolist() == truth.p[few.measured].tolist()
    assert nearest.p[lattice.at(3, 3)] == pytest.approx(truth.p[lattice.at(4, 4)])
    with pytest.raises(InputError, match="nothing to interpolate"):
        interpolated(field_of(lattice, np.full_like(truth.p, np.nan)))


def test_interpolation_goes_round_a_ring() -> None:
    """Between two sites it is a straight line along the shorter way they are on, also across site 0."""
    lattice = lattice_of(Circuit(8), ("LEFT", "RIGHT"))
    p = np.full((8, 2), np.nan)
    p[1], p[5] = [0.2, 0.8], [0.6, 0.4]
    assert interpolated(field_of(lattice, p)).p[:, 0] == pytest.approx([0.3, 0.2, 0.3, 0.4, 0.5, 0.6, 0.5, 0.4])
    assert interpolated(field_of(lattice, p), "nearest").p[[0, 2, 4, 6], 0] == pytest.approx([0.2, 0.2, 0.6, 0.6])
