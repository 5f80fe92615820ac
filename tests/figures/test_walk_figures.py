"""Figures of walks show what was stored."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import Words, figures, figures_of
from lmwalk.figures.walk_rose import radius, wedge
from lmwalk.jobs import Jobs
from lmwalk.store import Store
from tests.figures.datasets import material


@pytest.fixture
def walks(jobs: Jobs, store: Store) -> WalkData:
    return material(jobs, store, "grid")


def test_paths_are_the_stored_ones(store: Store, walks: WalkData) -> None:
    """What is drawn from the moves is where the grid put the walker."""
    drawn = figures["walk-paths"].table(walks)
    stored = store.paths(store.studies()["study"].iloc[0])
    names = walks.answers[["condition", "label"]].drop_duplicates().set_index("condition")["label"]
    stored = stored.assign(label=stored["condition"].map(names)).set_index(["label", "trajectory", "t"])[["x", "y"]]
    drawn = drawn.set_index(["label", "trajectory", "t"])[["x", "y"]]

    assert len(drawn) == 2 * 3 * 21
    assert (drawn.sort_index() == stored.sort_index().astype(drawn["x"].dtype)).all().all()


def test_visits_are_counted_once_a_time(walks: WalkData) -> None:
    """The visits of a condition are its walks times their places, and the map shows all of them."""
    table = figures["walk-occupancy"].table(walks)
    own = table[table["label"] == table["label"].iloc[0]]
    paths = figures["walk-paths"].table(walks)
    first = paths[paths["label"] == own["label"].iloc[0]]
    brute = first.groupby(["x", "y"]).size()

    assert table.groupby("label")["visits"].sum().tolist() == [63, 63]
    assert own.set_index(["x", "y"])["visits"].sort_index().tolist() == brute.sort_index().tolist()
    assert np.nansum(np.array(figures["walk-occupancy"](own, Words()).data[0].z, float)) == pytest.approx(100)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 1.0])
def test_the_area_of_a_wedge_is_its_share(share: float) -> None:
    """By the shoelace formula, up to the finite number of corners; a quarter fills the unit circle's sector."""
    x, y = (np.array(side) for side in wedge(share, 90))
    area = abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2

    assert area == pytest.approx(share * 4 * np.deg2rad(43), rel=1e-2)
    assert radius(0.25) == 1


def test_a_filled_point_is_a_difference_after_adjusting(walks: WalkData) -> None:
    """Filled and hollow points share all conditions out among them by the adjusted p-value."""
    table = figures["walk-measures"].table(walks)
    rows = table[table["measure"] == "Distance"]
    picture = figures["walk-measures"](rows, Words())
    filled, hollow = picture.data[1], picture.data[2]

    assert sorted([*filled.x, *hollow.x]) == sorted(rows["value"])
    assert all(adjusted <= 0.05 for _, adjusted, _ in filled.customdata)
    assert all(adjusted > 0.05 for _, adjusted, _ in hollow.customdata)


def test_the_null_changes_what_walks_are_compared_with(walks: WalkData) -> None:
    """Beside walks with its own frequencies a walk's counts are nothing special."""
    unbiased = figures["walk-null"].table(walks)
    biased = figures["walk-null"].table(replace(walks, null="biased"))
    assert (unbiased["value"] == biased["value"]).sum() == unbiased["value"].notna().sum()
    assert not np.allclose(unbiased["expected"], biased["expected"], equal_nan=True)


def test_copies_are_said_wherever_a_number_stands(walks: WalkData) -> None:
    """Three equal walks are one: in each figure's title or legend, in its table, and without an interval."""
    answers = walks.answers[walks.answers["label"] == walks.answers["label"].iloc[0]]
    one = answers[answers["trajectory"] == answers["trajectory"].min()]
    copied = replace(walks, answers=pd.concat([one.assign(trajectory=number) for number in range(3)]))
    for name in ("walk-paths", "walk-occupancy", "walk-rose", "walk-displacement", "walk-measures", "walk-null"):
        table = figures[name].table(copied)
        rows = table[table["measure"] == "Distance"] if name == "walk-measures" else table

        assert set(zip(table["walks"], table["distinct"], strict=True)) == {(3, 1)}, name
        assert "3 walks, 1 distinct" in figures[name](rows, Words()).layout.title.text, name
    assert figures["walk-rose"].table(copied)[["low", "high"]].isna().all(axis=None)
    lines = figures["walk-displacement"](figures["walk-displacement"].table(copied), Words()).data
    assert any("one distinct walk, no interval" in str(line.name) for line in lines)


def test_walks_have_their_figures_from_left_to_right() -> None:
    """The overview first, then pictures, then single measures."""
    assert [figure.name for figure in figures_of("grid")] == [
        *("walk-null", "walk-paths", "walk-occupancy", "walk-rose", "walk-displacement", "walk-ends"),
        *("walk-spread", "walk-measures", "walk-shares", "walk-exact", "walk-unread", "walk-why", "parse-status"),
    ]


@pytest.mark.parametrize("process", ["ring", "cube"])
def test_a_walk_elsewhere_has_no_figure_that_rests_on_the_square_grid(process: str) -> None:
    """Its paths, its exact law, its shares, and how replies were read; no null walks, no rose, no cells."""
    assert [figure.name for figure in figures_of(process)] == [
        *("walk-paths", "walk-law", "walk-spread", "walk-shares", "walk-exact", "walk-unread", "walk-why"),
        "parse-status",
    ]


def test_unread_answers_leave_open_what_a_share_is(walks: WalkData) -> None:
    """From none of them having meant a direction to all; the figure is offered only where there are any."""
    unread = figures["walk-unread"]
    whole = replace(walks, answers=walks.answers[walks.answers["status"] == "ok"])
    assert not unread.applies(whole)
    lost = whole.answers.assign(
        status=whole.answers["status"].where(whole.answers["outcome"] != "UP", "unparsed"),
        outcome=whole.answers["outcome"].where(whole.answers["outcome"] != "UP", None),
    )
    material = replace(walks, answers=lost)
    assert unread.applies(material)

    table = unread.table(material).set_index(["label", "outcome"])
    before = figures["walk-rose"].table(whole).set_index(["label", "outcome"])["share"]

    assert ((table["least"] <= before + 1e-12) & (before <= table["most"] + 1e-12)).all()
    assert table.xs("UP", level="outcome")["most"].to_list() == pytest.approx(
        before.xs("UP", level="outcome").to_list()
    )
    one = table.reset_index().assign(label="<b>m</b>").iloc[:4]
    picture = unread(one, Words(measurement="sampled replies"))
    assert "could not be read" in picture.layout.title.text
    assert "sampled replies" in picture.layout.title.subtitle.text
    assert picture.layout.xaxis.title.text and picture.layout.yaxis.title.text
    assert "<b>m" not in str(picture.to_plotly_json())
