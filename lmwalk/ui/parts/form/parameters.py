"""Controls for the parameters of a process, made from the process itself: type, bounds, default, description."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st

from lmwalk.registry import processes
from lmwalk.ui.families.family import Values, record_of

LABELS = {
    "low": "Smallest number",
    "high": "Largest number",
    "event": "Event followed",
    "reading": "Reading of replies",
    "stated": "Stated",
    "filler": "Text to hide the statement in",
    "depths": "Depths in the text",
    "stated-bias lengths": "Words of the text",
    "prior": "Ideal observer's pseudo-counts",
    "thetas": "True probabilities θ",
    "examples": "Tosses shown",
    "before": "Probability before the switch",
    "after": "Probability after it",
    "at": "Tosses before the switch",
    "tosses_shown": "Tosses in all",
    "flips": "Results in one answer",
    "rates": "Rates λ",
    "rows": "Matrix of your own",
    "mixed": "Uniform chain mixed in",
    "lengths": "States shown",
    "alpha": "Ideal observer's pseudo-count",
    "shown": "Words shown",
    "words": "Words asked for",
    "half_width": "Half-width",
    "stay": "STAY is an answer",
    "most_characters": "Longest text, in characters",
    "stop": "What ends a chain early",
}
ANYTHING = object()
ONLY_WHERE: Mapping[str, tuple[str, Any]] = {
    "low": ("of", "number"),
    "high": ("of", "number"),
    "flips": ("way", "batch"),
    "depths": ("filler", ANYTHING),
    "lengths": ("filler", ANYTHING),
}
"""Parameters that matter only where another one has a value, or is there at all."""


@cache
def schema(process: str) -> Mapping[str, Mapping[str, Any]]:
    """Each parameter of a process as JSON schema."""
    properties: dict[str, Mapping[str, Any]] = processes[process].model_json_schema()["properties"]
    return properties


def key_of(process: str, name: str) -> str:
    """The key, and the word in the address, of a parameter's control."""
    family = record_of(process)
    bare = (family.bare_keys and process == family.process) or name in family.shared_keys
    return name if bare else f"{process}_{name}"


def parameters(process: str, given: Values) -> Values:
    """Draw a control for every parameter that is not given already; what differs from the defaults, by name."""
    values = dict(given)
    places = st.columns(2)
    drawn = 0
    for name, about in sorted(schema(process).items(), key=lambda item: _is_text(item[1])):
        if name in given or not _matters(process, name, values):
            continue
        values[name] = _control(places[drawn % 2], process, name, about)
        drawn += 1
    return {name: value for name, value in values.items() if value != schema(process)[name].get("default")}


def _matters(process: str, name: str, values: Values) -> bool:
    needs, wanted = ONLY_WHERE.get(name, ("", None))
    if needs not in schema(process):
        return True
    found = values.get(needs, schema(process)[needs].get("default"))
    return found is not None if wanted is ANYTHING else bool(found == wanted)


def shown(about: Mapping[str, Any], value: Any) -> Any:
    """A parameter's value as its control holds it."""
    return written(value) if _is_text(about) else value


def written(value: Any) -> str:
    """A value as a person would type it; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(map(written, value))
    return json.dumps(value).removesuffix(".0") if isinstance(value, int | float) else str(value)


def read(about: Mapping[str, Any], text: str) -> Any:
    """What was typed as a value: a number where it is one, a list where the parameter is one, None for nothing."""
    kinds = _kinds(about)
    if not text.strip() and ("null" in kinds or "array" in kinds):
        return None if "null" in kinds else []
    if "array" in kinds:
        return [_number(piece) for piece in text.replace(";", ",").split(",") if piece.strip()]
    return text if "string" in kinds else _number(text)


def _kinds(about: Mapping[str, Any]) -> set[str]:
    return {str(part.get("type")) for part in about.get("anyOf", [about])}


def _is_text(about: Mapping[str, Any]) -> bool:
    return "enum" not in about and about.get("type") not in ("integer", "number", "boolean")


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text.strip())
        except ValueError:
            continue
    return text.strip()


def _control(place: Any, process: str, name: str, about: Mapping[str, Any]) -> Any:
    label = LABELS.get(f"{process} {name}") or LABELS.get(name, name.replace("_", " ").capitalize())
    common = {"key": key_of(process, name), "bind": "query-params", "help": about.get("description")}
    default: Any = about.get("default")
    if "enum" in about:
        return place.selectbox(label, about["enum"], index=about["enum"].index(default), **common)
    if _is_text(about):
        hint = "default" if "null" in _kinds(about) else None
        return read(about, place.text_input(label, written(default), placeholder=hint, **common))
    if about["type"] == "boolean":
        return bool(place.checkbox(label, default, **common))
    if about["type"] == "integer":
        return int(place.number_input(label, about.get("minimum"), about.get("maximum"), int(default), 1, **common))
    low, high = (None if bound is None else float(bound) for bound in (about.get("minimum"), about.get("maximum")))
    return float(place.number_input(label, low, high, float(default), 0.05, **common))
