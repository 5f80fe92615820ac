"""What a model believes against what a law says it should."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from lmwalk.figures._drawing import SHARE, Words, layout, warmth
from lmwalk.figures._traces import marks, null_line

COLD_TO_WARM = [[share, warmth(share)] for share in (0.0, 0.5, 1.0)]


def against_law(rows: pd.DataFrame) -> go.Figure:
    """One point a question, with the diagonal on which answer and law agree.

    Parameters
    ----------
    rows : DataFrame
        law, answer (probabilities of the event), n (results shown, the colour). No rows give the diagonal alone.
    """
    scale = {
        "color": rows["n"].tolist(),
        "colorscale": COLD_TO_WARM,
        "size": 6,
        "opacity": 0.6,
        "colorbar": {"title": {"text": "n, results shown"}, "thickness": 10, "outlinewidth": 0},
    }
    hover = "law %{x:.3f}<br>answer %{y:.3f}<br>after %{marker.color} results<extra></extra>"
    points = marks("answers", rows["law"].tolist(), rows["answer"].tolist(), hover, **scale)
    agreement = null_line([0, 1], [0, 1], "answer = law")
    shown = layout("Answers against the law", Words(), "P(heads) by the law", "P(heads) as answered", yaxis=SHARE)
    return go.Figure({"data": [agreement, *([points] if len(rows) else [])], "layout": shown})
