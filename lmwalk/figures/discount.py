"""How fast old evidence is discounted: the fitted gamma of each condition, with its interval."""

from __future__ import annotations

import math
from dataclasses import astuple
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk import reference_data
from lmwalk.analysis.fitting import fit_filter
from lmwalk.analysis.learners import RANGES, gamma_by_range
from lmwalk.analysis.legacy import legacy_fit
from lmwalk.analysis.overviews import observations
from lmwalk.analysis.resampling import Resampling
from lmwalk.analysis.units import FEWEST
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import NULL, Words, colours, drawing, layout, published_labels, safe
from lmwalk.figures._traces import marks, whiskers
from lmwalk.number_format import no_interval

QUICK = 700
"""Answers that are fitted in about two seconds."""
QUICKER = Resampling(repeats=100)
PARTS = ("gamma", "memory", "mean", "strength")
SHORT = dict(zip(RANGES, ("short", "middle", "long"), strict=True))
SIGNS = {"short": "triangle-left-open", "middle": "circle-open", "long": "triangle-right-open"}


def fitted(material: DrawData) -> pd.DataFrame:
    """label; gamma, memory, mean, strength, each with _low and _high; error, observations, units, cases, legacy_gamma.

    And gamma_short, gamma_middle, gamma_long with their ends: of so much evidence alone (``gamma_by_range``).
    """
    rows = [_row(str(label), said, material.event) for label, said in material.answers.groupby("label", sort=False)]
    return pd.DataFrame(rows)


def _row(label: str, said: pd.DataFrame, event: str) -> dict[str, object]:
    seen = observations(said, event)
    fit = fit_filter(seen)
    row: dict[str, object] = {"label": label}
    for part in PARTS:
        row |= dict(zip((part, f"{part}_low", f"{part}_high"), astuple(getattr(fit, part)), strict=True))
    row |= {"error": fit.error, "observations": fit.observations, "units": fit.units, "cases": fit.cases}
    ranges = gamma_by_range(seen, QUICKER).set_index("range").reindex(list(SHORT))
    for end in ("", "_low", "_high"):
        for told, gamma in zip(SHORT.values(), ranges[f"gamma{end}"].tolist(), strict=True):
            row[f"gamma_{told}{end}"] = gamma
    return row | {"legacy_gamma": legacy_fit(seen).gamma}


def of_others(_: DrawData) -> pd.DataFrame:
    """label, gamma of published models."""
    return reference_data.discounts().rename(columns={"model": "label"})


@drawing(
    "discount",
    title="Memory",
    about="The discount gamma of the filter that is nearest to the answers, its prior fitted with it, with 95% "
    "intervals over cases and wordings; 1/(1 - gamma) is how many tosses it looks back. Open signs: the gamma of "
    "short, middle and long evidence alone (n ≤ 5, 6 to 19, n ≥ 20); where they differ no one gamma describes the "
    "answers, and Learners compared says whether the filter fits. Crosses: the original's fit of gamma alone (legacy), "
    "as in the published values.",
    processes=("switching", "in-context"),
    place=6,
    table=fitted,
    published=of_others,
    slow=lambda material: len(material.answers) > QUICK,
)
def discount(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A row for each label, gamma from 0 to 1."""
    others = published_labels(frame)
    hues = colours(list(dict.fromkeys(frame["label"])), others)
    own, grey = frame[~frame["label"].isin(others)], frame[frame["label"].isin(others)]
    traces = [_fitted(own, [hues[label] for label in own["label"]]), *_ranges(own)] if len(own) else []
    for name, x, rows, symbol in (
        ("legacy fit", "legacy_gamma", own, "x-thin-open"),
        ("published", "gamma", grey, "diamond"),
    ):
        if len(rows):
            hover = name + " gamma = %{x:.3f}<extra>%{y}</extra>"
            signs = {"symbol": symbol, "size": 10, "line": {"width": 2, "color": NULL}}
            traces.append(marks(name, rows[x].tolist(), [*map(safe, rows["label"])], hover, **signs))
    axes = {
        "xaxis": {"range": [-0.03, 1.03]},
        "yaxis": {"type": "category", "range": [len(frame) - 0.5, -0.9], "automargin": True},
        "height": max(300, 150 + 44 * len(frame)),
    }
    x_title = "gamma (0: only the last toss, 1: none forgotten)"
    return go.Figure(
        {"data": traces, "layout": layout("How fast is old evidence discounted?", words, x_title, "", **axes)}
    )


def _fitted(own: pd.DataFrame, hues: list[str]) -> dict[str, Any]:
    hover = (
        "gamma = %{x:.3f}<br>memory %{customdata[0]:.1f} tosses<br>prior mean %{customdata[1]:.2f}"
        "<br>prior strength %{customdata[2]:.1f} tosses<extra>%{y}</extra>"
    )
    points = marks("fitted", own["gamma"].tolist(), [*map(safe, own["label"])], hover, size=10, color=hues)
    return points | {
        "mode": "markers+text",
        "text": [_written(row) for row in own.itertuples()],
        "textposition": ["top left" if gamma > 0.5 else "top right" for gamma in own["gamma"]],
        "cliponaxis": False,
        "error_x": whiskers(own["gamma"], own["gamma_low"], own["gamma_high"], NULL),
        "customdata": own[["memory", "mean", "strength"]].to_numpy(float).tolist(),
    }


def _ranges(own: pd.DataFrame) -> list[dict[str, Any]]:
    """The gammas of short, middle and long evidence alone, as open signs."""
    traces = []
    for name, told in SHORT.items():
        known = own[own[f"gamma_{told}"].notna()]
        if len(known):
            hover = name + ": gamma = %{x:.3f}<br>%{customdata[0]:.3f} to %{customdata[1]:.3f}<extra>%{y}</extra>"
            signs = {"symbol": SIGNS[told], "size": 9, "line": {"width": 1.5}}
            at, x = [*map(safe, known["label"])], known[f"gamma_{told}"].tolist()
            ends = known[[f"gamma_{told}_low", f"gamma_{told}_high"]].to_numpy(float).tolist()
            traces.append(marks(name, x, at, hover, **signs) | {"customdata": ends})
    return traces


def _written(row: Any) -> str:
    if not math.isfinite(row.gamma_low):
        few = (int(row.units), "wording") if row.units > 1 else (int(row.cases), "case")
        return f"{row.gamma:.2f}, {no_interval(*few, FEWEST)}"
    return f"{row.gamma:.2f} ({row.gamma_low:.2f} to {row.gamma_high:.2f})"
