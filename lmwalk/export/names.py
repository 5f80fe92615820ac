"""Names that any disk takes."""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST_IN_NAME = 80


def file_names(names: Iterable[str]) -> dict[str, str]:
    """A plain name for each, none the same on a disk that takes capitals for small letters."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        if name not in found:
            plain = re.sub(r"[^\w.-]+", "_", name, flags=re.ASCII)[:MOST_IN_NAME].strip(".") or "_"
            own = plain if plain.lower() not in taken else f"{plain}_{len(found)}"
            while own.lower() in taken:
                own += "_"
            taken.add(own.lower())
            found[name] = own
    return found
