"""What the page of a study holds, as plain values that JSON can write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lmwalk.datasets.provenance import provenance
from lmwalk.export.replay.figures import figures
from lmwalk.export.replay.replies import replies
from lmwalk.export.scene import Cell, Scene, Walk, scene_of
from lmwalk.export.settings import MADE_WITH, question_words, settings_text
from lmwalk.export.watch import Watch
from lmwalk.number_format import counted, exact
from lmwalk.registry import processes
from lmwalk.store import Store
from lmwalk.study import Study

DECIMALS = 3
"""Of places, which are drawn a few hundred pixels wide."""
REPLIES_DONE = 0.15
"""The part of the work after which the figures begin."""


def contents(store: Store, study: Study, watch: Watch) -> dict[str, Any]:
    """All that the page shows. Raises InputError where nothing is answered yet, and CancelledError."""
    watch.at(0, 1)
    scene = scene_of(store, study)
    simulated = store.conditions(study.name).set_index("condition")["simulated"]
    passes_text = processes[study.process].passes_text
    noun = "walk" if scene.plane else "chain" if passes_text else "sequence"
    return {
        "study": study.name,
        "about": list(_about(study, noun)),
        "noun": noun,
        "stepwise": scene.plane is not None or passes_text,
        "legend": scene.legend,
        "said": list(scene.said),
        "grid": _grid(scene, _simulated(scene, simulated)),
        **replies(store, study, [cell.condition for cell in scene.cells], noun),
        "figures": list(figures(store, study, watch.part(REPLIES_DONE, 1.0))),
        "facts": [*provenance(store, study)],
        "words": [*question_words(study)],
        "settings": settings_text(study),
        "made": MADE_WITH,
    }


def _about(study: Study, noun: str) -> Iterator[str]:
    """What the study is of, in a few words each."""
    yield processes[study.process].title
    yield counted(len(study.models), "model")
    yield counted(len(study.temperatures), "temperature")
    yield f"{counted(study.trajectory_count, noun)} of {counted(study.steps, 'step')} in each cell"


def _simulated(scene: Scene, simulated: Any) -> dict[str, bool]:
    return {cell.model: bool(simulated.get(cell.condition, False)) for cell in scene.cells}


def _grid(scene: Scene, simulated: dict[str, bool]) -> dict[str, Any]:
    """The pictures of all conditions, as the scripts that draw Compare take them."""
    ground = scene.plane.message() if scene.plane else {}
    return {
        "models": [{"name": model, "simulation": simulated[model]} for model in scene.models],
        "corner": "temperature",
        "columns": [exact(temperature) for temperature in scene.temperatures],
        "cells": [_cell(scene, cell) for cell in scene.cells],
        "clock": _clock(scene),
        "picks": True,
        "picked": None,
        "t": None,
        **ground,
    }


def _cell(scene: Scene, cell: Cell) -> dict[str, Any]:
    heading = f"{cell.model} at temperature {cell.temperature:g}"
    told = {
        "row": scene.models.index(cell.model),
        "column": scene.temperatures.index(cell.temperature),
        "condition": cell.condition,
        "stats": [
            {"label": stat.label, "text": stat.text, "meaning": stat.meaning, "bad": stat.bad} for stat in cell.numbers
        ],
        "meaning": heading,
        "alt": "; ".join([heading, *(f"{stat.label}: {stat.text}" for stat in cell.numbers[:1])]),
    }
    if scene.plane:
        field = {"field": [list(arrow) for arrow in cell.field]} if cell.field else {}
        return told | {"walks": [_walk(walk) for walk in cell.walks]} | field
    return told | ({"picture": cell.picture} if cell.picture else {})


def _walk(walk: Walk) -> dict[str, Any]:
    whole = walk.t == tuple(range(len(walk.t)))
    x, y = ([_short(value) for value in values] for values in (walk.x, walk.y))
    told = {"trajectory": walk.number, "shift": round(walk.shift, DECIMALS), "x": x, "y": y}
    return told if whole else told | {"t": [int(t) for t in walk.t]}


def _short(value: float) -> float | int:
    short = round(float(value), DECIMALS)
    return int(short) if short == int(short) else short


def _clock(scene: Scene) -> dict[str, Any] | None:
    """What the player counts; None where the pictures have no course in time."""
    if scene.plane:
        return {"word": "t", "first": 0, "last": scene.moments, "total": scene.study.steps}
    timed = [cell.picture["timed"] for cell in scene.cells if cell.picture and "timed" in cell.picture]
    if not timed:
        return None
    course: Any = timed[0]
    first, last = course["span"]
    return {"word": course["word"], "names": course.get("names"), "first": int(first), "last": int(last)}
