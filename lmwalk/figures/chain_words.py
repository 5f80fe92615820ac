"""Which words of a chain live on, die out and come in."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.fixed_points import word_flow
from lmwalk.figures._chains import CHAINS, begun
from lmwalk.figures._data import ChainData
from lmwalk.figures._drawing import Words, drawing, layout, safe, warmth
from lmwalk.figures._traces import faint

MOST = 24
LEAST = 0.03
"""Of the whole height: a band that is nowhere wider has no room for its word."""


def flow(material: ChainData) -> pd.DataFrame:
    """Label (the chain), word, generation, count: the commonest words, in the order in which they first come."""
    found = word_flow(material.texts, MOST)
    first = found[found["count"] > 0].groupby("word")["generation"].min()
    frame = found.assign(first=found["word"].map(first)).sort_values(["first", "word", "generation"], kind="stable")
    return frame.drop(columns="first").assign(label=material.subject)


@drawing(
    "chain-words",
    title="Word flow",
    about="How often the commonest words stand in each text of the chain that is read above; function words are left "
    "out. Cool bands were there at first, warm ones came in later; a band that closes is a word that died out. Words "
    "of narrow bands are shown on hover and in the table.",
    families=CHAINS,
    place=11,
    table=flow,
    of_chain=True,
    applies=begun,
)
def chain_words(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Bands on top of each other, the first words at the bottom."""
    every = list(dict.fromkeys(frame["word"]))
    traces = []
    for place, word in enumerate(every):
        rows = frame[frame["word"] == word]
        colour = warmth(place / max(1, len(every) - 1))
        trace: dict[str, Any] = {"type": "scatter", "mode": "lines", "name": safe(word), "stackgroup": "words"}
        trace |= {"x": rows["generation"].tolist(), "y": rows["count"].tolist(), "fillcolor": faint(colour, 0.6)}
        trace |= {"line": {"width": 0.8, "color": colour}}
        traces.append(trace | {"hovertemplate": "generation %{x}<br>%{y} times<extra>%{fullData.name}</extra>"})
    drawn = layout("Words of one chain", words, "generation", "count", showlegend=False, height=560)
    return go.Figure({"data": [*traces, _names(frame, every)], "layout": drawn})


def _names(frame: pd.DataFrame, every: list[str]) -> dict[str, Any]:
    """Each word inside its band, where that is widest and wide enough for it."""
    wide = frame.pivot_table(index="generation", columns="word", values="count", aggfunc="sum", fill_value=0)[every]
    tops, highest = wide.to_numpy(float).cumsum(axis=1), float(wide.sum(axis=1).max())
    generations = [int(each) for each in wide.index]
    inner = range(1, len(wide) - 1) if len(wide) > 2 else range(len(wide))  # a name at an end would leave the picture
    x, y, texts = [], [], []
    for place, word in enumerate(every):
        counts = wide[word].to_numpy(float)
        at = max(inner, key=counts.__getitem__)
        if counts[at] >= LEAST * highest:
            x.append(generations[at])
            y.append(float(tops[at, place]) - counts[at] / 2)
            texts.append(safe(word))
    return {"type": "scatter", "mode": "text", "x": x, "y": y, "text": texts, "hoverinfo": "skip"}
