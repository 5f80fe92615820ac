"""By which measures walks are compared, each walk a unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.answers import answered
from lmwalk.analysis.motion import MEASURES, coded
from lmwalk.analysis.nulls import AFTER, STAY, UNREAD, was_read
from lmwalk.analysis.unit_values import MOVES, SHARES, values_of
from lmwalk.datasets.unit_values import Array, Measure, by_unit, ratio, wordings
from lmwalk.figures._data import WalkData
from lmwalk.figures._walks import room_of
from lmwalk.study import Study

MARGINS = {
    "distance": ("cells", 1.0),
    "exponent": ("", 0.1),
    "directions": ("bits", 2.0),
    "entropy": ("bits", 0.1),
    "entropy rate": ("bits", 0.1),
    "dependence": ("bits", 0.1),
    "repeats": ("", 0.05),
    "sites": ("cells", 2.0),
    "wall hits": ("moves", 1.0),
    "returns": ("times", 1.0),
    "return time": ("steps", 5.0),
    "passage time": ("steps", 5.0),
}
"""What each measure of walks is counted in, and which differences are small."""
FROM_0_TO_1 = ("repeats",)


def of_walks(_study: Study) -> Mapping[str, Measure]:
    """Measures of walks, one walk at a time."""
    found = {
        name: Measure(
            known.title, known.meaning, *MARGINS.get(name, ("", np.nan)), partial(_walks, name), name in FROM_0_TO_1
        )
        for name, known in MEASURES.items()
    }
    for name, code in SHARES.items():
        words = f"Share of {MOVES[code]} among the answers of a walk that could be read."
        found[name] = Measure(f"Share of {MOVES[code]}", words, "", 0.05, partial(_walks, name), share=True)
    words = "Share of a walk's answers that name no single direction."
    found["unread"] = Measure("Not read", words, "", 0.05, _unread, share=True)
    words = "How often each direction came, all four together."
    found["outcomes"] = Measure("Directions", words, "", 0.1, _moves, outcomes=True)
    return found


def noun(study: Study) -> str:
    """What one unit is called."""
    return "wording" if len(wordings(study)) > 1 else "walk"


def _each_walk(material: WalkData, study: Study, of: Callable[[npt.NDArray[np.int8]], Any]) -> pd.DataFrame:
    own = answered(material.answers)
    rows: list[pd.DataFrame] = []
    for condition, codes in coded(own[["condition", "trajectory", "t", "outcome"]]).items():
        numbers = np.unique(own.loc[own["condition"] == condition, "trajectory"])
        frame = pd.DataFrame({"trajectory": numbers, "copy": [each.tobytes() for each in codes]})
        rows.append(frame.assign(condition=condition, value=list(of(codes))))
    whole = pd.concat(rows) if rows else pd.DataFrame(columns=["condition", "trajectory", "copy", "value"])
    return by_unit(whole.assign(wording=[study.case(int(each))[1] for each in whole["trajectory"]]), study)


def _walks(name: str, material: WalkData, study: Study) -> pd.DataFrame:
    room = room_of(material)
    return _each_walk(material, study, lambda codes: values_of(codes, name, room))


def _unread(material: WalkData, study: Study) -> pd.DataFrame:
    return _each_walk(material, study, lambda codes: ratio((codes == UNREAD).sum(axis=1), (codes != AFTER).sum(axis=1)))


def _moves(material: WalkData, study: Study) -> pd.DataFrame:
    def shares(codes: npt.NDArray[np.int8]) -> Array:
        counts = np.stack([(codes == code).sum(axis=1) for code in range(STAY)], axis=1)
        return ratio(counts, was_read(codes).sum(axis=1)[:, None])[:, None, :]

    return _each_walk(material, study, shares)
