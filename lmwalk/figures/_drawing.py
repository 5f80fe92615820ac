"""What all figures of draws share: how one is filed, what it is given, its colours, its axes and its words."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lmwalk import palette
from lmwalk.figures._published import told_apart
from lmwalk.geometry import Geometry
from lmwalk.registry import Registry, make_process
from lmwalk.types import Process

HEIGHT = 460
NULL = palette.REFERENCE
"""Colour of every null reference; always dashed or dotted too."""
OKABE_ITO, START, END = palette.OKABE_ITO, palette.START, palette.END
CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "showSendToCloud": False,
    "modeBarButtonsToRemove": ["sendChartToCloud"],
}
"""What Plotly.js is told wherever a figure is shown: no mark of its maker, and nothing that sends the chart away."""
TOSSES = "n, tosses shown (at equal distances)"
"""Of an axis whose numbers are names, so that few and many tosses are seen alike."""
SHARE = {"range": [-0.02, 1.02], "zeroline": False, "tickformat": ".1~f"}


@dataclass(frozen=True)
class Words:
    """What a figure says beside its numbers.

    Attributes
    ----------
    event : str
        The outcome that is followed, such as ``heads``.
    measurement : str
        ``token probabilities`` or ``sampled replies``.
    subject : str
        The condition, where one alone is shown.
    null : str
        The null walks, where a figure has some.
    caution : str
        What has to be known of all its numbers; lines of their own below the title.
    geometry : Geometry or None
        Where walks go, for the fixed background.
    source : str
        Where published values that are drawn come from; a line of its own below the title.
    """

    event: str = "heads"
    measurement: str = "token probabilities"
    subject: str = ""
    null: str = "unbiased"
    caution: str = ""
    geometry: Geometry | None = None
    source: str = ""

    @property
    def chance(self) -> str:
        """The probability of the event, for an axis."""
        return f"P({safe(self.event)})" if self.measurement == "token probabilities" else f"share of {safe(self.event)}"


Table = Callable[[Any], pd.DataFrame]
"""From the data of one family, a record of ``figures._data``, to a frame whose rows are told apart by ``label``."""
Draw = Callable[[pd.DataFrame, Words], go.Figure]


@dataclass(frozen=True)
class Drawing:
    """A figure of some processes, and the table behind it.

    Attributes
    ----------
    families : tuple of str
        It is a figure of every process of these. A table is made from the data of the process's own family:
        ``WalkData`` of ``walk``, ``DrawData`` of ``draw``, ``ChainData`` of ``chain``.
    processes : tuple of str
        Single processes that it is a figure of besides.
    holds : callable
        Whether it holds for a process of those, as its geometry or its alphabet is.
    place : int
        Where it stands among the figures of its process, from the left.
    table : callable
        From the study's data to the frame that is drawn.
    published : callable or None
        From the study's data to the same frame of published models, with ``label`` their names.
    one : bool
        Whether it shows one condition at a time.
    choose : tuple of str
        Columns of the table of which one value is shown at a time.
    of_chain : bool
        Whether its table is made from the texts of one chain.
    against : bool
        Whether it compares with null walks, one kind at a time.
    slow : callable
        Whether its table is likely to take more than two seconds.
    applies : callable
        Whether the study's data can fill it at all.
    said : callable
        What its table says in words, for a picture that stands alone; on the screen words stand above it.
    """

    name: str
    title: str
    about: str
    table: Table
    draw: Draw
    families: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    holds: Callable[[Process], bool] = lambda _: True
    place: int = 5
    published: Table | None = None
    one: bool = False
    choose: tuple[str, ...] = ()
    of_chain: bool = False
    against: bool = False
    slow: Callable[[Any], bool] = lambda _: False
    applies: Callable[[Any], bool] = lambda _: True
    said: Callable[[pd.DataFrame], str] = lambda _: ""

    def __call__(self, frame: pd.DataFrame, words: Words) -> go.Figure:
        """The figure, or an empty one that says so."""
        if frame.empty:
            return nothing(self.title)
        return told_apart(self.draw(frame, words), [safe(label) for label in published_labels(frame)])


figures: Registry[Drawing] = Registry("lmwalk.figures", "figure")


def drawing(name: str, **about: Any) -> Callable[[Draw], Drawing]:
    """File a function as a figure of some processes; ``about`` are the fields of ``Drawing``."""

    def file(draw: Draw) -> Drawing:
        return figures.register(name)(Drawing(name=name, draw=draw, **about))

    return file


def figures_of(process: str) -> list[Drawing]:
    """The figures of a process, from left to right."""
    made = make_process(process, {})
    own = [each for each in figures.values() if made.family in each.families or process in each.processes]
    return sorted((figure for figure in own if figure.holds(made)), key=lambda figure: figure.place)


def nothing(title: str) -> go.Figure:
    """An empty figure that says so."""
    note = {"text": "Nothing to draw yet", "showarrow": False, "xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5}
    hidden = {"visible": False}
    return go.Figure({"layout": {"title": {"text": title}, "annotations": [note], "xaxis": hidden, "yaxis": hidden}})


def layout(title: str, words: Words, x: str, y: str, **more: Any) -> dict[str, Any]:
    """Titles, axes with units, a legend below, nothing that has a colour of its own."""
    subtitle = " · ".join(part for part in (safe(words.subject), words.measurement) if part)
    more_lines = [safe(line) for text in (words.caution, words.source) for line in text.splitlines()]
    subtitle = "<br>".join([subtitle, *more_lines])
    x_axis, y_axis = more.pop("xaxis", {}), more.pop("yaxis", {})
    margin = {"l": 60, "r": 20, "t": 80, "b": 60, **more.pop("margin", {})}
    return {
        "title": {"text": title, "subtitle": {"text": subtitle}},
        "xaxis": {"title": {"text": x}, "zeroline": False, **x_axis},
        "yaxis": {"title": {"text": y}, "zeroline": False, **y_axis},
        "height": HEIGHT,
        "legend": {"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "tracegroupgap": 0},
        "margin": margin | {"t": margin["t"] + 20 * len(more_lines)},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hoverlabel": {"namelength": -1},
        **more,
    }


def safe(text: object) -> str:
    """Text as Plotly shows it letter by letter: its labels would else be read as markup."""
    return html.escape(str(text), quote=False)


def warmth(share: float) -> str:
    """From cool (0) to warm (1)."""
    stops = [bytes.fromhex(colour[1:]) for colour in palette.SCALE]
    place = min(max(share, 0.0), 1.0) * (len(stops) - 1)
    left = min(int(place), len(stops) - 2)
    parts = zip(stops[left], stops[left + 1], strict=True)
    return "#" + "".join(f"{round(low + (place - left) * (high - low)):02x}" for low, high in parts)


def colours(labels: Sequence[str], published: Sequence[str] = ()) -> dict[str, str]:
    """A colour for each label: the palette for the study's, greys for published models."""
    own = [label for label in labels if label not in published]
    known = {label: OKABE_ITO[place % len(OKABE_ITO)] for place, label in enumerate(own)}
    greys = [label for label in labels if label in published]
    return known | {label: palette.PUBLISHED[place % len(palette.PUBLISHED)] for place, label in enumerate(greys)}


def trajectory_colour(number: int) -> str:
    """One colour for one trajectory, the live picture's as near as one colour for both themes can be."""
    return palette.TRAJECTORIES[number % len(palette.TRAJECTORIES)]


def published_labels(frame: pd.DataFrame) -> list[str]:
    """The labels of published rows."""
    if "published" not in frame:
        return []
    return list(dict.fromkeys(frame.loc[frame["published"].eq(True), "label"]))
