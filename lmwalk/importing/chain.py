"""A chain as it was made elsewhere."""

from __future__ import annotations

from typing import NamedTuple


class Chain(NamedTuple):
    """One chain: who wrote it, on which task, from which initial text, and its texts from generation 0 on.

    ``initial`` is the initial text's name or number and ``seed`` the repeat's, both as they were written. ``prompt`` is
    what was asked, where that is known.
    """

    model: str
    task: str
    initial: str
    seed: str
    texts: tuple[str, ...]
    prompt: str | None = None


def whole(text: str) -> str:
    """The text; half a surrogate pair, which is no Unicode text and cannot be stored, becomes U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
