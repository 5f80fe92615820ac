"""Which of the answers that several processes may have given continue a trajectory, so that it stays one of a piece."""

from __future__ import annotations

import hashlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

OVER, FAILED = 1, 2


class Answer(NamedTuple):
    """An answer as it is compared: at which step, the states around it, which it is, whose file holds it, and a mark.

    Texts are digests. ``mark`` is ``OVER`` where the process ended the trajectory there, ``FAILED`` where it is no
    answer, as the call failed, else 0.
    """

    t: int
    before: int
    after: int
    which: int
    file: int
    mark: int


@dataclass
class Stood:
    """Where a trajectory stands that is kept: its last step, the state there, whether it is over or failed.

    ``answers`` holds, by t, which answers are kept.
    """

    t: int = 0
    after: int | None = None
    over: bool = False
    failed: bool = False
    answers: dict[int, int] = field(default_factory=dict)


def digest(text: str) -> int:
    """A number of 63 bits and a sign that is equal for equal texts."""
    found = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(found, "big", signed=True)


def which(after: str, asked_at: datetime) -> int:
    """Which answer it is: what was asked again at another time is another one."""
    return digest(f"{datetime.isoformat(asked_at)} {after}")


class Answers:
    """The answers of one trajectory, from any number of files."""

    def __init__(self) -> None:
        self._packed = array("q")

    def add(self, answer: Answer) -> None:
        """Take one."""
        self._packed.extend(answer)

    def extend(self, others: Answers) -> None:
        """Take those of others."""
        self._packed.extend(others._packed)

    def __iter__(self) -> Iterator[Answer]:
        width = len(Answer._fields)
        for place in range(0, len(self._packed), width):
            yield Answer(*self._packed[place : place + width])


def continuation(found: Iterable[Answer], writers: Sequence[str], stood: Stood, steps: int) -> list[Answer]:
    """The longest row of answers that goes on from where a trajectory stands, each in the state the one before led to.

    Of several as long, the one that goes the least from writer to writer, and then the first. A call that failed is
    its end, where nothing else is and none is kept.

    Parameters
    ----------
    writers : sequence of str
        Who wrote each file.
    steps : int
        How many a trajectory has at most.
    """
    if stood.over:
        return []
    by_t: dict[int, list[Answer]] = defaultdict(list)
    failures: dict[int, list[Answer]] = defaultdict(list)
    for answer in found:
        (failures if answer.mark == FAILED else by_t)[answer.t].append(answer)
    chain = _longest(by_t, writers, stood)
    end = chain[-1] if chain else None
    t, after = (end.t, end.after) if end else (stood.t, stood.after)
    if (stood.failed and not chain) or t >= steps or (end and end.mark == OVER):
        return chain
    failed = [each for each in failures[t + 1] if after in (None, each.before)]
    return chain + failed[-1:]


class _Way(NamedTuple):
    """How far one comes from an answer, how often without a change of the writer, and by which answer next."""

    length: int
    stays: int
    answer: Answer
    next: _Way | None


def _longest(by_t: dict[int, list[Answer]], writers: Sequence[str], stood: Stood) -> list[Answer]:
    last = stood.t
    while by_t.get(last + 1):
        last += 1
    by_state: dict[int, _Way] = {}
    by_writer: dict[tuple[int, str], _Way] = {}
    for t in range(last, stood.t, -1):
        ways = [_way(answer, writers[answer.file], by_state, by_writer) for answer in by_t[t]]
        by_state, by_writer = {}, {}
        for way in ways:
            _keep_better(by_state, way.answer.before, way)
            _keep_better(by_writer, (way.answer.before, writers[way.answer.file]), way)
    if stood.after is None:
        best: _Way | None = max(by_state.values(), key=_worth, default=None)
    else:
        best = by_state.get(stood.after)
    chain = []
    while best:
        chain.append(best.answer)
        best = best.next
    return chain


def _way(answer: Answer, writer: str, by_state: dict[int, _Way], by_writer: dict[tuple[int, str], _Way]) -> _Way:
    own = by_writer.get((answer.after, writer)) if answer.mark != OVER else None
    other = by_state.get(answer.after) if answer.mark != OVER else None
    if other is None:
        return _Way(1, 0, answer, None)
    if own and (own.length, own.stays + 1) >= (other.length, other.stays):
        return _Way(own.length + 1, own.stays + 1, answer, own)
    return _Way(other.length + 1, other.stays, answer, other)


def _worth(way: _Way) -> tuple[int, int]:
    return way.length, way.stays


def _keep_better(known: dict[Any, _Way], key: Any, way: _Way) -> None:
    if key not in known or _worth(way) > _worth(known[key]):
        known[key] = way
