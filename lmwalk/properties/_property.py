"""What a property of a text is, and how one is filed, found and measured."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from lmwalk.registry import Registry
from lmwalk.registry import properties as registered

_HASHTAG = re.compile(r"(?<!\S)#\S*\s*")


class Texts(NamedTuple):
    """One generation of a chain: its text, the one before (None at the start), and the initial one."""

    text: str
    previous: str | None
    initial: str


Of = Callable[[Texts], float]


@dataclass(frozen=True)
class Property:
    """Something that can be measured of a text.

    Attributes
    ----------
    title, unit, about : str
        What it is called, what it is counted in (may be empty), and one sentence on what it says.
    of : callable
        Texts to a number; NaN where the text has none. Raises InputError where it cannot be measured here after all.
    low, high : float or None
        The range that it can take.
    place : int
        Where it stands in lists.
    slow : bool
        Whether one text takes more than some milliseconds.
    needs : callable
        None where it can be measured, else a sentence that says what is missing and how to get it.
    """

    name: str
    title: str
    unit: str
    about: str
    of: Of
    low: float | None = None
    high: float | None = None
    place: int = 5
    slow: bool = False
    needs: Callable[[], str | None] = lambda: None


properties: Registry[Property] = registered


def measured(name: str, **about: object) -> Callable[[Of], Property]:
    """File a function as a property; ``about`` are the fields of ``Property``."""

    def file(of: Of) -> Property:
        return properties.register(name)(Property(name=name, of=of, **about))  # type: ignore[arg-type]

    return file


def available() -> list[Property]:
    """The properties that can be measured here, in the order of lists."""
    return sorted((known for known in properties.values() if not known.needs()), key=lambda known: known.place)


def missing() -> dict[str, str]:
    """What each property that cannot be measured here lacks, and how to get it."""
    return {known.name: sentence for known in properties.values() if (sentence := known.needs())}


def measure(texts: Texts, names: Iterable[str]) -> dict[str, float]:
    """Values of some properties by name."""
    return {name: properties[name].of(texts) for name in names}


def without_hashtags(text: str) -> str:
    """The text without words that begin with #, as the original experiment measures it."""
    return _HASHTAG.sub("", text)
