"""What is written into a map of colours can be read on every cell, whatever the theme of the page."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.text import Text
from plotly.colors import sample_colorscale

from lmwalk.export.plot import drawn
from lmwalk.figures._cells import COOL_TO_WARM, axis, cells
from lmwalk.figures._drawing import Words, figures, figures_of
from lmwalk.figures.contrast_matrix import APART, contrast_matrix
from lmwalk.figures.grid_map import FAINT_TO_DEEP, grid_map
from lmwalk.figures.walk_null import SCALE
from lmwalk.jobs import Jobs
from lmwalk.palette import custom_properties
from lmwalk.store import Store
from tests.figures.datasets import STUDIES, material

ENOUGH = 4.5
ROOT = Path(__file__).parents[2]


def contrast(one: str, other: str) -> float:
    """As WCAG 2 defines it."""

    def luminance(colour: str) -> float:
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
        return float(np.dot(parts, (0.2126, 0.7152, 0.0722)))

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def worst(figure: go.Figure) -> float:
    """The least contrast of a word with the cell that it stands on; every cell hides what is behind it."""
    ground, words = figure.data[0], figure.data[1]
    scale = [[stop, colour] for stop, colour in ground.colorscale]
    assert all(colour.startswith("#") and len(colour) == 7 for _, colour in scale)
    found = []
    for x, y, ink in zip(words.x, words.y, words.textfont.color, strict=True):
        value = ground.z[list(ground.y).index(y)][list(ground.x).index(x)]
        place = float(np.clip((value - ground.zmin) / (ground.zmax - ground.zmin), 0, 1))
        (shade,) = sample_colorscale(scale, [place], colortype="tuple")
        found.append(contrast(ink, "#" + "".join(f"{round(255 * part):02x}" for part in shade)))
    return min(found)


@pytest.mark.parametrize(
    "scale",
    [COOL_TO_WARM, SCALE, APART, FAINT_TO_DEEP],
    ids=["cool to warm", "beside null walks", "below and above", "faint to deep"],
)
def test_every_shade_of_a_scale_can_be_written_on(scale: list[list[Any]]) -> None:
    """At any place of the scale the words have 4.5 to 1 at least."""
    z = [np.linspace(-3, 3, 300).tolist()]
    trace = {"type": "heatmap", "x": list(map(str, range(300))), "y": ["a"], "z": z, "colorscale": scale}

    assert worst(go.Figure({"data": cells(trace, [["1"] * 300])})) >= ENOUGH


@pytest.mark.parametrize(
    ("study", "figure"),
    [
        (study, figure.name)
        for study, values in STUDIES.items()
        for figure in figures_of(str(values["process"]))
        if figure.name in ("heat", "walk-null") and study != "prior-scored"
    ],
)
def test_the_numbers_of_every_map_can_be_read(jobs: Jobs, store: Store, study: str, figure: str) -> None:
    """Of studies that were run; no map leaves the colour of its letters to Plotly."""
    table = figures[figure].table(material(jobs, store, study))
    if figure == "walk-null":  # one or two conditions are points, whose words stand beside them on the page
        table = pd.concat([table, table.assign(label=table["label"] + " again")], ignore_index=True)
    picture = figures[figure](table, Words())

    assert picture.data[0].texttemplate is None
    assert len(picture.data[1].text) > 1
    assert worst(picture) >= ENOUGH


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_of_the_grid_can_be_read_on_the_page(theme: str) -> None:
    """Plain, faint and coloured words of Compare have 4.5 to 1 on the page's background, in both themes."""
    page = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"][theme]
    text, ground = page["textColor"], page["backgroundColor"]
    style = (ROOT / "lmwalk" / "ui" / "compare" / "web" / "grid.css").read_text()
    share = float(re.findall(r"--lmw-faint: color-mix\(in srgb, var\(--st-text-color\) (\d+)%", style)[0]) / 100
    faint = to_hex(share * np.array(to_rgb(text)) + (1 - share) * np.array(to_rgb(ground)))
    words = [text, faint, *(custom_properties(theme)[f"--lmw-{name}"] for name in ("bad", "warn"))]

    assert min(contrast(word, ground) for word in words) >= ENOUGH


def test_the_point_of_a_single_condition_has_its_words_in_the_colour_of_the_page(jobs: Jobs, store: Store) -> None:
    """Numbers beside points name no colour of their own, so that they can be read in both themes."""
    picture = figures["walk-null"](figures["walk-null"].table(material(jobs, store, "grid")), Words())

    assert picture.data[0].mode == "markers+text"
    assert picture.data[0].textfont.color is None


def test_a_map_of_one_number_can_be_read_in_its_picture_too() -> None:
    """The picture that is taken away has the same words in the same inks."""
    frame = pd.DataFrame({"model": ["a", "b"], "temperature": [0.5, 0.5], "value": [1.0, 2.0]})

    figure = grid_map(frame, "A number", Words())

    assert worst(figure) >= ENOUGH
    inks = dict(zip(figure.data[1].text, figure.data[1].textfont.color, strict=True))
    assert list(inks) == ["1", "2"]
    written = {text.get_text(): text.get_color() for text in drawn(figure).findobj(Text) if text.get_gid() == "trace-1"}
    assert written == inks


def test_one_number_alone_has_a_colour_and_a_missing_one_none() -> None:
    """Equal values stand in the middle of the scale; a word without a cell has the colour of all other words."""
    trace = {"type": "heatmap", "x": ["a", "b"], "y": ["c"], "z": [[2.0, None]], "colorscale": COOL_TO_WARM}

    ground, written, bare = cells(trace, [["2", "?"]])

    assert (ground["zmin"], ground["zmax"]) == (1.5, 2.5)
    assert (written["text"], bare["text"]) == (["2"], ["?"])
    assert "color" not in bare["textfont"]
    assert axis(["a", "b"])["range"] == [-0.5, 1.5]
    assert axis(["a", "b"], downwards=True)["range"] == [1.5, -0.5]


@pytest.mark.parametrize("signed", [True, False])
def test_a_map_of_pairs_is_its_own_mirror(signed: bool) -> None:
    """The row minus the column is the other way round in the other triangle; stars where a pair differs."""
    frame = pd.DataFrame(
        {
            "first": ["a", "a", "b"],
            "second": ["b", "c", "c"],
            "difference": [1.0, 2.0, 1.0],
            "p_adjusted": [0.5, 0.01, np.nan],
        }
    )
    figure = contrast_matrix(frame, "Distance", Words(), signed=signed)
    z = np.array(figure.data[0].z, float)

    assert np.isnan(np.diag(z)).all()
    assert np.allclose(np.nan_to_num(z), np.nan_to_num(-z.T if signed else z.T))
    assert sum("*" in text for text in figure.data[1].text) == 2
    assert worst(figure) >= ENOUGH
    assert contrast_matrix(frame.assign(difference=np.nan), "Distance", Words()).data
