"""Where walks are beside the exact law of unbiased ones, on sites that look alike from each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.units import FEWEST
from lmwalk.analysis.walks import direction_shares
from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import Words, colours, drawing, layout, safe
from lmwalk.figures._exact import lengths_of, time_shares, whole_law
from lmwalk.figures._traces import null_line, whiskers
from lmwalk.figures._walks import WALKS, copies_of, on_sites, walks_in
from lmwalk.figures.walk_paths import paths
from lmwalk.number_format import no_interval
from lmwalk.sites import Sites


def visits(material: WalkData) -> pd.DataFrame:
    """label, displacement (its name), share, count, n, low, high, walks, distinct, unbiased.

    The share of the time that walks spend at each displacement from where they began, the start included, with an
    interval over walks; and the exact expectation of unbiased walks of the same lengths. And exact: that of walks that
    follow the model's own probabilities, NaN where these are not known.
    """
    geometry, places = material.geometry, paths(material)
    assert isinstance(geometry, Sites)
    if places.empty:
        return places
    names = geometry.displacements
    at = pd.Series(geometry.displaced(material.begins, places["x"], places["y"]), places.index).map(names)
    walks = places.assign(outcome=at, status="ok").merge(copies_of(material), on=["label", "trajectory"])
    keys = ["label", "trajectory", "copy", "outcome", "status"]
    tallies = walks.groupby(keys, sort=False).size().rename("count").reset_index()
    table = direction_shares(tallies.rename(columns={"label": "condition"}), tuple(names.values()))
    laws = pd.concat([_law(material, geometry, str(label), own) for label, own in places.groupby("label", sort=False)])
    return table.rename(columns={"condition": "label", "outcome": "displacement"}).merge(laws, how="left")


def _law(material: WalkData, geometry: Sites, label: str, places: pd.DataFrame) -> pd.DataFrame:
    """label, displacement, unbiased, exact: the shares of time at each displacement of walks as long as these."""
    lengths = lengths_of(places)
    shares, names = geometry.time_shares(lengths), geometry.displacements
    law, exact = whole_law(material, label, int(lengths.max())), np.full(len(shares), np.nan)
    if law is not None:
        at = geometry.displaced(material.begins, *law.lattice.points.T)
        exact = np.bincount(at, time_shares(law, lengths), len(shares))
    own = {"unbiased": shares[list(names)], "exact": exact[list(names)]}
    return pd.DataFrame({"label": label, "displacement": list(names.values()), **own})


@drawing(
    "walk-law",
    title="Law",
    about="The share of their time that walks spend at each displacement from where they began, with its 95% interval "
    "over the walks that differ; fewer than four give none. Dashed: the exact law of unbiased walks of these lengths; "
    "dotted, where the model's token probabilities are known, that of walks which follow them.",
    families=WALKS,
    holds=on_sites,
    place=2,
    table=visits,
    one=True,
)
def walk_law(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A point for each displacement, and the law as a line."""
    labels, names = (list(dict.fromkeys(frame[column])) for column in ("label", "displacement"))
    hues, traces = colours(labels), []
    for place, label in enumerate(labels):
        rows = frame[frame["label"] == label]
        if place == 0 or rows["unbiased"].tolist() != frame["unbiased"].iloc[: len(names)].tolist():
            law = null_line(names, rows["unbiased"].tolist(), "unbiased walks")
            traces.append({**law, "hovertemplate": "%{x}: %{y:.4f}<extra>unbiased walks</extra>"})
        if rows["exact"].notna().any():
            law = null_line(names, rows["exact"].tolist(), "exact", "dot", line={"color": hues[label], "dash": "dot"})
            traces.append({**law, "hovertemplate": "%{x}: %{y:.4f}<extra>exact</extra>"})
        traces.append(_points(label, rows, hues[label]))
    axes = {"xaxis": {"type": "category", "categoryarray": names}, "yaxis": {"rangemode": "tozero"}}
    title = f"Time at each place · {walks_in(frame)}"
    drawn = layout(title, words, "displacement from the start", "share of time", **axes)
    return go.Figure({"data": traces, "layout": drawn})


def _points(label: str, rows: pd.DataFrame, colour: str) -> dict[str, Any]:
    few = rows["low"].isna().all()
    why = f"<br>{no_interval(int(rows['distinct'].iloc[0]), 'walk', FEWEST)}" if few else ""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": safe(label),
        "x": rows["displacement"].tolist(),
        "y": rows["share"].tolist(),
        "error_y": whiskers(rows["share"], rows["low"], rows["high"], colour),
        "marker": {"color": colour, "size": 8},
        "customdata": rows["count"].tolist(),
        "hovertemplate": f"%{{x}}: %{{y:.4f}}, %{{customdata}} visits{why}<extra>%{{fullData.name}}</extra>",
    }
