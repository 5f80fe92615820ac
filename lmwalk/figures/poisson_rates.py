"""The rate at which a model puts marks against the rate that was stated or shown."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk import reference_data
from lmwalk.analysis.poisson_marks import mark_rates, sampled_texts
from lmwalk.analysis.units import FEWEST
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import Words, colours, drawing, layout, published_labels
from lmwalk.figures._traces import line, null_line, whiskers
from lmwalk.number_format import counted_units

MODES = {"explicit": "explicit", "in-context": "icl"}


def rates(material: DrawData) -> pd.DataFrame:
    """label, rate, n_texts, words, marks, rate_hat, low, high, median, mean, nominal, one_minus_exp and more."""
    replies = material.answers.rename(columns={"outcome": "reply"})
    replies = replies.assign(unit=sampled_texts(replies))
    return mark_rates(replies, str(material.params.get("mark", "*")), ("label", "rate"))


def of_others(material: DrawData) -> pd.DataFrame:
    """Models and temperatures as label, rate, rate_hat (mean over texts, as published)."""
    table = reference_data.poisson()
    table = table[table["mode"] == MODES.get(str(material.params.get("mode")), "")]
    label = table["model"] + " · T = " + table["temperature"].map("{:g}".format)
    names = {"lambda": "rate", "lambda_hat_mean": "rate_hat"}
    return table.rename(columns=names).assign(label=label)[["label", "rate", "rate_hat"]]


@drawing(
    "poisson-rates",
    title="Estimated rate",
    about="Marks for each word in the model's own text against the nominal rate, with 95% intervals over the wordings "
    f"(of one wording, over its texts), none where there are fewer than {FEWEST}. On the dashed diagonal it "
    "is right; the dotted curve 1 - exp(-rate) is what texts with at most one mark after a word show, as in the "
    "original. Published points are means over texts.",
    processes=("poisson",),
    place=1,
    table=rates,
    published=of_others,
)
def poisson_rates(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A line for each label over the nominal rate."""
    others = published_labels(frame)
    hues = colours(list(dict.fromkeys(frame["label"])), others)
    far = 1.08 * float(frame["rate"].max())
    curve = np.linspace(0, far, 60)
    traces = [
        null_line([0, far], [0, far], "nominal", hoverinfo="skip"),
        null_line(curve.tolist(), (1 - np.exp(-curve)).tolist(), "1 - exp(-rate)", "dot", hoverinfo="skip"),
    ]
    for label, rows in frame.groupby("label", sort=False):
        traces.append(_line(str(label), rows.sort_values("rate"), hues[str(label)], thin=label in others))
    axes = {"xaxis": {"range": [0, far]}, "yaxis": {"rangemode": "tozero"}}
    title = "Marks that the model puts"
    x, y = "nominal rate, marks per word", "estimated rate, marks per word"
    return go.Figure({"data": traces, "layout": layout(title, words, x, y, **axes)})


def _line(label: str, rows: pd.DataFrame, colour: str, *, thin: bool) -> dict[str, Any]:
    bars: dict[str, Any] = {} if thin else {"error_y": whiskers(rows["rate_hat"], rows["low"], rows["high"], colour)}
    if not thin:
        pairs = zip(rows["units"].astype(int), rows["distinct"].astype(int), strict=True)
        bars["customdata"] = [counted_units(*each, "unit") for each in pairs]
    hover = "nominal %{x:g}<br>estimated %{y:.3f}" + ("" if thin else "<br>%{customdata}")
    return line(label, rows["rate"].tolist(), rows["rate_hat"].tolist(), colour, hover, thin=thin, **bars)
