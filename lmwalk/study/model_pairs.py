"""Base models and those that were made of them by instruction: as a study names them, else as names suggest."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lmwalk.errors import InputError
from lmwalk.validation_messages import shown

MOST_PAIRS = 1000
INSTRUCT = frozenset({"it", "instruct", "chat", "sft", "dpo"})
BASE = frozenset({"base", "pt", "text"})
"""Parts of names that say whether a model was tuned to follow instructions; without any, it is taken for a base."""


class _Named(NamedTuple):
    """A model, what its name has in common with that of its like, and where it is had."""

    model: str
    where: str
    tuned: bool


def guessed_pairs(models: Sequence[str]) -> dict[str, str]:
    """Pairs (base model to the other) whose names differ in a word such as ``-it`` or ``-instruct`` alone.

    Of several that fit, those that are had at the same place belong together; each model is in one pair at most.

    >>> guessed_pairs(["local/google/gemma-2-2b-it", "local/google/gemma-2-2b", "phi-2"])
    {'local/google/gemma-2-2b': 'local/google/gemma-2-2b-it'}
    """
    alike: dict[tuple[str, ...], list[_Named]] = defaultdict(list)
    for model in models:
        where, _, own = model.rpartition("/")
        parts = [part for part in re.split(r"[^a-z0-9]+", own.lower()) if part]
        kept = tuple(part for part in parts if part not in INSTRUCT | BASE)
        alike[kept].append(_Named(model, where, bool(INSTRUCT & set(parts))))
    found: dict[str, str] = {}
    for known in alike.values():
        bases = [each for each in known if not each.tuned]
        for tuned in (each for each in known if each.tuned):
            free = [base for base in bases if base.model not in found]
            if free:
                nearest = next((base for base in free if base.where == tuned.where), free[0])
                found[nearest.model] = tuned.model
    return {model: found[model] for model in models if model in found}


def must_be_pairs(pairs: Mapping[str, str], models: Sequence[str]) -> None:
    """Raise InputError unless each pair is of two models of the study, and each model in one pair at most."""
    named = [*pairs, *pairs.values()]
    for model in named:
        if model not in models:
            raise InputError(f"{shown(model)} is no model of this study. Accepted: {', '.join(models)}.")
        if named.count(model) > 1:
            raise InputError(f"{shown(model)} stands there twice. Accepted: each model in one pair.")


def neighbours(models: Sequence[str], pairs: Mapping[str, str]) -> list[str]:
    """The models in their order, but each base model with its like right behind it, where the first of both stands."""
    base_of = {tuned: base for base, tuned in pairs.items()}
    ordered: dict[str, None] = {}
    for model in models:
        base = base_of.get(model, model)
        ordered |= dict.fromkeys([base, pairs[base]] if base in pairs else [model])
    return list(ordered)
