"""What a study is judged by, said before it is run: its primary measure, and when that is decided."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer, model_validator
from rapidfuzz.process import extract

from lmwalk.errors import InputError
from lmwalk.types import Measures, Process
from lmwalk.validation_messages import shown

NEAREST = 3


class StopWhen(BaseModel):
    """When a condition needs no more trajectories: once the primary measure's interval is narrow, or leaves a value.

    The interval holds however often it is looked at (``analysis.confidence_sequences``).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    width: float | None = Field(
        None, gt=0, allow_inf_nan=False, description="Stop once the interval is no wider than this."
    )
    differs_from: float | None = Field(
        None, allow_inf_nan=False, description="Stop once the interval does not hold this value."
    )
    level: float = Field(0.95, ge=0.5, le=0.9999, description="Of the interval.")

    @model_serializer(mode="wrap")
    def _as_said(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """What was said, and no more."""
        return {name: value for name, value in plain(self).items() if value != type(self).model_fields[name].default}

    @model_validator(mode="after")
    def _one_reason(self) -> Self:
        if (self.width is None) == (self.differs_from is None):
            raise ValueError("either width, such as {width: 0.1}, or differs_from, such as {differs_from: 0.25}")
        return self


def unit_noun(process: Process, wordings: int) -> str:
    """What one trajectory is an observation of: a walk, a text, a wording, a sequence."""
    if process.geometry is not None:
        return "walk"
    if not process.alphabet:
        return "text"
    return "wording" if wordings > 1 else "sequence"


def must_be_measured(process: Process, name: str, steps: int) -> None:
    """Raise InputError unless the process has a measure of that name."""
    known = process.measures(steps)
    if name not in known:
        nearest = ", ".join(each for each, *_ in extract(name, list(known), limit=NEAREST))
        raise InputError(
            f"{shown(name)} is no measure of this {process.name}. The nearest: {nearest}. Accepted: {', '.join(known)}."
        )


def must_be_decidable(process: Process, rule: StopWhen, primary: str | None, steps: int) -> None:
    """Raise InputError unless the rule can be asked of the primary measure of such trajectories."""
    known = process.measures(steps)
    usable = {name: bounds for name, bounds in known.items() if bounds}
    if not usable:
        raise InputError(
            f"a study of this {process.name} cannot stop early: none of its measures is a mean over trajectories of "
            "values in known bounds. Leave stop_when out."
        )
    if primary is None or primary not in usable:
        why = "it needs a primary measure" if primary is None else f"{primary} is no mean of values in known bounds"
        raise InputError(f"{why}. Accepted with it: primary: {' or '.join(usable)}.")
    low, high = usable[primary] or (0.0, 1.0)
    if rule.differs_from is not None and not low <= rule.differs_from <= high:
        raise InputError(f"differs_from: {primary} lies from {low:g} to {high:g}. Accepted: a value there.")
    if rule.width is not None and rule.width >= high - low:
        raise InputError(f"width: {primary} lies from {low:g} to {high:g} anyway. Accepted: less than {high - low:g}.")


def must_be_units(cells: int, wordings: int, trajectories: int) -> None:
    """Raise InputError unless every trajectory is an observation of its own."""
    if cells > 1 and wordings > 1:
        raise InputError(
            f"{cells} cases in {wordings} wordings are no independent observations. Accepted with it: one wording."
        )
    if cells * wordings > 1 and trajectories > 1:
        raise InputError(
            f"{trajectories} trajectories of one {'text or case' if cells > 1 else 'wording'} are no independent "
            "observations. Accepted with it: trajectories: 1."
        )


def bounds_of(measures: Measures, name: str) -> tuple[float, float]:
    """The least and the most that one trajectory can give. Raises InputError where none are known."""
    found = measures.get(name)
    if found is None:
        raise InputError(f"primary: no bounds of {name} are known.")
    return found
