"""One of so many parts of a study's trajectories, for a process of its own. It changes no condition and no draw."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from lmwalk.errors import InputError
from lmwalk.study import Study

MOST = 1_000_000
_WRITTEN = re.compile(r"(\d{1,9})/(\d{1,9})", re.ASCII)


@dataclass(frozen=True)
class Part:
    """The part of that number, from 1, of so many. Raises InputError where there is none such."""

    number: int
    of: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.of <= MOST:
            raise InputError(
                f"part: '{self.number}/{self.of}' cannot be used. "
                f"Accepted: K/N with whole numbers, 1 <= K <= N <= {MOST:,}."
            )

    @classmethod
    def read(cls, written: str) -> Part:
        """The part that K/N names. Raises InputError."""
        found = _WRITTEN.fullmatch(written.strip())
        if found is None:
            raise InputError(f"part: {written[:40]!r} cannot be used. Accepted: K/N, such as 2/8.")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def span(self, count: int) -> range:
        """The places, of so many, that belong to the part: each to one part, and no part has two more than another.

        >>> [list(Part(number, 3).span(5)) for number in (1, 2, 3)]
        [[0], [1, 2], [3, 4]]
        """
        return range(count * (self.number - 1) // self.of, count * self.number // self.of)

    def share(self, study: Study) -> Share:
        """What the part has of a study: a block of its trajectories, condition after condition.

        So a process asks few models. Raises InputError where a rule has to see all trajectories of a condition.
        """
        if self.of > 1 and study.stop_when:
            raise InputError(
                f"part: {study.name!r} stops when a condition's trajectories together say enough (stop_when), which no "
                "part can judge. Accepted: 1/1, or a study without stop_when."
            )
        numbers = study.numbers
        conditions = study.conditions()
        span = self.span(len(conditions) * len(numbers))
        found: dict[str, range] = {}
        for place, condition in enumerate(conditions):
            first, last = (max(0, end - place * len(numbers)) for end in (span.start, span.stop))
            if own := numbers[first:last]:
                found[condition.id] = own
        return Share(found)

    def meets(self, other: Part, count: int) -> bool:
        """Whether both parts have one of so many places in common."""
        one, two = self.span(count), other.span(count)
        return max(one.start, two.start) < min(one.stop, two.stop)


WHOLE = Part(1, 1)


class Share(Container[tuple[str, int]]):
    """Trajectories by condition and number.

    Attributes
    ----------
    numbers : mapping
        The numbers of each condition that has some, by its id.
    """

    def __init__(self, numbers: Mapping[str, range]) -> None:
        self.numbers = numbers

    def __contains__(self, pair: Any) -> bool:
        condition, number = pair
        return number in self.numbers.get(condition, ())

    def __len__(self) -> int:
        return sum(map(len, self.numbers.values()))
