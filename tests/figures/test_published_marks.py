"""Published models, which are all grey, are told apart by their signs and dashes."""

from __future__ import annotations

import plotly.graph_objects as go

from lmwalk.figures._drawing import marked


def test_every_published_model_of_ten_has_a_sign_or_dash_of_its_own_and_one_s_own_model_keeps_its() -> None:
    """No two of ten have both in common."""
    names = [f"model {place}" for place in range(10)]
    lines = [{"type": "scatter", "mode": "lines+markers", "name": name, "x": [0], "y": [0]} for name in [*names, "own"]]

    figure = marked(go.Figure({"data": lines}), names)

    looks = {(trace.marker.symbol, trace.line.dash) for trace in figure.data[:-1]}
    assert len(looks) == 10
    assert (figure.data[-1].marker.symbol, figure.data[-1].line.dash) == (None, None)
