"""Several texts in one field: they stand below each other, with a line of dashes between them."""

from __future__ import annotations

import re
from collections.abc import Sequence

USUAL = 3


def separator_for(texts: Sequence[str]) -> int:
    """How many dashes the line needs, so that no text has such a line itself."""
    lines = [len(line.strip(" \t")) for text in texts for line in text.split("\n") if _is_dashes(line)]
    return max([USUAL, *(length + 1 for length in lines)])


def joined_texts(texts: Sequence[str], dashes: int = USUAL) -> str:
    """The texts as one."""
    return f"\n{'-' * dashes}\n".join(texts)


def split_texts(text: str, dashes: int = USUAL) -> tuple[str, ...]:
    """The texts again; a line of more dashes, or with space around them, divides them too."""
    return tuple(re.split(rf"\n[ \t]*-{{{dashes},}}[ \t]*\n", text))


def _is_dashes(line: str) -> bool:
    bare = line.strip(" \t")
    return len(bare) >= USUAL and not bare.strip("-")
