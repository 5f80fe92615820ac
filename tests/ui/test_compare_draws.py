"""Compare for draws: a picture and its numbers for each condition."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scripted import finished

from lmwalk.jobs import Jobs
from lmwalk.materials import small
from lmwalk.materials.overview import OVERVIEWS
from tests.ui.conftest import Page, numbers, texts
from tests.ui.test_results import STUDIES

SHOWN = {
    "prior": ["distance", "share"],
    "stated-bias": ["distance", "spread"],
    "in-context": ["distance", "gamma"],
    "switching": ["distance", "gamma"],
    "sequence": ["share", "alternation"],
    "poisson": ["ratio", "dispersion"],
}


@pytest.mark.parametrize("process", list(SHOWN))
def test_every_process_of_draws_can_be_compared(page: Page, jobs: Jobs, process: str) -> None:
    """A row a condition, with the numbers of its process and how many answers there are."""
    study = finished(jobs, **{"name": process, "process": process, "trajectories": 1, **STUDIES[process]})

    app = page("compare", study=process)

    assert not app.exception
    assert not app.error
    table = numbers(app)
    assert len(table) == len(study.models) * len(study.temperatures)
    assert table["answers"].sum() == study.total_steps
    assert set(SHOWN[process]) <= set(table.columns)
    assert "all answered" in texts(app)


def test_the_ideal_observer_is_at_no_distance_from_what_is_stated(page: Page, jobs: Jobs) -> None:
    """Numbers that are always even: the distance is 0, and that of an even chance a half."""
    finished(jobs, **{"name": "even", "process": "stated-bias", "trajectories": 1, **STUDIES["stated-bias"]})

    table = numbers(page("compare", study="even"))

    assert table["distance"].tolist() == [0.0]
    assert table["constant"].tolist() == [0.5]


@pytest.mark.usefixtures("impatient")
def test_a_study_of_draws_without_an_answer_has_dashes(page: Page, jobs: Jobs) -> None:
    """Where every call failed there are conditions, no numbers, and no exception."""
    finished(jobs, name="failed", process="prior", models=["simulated/failing:rate=1"], trajectories=1, steps=2)

    app = page("compare", study="failed")

    assert not app.exception
    table = numbers(app)
    assert table["answers"].tolist() == [0]
    assert table["failed"].tolist() == [5]


def test_every_overview_draws_what_its_figure_s_table_holds() -> None:
    """Each process of draws has an overview."""
    assert set(OVERVIEWS) == set(SHOWN)


def test_a_square_has_its_origin_below_on_the_left() -> None:
    """Up is more; points without a number are left out."""
    square = small.Square((0, 10), (0, 1))

    assert square.points([0, 5, 10], [0, np.nan, 1]) == "4.0,96.0 96.0,4.0"
    bar = square.bar(5, 0.5, 2, "#000000")
    assert (bar["y"] + bar["height"], bar["height"]) == pytest.approx((96, 46))


def test_stated_answers_lie_on_the_diagonal_where_they_are_right() -> None:
    """A point for each statement, at equal distances from both axes."""
    rows = pd.DataFrame({"stated": [0.0, 0.3, 1.0], "mean": [0.0, 0.3, 1.0]})

    picture = small.stated(rows, rows)

    assert [dot["x"] + dot["y"] for dot in picture["dots"]] == pytest.approx([100] * 3)
    assert picture["lines"][0]["role"] == "null"
