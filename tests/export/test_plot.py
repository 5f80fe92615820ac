"""A figure drawn without a browser shows every point of every trace."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from matplotlib.collections import PathCollection, PolyCollection, QuadMesh
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.quiver import Quiver
from matplotlib.text import Text
from PIL import Image

from lmwalk.analysis.walks import mean_moves
from lmwalk.errors import InputError
from lmwalk.export.canvas import printable, unmarked
from lmwalk.export.plot import drawn, html, png, svg
from lmwalk.export.plot.scales import formatted
from lmwalk.figures._data import ChainData
from lmwalk.figures._drawing import Drawing, Words, figures, figures_of, safe
from lmwalk.figures.grid_map import grid_map
from lmwalk.figures.learned import against_law
from lmwalk.figures.policy import field
from lmwalk.figures.sampler_check import sampler_check
from tests import published_series
from tests.figures.datasets import NOT_ASKED_FOR, OF_FIELDS, PAIRS, STUDIES, Materials, pair_rows

HOSTILE = "<script>x</script> $x^2$ ![](y) \u202e\nz"
NOTHING_TO_SHOW = {("prior-scored", "heat"), ("prior-scored", "running")} | {
    (walk, figure) for walk in ("ring", "cube") for figure in OF_FIELDS
}
NOTHING_TO_SHOW |= NOT_ASKED_FOR
OF_DRAWS = [
    (study, figure.name)
    for study, values in STUDIES.items()
    for figure in figures_of(str(values["process"]))
    if (study, figure.name) not in NOTHING_TO_SHOW and (figure.name != "model-pairs" or "pairs" in values)
]
TEXTS = ("the river ran", "the river was dry", "a dry bed", "the river was dry", "a dry bed")


@pytest.fixture(scope="module")
def chains() -> ChainData:
    """Two published models, five initial texts."""
    frame = published_series.telephone_series()
    frame = frame[frame["initial"].lt(5) & frame["generation"].isin([0, 1, 2, 5, 10, 20, 50])]
    models = dict(zip(frame["model"].unique(), ("one-7b", "one-7b-instruct", "two"), strict=True))
    frame = frame.assign(model=frame["model"].map(models), variety=np.nan)
    hot = frame[frame["model"] == "two"].assign(temperature=1.6)
    frame = pd.concat([frame, hot], ignore_index=True)
    frame = frame.assign(label=frame["model"] + frame["temperature"].map(" · T = {:g}".format))
    return ChainData(
        frame,
        initials=tuple(f"text {place}" for place in range(5)),
        texts=TEXTS,
        subject="text 0",
        every_text=lambda: frame.assign(text=[TEXTS[place % 5] for place in frame["generation"]]),
        pairs=PAIRS,
        pair_differences=lambda: pair_rows(PAIRS),
    )


def picture(drawing: Drawing, given: Any, words: Words) -> go.Figure:
    table = drawing.table(given)
    one = ("condition" if "condition" in table else "label",) if drawing.one else ()
    for column in (*drawing.choose, *one):
        table = table[table[column] == table[column].iloc[0]]
    return drawing(table, words)


def artists(paper: Figure, number: int, kind: type) -> list[Any]:
    return [artist for artist in paper.findobj(kind) if artist.get_gid() == f"trace-{number}"]


def finite(trace: Any) -> int:
    """How many points of a trace have a place: a category or a number on both axes."""
    return sum(all(v is not None and v == v for v in pair) for pair in zip(trace.x, trace.y, strict=True))


def every_point_is_drawn(figure: go.Figure) -> None:
    paper = drawn(figure)
    for number, trace in enumerate(figure.data):
        if trace.visible is False:
            continue
        if trace.type == "heatmap":
            assert artists(paper, number, QuadMesh)[0].get_array().size == np.size(trace.z)
        elif trace.type == "bar":
            assert len(artists(paper, number, Rectangle)) == len(trace.x)
        else:
            scatter_is_drawn(paper, number, trace)


def scatter_is_drawn(paper: Figure, number: int, trace: Any) -> None:
    if trace.fill or trace.stackgroup:
        assert artists(paper, number, PolyCollection)
    if "lines" in trace.mode and (trace.line.width is None or trace.line.width > 0) and trace.x:
        (line,) = artists(paper, number, Line2D)
        assert np.isfinite(np.asarray(line.get_xydata(), float)).all(axis=1).sum() == finite(trace)
    if "markers" in trace.mode:
        places = [artist.get_offsets() for artist in artists(paper, number, PathCollection)]
        assert sum(np.isfinite(np.ma.filled(at, np.nan)).all(axis=1).sum() for at in places) == finite(trace)


@pytest.mark.parametrize(("study", "figure"), OF_DRAWS)
def test_every_point_of_a_figure_of_draws_is_drawn(materials: Materials, study: str, figure: str) -> None:
    """No trace is left out, whatever it is made of, and the picture can be written both ways."""
    shown = picture(figures[figure], materials(study), Words(subject=safe(HOSTILE)))

    every_point_is_drawn(shown)

    assert_written(shown)


@pytest.mark.parametrize("figure", [each.name for each in figures_of("telephone") if each.name != "model-pairs"])
def test_every_point_of_a_figure_of_chains_is_drawn(chains: ChainData, figure: str) -> None:
    """The same for chains of texts."""
    shown = picture(figures[figure], chains, Words(measurement="sampled texts"))

    every_point_is_drawn(shown)

    assert_written(shown)


def assert_written(shown: go.Figure) -> None:
    image = Image.open(io.BytesIO(png(shown, 1)))
    root = ET.fromstring(svg(shown))
    assert image.format == "PNG"
    assert image.width == 900
    assert image.height >= 300
    assert root.tag.endswith("svg")
    assert not [each for each in root.iter() if each.tag.endswith(("script", "foreignObject"))]
    links = [value for each in root.iter() for name, value in each.attrib.items() if name.endswith("href")]
    assert all(link.startswith(("#", "data:image/png;")) for link in links)


def test_values_keep_their_places() -> None:
    """Numbers, categories, a logarithmic and a reversed axis, error bars: read back from what was drawn."""
    traces = [
        {"type": "scatter", "mode": "lines+markers", "x": [1, 10, None, 100], "y": ["a", "b", "c", "a"], "name": "n"},
        {"type": "bar", "orientation": "h", "x": [5.0], "y": ["b"], "error_x": {"array": [50]}},
    ]
    layout = {"xaxis": {"type": "log"}, "yaxis": {"type": "category", "autorange": "reversed"}}

    axes = drawn(go.Figure({"data": traces, "layout": layout})).axes[0]

    line = axes.lines[0]
    assert np.array_equal(line.get_xydata(), [[1, 0], [10, 1], [np.nan, 2], [100, 0]], equal_nan=True)
    assert axes.get_xscale() == "log"
    assert axes.get_xlim()[0] <= 1
    assert axes.get_xlim()[1] >= 100
    assert axes.get_ylim() == (2.5, -0.5)
    assert [text.get_text() for text in axes.get_yticklabels()] == ["a", "b", "c"]


def test_bars_of_one_place_stand_side_by_side() -> None:
    """Two traces share a place in halves; a place of its own is all a bar's; stacked bars stand on others."""

    def bars(mode: str, second: str) -> list[tuple[float, float, float]]:
        traces = [{"type": "bar", "x": ["a"], "y": [1]}, {"type": "bar", "x": [second], "y": [2]}]
        paper = drawn(go.Figure({"data": traces, "layout": {"barmode": mode, "bargap": 0.2}}))
        own = [artists(paper, number, Rectangle)[0] for number in (0, 1)]
        return [(bar.get_x() + bar.get_width() / 2, bar.get_width(), bar.get_y()) for bar in own]

    assert np.allclose(bars("group", "a"), [(-0.2, 0.4, 0), (0.2, 0.4, 0)])
    assert np.allclose(bars("group", "b"), [(0, 0.8, 0), (1, 0.8, 0)])
    assert np.allclose(bars("stack", "a"), [(0, 0.8, 0), (0, 0.8, 1)])


def test_arrows_and_numbered_colours_keep_their_values() -> None:
    """The built-in model's two figures: an arrow for each place, a sign for each question, and what colours mean."""
    moves = mean_moves(
        np.array([0, 1, 2]), np.array([0, 0, 3]), np.array([[1.0, 0, 0, 0], [0, 0, 0.5, 0.5], [0, 1, 0, 0]])
    )
    rows = pd.DataFrame({"law": [0.2, 0.7], "answer": [0.25, 0.7], "n": [0, 10]})

    arrows, points = (drawn(figure) for figure in (field(moves), against_law(rows)))

    (quiver,) = artists(arrows, 0, Quiver)
    assert np.allclose(quiver.U, [0, 0, 0])
    assert np.allclose(quiver.V, [1.1, 0, -1.1])  # neighbours are 1 apart, and the longest spans 1.1 of that
    (signs,) = artists(points, 1, PathCollection)
    assert np.allclose(signs.get_offsets(), [[0.2, 0.25], [0.7, 0.7]])
    for paper, words in ((arrows, "mean move"), (points, "n, results shown")):
        assert words in [text.get_text() for text in paper.findobj(Text)]


def test_no_registered_figure_is_left_out_here() -> None:
    """Each is drawn above; a new one needs material in ``tests/figures/materials.py``."""
    assert {name for _, name in OF_DRAWS} | {each.name for each in figures_of("telephone")} == set(figures)


@pytest.mark.parametrize("kind", ["pie", "surface"])
def test_a_trace_that_is_not_known_is_named(kind: str) -> None:
    """Nothing is left out in silence: the picture says what could not be drawn, and holds the table."""
    figure = go.Figure({"data": [{"type": kind}], "layout": {"title": {"text": safe(HOSTILE)}}})
    table = pd.DataFrame({"label": ["a", HOSTILE], "value": [0.25, np.nan]})
    with pytest.raises(InputError, match=kind):
        drawn(figure)

    root = ET.fromstring(svg(figure, table))
    words = "\n".join(text for each in root.iter() if each.tag.endswith("text") for text in each.itertext())

    assert f"A '{kind}' trace cannot be drawn" in words
    assert "0.25" in words
    assert words.count("<script>x</script>") == 2
    assert not [each for each in root.iter() if each.tag.endswith("script")]
    assert Image.open(io.BytesIO(png(figure))).format == "PNG"


def test_a_name_is_only_text() -> None:
    """Markup, formulas, line breaks and signs that turn the direction: letters in the picture, nothing else."""
    trace = {"type": "scatter", "mode": "markers", "x": [safe(HOSTILE), "b"], "y": [1, 2], "name": safe(HOSTILE)}
    shown = go.Figure({"data": [trace], "layout": {"title": {"text": safe(HOSTILE)}, "showlegend": True}})

    root = ET.fromstring(svg(shown))
    words = "".join(text for each in root.iter() if each.tag.endswith("text") for text in each.itertext())

    assert words.count("<script>x</script> $x^2$ ![](y)") >= 3
    assert "\u202e" not in words
    assert not [each for each in root.iter() if each.tag.endswith("script")]
    assert b"<script>x" not in html(shown).replace(b"\\u003cscript>x", b"")


def test_plotlys_tags_are_not_letters() -> None:
    """What Plotly reads as markup is taken away; what was escaped comes back."""
    assert unmarked("a<br>b <i>c</i> &lt;b&gt; <sub>2</sub>") == "a\nb c <b> 2"
    assert unmarked("1 < 2 & 3") == "1 < 2 & 3"
    assert printable("a\u200f\x00\u4e2d\u2028b") == "a\N{REPLACEMENT CHARACTER} b"


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.5, ".1~f", "0.5"),
        (1.0, ".1~f", "1"),
        (0.5, ".0%", "50%"),
        (0.333, ".2f", "0.33"),
        (-2.0, "", "\u22122"),
        (0.0, "", "0"),
    ],
)
def test_numbers_are_written_as_plotly_writes_them(value: float, form: str, text: str) -> None:
    """d3's formats, without zeros at the end where they ask for that."""
    assert formatted(value, form) == text


def test_a_picture_of_the_same_figure_is_the_same_file() -> None:
    """Bytes repeat, and twice the scale is twice the pixels."""
    shown = go.Figure({"data": [{"type": "scatter", "x": [1, 2], "y": [3, 4]}], "layout": {"width": 500}})

    assert png(shown) == png(shown)
    assert svg(shown) == svg(shown)
    assert Image.open(io.BytesIO(png(shown, 2))).width == 1000


def test_a_page_needs_nothing_else() -> None:
    """Plotly stands in the page: no element of it loads anything."""
    page = html(go.Figure({"data": [{"type": "scatter", "x": [1], "y": [2]}]})).decode()

    assert "<script src" not in page
    assert "<link" not in page
    assert len(page) > 1_000_000


def test_maps_and_probes_can_be_taken_away_too() -> None:
    """Figures of no process: every number of a map is written, every bar of a probe is drawn."""
    frame = pd.DataFrame({"model": ["a", "a", "<b>"], "temperature": [0.5, 1.0, 0.5], "value": [1.5, 2.25, np.nan]})
    written = {text.get_text() for text in drawn(grid_map(frame, "A number", Words())).findobj(Text)}
    rows = pd.DataFrame(
        {"name": ["UP", "<b>"], "observed": [0.7, 0.3], "expected": [0.5, 0.5], "low": 0.4, "high": 0.6}
    )

    assert {"1.5", "2.25", "<b>"} <= written
    assert len(artists(drawn(sampler_check(rows, "A probe")), 0, Rectangle)) == 2
