"""Which learner a model is like: the error of each in wordings it was not fitted to, beside the filter's."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.learners import FILTER, LEARNERS, compared, lack_of_fit
from lmwalk.analysis.overviews import observations
from lmwalk.analysis.pvalues import fdr
from lmwalk.analysis.units import FEWEST
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import NULL, OKABE_ITO, Words, drawing, layout
from lmwalk.figures._traces import marks, whiskers
from lmwalk.number_format import counted, no_interval, number

QUICK = 600
"""Answers that are compared in about two seconds."""
LEVEL = 0.05


def learners(material: DrawData) -> pd.DataFrame:
    """label, learner, loss, difference, low, high, units, cases (``compared``), misfit_p, misfit_p_adjusted."""
    parts, misfits = [], []
    for label, said in material.answers.groupby("label", sort=False):
        seen = observations(said, material.event)
        parts.append(compared(seen).assign(label=str(label)))
        misfits.append((str(label), lack_of_fit(seen)))
    if not parts:
        return pd.DataFrame(columns=["label"])
    table = pd.DataFrame(misfits, columns=["label", "misfit_p"])
    table = table.assign(misfit_p_adjusted=fdr(table["misfit_p"]))
    return pd.concat(parts, ignore_index=True).merge(table, on="label").pipe(lambda found: found[_first(found)])


def _first(table: pd.DataFrame) -> list[str]:
    return ["label", *(str(name) for name in table if name != "label")]


def verdict(rows: pd.DataFrame) -> str:
    """What the comparison of one condition says, in a sentence or two."""
    units, cases = int(rows["units"].iloc[0]), int(rows["cases"].iloc[0])
    others = rows[rows["learner"] != FILTER]
    if not others["low"].notna().any():
        few = (units, "wording") if units > 1 else (cases, "case")
        return f"Which learner is nearest is not decided: {no_interval(*few, FEWEST)}."
    better, worse = others[others["high"] < 0], others[others["low"] > 0]
    said = f"Nearer than the filter: {_named(better)}." if len(better) else "No other learner is surely nearer."
    said += f" Surely farther: {_named(worse)}." if len(worse) else ""
    p = float(rows["misfit_p_adjusted"].iloc[0])
    if p == p:
        shown = f"p = {number(p, 2)}" if p >= 0.001 else "p < 0.001"
        said += f" The filter does not fit ({shown})." if p < LEVEL else f" No misfit of the filter is seen ({shown})."
    return said


def _named(rows: pd.DataFrame) -> str:
    return ", ".join(rows["learner"])


@drawing(
    "learners",
    title="Learners compared",
    about="How much worse than the nearest discounting filter each learner foretells the answers of a wording that it "
    "was not fitted to (of a single wording: of a case), in squared error of the probability; below 0 it is nearer. "
    "No forgetting: Bayes' rule, gamma = 1. Gambler: the same, expecting the latest toss less. Constant: one "
    "probability. By range: a filter of its own for n ≤ 5, 6 to 19 and n ≥ 20. Intervals are over cases and wordings, "
    "and hold together with 95%.",
    processes=("switching", "in-context"),
    place=7,
    table=learners,
    one=True,
    slow=lambda material: len(material.answers) > QUICK,
    applies=lambda material: bool(material.answers[["paraphrase", "cell"]].nunique().max() > 1),
)
def models_of_belief(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A row for each learner, its difference from the filter to the right."""
    rows = frame[frame["learner"] != FILTER]
    hover = "%{customdata[0]}<br>error %{x:+.3g} beside the filter's %{customdata[1]:.3g}<extra></extra>"
    own = float(frame.loc[frame["learner"] == FILTER, "loss"].iloc[0])
    points = marks("learner", rows["difference"].tolist(), rows["learner"].tolist(), hover, size=10, color=OKABE_ITO[0])
    points |= {
        "error_x": whiskers(rows["difference"], rows["low"], rows["high"], NULL),
        "customdata": [[LEARNERS[name], own] for name in rows["learner"]],
    }
    zero = {"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1}
    counts = counted(int(frame["units"].iloc[0]), "wording") + ", " + counted(int(frame["cases"].iloc[0]), "case")
    told = replace(words, caution=" ".join(part for part in (words.caution, f"{verdict(frame)} {counts}.") if part))
    axes = {
        "yaxis": {"type": "category", "range": [len(rows) - 0.5, -0.5], "automargin": True},
        "shapes": [zero | {"line": {"color": NULL, "dash": "dash", "width": 1.5}}],
        "showlegend": False,
    }
    x_title = "squared error left, beside the filter's (dashed)"
    title = "Which learner are the answers like?"
    return go.Figure({"data": [points], "layout": layout(title, told, x_title, "", **axes)})
