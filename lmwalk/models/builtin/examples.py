"""What a curriculum is made of: a question, an answer, and at some places in them what else could stand there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import numpy as np
import yaml

_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")


class Target(NamedTuple):
    """Shares of the texts that could begin at the character ``at``; an empty text stands for the end."""

    at: int
    shares: Mapping[str, float]


class Example(NamedTuple):
    """A question with one drawn answer. Where the answer has no target of its own, what was drawn is the target."""

    text: str
    system: str | None
    answer: str
    text_targets: tuple[Target, ...] = ()
    answer_targets: tuple[Target, ...] = ()


Curriculum = Callable[[np.random.Generator], Iterator[Example]]


@cache
def paraphrases() -> Mapping[str, Mapping[str, Any]]:
    """The file of paraphrases: for each template or folder of templates, ``held_out`` and ``trained``."""
    text = (resources.files(__package__) / "paraphrases.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return loaded


def chosen(text: str, rng: np.random.Generator) -> str:
    """The text with every ``[a|b]`` replaced by one of its parts."""
    return _CHOICE.sub(lambda found: str(rng.choice(found[1].split("|"))), text)
