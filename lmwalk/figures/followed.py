"""The belief after all tosses against the probability after the switch, a line for each cutoff."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from lmwalk.analysis.summaries import beliefs
from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import SHARE, Words, drawing, layout, safe, warmth
from lmwalk.figures._traces import line, null_line, told, whiskers

UNIT = ("cell", "paraphrase")


def by_cutoff(material: DrawData) -> pd.DataFrame:
    """label, switch (tosses before it), theta (after it), what ``over_wordings`` gives over sequences and wordings."""
    said = material.answers.assign(switch=[material.switches[cell] for cell in material.answers["cell"]])
    return beliefs(said, ("label", "switch", "theta"), UNIT).sort_values(["label", "switch", "theta"], kind="stable")


@drawing(
    "followed",
    title="Followed",
    about="Mean probability of the event after all tosses against its true probability after the switch, with 95% "
    "intervals over sequences and wordings where there are enough; a line for each cutoff, from an early switch (cool) "
    "to a late one (warm). On the dashed diagonal the belief has followed the switch whole.",
    processes=("double-distribution",),
    place=1,
    table=by_cutoff,
    one=True,
)
def followed(frame: pd.DataFrame, words: Words) -> go.Figure:
    """A line for each cutoff."""
    cutoffs = sorted(frame["switch"].unique())
    traces = [null_line([0, 1], [0, 1], "followed whole", hoverinfo="skip")]
    for place, at in enumerate(cutoffs):
        rows = frame[frame["switch"] == at].sort_values("theta")
        colour = warmth(place / max(1, len(cutoffs) - 1))
        hover = "after the switch %{x:.3g}: %{y:.3f}<br>%{customdata}"
        known = whiskers(rows["mean"], rows["low"], rows["high"], colour)
        x, y = rows["theta"].tolist(), rows["mean"].tolist()
        own = line(f"switch after {at}", x, y, colour, hover, customdata=told(rows))
        traces.append(own | ({"error_y": known} if rows["low"].notna().all() else {}))
    title = f"Belief in {safe(words.event)} after the switch"
    x_title = f"probability of {safe(words.event)} after the switch"
    axes = {"xaxis": SHARE, "yaxis": SHARE}
    return go.Figure({"data": traces, "layout": layout(title, words, x_title, words.chance, **axes)})
