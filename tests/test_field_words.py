"""What is said of a field's walks is true of the numbers behind it."""

from __future__ import annotations

import numpy as np

from lmwalk.analysis.lattices import lattice_of
from lmwalk.analysis.markov import walk_law
from lmwalk.analysis.policy_field import field_of
from lmwalk.datasets.field_words import law_words
from lmwalk.geometry import Geometry, SquareGrid
from lmwalk.processes.ring import Circuit

FOUR = ("UP", "DOWN", "LEFT", "RIGHT")


def said(geometry: Geometry, moves: tuple[str, ...], p, steps: int = 10) -> dict[str, str]:
    """Value and meaning of each measure, in one text."""
    lattice = lattice_of(geometry, moves)
    table = law_words(walk_law(field_of(lattice, np.broadcast_to(p, lattice.leads.shape))), steps)
    return {row["measure"]: f"{row['value']} {row['meaning']}" for row in table.to_dict("records")}


def test_an_unbiased_walk_in_words() -> None:
    """After ten steps its squared displacement is 10, it has 2 bits, and it comes back to every cell."""
    words = said(SquareGrid(25), FOUR, 1.0)
    assert words["Mean squared displacement"].startswith("10.0 In cells squared; 95% of walks lie between 0")
    assert words["Entropy rate"].startswith("2.00 bits a step")
    assert words["Long run"].startswith("2,601 of 2,601 positions")
    assert words["At a wall"] == ("never Probability to have stood at a wall within 10 steps. 736 steps on average.")


def test_a_walk_that_is_driven_into_a_wall_ends_there() -> None:
    """Always RIGHT reaches the wall in three steps for certain, and stays at one cell for good."""
    words = said(SquareGrid(3), FOUR, [0, 0, 0, 1])
    assert words["At a wall"].startswith("1.000 Probability")
    assert words["At a wall"].endswith("3.00 steps on average.")
    assert words["Long run"].startswith("1 of 49 positions")


def test_where_there_is_no_wall_none_is_spoken_of() -> None:
    """Round a ring without a choice: no wall, no bits, no rest."""
    words = said(Circuit(6), ("LEFT", "RIGHT"), [0, 1])
    assert "At a wall" not in words
    assert "every 6 steps" in words["Long run"]
    assert words["Mixing time"].startswith("never")
    assert words["Entropy rate"].startswith("0.00 bits")
