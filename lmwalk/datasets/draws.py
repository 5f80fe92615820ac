"""What the figures of draws are made from."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, cast

from lmwalk.analysis.answers import Truth
from lmwalk.datasets.answers import labelled_answers
from lmwalk.figures._data import DrawData
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.types import DrawProcess, ShowsEvidence


def draw_data(store: Store, study: Study) -> tuple[int, DrawData]:
    """The newest row's id, and what the figures of a study of draws are made from."""
    process, truth = draw_process(study), truth_of(study)
    cursor, frame = labelled_answers(store, study, truth)
    data = DrawData(frame, truth.outcomes, process.of, process.model_dump(), event=process.followed)
    return cursor, replace(data, **_evidence(store, study))


def _evidence(store: Store, study: Study) -> dict[str, Any]:
    """What questions show, and what of it was attended to, which is read where a figure asks for it."""
    process = study.make_process()
    names = process.case_labels
    if not isinstance(process, ShowsEvidence):
        return {}
    return {
        "attends": bool(study.attention),
        "attention": partial(store.attention.of_steps, study.name),
        "switches": tuple(map(process.switch, range(len(names)))),
        "cases": names,
    }


def draw_process(study: Study) -> DrawProcess:
    """The process of a study of draws."""
    return cast("DrawProcess", study.make_process())


def truth_of(study: Study) -> Truth:
    """What the study's process knows."""
    process = draw_process(study)
    return Truth(process.alphabet, process.event_of, process.ideal)
