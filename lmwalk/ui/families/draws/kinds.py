"""Which picture a study of draws gets."""

from __future__ import annotations

from lmwalk.study import Study

BELIEF, STATED, PRIOR, SHARE, MARKS = "belief", "stated", "prior", "share", "marks"
BY_CASE = (BELIEF, MARKS)
"""Pictures that can show one case alone."""


def kind_of(study: Study) -> str:
    """Which picture a study of draws gets."""
    name = study.process
    if name == "prior":
        return PRIOR if study.measurement == "probabilities" else SHARE
    known = {"in-context": BELIEF, "switching": BELIEF, "stated-bias": STATED, "poisson": MARKS}
    return known.get(name, SHARE)
