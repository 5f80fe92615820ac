"""Which beginnings of texts have been read: a tree of tokens, each with a slot for what the network keeps of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from lmwalk.errors import PermanentError

Numbers = npt.NDArray[np.int64]
_SPARE = 4
"""Where slots run out, at least one in so many is emptied, so that it does not happen with every question."""


class Trie:
    """At most ``capacity`` tokens; the longest unused are forgotten first, and never before those that follow them."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.parent = np.full(capacity, -1, np.int64)
        self.token = np.zeros(capacity, np.int64)
        self.depth = np.zeros(capacity, np.int64)
        self._used = np.full(capacity, -1, np.int64)
        self._children: dict[tuple[int, int], int] = {}
        self._free = list(range(capacity - 1, -1, -1))
        self._clock = 0

    def __len__(self) -> int:
        return self.capacity - len(self._free)

    def insert(self, sequences: Sequence[Sequence[int]]) -> tuple[list[int], list[int]]:
        """Have all sequences in the tree.

        Returns
        -------
        list of int
            The slot of the last token of each.
        list of int
            The slots that are new, each behind the one it follows.

        Raises
        ------
        PermanentError
            They are too long for all slots together; nothing is changed then.
        """
        self._clock += 1
        known = [self._known(sequence) for sequence in sequences]
        self._make_room(sum(len(each) - depth for each, (_, depth) in zip(sequences, known, strict=True)))
        fresh: list[int] = []
        last = [
            self._grown(slot, sequence[depth:], fresh) for sequence, (slot, depth) in zip(sequences, known, strict=True)
        ]
        return last, fresh

    def way(self, slot: int) -> list[int]:
        """The slots from the first token to this one."""
        found = []
        while slot >= 0:
            found.append(slot)
            slot = int(self.parent[slot])
        return found[::-1]

    def drop(self, slots: Sequence[int]) -> None:
        """Forget new slots, as what they stand for was not read after all."""
        for slot in reversed(slots):
            self._empty(slot)

    def _known(self, sequence: Sequence[int]) -> tuple[int, int]:
        """The slot of the longest beginning that is here, and its length; it is marked as used now."""
        slot, depth = -1, 0
        for token in sequence:
            child = self._children.get((slot, token))
            if child is None:
                break
            slot, depth = child, depth + 1
            self._used[slot] = self._clock
        return slot, depth

    def _grown(self, slot: int, tokens: Sequence[int], fresh: list[int]) -> int:
        for token in tokens:
            child = self._children.get((slot, token))
            if child is None:  # another sequence of the same call may have brought it
                child = self._free.pop()
                self.parent[child], self.token[child] = slot, token
                self.depth[child] = self.depth[slot] + 1 if slot >= 0 else 0
                self._children[slot, token] = child
                fresh.append(child)
            self._used[child] = self._clock
            slot = child
        return slot

    def _make_room(self, count: int) -> None:
        if count <= len(self._free):
            return
        idle = np.flatnonzero((self._used >= 0) & (self._used < self._clock))
        if count > len(self._free) + len(idle):
            raise PermanentError(
                f"The question is too long: it needs {count:,} tokens, and there is memory for {self.capacity:,}."
            )
        order = np.lexsort((-self.depth[idle], self._used[idle]))
        most = max(count - len(self._free), self.capacity // _SPARE)
        for slot in idle[order][:most].tolist():
            self._empty(slot)

    def _empty(self, slot: int) -> None:
        del self._children[int(self.parent[slot]), int(self.token[slot])]
        self._used[slot] = -1
        self._free.append(slot)


def seen(trie: Trie, slots: Sequence[int]) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """What some tokens see: the slots before them that are none of them, and which of both each of them sees.

    Parameters
    ----------
    slots : sequence of int
        Each behind the one it follows, where that is among them.

    Returns
    -------
    array of int, shape (past,)
        In ascending order.
    array of bool, shape (slots, past + slots)
    """
    place = {slot: number for number, slot in enumerate(slots)}
    roots = {int(trie.parent[slot]) for slot in slots} - set(place)
    ways = {root: np.array(trie.way(root), int) for root in roots if root >= 0}
    past = np.unique(np.concatenate([np.zeros(0, int), *ways.values()]))
    sees = np.zeros((len(slots), len(past) + len(slots)), bool)
    for number, slot in enumerate(slots):
        before = int(trie.parent[slot])
        if before in place:
            sees[number] = sees[place[before]]
        elif before >= 0:
            sees[number, np.searchsorted(past, ways[before])] = True
        sees[number, len(past) + number] = True
    return past, sees
