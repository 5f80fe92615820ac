"""Where walks are on average at each t, beside the exact law of their policy."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.known_policy import KnownPolicy
from lmwalk.analysis.known_spread import spread_of
from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import NULL, Words, colours, drawing, layout, safe
from lmwalk.figures._exact import EXACT, known_words
from lmwalk.figures._traces import band, line, null_line
from lmwalk.figures._walks import WALKS, copies_of
from lmwalk.figures.walk_paths import paths
from lmwalk.number_format import counted

UNITS = {"Mean squared displacement": "mean squared displacement, {unit}²"}


def spreads(material: WalkData) -> pd.DataFrame:
    """label, measure, t, walks, sampled, exact, low, high (of the mean of so many walks), sampler, unit.

    One row a condition whose policy is known, a measure and a t; the law is NaN from where it is not known.
    """
    policies, places = material.policies(), paths(material)
    if places.empty or not policies or material.geometry is None:
        return pd.DataFrame()
    copies = copies_of(material)
    first = copies[~copies.duplicated(["label", "copy"])]
    distinct = places.merge(first[["label", "trajectory"]], on=["label", "trajectory"])
    named = [(str(label), own) for label, own in distinct.groupby("label", sort=False)]
    parts = [_of(policies[label], own, material.geometry.unit, label) for label, own in named if label in policies]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _of(policy: KnownPolicy, places: pd.DataFrame, unit: str, label: str) -> pd.DataFrame:
    table = spread_of(policy.law, policy.start, places)
    return table.assign(label=label, sampler=known_words(policy), unit=unit)


def is_known(material: WalkData) -> bool:
    """Whether the policy of any condition is known."""
    return bool(material.version) and bool(material.policies())


@drawing(
    "walk-spread",
    title="Spread",
    about="Where walks are on average at each t. Dashed, in its band: the exact law that the model's own token "
    "probabilities give under this sampler, and where the mean of as many walks lies in 95 of 100 cases.",
    families=WALKS,
    place=4,
    table=spreads,
    one=True,
    choose=("measure",),
    applies=is_known,
)
def walk_spread(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A line for each condition over its own law."""
    labels = list(dict.fromkeys(frame["label"]))
    hues, traces = colours(labels), list[dict[str, Any]]()
    for label in labels:
        rows = frame[frame["label"] == label]
        hue, known = hues[label], rows[rows["exact"].notna()]
        t = known["t"].tolist()
        traces.append(band(t, known["low"].tolist(), known["high"].tolist(), NULL if len(labels) == 1 else hue))
        law = null_line(t, known["exact"].tolist(), safe(f"{EXACT}: {rows['sampler'].iloc[0]}"))
        traces.append({**law, "hovertemplate": "t %{x}: %{y:.4g}<extra>exact</extra>"})
        traces.append(line(label, rows["t"].tolist(), rows["sampled"].tolist(), hue, "t %{x}: %{y:.3g}"))
    measure, walks = str(frame["measure"].iloc[0]), int(frame["walks"].max())
    unit = str(frame["unit"].iloc[0])
    y = UNITS.get(measure, f"{measure.lower()}, {{unit}}").format(unit=unit)
    title = f"{measure} · {counted(walks, 'distinct walk')}"
    return go.Figure({"data": traces, "layout": layout(title, words, "t, in steps", y)})
