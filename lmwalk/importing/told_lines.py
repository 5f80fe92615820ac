"""What models told besides their answers, in a bundle: every line is looked at before one of them is kept.

It is kept as somebody else's: under a server's name that no server has, so that no run of one's own ever takes it for
what its model told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from lmwalk.errors import InputError
from lmwalk.intake import plain_json
from lmwalk.store.distributions import digest_of
from lmwalk.study import Study

TEXTS = {"name", "question", "model", "server", "prompt", "asked_at"}
MAYBE = {"fingerprint", "system", "prefill"}
T = TypeVar("T")


def rows_in(table: Path, checked: Callable[[Any], T], name: str, longest: int, accepted: str) -> Iterator[T]:
    """The rows of a file, in order, a line of JSON each.

    Parameters
    ----------
    checked : callable
        Makes a row of what a line holds. Raises ValueError, TypeError, KeyError or OverflowError where it is none.
    name, longest, accepted
        Of the file, as sentences call it; the bytes that a line may have; what is accepted.

    Raises
    ------
    InputError
        A line is no row.
    """
    with table.open("rb") as file:
        for number in range(1, 10**9):
            line = file.readline(longest + 1)
            if not line:
                return
            if len(line) > longest:
                raise InputError(f"{name!r} holds a line of more than {longest:,} bytes. {accepted}")
            try:
                yield checked(plain_json(line))
            except (ValueError, TypeError, KeyError, OverflowError) as cause:
                short = str(cause)[:120] or type(cause).__name__
                raise InputError(f"{name!r} cannot be read in line {number:,}: {short}. {accepted}") from cause


def check_words(held: Any, fields: Iterable[str], what: str, study: Study) -> None:
    """Raise ValueError or TypeError where a line has other fields, its texts are none, or another study's model."""
    if not isinstance(held, dict) or set(held) != set(fields):
        raise ValueError(f"it has other fields than {what} has")
    for name in TEXTS | MAYBE:
        if not (isinstance(held[name], str) or (name in MAYBE and held[name] is None)):
            raise TypeError(f"{name} is no text")
        (held[name] or "").encode()  # a letter by half is a ValueError
    if held["model"] not in study.models:
        raise ValueError("it is of no model of this study")


def asked_at_of(held: dict[str, Any], *parts: Any) -> datetime:
    """When it was asked. Raises ValueError where its name is not that of what it holds.

    ``parts`` are what a question is told apart by, besides prompt, system and prefill.
    """
    asked_at = datetime.fromisoformat(held["asked_at"])
    if asked_at.tzinfo:
        raise ValueError("asked_at names a zone")
    question = digest_of(held["prompt"], held["system"], held["prefill"], *parts)
    own = (held["model"], held["server"], held["fingerprint"])
    if held["question"] != question or held["name"] != digest_of(*own, question, asked_at.isoformat()):
        raise ValueError("its name is not that of what it holds")
    return asked_at
