"""How the chains' values are spread at some generations, one ridge a generation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from lmwalk.figures._chains import CHAINS, ONE_OF_EACH, axis, begun, known, names
from lmwalk.figures._data import ChainData
from lmwalk.figures._drawing import Words, drawing, layout, warmth
from lmwalk.figures._traces import faint
from lmwalk.properties import Property

SHOWN = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500)
POINTS = 160
TALL = 1.7
"""Height of the highest ridge, in distances between ridges."""


def ridges(material: ChainData) -> pd.DataFrame:
    """label, task, property, generation, value, density (its highest of each property 1): a curve a generation."""
    chains = material.chains[material.chains["generation"].isin(_generations(material.chains["generation"]))]
    measured = names(material)
    long = chains.melt(["label", "task", "generation"], measured, "property", "value").dropna(subset="value")
    rows = []
    by = ["label", "task", "property"]
    for key, own in long.groupby(by, sort=False):
        of = known(own)
        spread = float(own["value"].max() - own["value"].min()) or 1.0
        low, high = own["value"].min() - 0.1 * spread, own["value"].max() + 0.1 * spread
        least, most = -np.inf if of.low is None else of.low, np.inf if of.high is None else of.high
        grid = np.linspace(max(low, least), min(high, most), POINTS)
        curves = {at: _density(part.to_numpy(float), grid, of) for at, part in own.groupby("generation")["value"]}
        for at, curve in curves.items():
            part = pd.DataFrame({"value": grid, "density": curve})
            rows.append(part.assign(**{name: str(value) for name, value in zip(by, key, strict=True)}, generation=at))
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame()


def _generations(known: pd.Series) -> set[int]:
    last = int(known.max())
    return {generation for generation in SHOWN if generation < last} | {last}


def _density(values: npt.NDArray[np.float64], grid: npt.NDArray[np.float64], of: Property) -> npt.NDArray[np.float64]:
    """A kernel density, its highest point 1, of at least a fiftieth of the grid's width: equal values are a spike.

    It is mirrored at the ends of what the property can be, so that nothing lies beyond them.
    """
    width = max(1.06 * values.std() * len(values) ** -0.2, (grid[-1] - grid[0]) / 50)
    mirrored = [2 * end - values for end in (of.low, of.high) if end is not None]
    every = np.concatenate([values, *mirrored])
    curve: npt.NDArray[np.float64] = np.exp(-0.5 * ((grid[:, None] - every) / width) ** 2).sum(axis=1)
    return np.asarray(curve / curve.max(), float)


@drawing(
    "chain-ridgelines",
    title="Distributions",
    about="How the values of all chains are spread, one curve a generation, from the initial texts below to the latest "
    "above; each curve has the same height, and ends where the property's range does. Narrow curves: the chains have "
    "become alike.",
    families=CHAINS,
    place=5,
    table=ridges,
    choose=ONE_OF_EACH,
    applies=begun,
)
def chain_ridgelines(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Curves that overlap a little, the earliest in front."""
    of = known(frame)
    generations = sorted(frame["generation"].unique())
    traces = []
    for place in range(len(generations) - 1, -1, -1):
        rows = frame[frame["generation"] == generations[place]]
        colour = warmth(place / max(1, len(generations) - 1))
        x, y = rows["value"].tolist(), (place + TALL * rows["density"]).tolist()
        base = {"type": "scatter", "mode": "lines", "x": [x[0], x[-1]], "y": [place, place], "line": {"width": 0}}
        traces.append(base | {"hoverinfo": "skip"})
        ridge = {
            "type": "scatter",
            "mode": "lines",
            "x": x,
            "y": y,
            "fill": "tonexty",
            "fillcolor": faint(colour, 0.55),
        }
        hover = f"generation {generations[place]}<br>%{{x:.4g}}<extra></extra>"
        traces.append(ridge | {"line": {"color": colour, "width": 1.5}, "hovertemplate": hover})
    ticks = {"tickvals": list(range(len(generations))), "ticktext": [str(each) for each in generations]}
    title = f"{of.title} of all chains"
    drawn = layout(title, words, axis(of), "generation", yaxis=ticks, showlegend=False)
    return go.Figure({"data": traces, "layout": drawn})
