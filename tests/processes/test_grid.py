"""The grid walk's rules, corrected and legacy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmwalk.processes.grid import MOVES, Grid
from lmwalk.types import State

CORRECTED, LEGACY = Grid(), Grid(rules="legacy")


def no_chance() -> None:
    raise AssertionError("a grid draws nothing")


def walk(grid: Grid, moves: list[str | None]) -> State:
    state = grid.start(no_chance)
    for move in moves:
        state = grid.advance(state, move, no_chance)
    return state


@pytest.mark.parametrize(
    ("reply", "outcome", "status"),
    [
        ("UP", "UP", "ok"),
        (" down.\n", "DOWN", "ok"),
        ("**Left**", "LEFT", "ok"),
        ("_RIGHT_", "RIGHT", "ok"),
        ("up, up, up!", "UP", "ok"),
        ("I think UP is nicer than DOWN", None, "ambiguous"),
        ("UPWARDS", None, "unparsed"),
        ("SUPPOSE", None, "unparsed"),
        ("\u00e9UP\u00e9", None, "unparsed"),
        ("R\u0130GHT", None, "unparsed"),
        ("north", None, "unparsed"),
        ("", None, "empty"),
        (" \n\t", None, "empty"),
        ("I'm sorry, I cannot do that.", None, "refused"),
        ("I\u2019m sorry", None, "refused"),
        ("As an AI I do not walk", None, "refused"),
    ],
)
def test_corrected_rules_read_whole_words_in_any_case(reply: str, outcome: str | None, status: str) -> None:
    """One direction is a move; two are ambiguous; none has a named reason."""
    assert CORRECTED.parse(reply) == (outcome, status)


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ("UP", "UP"),
        ("I SUPPOSE LEFT", "UP"),
        ("Not UP, so DOWN", "UP"),
        ("RIGHT or DOWN", "DOWN"),
        ("Right", None),
        ("", None),
    ],
)
def test_legacy_rules_find_up_in_anything_that_contains_it(reply: str, outcome: str | None) -> None:
    """The original's search: case-sensitive, anywhere, UP before DOWN before LEFT before RIGHT (TILDNN)."""
    assert LEGACY.parse(reply).outcome == outcome


@given(st.lists(st.sampled_from([*MOVES, None])))
def test_far_from_walls_a_walk_is_the_sum_of_its_moves(moves: list[str | None]) -> None:
    """Position is the number of RIGHT minus LEFT and UP minus DOWN; unread answers stay put and take time."""
    state = walk(Grid(half_width=10_000), moves)

    assert (state["x"], state["y"]) == (
        moves.count("RIGHT") - moves.count("LEFT"),
        moves.count("UP") - moves.count("DOWN"),
    )
    assert state["t"] == len(moves)


@given(st.lists(st.sampled_from(list(MOVES))), st.integers(1, 5))
def test_nothing_leaves_the_grid(moves: list[str], half_width: int) -> None:
    """Each coordinate stays within the half-width."""
    state = walk(Grid(half_width=half_width), moves)

    assert max(abs(state["x"]), abs(state["y"])) <= half_width


def test_the_prompt_says_the_size_that_holds() -> None:
    """Corrected: 51 x 51 for walls at 25. Legacy: 25, as the original said."""
    assert CORRECTED.view(CORRECTED.start(no_chance))["size"] == 51
    assert LEGACY.view(LEGACY.start(no_chance))["size"] == 25


@given(st.lists(st.sampled_from([*MOVES, None]), max_size=30), st.integers(0, 12))
def test_memory_keeps_the_latest_moves(moves: list[str | None], memory: int) -> None:
    """The state holds the last ``memory`` moves, so its size does not grow with t."""
    state = walk(Grid(memory=memory), moves)

    assert state["moves"] == [move or "stay" for move in moves][max(0, len(moves) - memory) :]
