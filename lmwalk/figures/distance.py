"""How far answers are from the truth as evidence grows, beside the ideal observer and a constant answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk import reference_data
from lmwalk.analysis.distances import mean_distances
from lmwalk.analysis.summaries import distributions, truths
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import NULL, TOSSES, Words, colours, drawing, layout, published_labels
from lmwalk.figures._traces import line, marks, null_line, whiskers

IDEAL = "ideal observer"


def by_size(material: DrawData) -> pd.DataFrame:
    """label, n, and what ``mean_distances`` gives: reference (truth, ideal), measure (tvd, kl, js), mean and so on."""
    pooled = distributions(material.answers, material.outcomes)
    rows = pooled.assign(truth=truths(pooled["theta"], material.event, material.outcomes))
    first = rows[rows["label"] == rows["label"].iloc[0]] if len(rows) else rows
    learner = first.assign(label=IDEAL, answer=first["ideal"], replies=np.inf)
    table = mean_distances(pd.concat([rows, learner], ignore_index=True), ("label", "n"))
    return table[(table["label"] != IDEAL) | (table["reference"] == "truth")].reset_index(drop=True)


def of_others(material: DrawData) -> pd.DataFrame:
    """The same of published models; nothing where no coin is tossed."""
    table = reference_data.coin_in_context().groupby(["model", "n"], sort=False)["tvd"].mean().reset_index()
    table = table.rename(columns={"model": "label", "tvd": "mean"}).assign(reference="truth", measure="tvd")
    return table[[material.thing == "coin"] * len(table)]


@drawing(
    "distance",
    title="Distance from the truth",
    about="Mean total variation distance of the answers from the true probabilities, with 95% intervals over cases and "
    "wordings where there are enough: 0 is right, 1 as wrong as can be. The constant answer gives every outcome the "
    "same probability. Sampled replies are averaged over the wordings first, and few of them lie apart by chance "
    "alone: the grey crosses are what drawing from the truth itself would show with as many replies, and between which "
    "ends 95% of such draws lie. One reply has no distance.",
    processes=("in-context",),
    place=3,
    table=by_size,
    published=of_others,
)
def distance(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A line for each label over n."""
    rows = frame[(frame["reference"] == "truth") & (frame["measure"] == "tvd")].sort_values("n", kind="stable")
    others = published_labels(frame)
    own = rows[~rows["label"].isin([*others, IDEAL])]
    hues = colours([label for label in dict.fromkeys(frame["label"]) if label != IDEAL], others)
    ideal = rows[rows["label"] == IDEAL]
    traces = _nulls(own.drop_duplicates("n"), ideal) if len(own) else []  # published values alone have none
    for label, part in rows[rows["label"] != IDEAL].groupby("label", sort=False):
        traces.append(_line(str(label), part, hues[str(label)], thin=label in others))
        traces += _matcher(part)
    order = _text(sorted((own if len(own) else rows)["n"].unique()))
    axes = {
        "xaxis": {"type": "category", "categoryorder": "array", "categoryarray": order},
        "yaxis": {"rangemode": "tozero"},
    }
    title = "How far from the truth, as evidence grows"
    y_title = "total variation distance"
    return go.Figure({"data": traces, "layout": layout(title, words, TOSSES, y_title, **axes)})


def _nulls(known: pd.DataFrame, ideal: pd.DataFrame) -> list[dict[str, Any]]:
    """What a constant answer and the ideal observer show at each n."""
    constant = float(known["constant"].mean())
    return [
        null_line(_text(known["n"]), known["constant"].tolist(), f"constant answer, {constant:.3f}"),
        null_line(_text(ideal["n"]), ideal["mean"].tolist(), IDEAL, "dot"),
    ]


def _line(label: str, rows: pd.DataFrame, colour: str, *, thin: bool) -> dict[str, Any]:
    bars = {} if thin else {"error_y": whiskers(rows["mean"], rows["low"], rows["high"], colour)}
    hover = "n = %{x}<br>distance %{y:.3f}"
    return line(label, _text(rows["n"]), rows["mean"].tolist(), colour, hover, thin=thin, **bars)


def _matcher(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """What chance alone makes of so many replies."""
    known = rows[rows["matcher"].notna()] if "matcher" in rows else rows.iloc[:0]
    if known.empty:
        return []
    hover = "n = %{x}<br>a perfect matcher %{y:.3f}<br>%{customdata[0]:.3f} to %{customdata[1]:.3f}<extra></extra>"
    signs = marks("perfect matcher", _text(known["n"]), known["matcher"].tolist(), hover, symbol="x-thin-open", size=8)
    ends = known[["matcher_low", "matcher_high"]].to_numpy(float).tolist()
    bars = whiskers(known["matcher"], known["matcher_low"], known["matcher_high"], NULL)
    return [signs | {"error_y": bars, "customdata": ends}]


def _text(sizes: Any) -> list[str]:
    return [str(int(n)) for n in sizes]
