"""Numbers of walks at a moment are those of the walks cut off there."""

from __future__ import annotations

import numpy as np
from scripted import finished

from lmwalk.datasets.families import study_data
from lmwalk.datasets.walk_moments import MOST_TICKS, moments, ticks_to
from lmwalk.figures._drawing import figures
from lmwalk.figures.occupancy_difference import differences
from lmwalk.jobs import Jobs
from lmwalk.number_format import DASH
from lmwalk.store import Store


def test_ticks_are_every_step_of_a_short_walk_and_reach_the_end_of_a_long_one() -> None:
    """At most so many, ascending, from 0 to the last."""
    assert ticks_to(3) == (0, 1, 2, 3)
    long = ticks_to(5000)
    assert (long[0], long[-1], len(long)) == (0, 5000, MOST_TICKS)
    assert list(long) == sorted(set(long))


def test_numbers_at_a_tick_are_those_of_the_steps_up_to_it(jobs: Jobs, store: Store) -> None:
    """Mean distance, shares and answers not read, against a count of the stored rows."""
    study = finished(jobs, models=["simulated/verbose"], trajectories=3, steps=12)
    condition = study.conditions()[0].id
    paths, answers = store.paths(study.name), study_data(store, study)[1].rows

    known = moments(study, paths, answers)

    for place, t in enumerate(known.ticks):
        ends = paths[paths["t"] == t]
        seen = answers[answers["t"] <= t]
        read = seen[seen["status"] == "ok"]
        distance, shares, unread = (texts[place] for texts in known.of(condition))
        assert distance == f"{np.hypot(ends['x'], ends['y']).mean():.1f}"
        ups = f"↑{100 * read['outcome'].eq('UP').mean():.0f}" if len(read) else f"↑{DASH}"
        assert shares.split()[0] == ups
        assert unread == (f"{len(seen) - len(read)} of {len(seen)}" if len(seen) else DASH)


def test_differences_of_occupancy_add_up_to_nothing(jobs: Jobs, store: Store) -> None:
    """Shares of either side are 1 in all, also of cells that one of them never saw."""
    study = finished(jobs, models=["simulated/biased"], temperatures=[0.0, 1.0], trajectories=2, steps=12)
    table = figures["walk-occupancy"].table(study_data(store, study)[1])
    a, b = (own for _, own in table.groupby("label", sort=False))

    apart = differences(a, b)

    assert np.isclose([apart["a"].sum(), apart["b"].sum()], 1).all()
    assert np.isclose(apart["difference"].sum(), 0)
    assert apart["difference"].abs().max() > 0
