"""What the player is sent: every point once, and little enough of it."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from scripted import finished

from lmwalk.datasets import thumbnails
from lmwalk.datasets.walks import MOST_WALKS, WalkPicture, walk_picture
from lmwalk.jobs import Jobs
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.compare.grid import clock_of
from lmwalk.ui.families.walks import cell_views
from lmwalk.ui.families.walks.selection import WalkSelection
from lmwalk.ui.families.walks.view import VIEW

MOST_BYTES = 2_000_000


@pytest.fixture
def long(jobs: Jobs) -> Study:
    return finished(jobs, trajectories=20, steps=1000)


def test_twenty_walks_of_a_thousand_steps_are_sent_whole_in_two_megabytes(store: Store, long: Study) -> None:
    """The stage and Compare both get all 20 x 1,001 points, and say nothing of leaving any out."""
    message = VIEW.feed().snapshot(store, WalkSelection(long, tuple(long.conditions())))
    walks = cell_views.walk_messages(store.paths(long.name, cell_views.points_each(long)), walk_picture(long))

    assert sum(len(piece["t"]) for piece in message["points"]) == 20 + 20 * 1001  # the starts once more
    assert message["remark"] == ""
    assert [len(walk["x"]) for walk in walks] == [1001] * 20
    assert max(len(json.dumps(message)), len(json.dumps(walks))) < MOST_BYTES


@pytest.mark.parametrize(
    ("conditions", "trajectories", "steps"), [(1, 20, 1000), (35, 20, 1000), (35, 5, 50), (1, 1, 9)]
)
def test_an_atlas_stays_below_a_fixed_number_of_points(conditions: int, trajectories: int, steps: int) -> None:
    """However many walks there are, and none is sent more points than it has steps."""
    models = [f"openai/m{place}" for place in range(conditions)]
    study = Study.of(name="s", models=models, temperatures=[1.0], trajectories=trajectories, steps=steps)

    each = cell_views.points_each(study)

    assert each <= steps
    assert each * conditions * min(trajectories, MOST_WALKS) <= cell_views.MOST_POINTS
    assert each == steps or each >= cell_views.FEWEST_EACH


def test_a_thinned_walk_says_when_each_of_its_points_was() -> None:
    """Times are left out only where they are 0, 1, 2, ...; walks are drawn a tenth of a cell apart."""
    whole = pd.DataFrame({"trajectory": 3, "t": [0, 1, 2], "x": [0.0, 1.0, 1.0], "y": [0.0, 0.0, 0.5]})
    thinned = whole.assign(t=[0, 5, 7])
    picture = WalkPicture((), (0.0, 0.0), 5.0)

    assert cell_views.walk_messages(whole, picture) == [
        {"trajectory": 3, "shift": 0.1, "x": [0, 1, 1], "y": [0, 0, 0.5]}
    ]
    assert cell_views.walk_messages(thinned, picture)[0]["t"] == [0, 5, 7]


def test_a_clock_is_there_where_a_picture_has_a_course_in_time() -> None:
    """Running shares count results from 1; outcomes have no clock; an empty cell decides nothing."""
    rows = pd.DataFrame({"trajectory": 0, "t": [1, 2, 3], "share": 0.5, "funnel_low": 0.1, "funnel_high": 0.9})
    bars = thumbnails.outcomes(pd.DataFrame({"mean": [0.4, np.nan]}), pd.DataFrame({"mean": [0.4, np.nan]}))

    timed = clock_of([{"picture": {}}, {"picture": thumbnails.running(rows, rows)}])

    assert timed == {"word": "results", "names": None, "first": 1, "last": 3}
    assert clock_of([{"picture": {}}, {"picture": bars}]) is None
