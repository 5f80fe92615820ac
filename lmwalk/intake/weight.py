"""How much a value holds once it is written out whole, counted without writing it out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import yaml
from pydantic import BaseModel

from lmwalk.errors import InputError

MOST_VALUES = 100_000
MOST_CHARACTERS = 2_000_000
DEEPEST = 50
LONGEST_NUMBER = 1000
"""Characters of a number or a date in YAML; digits of a whole number anywhere."""
_TEXT = "tag:yaml.org,2002:str"


class Scales:
    """Adds up what values hold. What is held in several places, as an alias in YAML is, counts in each."""

    def __init__(self) -> None:
        self.values = self.characters = 0

    def add(self, value: Any) -> None:
        """Add a plain value or a YAML node. Raises InputError as soon as it is beyond what is accepted."""
        waiting: list[Iterator[Any]] = [iter((value,))]
        while waiting:
            for each in waiting[-1]:
                self._count(each)
                inner = _inside(each)
                if inner is not None:
                    waiting.append(iter(inner))
                    break
            else:
                waiting.pop()
            if len(waiting) > DEEPEST:
                raise nested_too_deeply()

    def _count(self, value: Any) -> None:
        self.values += 1
        if isinstance(value, yaml.ScalarNode):
            if value.tag != _TEXT and len(value.value) > LONGEST_NUMBER:
                raise InputError(f"a number or a date of {len(value.value):,} signs is no value.")
            self.characters += len(value.value)
        elif isinstance(value, str | bytes):
            self.characters += len(value)
        elif isinstance(value, int) and value.bit_length() > 3 * LONGEST_NUMBER:
            raise InputError(f"a whole number of more than {LONGEST_NUMBER - 100} digits is no value.")
        self.must_fit()

    def must_fit(self) -> None:
        """Raise InputError where it is too much by now."""
        if self.values > MOST_VALUES:
            raise InputError(f"it holds too many values. Accepted: at most {MOST_VALUES:,}, aliases written out.")
        if self.characters > MOST_CHARACTERS:
            raise InputError(f"it holds too much text. Accepted: at most {MOST_CHARACTERS:,} characters.")


def nested_too_deeply() -> InputError:
    """What is said of lists within lists within lists."""
    return InputError(f"it is nested too deeply. Accepted: at most {DEEPEST} levels.")


def _inside(value: Any) -> Iterable[Any] | None:
    """What a value holds; None where it holds nothing."""
    match value:
        case yaml.SequenceNode():
            return list(value.value)
        case yaml.MappingNode():
            return chain.from_iterable(value.value)
        case dict():
            return chain(value, value.values())
        case list() | tuple() | set() | frozenset():
            return value
        case BaseModel():
            return vars(value).values()
    return None
