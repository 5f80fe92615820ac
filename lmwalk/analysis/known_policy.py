"""What is known of the policy that walks follow, and the law of these walks as far as it follows from that.

A policy need not be known everywhere: positions were not asked, or not at each t that the question names. The law is
followed from the start until walks come to what is not known with more than ``LOST`` of their probability. Up to there
it is exact but for that: no probability of it is off by more. Nothing is filled in.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from lmwalk.analysis.lattices import Lattice, Numbers
from lmwalk.analysis.markov import WalkLaw, walk_law
from lmwalk.analysis.policy_field import PolicyField

Array = npt.NDArray[np.float64]
MOST_NUMBERS = 1_000_000
"""Of one law: 384 steps on a grid whose walls stand 25 cells from its centre."""
LOST, NEGLIGIBLE = 1e-3, 1e-10
"""Probability of walks that may come to positions of which nothing is known; and that of a position which is not
followed any further."""


@dataclass(frozen=True, eq=False)
class KnownLaw:
    """The law of a walk, as far as it is known.

    Attributes
    ----------
    laws : array, shape (until + 1, positions)
        The law at t = 0 .. until, each of sum 1.
    lost : float
        Probability of the walks that came to where nothing is known, and were left out.
    missing : int
        Positions to which walks can come at ``until`` and whose policy is not known; 0 where nothing is missing.
    at : (float, float)
        The first of them.
    moves : array, shape (until, moves)
        The law of the move that leads on from t = 0 .. until - 1.
    """

    lattice: Lattice
    laws: Array
    lost: float
    missing: int
    at: tuple[float, float]
    moves: Array

    @property
    def until(self) -> int:
        """The last t whose law is known."""
        return len(self.laws) - 1


@dataclass(frozen=True, eq=False)
class KnownPolicy:
    """The policy of the walks of one condition.

    Attributes
    ----------
    field : callable
        What is known at a moment, under the condition's temperature and sampler. Of a question that does not name t it
        is one and the same.
    plain : callable
        The same at T = 1 without cuts.
    asked : callable
        The same under what was asked for and nothing else: the temperature, and cuts that were sent.
    places : callable
        The positions that something is known of at a moment, as an array.
    partly : callable
        ``field`` at such positions alone, given as a tuple: quicker where few are wanted.
    timed : bool
        Whether the question names t.
    start : int
        The position of the first question.
    begins : int
        Its moment.
    steps : int
        Questions of a walk.
    sampler : str
        The sampler in words.
    known : bool
        Whether it is known to be the server's. Otherwise it is the temperature alone, with what was asked for.
    drawn_here : bool
        Whether moves were drawn from these probabilities, not by a server.
    moments : tuple of int
        At which moments something is known, where the question names t.
    source : str
        Who was asked for the probabilities, and when, in words.
    others : mapping of str to callable
        As ``field``, under each sampler that is in use, by its name; empty where it is known what draws the moves.
    """

    lattice: Lattice
    field: Callable[[int], PolicyField]
    plain: Callable[[int], PolicyField]
    asked: Callable[[int], PolicyField]
    places: Callable[[int], Numbers]
    partly: Callable[[int, tuple[int, ...]], PolicyField]
    timed: bool
    start: int
    begins: int
    steps: int
    sampler: str
    known: bool = True
    drawn_here: bool = False
    moments: tuple[int, ...] = ()
    source: str = ""
    others: Mapping[str, Callable[[int], PolicyField]] = dataclasses.field(default_factory=dict)

    @property
    def followed(self) -> int:
        """How many steps the law is followed, which takes a number for each position and step."""
        return min(self.steps, max(1, MOST_NUMBERS // len(self.lattice)))

    @cached_property
    def law(self) -> KnownLaw:
        """The law of the walks, as far as it is known."""
        lattice, steps = self.lattice, _Steps(self)
        at: Array = np.zeros(len(lattice))
        at[self.start] = 1.0
        laws, moves, lost = [at], list[Array](), 0.0
        for t in range(self.begins, self.begins + self.followed):
            p = steps.at(t, at)
            missing = (at > NEGLIGIBLE) & np.isnan(p[:, 0])
            lost += float(at[missing].sum()) * (1 - lost)
            if lost > LOST:
                x, y = lattice.points[np.flatnonzero(missing)[0]].tolist()
                return KnownLaw(lattice, np.stack(laws), lost, int(missing.sum()), (x, y), _moves(moves, lattice))
            flow = at[:, None] * np.nan_to_num(p)
            flow /= flow.sum()
            moves.append(flow.sum(axis=0))
            at = np.asarray(np.bincount(lattice.leads.ravel(), flow.ravel(), len(lattice)), float)
            laws.append(at)
        return KnownLaw(lattice, np.stack(laws), lost, 0, (0.0, 0.0), _moves(moves, lattice))

    @cached_property
    def whole_law(self) -> WalkLaw | None:
        """The law in one piece, for what goes beyond a moment; None where walks can come to what is not known.

        Of a question that names t it holds for the walk's steps alone.
        """
        if self.law.missing or self.law.lost > 0:
            return None
        if not self.timed:
            return walk_law(self.field(self.begins))
        moments = range(self.begins, self.begins + self.followed)
        return walk_law([self.field(t) for t in moments], range(self.followed))


class _Steps:
    """The law over moves where walks are, read position by position as they come there: most come to few."""

    def __init__(self, policy: KnownPolicy) -> None:
        self._policy = policy
        self._moment: int | None = None

    def at(self, t: int, law: Array) -> Array:
        """Shape (positions, moves); NaN where nothing is known, or hardly any walk is."""
        lattice = self._policy.lattice
        if self._moment is None or (self._policy.timed and t != self._moment):
            self._p = np.full(lattice.leads.shape, np.nan)
            self._read = np.zeros(len(lattice), bool)
            self._moment = t
        new = np.flatnonzero((law > NEGLIGIBLE) & ~self._read)
        if len(new):
            self._read[new] = True
            self._p[new] = self._policy.partly(t, tuple(new.tolist())).p[new]
        return self._p


def _moves(shares: list[Array], lattice: Lattice) -> Array:
    return np.stack(shares) if shares else np.empty((0, len(lattice.moves)))
