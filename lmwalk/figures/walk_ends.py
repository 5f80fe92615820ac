"""Where walks ended, every condition in a grid of models and temperatures, published end points as crosses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lmwalk import reference_data
from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import END, NULL, START, Words, drawing, layout, safe
from lmwalk.figures._exact import whole_law
from lmwalk.figures._traces import faint
from lmwalk.figures._walks import WALKS, on_square_grid
from lmwalk.geometry import SquareGrid
from lmwalk.palette import COOL

CELL = 96
"""Height of a row, in pixels."""
ROOM = 0.92
"""Of a cell's side that the picture takes."""
SHARE_OF_ENDS = 0.95
"""Of the law of end points, in the likeliest cells."""
RADIUS = float(np.sqrt(50 * np.log(20)))
"""Of the circle that 95% of unbiased walks of 50 steps end inside, in cells of the grid."""


def ends(material: WalkData) -> pd.DataFrame:
    """label, model, temperature, x, y, walks: where walks ended, and how many did there, in cells of the grid.

    And chance: the probability to end there under the law of the policy, of the likeliest cells that together hold 95%
    of it, also where no walk ended; NaN where it is not known.
    """
    answered = material.answers[material.answers["status"] != "error"]
    if answered.empty:
        return pd.DataFrame()
    last = answered.sort_values("t").groupby(["label", "model", "temperature", "trajectory"], sort=False).last()
    spots = ["label", "model", "temperature", "x", "y"]
    seen = last.reset_index().groupby(spots, sort=False).size().rename("walks").reset_index()
    longest = answered.groupby("label")["t"].max()
    laws = [_law(material, str(label), own, int(longest[label])) for label, own in seen.groupby("label", sort=False)]
    return pd.concat(laws, ignore_index=True)


def _law(material: WalkData, label: str, seen: pd.DataFrame, steps: int) -> pd.DataFrame:
    """The rows of one condition with those of the cells where walks of its law end."""
    law = whole_law(material, label, steps)
    if law is None:
        return seen.assign(chance=np.nan)
    chances = law.laws[steps]
    likely = np.argsort(-chances, kind="stable")
    kept = likely[: int(np.searchsorted(np.cumsum(chances[likely]), SHARE_OF_ENDS)) + 1]
    x, y = law.lattice.points[kept].T.astype(int)
    both = seen.merge(pd.DataFrame({"x": x, "y": y, "chance": chances[kept]}), how="outer", on=["x", "y"])
    filled = {name: seen[name].iloc[0] for name in ("label", "model", "temperature")}
    return both.fillna({**filled, "walks": 0}).astype({"walks": int})[[*seen.columns, "chance"]]


def of_others(material: WalkData) -> pd.DataFrame:
    """label, model, temperature, x, y of published walks; nothing where walks go elsewhere."""
    known = reference_data.walk_endpoints().rename(columns={"x_end": "x", "y_end": "y"})
    known = known.assign(label=known["model"], walks=1)
    return known.loc[[isinstance(material.geometry, SquareGrid)] * len(known)]


@drawing(
    "walk-ends",
    title="End points",
    about="Where the walks of every condition ended, seen from where they began: a dot for each spot, larger where "
    "several walks ended there. Crosses are published end points of the same model and temperature, after 50 steps. "
    "95% of unbiased walks of that length end inside the dotted circle. Blue cells: where the model's own token "
    "probabilities, where they are known, let 95% of walks end.",
    families=WALKS,
    holds=on_square_grid,
    place=4,
    table=ends,
    published=of_others,
)
def walk_ends(frame: pd.DataFrame, words: Words) -> go.Figure:
    """Models down, temperatures across, all cells in one plane."""
    published = frame["published"].eq(True) if "published" in frame else pd.Series(data=False, index=frame.index)
    own = {_bare(model): str(model) for model in reversed(frame.loc[~published, "model"].tolist())}
    beside = frame["model"].map(lambda model: own.get(str(model), str(model)))  # the first of one's own of that name
    frame = frame.assign(published=published, row=frame["model"].where(~published, beside))
    rows = list(map(str, dict.fromkeys(frame["row"])))
    columns = sorted(map(float, frame["temperature"].unique()))
    reach = 1.1 * max(RADIUS, float(frame[["x", "y"]].abs().to_numpy().max()))
    scale = ROOM / 2 / reach
    across = frame["temperature"].map({value: place for place, value in enumerate(columns)})
    down = frame["row"].map({model: place for place, model in enumerate(rows)})
    placed = frame.assign(at_x=across + frame["x"] * scale, at_y=-down + frame["y"] * scale)
    own_law = placed[placed["chance"].notna()] if "chance" in placed else placed[:0]
    traces = [
        *([_chances(own_law, scale)] if len(own_law) else []),
        *_cells(len(rows), len(columns), scale),
        _dots(placed[~placed["published"] & (placed["walks"] > 0)]),
        *([_crosses(placed[placed["published"]])] if published.any() else []),
    ]
    return go.Figure({"data": traces, "layout": _layout(rows, columns, words)})


def _bare(model: str) -> str:
    """A model's name without its server: published ones are named so."""
    return str(model).rpartition("/")[2]


def _cells(rows: int, columns: int, scale: float) -> list[dict[str, Any]]:
    """The frame, the circle and the start of every cell."""
    side = ROOM / 2
    square = np.array([(-side, -side), (side, -side), (side, side), (-side, side), (-side, -side)])
    turn = np.linspace(0, 2 * np.pi, 49)
    circle = RADIUS * scale * np.column_stack([np.cos(turn), np.sin(turn)])
    middles = [(column, -row) for row in range(rows) for column in range(columns)]
    starts = {"mode": "markers", "marker": {"size": 5, "color": START}, "name": "start", "hoverinfo": "skip"}
    x, y = zip(*middles, strict=True)
    return [
        _outlines(square, middles, {"width": 1}, showlegend=False),
        _outlines(circle, middles, {"width": 1, "dash": "dot"}, name="95% of unbiased walks end inside"),
        {"type": "scatter", "x": list(x), "y": list(y), **starts},
    ]


def _outlines(
    points: np.ndarray[Any, Any], middles: list[tuple[int, int]], line: Mapping[str, Any], **more: Any
) -> dict[str, Any]:
    x: list[float | None] = []
    y: list[float | None] = []
    for across, down in middles:
        x += [*(points[:, 0] + across).tolist(), None]
        y += [*(points[:, 1] + down).tolist(), None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": NULL, **line},
        "hoverinfo": "skip",
    } | more


def _dots(own: pd.DataFrame) -> dict[str, Any]:
    sizes = (7 + 3 * np.sqrt(own["walks"].to_numpy(float) - 1)).tolist()
    sign = {"size": sizes, "color": END, "opacity": 0.85}
    return _signs(
        own, "ended here", sign, "%{customdata[3]} of the walks ended at (%{customdata[1]}, %{customdata[2]})"
    )


def _chances(law: pd.DataFrame, scale: float) -> dict[str, Any]:
    """Where walks of the law end: a blue square a cell, darker where more do."""
    law = law.sort_values("chance", ascending=False)
    most = law.groupby("label")["chance"].transform("max")
    inks = [faint(COOL, round(0.15 + 0.6 * share, 2)) for share in (law["chance"] / most).tolist()]
    side = max(2.0, 1.1 * CELL * scale)
    sign = {"size": side, "symbol": "square", "color": inks, "line": {"width": 0}}
    told = law.assign(walks=[f"{chance:.3g}" for chance in law["chance"]])
    hover = "%{customdata[3]} of the probability to end at (%{customdata[1]}, %{customdata[2]})"
    return _signs(told, "exact: 95% of the law's end points", sign, hover)


def _crosses(others: pd.DataFrame) -> dict[str, Any]:
    sign = {"size": 8, "symbol": "x-thin-open", "color": NULL, "line": {"width": 2, "color": NULL}}
    return _signs(others, "published", sign, "published end point (%{customdata[1]}, %{customdata[2]})")


def _signs(rows: pd.DataFrame, name: str, marker: dict[str, Any], hover: str) -> dict[str, Any]:
    told = rows.assign(at=[f"{safe(m)} · T = {t:g}" for m, t in zip(rows["model"], rows["temperature"], strict=True)])
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": rows["at_x"].tolist(),
        "y": rows["at_y"].tolist(),
        "customdata": told[["at", "x", "y", "walks"]].to_numpy().tolist(),
        "marker": marker,
        "hovertemplate": "%{customdata[0]}<br>" + hover + "<extra></extra>",
    }


def _layout(names: list[str], columns: list[float], words: Words) -> dict[str, Any]:
    bare = {"showgrid": False, "zeroline": False}
    across = {"tickvals": list(range(len(columns))), "ticktext": [f"{value:g}" for value in columns], "side": "top"}
    down = {"tickvals": [-place for place in range(len(names))], "ticktext": list(map(safe, names)), "automargin": True}
    axes = {
        "xaxis": {**bare, **across, "range": [-0.5, len(columns) - 0.5], "constrain": "domain"},
        "yaxis": {
            **bare,
            **down,
            "range": [0.5 - len(names), 0.5],
            "scaleanchor": "x",
            "constrain": "domain",
            "constraintoward": "top",
        },
        "height": 190 + CELL * len(names),
        "margin": {"t": 110},
        "hovermode": "closest",
    }
    return layout("Where walks ended", words, "temperature", "", **axes)
