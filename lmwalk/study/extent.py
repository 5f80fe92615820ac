"""How large a study may be: counted from lengths, before any condition or question of it is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lmwalk.errors import InputError
from lmwalk.intake import Scales
from lmwalk.validation_messages import complaint, shown

MOST_CONDITIONS = 10_000
MOST_QUESTIONS = 10**9
MOST_HELD = 2 * 10**8
"""Characters in all conditions together; each is stored with the custom wording."""
LONGEST_MODEL = 500


def must_be_countable(values: Mapping[str, Any]) -> None:
    """Raise a complaint that names the first field with which the fields, as they came, hold too much."""
    scales = Scales()
    for field, value in values.items():
        try:
            scales.add(value)
        except InputError as cause:
            raise complaint(f"{field[:80]}: {cause}") from cause
    models, temperatures = (_length(values.get(field)) for field in ("models", "temperatures"))
    try:
        _must_fit(models, temperatures, scales.characters)
    except InputError as cause:
        raise complaint(f"{'models' if models >= temperatures else 'temperatures'}: {cause}") from cause


def _must_fit(models: int, temperatures: int, characters: int) -> None:
    conditions = models * temperatures
    grid = f"{models:,} models x {temperatures:,} temperatures"
    if conditions > MOST_CONDITIONS:
        raise InputError(f"{grid} are too many conditions. Accepted: at most {MOST_CONDITIONS:,}.")
    if conditions * characters > MOST_HELD:
        most = MOST_HELD // characters
        raise InputError(
            f"{grid} with {characters:,} characters each are too much to keep. "
            f"Accepted: shorter texts, or at most {most:,} conditions."
        )


def _length(value: Any) -> int:
    return max(1, len(value)) if isinstance(value, list | tuple) else 1


def must_be_a_name(model: str) -> None:
    """Raise InputError for a text that is too long to be the name of a model."""
    if len(model) > LONGEST_MODEL:
        raise InputError(
            f"{shown(model)} has {len(model):,} characters. Accepted: a model's name of at most {LONGEST_MODEL}."
        )


def must_be_askable(conditions: int, trajectories: int, steps: int) -> None:
    """Raise InputError where there are more questions than could ever be asked."""
    if (total := conditions * trajectories * steps) > MOST_QUESTIONS:
        raise InputError(
            f"{conditions:,} conditions x {trajectories:,} trajectories x {steps:,} steps are {total:.3g} questions. "
            f"Accepted: at most {MOST_QUESTIONS:,}."
        )
