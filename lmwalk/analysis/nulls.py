"""Null walks on the square grid: what moves without memory, preference or a reader's losses would look like.

Moves are codes, shape (..., walks, steps): 0 UP, 1 DOWN, 2 LEFT, 3 RIGHT, 4 where the walker chose to stay, 5 where it
was told nothing that could be read and stayed, -1 after the last step. Positions are whole numbers, shape (..., walks,
steps + 1), the start at (0, 0) included, wherever in its room a walk began; after the last step the last position is
repeated.

A null walk is a walk that was observed, changed in a way that makes no difference if the null is true: its moves are
given other names or another order. Walks that share moves may be changed together, so that they go on sharing them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int8]
Positions = npt.NDArray[np.int32]
Array = npt.NDArray[np.float64]

STAY, UNREAD, AFTER = 4, 5, -1
DX = np.array([0, 0, -1, 1, 0, 0, 0], np.int32)
DY = np.array([1, -1, 0, 0, 0, 0, 0], np.int32)
"""By code; the last entry is that of -1."""

Kind = Literal["unbiased", "biased", "persistent", "lazy", "reflecting"]
NULLS: dict[Kind, str] = {
    "unbiased": "every direction equally likely at every step",
    "biased": "the same moves of each walk in another order, so that only memory can make a difference",
    "persistent": "each walk repeats the move before as often as here, else every other direction is equally likely",
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


def was_read(codes: Codes) -> npt.NDArray[np.bool_]:
    """Whether a code is a direction: an answer that could be read, and that was not to stay."""
    return np.asarray((codes >= 0) & (codes < STAY))


def distinct_walks(codes: Codes) -> tuple[Codes, npt.NDArray[np.intp]]:
    """The walks that differ, shape (distinct, steps), and for each walk, shape (walks,), which of them it is."""
    found, place = np.unique(codes, axis=0, return_inverse=True)
    return (codes, np.arange(len(codes))) if len(found) == len(codes) else (found, place.reshape(-1))


def null_codes(kind: Kind, like: Codes, simulations: int, seed: int, *, together: bool = False) -> Codes:
    """Moves of null walks, shape (simulations, walks, steps).

    Parameters
    ----------
    like : array, shape (walks, steps)
        The walks they are compared with. Walks end where these do.
    together : bool
        Whether walks share moves and must go on sharing them: then the directions are given other names at each step,
        the same in all walks, and whoever stayed stays. Otherwise the moves are drawn anew. A biased null always puts
        the steps of all walks into the same new order; a persistent one turns each walk by itself.
    """
    chance = np.random.default_rng([seed, *kind.encode(), *like.shape])
    shape = (simulations, *like.shape)
    if kind == "biased":
        return _shuffled(like, simulations, chance)
    if kind == "persistent":
        return _turned(like, simulations, chance)
    if together:
        return _renamed(like, _names(chance, (simulations, like.shape[1]), STAY))
    codes = chance.integers(STAY, size=shape, dtype=np.int8)
    if kind == "lazy":
        taken = np.maximum(1, (like != AFTER).sum(axis=1, keepdims=True))
        codes[chance.random(shape) < (like >= STAY).sum(axis=1, keepdims=True) / taken] = STAY
    return np.where(like == AFTER, np.int8(AFTER), codes)


def _names(chance: np.random.Generator, shape: tuple[int, ...], names: int) -> Codes:
    """Random orders of so many names, shape (*shape, names)."""
    return chance.random((*shape, names)).argsort(axis=-1).astype(np.int8)


def _renamed(like: Codes, names: Codes) -> Codes:
    """Each direction by its name at that step; ``names`` has shape (simulations, steps, 4)."""
    still = np.broadcast_to(np.array([STAY, UNREAD, AFTER], np.int8), (*names.shape[:-1], 3))
    known = np.concatenate([names, still], axis=-1)  # -1 is the last
    return np.asarray(known[:, np.arange(like.shape[1]), like])


def _shuffled(like: Codes, simulations: int, chance: np.random.Generator) -> Codes:
    keys = chance.random((simulations, like.shape[1]))
    codes = np.full((simulations, *like.shape), AFTER, np.int8)
    for length, walks in _by_length(like).items():
        codes[:, walks, :length] = like[walks, :length][:, keys[:, :length].argsort(axis=1)].transpose(1, 0, 2)
    return codes


def _by_length(codes: Codes) -> dict[int, npt.NDArray[np.intp]]:
    lengths = (codes != AFTER).sum(axis=1)
    return {int(length): np.flatnonzero(lengths == length) for length in np.unique(lengths)}


def _turned(like: Codes, simulations: int, chance: np.random.Generator) -> Codes:
    """The turns of each walk, from one move that was read to the next, in another order and to other sides.

    A walk keeps how often it went on as before; every other turn may become any other.
    """
    codes = np.broadcast_to(like, (simulations, *like.shape)).copy()
    for walk, own in enumerate(like):
        places = np.flatnonzero(was_read(own))
        if not len(places):
            continue
        turns = np.diff(own[places].astype(np.int64)) % STAY
        mixed = turns[chance.random((simulations, len(turns))).argsort(axis=1)]
        sides = np.where(mixed > 0, chance.integers(1, STAY, size=mixed.shape), 0)
        whole = np.concatenate([chance.integers(STAY, size=(simulations, 1)), sides], axis=1)
        codes[:, walk, places] = (np.cumsum(whole, axis=1) % STAY).astype(np.int8)
    return codes


SHIFTS, LENIENT, MOST_COMPARED = 199, 0.2, 100


def share_moves(codes: Codes) -> bool:
    """Whether walks go the same way at the same step more often than walks with their habits would by chance.

    Each walk is begun at a random step and led from its end to its beginning, ``SHIFTS`` times, so that it keeps its
    directions and its memory: does as much agreement come in at most ``LENIENT`` of them? The level is lenient because
    walks that are wrongly taken to share moves cost power only. At most ``MOST_COMPARED`` walks are looked at.
    """
    few = codes[:MOST_COMPARED]
    if len(few) < 2:
        return False
    chance = np.random.default_rng([len(few), few.shape[1]])
    lengths = np.maximum(1, (few != AFTER).sum(axis=1))[:, None]
    steps = np.arange(few.shape[1])
    begun = (steps + chance.integers(lengths, size=(SHIFTS, len(few), 1))) % lengths
    shifted = np.take_along_axis(few[None], np.where(steps < lengths, begun, steps), axis=-1)
    agreed = _agreement(shifted)
    return bool((1 + (agreed >= _agreement(few[None])[0]).sum()) / (1 + SHIFTS) <= LENIENT)


def _agreement(codes: Codes) -> Array:
    """Pairs of walks that go the same way at the same step, shape (...)."""
    same = np.stack([(codes == code).sum(axis=-2) for code in range(STAY)], axis=-1).astype(float)
    return np.asarray((same * (same - 1) / 2).sum(axis=(-2, -1)))


def filled(codes: Codes) -> list[Codes]:
    """The walks with what could not be read replaced by each direction, and by those that came least.

    The last spreads what is unread, in random places, so that the four counts come as near to each other as they can.
    """
    unread = codes == UNREAD
    counts = np.array([(codes == code).sum() for code in range(STAY)])
    least = np.empty(int(unread.sum()), np.int8)
    for place in range(len(least)):
        least[place] = counts.argmin()
        counts[least[place]] += 1
    np.random.default_rng(len(least)).shuffle(least)
    balanced = codes.copy()
    balanced[unread] = least
    return [*(np.where(unread, np.int8(code), codes) for code in range(STAY)), balanced]
