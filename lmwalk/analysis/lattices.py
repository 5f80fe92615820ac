"""The positions that a walk can take, and where each move leads from each: what a policy is measured on.

Positions are numbered from 0. On the square grid they go column by column from the left, each column from below; on
``Sites`` they are the sites.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from lmwalk.errors import InputError
from lmwalk.geometry import Geometry, SquareGrid
from lmwalk.sites import Sites

Array = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]
MOST_POSITIONS = 40_401
"""Those of a grid whose walls stand 100 cells from its centre."""
STEPS = {"UP": (0, 1), "DOWN": (0, -1), "LEFT": (-1, 0), "RIGHT": (1, 0), "STAY": (0, 0)}
"""What each move does on the square grid, in cells to the right and upwards."""
STRIDES = (5, 2, 1)


@dataclass(frozen=True, eq=False)
class Lattice:
    """Positions and the moves between them.

    Attributes
    ----------
    geometry : Geometry
        Whose positions they are.
    points : array, shape (positions, 2)
        Where each is drawn.
    moves : tuple of str
        The outcomes of the process, in its order.
    leads : array of int, shape (positions, moves)
        The position that each move leads to. A move into a wall leads nowhere, as in the process.
    vectors : array, shape (positions, moves, 2)
        What each move says, drawn: on the square grid a move into a wall has its length all the same.
    numbers : array of int, shape (positions, dimensions)
        Whole coordinates, from the origin.
    origin : int
        Where walks begin.
    """

    geometry: Geometry
    points: Array
    moves: tuple[str, ...]
    leads: Numbers
    vectors: Array
    numbers: Numbers
    origin: int

    def __len__(self) -> int:
        return len(self.points)

    @cached_property
    def stopped(self) -> npt.NDArray[np.bool_]:
        """Whether a wall stops a move at a position, shape (positions, moves)."""
        stays = self.leads == np.arange(len(self))[:, None]
        return np.asarray(stays & (np.abs(self.vectors).max(axis=-1) > 0))

    @cached_property
    def at_walls(self) -> npt.NDArray[np.bool_]:
        """Whether a position touches a wall, shape (positions,)."""
        return np.asarray(self.stopped.any(axis=-1))

    def at(self, x: npt.ArrayLike, y: npt.ArrayLike) -> Numbers:
        """The number of the position drawn at each place, of the shape of x and y. Raises InputError where none is."""
        if isinstance(self.geometry, Sites):
            return self.geometry.sites(x, y)
        half = int(self.geometry.reach)
        cells = np.stack(np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float)))
        if not (np.abs(cells) <= half).all() or (cells != np.rint(cells)).any():
            raise InputError(f"A position is not on the grid: its x and y are whole numbers from {-half} to {half}.")
        column, row = cells.astype(np.intp) + half
        return np.asarray(column * (2 * half + 1) + row, np.intp)


def lattice_of(geometry: Geometry | None, outcomes: Sequence[str]) -> Lattice:
    """The positions of a process, by its ``geometry`` and its ``alphabet``.

    Raises InputError where its positions are not known or too many.
    """
    moves = tuple(outcomes)
    if isinstance(geometry, Sites):
        return _of_sites(geometry, moves)
    if not isinstance(geometry, SquareGrid) or not {*moves} <= {*STEPS}:
        raise InputError("The positions of this process are not known, so its policy cannot be laid out as a field.")
    side = 2 * geometry.half_width + 1
    if side**2 > MOST_POSITIONS:
        raise InputError(
            f"The grid has {side**2:,} positions; a field has at most {MOST_POSITIONS:,}. Put the walls nearer."
        )
    return _of_grid(geometry, moves)


def _of_grid(geometry: SquareGrid, moves: tuple[str, ...]) -> Lattice:
    half = geometry.half_width
    side = 2 * half + 1
    numbers = np.stack(np.divmod(np.arange(side**2), side), axis=-1) - half
    steps = np.array([STEPS[move] for move in moves], np.intp).reshape(-1, 2)
    there = np.clip(numbers[:, None] + steps, -half, half) + half
    vectors = np.broadcast_to(steps.astype(float), (side**2, len(moves), 2))
    leads = there[..., 0] * side + there[..., 1]
    return Lattice(geometry, numbers.astype(float), moves, leads, vectors, numbers, side**2 // 2)


def _of_sites(geometry: Sites, moves: tuple[str, ...]) -> Lattice:
    points = np.asarray(geometry.points, float)
    leads = np.array([[geometry.moved(site, move) for move in moves] for site in range(len(points))], np.intp)
    leads = leads.reshape(len(points), len(moves))
    numbers = np.stack(np.unravel_index(np.arange(len(points)), geometry.shape), axis=-1)
    return Lattice(geometry, points, moves, leads, points[leads] - points[:, None], numbers, 0)


def asking_order(lattice: Lattice, strides: Sequence[int] = STRIDES) -> Numbers:
    """In which order positions are asked so that the picture sharpens while it comes, each at most once.

    First the origin, where walks begin; then the positions whose coordinates are multiples of the first stride, counted
    from the origin; then what the next stride adds. Within a stride the positions are numbered along a Z-shaped curve
    that fills the space (Morton 1966) and taken in van der Corput's order, so that wherever the asking stops, those
    asked lie about evenly.

    Parameters
    ----------
    strides : sequence of int
        With 1 among them every position is asked.
    """
    order, asked = [np.array([lattice.origin], np.intp)], np.zeros(len(lattice), bool)
    asked[lattice.origin] = True
    curve = _along_curve(lattice.numbers - lattice.numbers.min(axis=0))
    for stride in strides:
        new = np.flatnonzero((lattice.numbers % stride == 0).all(axis=1) & ~asked)
        asked[new] = True
        ranked = new[np.argsort(curve[new], kind="stable")]
        order.append(ranked[_scattered(len(new))])
    return np.concatenate(order)


def _along_curve(numbers: Numbers) -> Numbers:
    """The place of each position along the curve: the bits of its coordinates in turn, shape (positions,)."""
    dimensions, place = numbers.shape[1], np.zeros(len(numbers), np.intp)
    for bit in range(int(numbers.max(initial=0)).bit_length()):
        for axis in range(dimensions):
            place |= (numbers[:, axis] >> bit & 1) << (bit * dimensions + axis)
    return place


def _scattered(count: int) -> Numbers:
    """0 .. count - 1 in the order of their bits read backwards, so that each beginning of it lies evenly."""
    bits = max(count - 1, 0).bit_length()
    forwards = np.arange(1 << bits)
    backwards = sum(((forwards >> bit & 1) << (bits - 1 - bit) for bit in range(bits)), np.zeros_like(forwards))
    return np.asarray(backwards[backwards < count], np.intp)
