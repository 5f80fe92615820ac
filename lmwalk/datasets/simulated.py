"""How far units differ that a process makes itself: unbiased walks, fair sequences, Poisson texts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lmwalk.analysis.power import sequence_spread, text_spread
from lmwalk.datasets.draws import draw_process
from lmwalk.datasets.unit_walks import unbiased_walk_spread
from lmwalk.study import Study

WORDINGS_SD = 0.25
"""How far wordings differ in the published replies of chat models (arXiv 2503.04722); of base models half as far."""


class Spread(NamedTuple):
    """How far units differ: their standard deviation (NaN where unknown), and where that is known from, in words."""

    sd: float
    source: str


UNKNOWN = Spread(np.nan, "nothing is known of it beforehand; run a few, and name that study with --pilot")


def of_walks(study: Study, measure: str) -> Spread:
    """As unbiased walks differ."""
    sd = unbiased_walk_spread(study, measure)
    return Spread(sd, "as unbiased walks do") if sd > 0 else UNKNOWN


def of_draws(study: Study, measure: str) -> Spread:
    """As fair sequences and Poisson texts differ, and wordings of published replies."""
    process = draw_process(study)
    if study.process == "poisson":
        params = process.model_dump()
        return Spread(text_spread(measure, params["rates"], study.steps * params["words"]), "as Poisson texts do")
    if measure not in ("share", "alternation") or study.process not in ("sequence", "prior"):
        return UNKNOWN
    fair = sequence_spread(measure, study.steps * process.answers_at_once, len(process.alphabet))
    if study.measurement == "probabilities":
        fair = 0.0
    if study.unit == "sequence":
        return Spread(fair, "as fair sequences do") if fair else UNKNOWN
    if measure != "share":
        return UNKNOWN
    own = fair / np.sqrt(study.trajectories)
    return Spread(float(np.hypot(WORDINGS_SD, own)), f"as published wordings do (sd {WORDINGS_SD:g})")


def of_chains(_study: Study, _measure: str) -> Spread:
    """Nothing is known of texts beforehand."""
    return UNKNOWN
