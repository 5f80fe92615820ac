"""Null walks on the square grid: what moves without memory, preference or a reader's losses would look like.

Moves are codes, shape (..., walks, steps): 0 UP, 1 DOWN, 2 LEFT, 3 RIGHT, 4 where the walker was told nothing that
could be read and stayed, -1 after the last step. Positions are whole numbers, shape (..., walks, steps + 1), the start
at (0, 0) included, wherever in its room a walk began; after the last step the last position is repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int8]
Positions = npt.NDArray[np.int32]
Array = npt.NDArray[np.float64]

STAY, AFTER = 4, -1
DX = np.array([0, 0, -1, 1, 0, 0], np.int32)
DY = np.array([1, -1, 0, 0, 0, 0], np.int32)
"""By code; the last entry is that of -1."""

Kind = Literal["unbiased", "biased", "persistent", "lazy", "reflecting"]
NULLS: dict[Kind, str] = {
    "unbiased": "every direction equally likely at every step",
    "biased": "independent steps with the directions' own frequencies",
    "persistent": "the move before is repeated as often as here, else every other direction is equally likely",
    "lazy": "stays as often as here, else every direction equally likely",
    "reflecting": "unbiased, but a step into a wall goes the other way",
}


class Walk(NamedTuple):
    """Moves and where they led."""

    codes: Codes
    x: Positions
    y: Positions


@dataclass(frozen=True)
class Room:
    """Where walks take place: how far the walls stand from the centre, and where the walks begin, in cells."""

    wall: int
    x: int = 0
    y: int = 0


@dataclass(frozen=True)
class Habits:
    """What a null walk takes over from the walks it is compared with.

    Attributes
    ----------
    shares : array, shape (5,)
        How often each direction, and staying, came; sums to 1.
    repeats : float
        Share of moves that repeat the one before.
    """

    shares: Array
    repeats: float


def walked(codes: Codes, room: Room, *, reflecting: bool = False) -> Walk:
    """Follow moves through a room; a step into a wall leads nowhere."""
    steps = codes.shape[-1]
    x, y = (np.zeros((*codes.shape[:-1], steps + 1), np.int32) for _ in range(2))
    for t in range(steps):
        for place, begun, moves in ((x, room.x, DX), (y, room.y, DY)):
            step = moves[codes[..., t]]
            if reflecting:
                step = np.where(np.abs(begun + place[..., t] + step) > room.wall, -step, step)
            place[..., t + 1] = np.clip(place[..., t] + step, -room.wall - begun, room.wall - begun)
    return Walk(codes, x, y)


def habits(codes: Codes) -> Habits:
    """The habits of walks, shape (walks, steps). NaN shares where no step was taken."""
    counted = np.array([(codes == code).sum() for code in range(STAY + 1)], float)
    taken = counted.sum()
    first, second = codes[:, :-1], codes[:, 1:]
    pairs = (first >= 0) & (first < STAY) & (second >= 0) & (second < STAY)
    repeats = float((first == second)[pairs].mean()) if pairs.any() else 1 / STAY
    return Habits(counted / taken if taken else np.full(STAY + 1, np.nan), repeats)


def null_codes(kind: Kind, like: Codes, simulations: int, own: Habits, seed: int) -> Codes:
    """Moves of null walks as long as the walks ``like``, shape (simulations, walks, steps)."""
    chance = np.random.default_rng([seed, *kind.encode(), *like.shape])
    shape = (simulations, *like.shape)
    if kind == "biased":
        codes = chance.choice(STAY + 1, size=shape, p=own.shares).astype(np.int8)
    elif kind == "persistent":
        codes = _persistent(shape, own.repeats, chance)
    else:
        codes = chance.integers(STAY, size=shape, dtype=np.int8)
    if kind == "lazy":
        codes[chance.random(shape) < own.shares[STAY]] = STAY
    return np.where(like == AFTER, np.int8(AFTER), codes)


def _persistent(shape: tuple[int, ...], repeats: float, chance: np.random.Generator) -> Codes:
    turns = np.where(chance.random(shape) < repeats, 0, chance.integers(1, STAY, size=shape))
    turns[..., 0] = chance.integers(STAY, size=shape[:-1])
    return (np.cumsum(turns, axis=-1) % STAY).astype(np.int8)
