"""How like the texts of one chain are to each other."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from lmwalk.figures._chains import CHAINS, begun
from lmwalk.figures._data import ChainData
from lmwalk.figures._drawing import Words, drawing, layout
from lmwalk.figures._traces import faint
from lmwalk.palette import COOL, MIDDLE, WARM
from lmwalk.similarity import cosines

MOST = 201
"""Generations drawn; of a longer chain, as many evenly spaced ones."""


def similarity(material: ChainData) -> pd.DataFrame:
    """Label (the chain), generation, other, cosine."""
    every = max(1, -(-len(material.texts) // MOST))
    shown = list(range(0, len(material.texts), every))
    found = cosines([material.texts[place] for place in shown])
    frame = pd.DataFrame(found, index=shown, columns=shown).rename_axis("generation").reset_index()
    return frame.melt("generation", var_name="other", value_name="cosine").assign(label=material.subject)


SCALE = [[0.0, faint(COOL, 0.06)], [0.35, COOL], [0.7, MIDDLE], [1.0, WARM]]


@drawing(
    "chain-similarity",
    title="Similarity",
    about="TF-IDF cosine of every two texts of the chain that is read above: 1 the same words as often, 0 no word in "
    "common. A bright square: the texts have settled; stripes: they take turns.",
    families=CHAINS,
    place=10,
    table=similarity,
    of_chain=True,
    applies=begun,
)
def chain_similarity(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Generations across and down."""
    grid = frame.pivot(index="generation", columns="other", values="cosine")
    trace = {
        "type": "heatmap",
        "x": list(grid.columns),
        "y": list(grid.index),
        "z": grid.to_numpy(float).tolist(),
        "zmin": 0,
        "zmax": 1,
        "colorscale": SCALE,
        "colorbar": {"title": {"text": "cosine"}, "outlinewidth": 0, "thickness": 12},
        "hovertemplate": "generations %{x} and %{y}<br>cosine %{z:.3f}<extra></extra>",
    }
    axes = {
        "xaxis": {"showgrid": False, "constrain": "domain"},
        "yaxis": {"showgrid": False, "autorange": "reversed", "scaleanchor": "x", "constrain": "domain"},
        "height": 560,
    }
    return go.Figure(
        {"data": [trace], "layout": layout("Texts of one chain", words, "generation", "generation", **axes)}
    )
