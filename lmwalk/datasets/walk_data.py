"""What the figures of walks are made from."""

from __future__ import annotations

from lmwalk.analysis.answers import Truth
from lmwalk.datasets.answers import labelled_answers
from lmwalk.datasets.walks import centre_of
from lmwalk.figures._data import WalkData
from lmwalk.store import Store
from lmwalk.study import Study


def walk_data(store: Store, study: Study) -> tuple[int, WalkData]:
    """The newest row's id, and what the figures of a study of walks are made from."""
    process = study.make_process()
    cursor, frame = labelled_answers(store, study, Truth(process.alphabet, lambda _: (), process.ideal))
    data = WalkData(
        frame,
        process.alphabet,
        process.geometry,
        begins=centre_of(study),
        steps=study.steps,
        primary=study.primary or "",
    )
    return cursor, data
