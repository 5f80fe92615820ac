"""What the conditions of a study are called in figures, tables and sentences."""

from __future__ import annotations

from lmwalk.registry import processes
from lmwalk.study import Study

HELD = ("json", "choice")
"""Forms of an answer that spread all probability over the outcomes."""
MEASURED = {"probabilities": "token probabilities", "replies": "sampled replies"}


def labels(study: Study) -> dict[str, str]:
    """Each condition's id and its words, as few as tell it from the others."""
    alone, held = len(study.temperatures) == 1, held_words(study)
    return {
        c.id: (c.model if alone else f"{c.model} · T = {c.temperature:g}") + (f" · {held}" if held else "")
        for c in study.conditions()
    }


def held_words(study: Study) -> str:
    """How answers are held to the outcomes by their server, in words; nothing where they are free."""
    return f"held ({study.answer})" if study.answer in HELD else ""


def measured_by(study: Study) -> str:
    """How answers were measured, for a figure's subtitle."""
    return "sampled texts" if processes[study.process].passes_text else MEASURED[study.measurement]
