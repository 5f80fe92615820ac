"""What the figures of walks are made from."""

from __future__ import annotations

from functools import partial

from lmwalk.analysis.answers import Truth
from lmwalk.datasets.answers import labelled_answers
from lmwalk.datasets.law_numbers import law_numbers
from lmwalk.datasets.sampler_verdict import verdicts
from lmwalk.datasets.walk_fields import policies, version_of
from lmwalk.datasets.walks import centre_of
from lmwalk.figures._data import WalkData
from lmwalk.store import Store
from lmwalk.study import Study


def walk_data(store: Store, study: Study) -> tuple[int, WalkData]:
    """The newest row's id, and what the figures of a study of walks are made from."""
    process = study.make_process()
    cursor, frame = labelled_answers(store, study, Truth(process.alphabet, lambda _: (), process.ideal))
    version = version_of(store, study)
    data = WalkData(
        frame,
        process.alphabet,
        process.geometry,
        begins=centre_of(study),
        steps=study.steps,
        primary=study.primary or "",
        version=version,
        told=partial(policies, store, study, version),
        numbers=law_numbers,
        verdicts=verdicts,
    )
    return cursor, data
