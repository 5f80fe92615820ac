"""Compare for draws: a picture and its numbers for each condition."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scripted import finished

from lmwalk.datasets import thumbnails
from lmwalk.datasets.overview import OVERVIEWS, Number
from lmwalk.datasets.thumbnail_text import number_words, observed_words, why_no_interval
from lmwalk.jobs import Jobs
from tests.ui.conftest import Page, numbers, texts
from tests.ui.test_results import STUDIES

SHOWN = {
    "prior": ["distance", "share"],
    "stated-bias": ["distance", "spread"],
    "in-context": ["distance", "gamma"],
    "switching": ["distance", "gamma"],
    "markov": ["distance", "observer", "area"],
    "double-distribution": ["distance"],
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
    square = thumbnails.Square((0, 10), (0, 1))

    assert square.points([0, 5, 10], [0, np.nan, 1]) == "4.0,96.0 96.0,4.0"
    bar = square.bar(5, 0.5, 2, "#000000")
    assert (bar["y"] + bar["height"], bar["height"]) == pytest.approx((96, 46))


def test_stated_answers_lie_on_the_diagonal_where_they_are_right() -> None:
    """A point for each statement, at equal distances from both axes."""
    rows = pd.DataFrame({"stated": [0.0, 0.3, 1.0], "mean": [0.0, 0.3, 1.0]})

    picture = thumbnails.stated(rows, rows)

    assert [dot["x"] + dot["y"] for dot in picture["dots"]] == pytest.approx([100] * 3)
    assert picture["lines"][0]["role"] == "null"


def test_numbers_below_a_picture_say_what_they_rest_on() -> None:
    """Five wordings of copies are five answers; unread replies widen an interval; chance stands beside a distance."""
    share, distance = Number("share", "share", ""), Number("distance", "distance", "")
    row = {"wordings": 5, "answers": 100, "distinct": 5, "share": 0.57, "share_low": 0.4, "share_high": 0.7}

    assert observed_words(row) == "5 wordings, 5 distinct answers"
    assert number_words(row, share) == "0.570 (0.400 to 0.700)"
    bounds = {"share_least": 0.4, "share_most": 0.7, "share_least_low": 0.31, "share_most_high": 0.82}
    assert number_words(row | bounds, share) == "0.570 (0.310 to 0.820 with unread)"
    assert number_words({"distance": 0.12, "matcher": 0.1234}, distance) == "0.120, by chance 0.123"


def test_a_number_without_an_interval_says_why() -> None:
    """Three wordings are too few, one sequence is one; what has an interval needs no reason."""
    share = Number("share", "share", "")
    none = {"share": 0.5, "share_low": np.nan}

    assert why_no_interval(none | {"wordings": 3}, share) == "3 distinct wordings, an interval needs 4."
    single = none | {"wordings": 1, "sequences": 5, "distinct_sequences": 1}
    assert why_no_interval(single, share) == "One distinct sequence, no interval."
    assert why_no_interval(none | {"wordings": 5, "share_low": 0.4}, share) == ""
