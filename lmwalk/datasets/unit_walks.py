"""By which measures walks are compared, each walk a unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pandas as pd

from lmwalk.analysis import unit_values
from lmwalk.analysis.answers import answered
from lmwalk.analysis.motion import MEASURES
from lmwalk.analysis.power import share_spread, walk_spread
from lmwalk.analysis.unit_values import KEYS, MOVES, SHARES
from lmwalk.datasets.unit_values import Measure, by_unit, wordings
from lmwalk.datasets.walks import centre_of, geometry_of, room_of
from lmwalk.figures._data import WalkData
from lmwalk.sites import Sites
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
NUMERALS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


def of_walks(study: Study) -> Mapping[str, Measure]:
    """Measures of walks, one walk at a time: those of the square grid on it, of other walks distance and shares."""
    found = _on_the_grid() if room_of(study) else _elsewhere(study)
    words = "Share of a walk's answers that name no single direction."
    found["unread"] = Measure("Not read", words, "", 0.05, _unread, share=True)
    number = len(study.make_process().alphabet)
    words = f"How often each direction came, all {NUMERALS.get(number, number)} together."
    found["outcomes"] = Measure("Directions", words, "", 0.1, _outcomes, outcomes=True)
    return found


def _on_the_grid() -> dict[str, Measure]:
    found = {
        name: Measure(
            known.title, known.meaning, *MARGINS.get(name, ("", np.nan)), partial(_walks, name), name in FROM_0_TO_1
        )
        for name, known in MEASURES.items()
    }
    return found | {name: _share(MOVES[code], partial(_walks, name)) for name, code in SHARES.items()}


def _elsewhere(study: Study) -> dict[str, Measure]:
    unit = geometry_of(study).unit
    meaning = f"Distance from the start at the end, in {unit}."
    distance = Measure("Distance", meaning, unit, 1.0, partial(_values, "distance"))
    shares = {name: _share(move, partial(_values, name)) for name, move in share_measures(study).items()}
    return {"distance": distance, **shares}


def _share(move: str, values: Callable[[WalkData, Study], pd.DataFrame]) -> Measure:
    words = f"Share of {move} among the answers of a walk that could be read."
    return Measure(f"Share of {move}", words, "", 0.05, values, share=True)


def share_measures(study: Study) -> dict[str, str]:
    """Each outcome, by the name of the measure that is its share."""
    return {f"{outcome.lower()}-share": outcome for outcome in study.make_process().alphabet}


def walk_values(study: Study, measure: str, rows: pd.DataFrame) -> pd.Series:
    """A measure of each walk, indexed by condition and trajectory; NaN where a walk has no value.

    Parameters
    ----------
    rows : DataFrame
        condition, trajectory, t (from 1, without gaps), outcome (None where the answer could not be read), x, y.
    """
    if room := room_of(study):
        return unit_values.of_walks(rows, measure, room)
    if measure == "distance":
        return unit_values.of_distances_at_end(rows, geometry_of(study), centre_of(study))
    return unit_values.of_answer_shares(rows, share_measures(study)[measure])


def unbiased_walk_spread(study: Study, measure: str) -> float:
    """The standard deviation of a measure over unbiased walks as long as the study's; NaN where it is not known."""
    geometry = geometry_of(study)
    if room := room_of(study):
        return walk_spread(measure, study.steps, room)
    if measure in share_measures(study):
        return share_spread(study.steps, len(study.make_process().alphabet))
    return geometry.unbiased_spread(study.steps) if isinstance(geometry, Sites) else float("nan")


def _walks(name: str, material: WalkData, study: Study) -> pd.DataFrame:
    """A measure of ``analysis.motion`` on the square grid."""
    room, own = room_of(study), _answers(material)
    assert room is not None
    return _each_walk(own, study, unit_values.of_walks(own, name, room))


def _values(name: str, material: WalkData, study: Study) -> pd.DataFrame:
    own = _answers(material)
    return _each_walk(own, study, walk_values(study, name, own))


def _unread(material: WalkData, study: Study) -> pd.DataFrame:
    own = _answers(material)
    return _each_walk(own, study, own["outcome"].isna().groupby([own[key] for key in KEYS], sort=False).mean())


def _outcomes(material: WalkData, study: Study) -> pd.DataFrame:
    own, alphabet = _answers(material), study.make_process().alphabet
    shares = pd.concat([unit_values.of_answer_shares(own, outcome) for outcome in alphabet], axis=1)
    return _each_walk(own, study, pd.Series([*shares.to_numpy(float)[:, None, :]], shares.index))


def _answers(material: WalkData) -> pd.DataFrame:
    """The answers, walk by walk, conditions in their order."""
    own = answered(material.answers)
    order = own[["trajectory", "t"]].assign(place=pd.factorize(own["condition"])[0]).reset_index(drop=True)
    return own.iloc[order.sort_values(["place", "trajectory", "t"], kind="stable").index]


def noun(study: Study) -> str:
    """What one unit is called."""
    return "wording" if len(wordings(study)) > 1 else "walk"


def _each_walk(own: pd.DataFrame, study: Study, values: pd.Series) -> pd.DataFrame:
    """Values of walks, which are indexed by condition and trajectory, as those of units."""
    said = own["outcome"].astype(object).where(own["outcome"].notna(), "")
    copies = said.groupby([own[key] for key in KEYS], sort=False).agg("\n".join).rename("copy")
    whole = copies.to_frame().assign(value=values).reset_index()
    return by_unit(whole.assign(wording=[study.case(int(each))[1] for each in whole["trajectory"]]), study)
