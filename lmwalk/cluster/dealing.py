"""Which trajectories a shard holds: in the order of the study, few where they take long, fewer towards the end."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterable, Mapping, Sequence
from math import ceil
from typing import NamedTuple

LEAST_S, MOST_S = 1.0, 60.0
"""How long a shard is to take: dealing it out costs some hundredths of a second, and none is to keep all others waiting
at the end."""


class Pile(NamedTuple):
    """A condition and the numbers of trajectories of it that are to be asked, in order."""

    condition: str
    numbers: Sequence[int]


class Deck:
    """The trajectories that are asked of one server. A shift begins once every trajectory of the one before is over.

    Parameters
    ----------
    shifts : iterable of sequences of Pile
        Within a shift, lower numbers are dealt first, whatever their condition.
    """

    def __init__(self, shifts: Iterable[Sequence[Pile]]) -> None:
        self._shifts = deque([{pile.condition: deque(pile.numbers) for pile in shift} for shift in shifts])
        self.out = 0
        """Shards that are dealt and not over."""

    @property
    def left(self) -> int:
        """Trajectories that are not dealt."""
        return sum(len(numbers) for shift in self._shifts for numbers in shift.values())

    @property
    def is_over(self) -> bool:
        """Whether nothing is to be dealt and nothing is out."""
        return not self.out and not self.left

    def deal(self, size: int) -> Pile | None:
        """The next shard, of at most so many trajectories; None where there is none, or not yet."""
        while self._shifts and not self.out and not any(self._shifts[0].values()):
            self._shifts.popleft()
        piles = {name: numbers for name, numbers in self._shifts[0].items() if numbers} if self._shifts else {}
        if not piles:
            return None
        condition = min(piles, key=lambda name: piles[name][0])
        numbers = piles[condition]
        self.out += 1
        return Pile(condition, [numbers.popleft() for _ in range(min(size, len(numbers)))])

    def spare(self, condition: str, begun: Container[tuple[str, int]]) -> int:
        """Deal no more trajectories of a condition than were begun; how many are left out."""
        spared = 0
        for shift in self._shifts:
            kept = [number for number in shift.get(condition, ()) if (condition, number) in begun]
            if condition in shift:
                spared += len(shift[condition]) - len(kept)
                shift[condition] = deque(kept)
        return spared

    def take_back(self, pile: Pile, *, unfinished: bool) -> None:
        """A shard is over; one that is unfinished is dealt again before all others."""
        self.out -= 1
        if unfinished:
            self._shifts[0][pile.condition].extendleft(reversed(pile.numbers))


def size_of_next(left: int, seats: int, free: int, at_once: int, pace: float | None) -> int:
    """How many trajectories the next shard holds: half an even share of what is left, within limits of time.

    So each shard is smaller than the one before, and the last ones end at about the same time (guided self-scheduling:
    Polychronopoulos and Kuck 1987).

    Parameters
    ----------
    left : int
        Trajectories that are not dealt.
    seats, free : int
        Shards that run side by side, and how many more could begin now.
    at_once : int
        Questions that a shard may have in flight; with fewer trajectories it would not use them.
    pace : float or None
        Trajectories a second of the shards that are over; None where there are none.
    """
    size = max(ceil(left / max(1, seats) / 2), at_once)
    if pace is not None:
        size = min(max(size, ceil(pace * LEAST_S)), max(at_once, ceil(pace * MOST_S)))
    else:
        size = min(size, at_once)
    return max(1, min(size, ceil(left / max(1, free))))


def shares(slots: int, shards: Sequence[str], places: int) -> Mapping[str, int]:
    """How many questions each shard may have in flight, so that together they have as many as their server takes.

    ``places`` counts those that are about to begin, too: their share is kept free for them.
    """
    each, more = divmod(slots, max(1, places, len(shards)))
    return {shard: each + (place < more) for place, shard in enumerate(shards)}
