"""Maps of how far answers are from a statement that is hidden in a text."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lmwalk.figures._data import DrawData
from lmwalk.figures._drawing import Words, figures
from tests.figures.datasets import Materials

STATED = {"0%": 0.0, "70%": 0.7, "100%": 1.0}


@pytest.fixture
def hidden(materials: Materials) -> DrawData:
    """The ideal observer beside a model that gives both sides one probability, whatever is stated."""
    given: DrawData = materials("hidden-bias")
    even = ~given.answers["model"].eq("ideal")
    answers = given.answers.assign(label=np.where(even, "even", "ideal"))
    shares = [(0.5, 0.5) if flat else each for flat, each in zip(even, answers["probabilities"], strict=True)]
    return replace(given, answers=answers.assign(probabilities=pd.Series(shares, index=answers.index, dtype=object)))


def test_maps_show_the_distance_from_what_is_stated(hidden: DrawData) -> None:
    """The ideal observer is at 0 everywhere, an even answer at |p - 1/2|: the constant answer of the same table."""
    place, bias = (figures[f"haystack-{name}"].table(hidden) for name in ("depth", "bias"))
    closed = {statement: abs(p - 0.5) for statement, p in STATED.items()}

    for table in (place, bias):
        assert table.loc[table["label"] == "ideal", "mean"].to_numpy() == pytest.approx(0)
        even = table[table["label"] == "even"]
        assert even["mean"].tolist() == pytest.approx(even["constant"].tolist())
    assert place.loc[place["label"] == "even", "mean"].tolist() == pytest.approx([np.mean(list(closed.values()))] * 4)
    flat = bias[bias["label"] == "even"]
    assert flat["mean"].tolist() == pytest.approx([closed[statement] for statement in flat["statement"]])
    assert len(flat) == 6


def test_a_panel_is_a_condition_in_one_scale(hidden: DrawData) -> None:
    """Each condition has a map of its own axes with the table's numbers; all have the same ends of the scale."""
    for name, across in (("depth", ["10", "50"]), ("bias", ["10", "50", "constant"])):
        drawing = figures[f"haystack-{name}"]
        table = drawing.table(hidden)
        picture = drawing(table, Words())
        maps = [trace for trace in picture.data if trace.type == "heatmap"]

        assert [each.name for each in maps] == ["ideal", "even"]
        assert [each.xaxis for each in maps] == ["x", "x2"]
        assert len({(each.zmin, each.zmax) for each in maps}) == 1
        assert all(list(each.x) == across for each in maps)
        even = table[table["label"] == "even"]["mean"]
        assert np.array(maps[1].z, float)[:, :2].mean() == pytest.approx(even.mean())


def test_without_a_text_there_are_no_maps(materials: Materials) -> None:
    """A statement that stands alone has no depth."""
    given = materials("stated-bias")

    assert not figures["haystack-depth"].applies(given)
    assert not figures["haystack-bias"].applies(given)
