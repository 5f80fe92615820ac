"""A chain as it was made elsewhere, and how much of them is taken in."""

from __future__ import annotations

from sys import getsizeof
from typing import NamedTuple

from lmwalk.errors import InputError

MOST_BYTES = 500_000_000
"""Of all chains that come in at once; they are held in memory."""
ALWAYS = 100_000_000
"""Bytes of memory that the chains of a packed file may take however small it is."""
MOST_RATIO = 30
"""How many times the size of a larger packed file its chains may take."""
PLACE = 100
"""Bytes that a text takes in memory beside itself."""
IN_PARTS = "Import it in parts, as several studies."


class Chain(NamedTuple):
    """One chain: who wrote it, on which task, from which initial text, and its texts from generation 0 on.

    ``initial`` is the initial text's name or number and ``seed`` the repeat's, both as they were written. ``prompt`` is
    what was asked, where that is known; ``temperature`` that at which it was made, where the source states it.
    ``notes`` say in sentences what is not kept of the source, and what to know of what is.
    """

    model: str
    task: str
    initial: str
    seed: str
    texts: tuple[str, ...]
    prompt: str | None = None
    temperature: float | None = None
    notes: tuple[str, ...] = ()


def packed_room(size: int) -> int:
    """Bytes of memory that the chains of a packed file of so many bytes may take; a few can stand for millions."""
    return min(MOST_BYTES, max(ALWAYS, MOST_RATIO * size))


class Room:
    """The memory that is left for the texts of a source."""

    def __init__(self, name: str, most: int = MOST_BYTES) -> None:
        self._name, self._most, self._left = name, most, most

    def take(self, *texts: str) -> None:
        """Make room for texts. Raises InputError where there is none."""
        self._left -= sum(getsizeof(text) + PLACE for text in texts)
        if self._left < 0:
            raise InputError(f"{self._name!r} takes more than {self._most / 1e6:,.0f} MB of memory. {IN_PARTS}")


def whole(text: str) -> str:
    """The text; half a surrogate pair, which is no Unicode text and cannot be stored, becomes U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
