"""Names that any disk takes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

MOST_IN_NAME = 80
_RESERVED = re.compile(r"con|prn|aux|nul|(com|lpt)\d", re.IGNORECASE)
"""Names that Windows keeps for devices."""


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


def file_name(*parts: str, ending: str) -> str:
    """The name of a file that somebody keeps, such as ``walk 1 - distance.csv``; letters of all alphabets stay.

    Parameters
    ----------
    parts : str
        What it is of, the study first; empty ones are left out.
    ending : str
        Without a point.

    >>> file_name("walk 1", "distance", ending="csv")
    'walk 1 - distance.csv'
    >>> file_name("a/b: <c>", ending="csv")
    'a_b_ _c_.csv'
    """
    stem = " - ".join(filter(None, map(_kept, parts))) or "_"
    return f"_{stem}.{ending}" if _RESERVED.fullmatch(stem) else f"{stem}.{ending}"


def _kept(part: str) -> str:
    """Letters, digits and what no disk and no shell minds, in one line."""
    joined = unicodedata.normalize("NFC", part).replace(" · ", ", ").replace(" = ", " ")
    plain = " ".join(re.sub(r"[^\w ().,+-]+", "_", joined).split())
    return plain[:MOST_IN_NAME].strip(" .-")
