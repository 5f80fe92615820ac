"""The numbers of walks while more answers come."""

from __future__ import annotations

from scripted import finished

from lmwalk.analysis.walks import mean_distances
from lmwalk.datasets.walks import ends_of
from lmwalk.jobs import Jobs
from lmwalk.store import Store


def test_a_walk_that_begins_between_two_reads_waits_for_the_next_look(jobs: Jobs, store: Store) -> None:
    """Paths and tallies are read one after the other while answers come; a walk that only one of them has is left."""
    study = finished(jobs, models=["ideal"], trajectories=3, steps=4)
    paths, tallies = store.paths(study.name, 1), store.walks(study.name)
    earlier = tallies[tallies["trajectory"] < 2]

    ends = ends_of(paths, earlier, study)

    assert sorted(ends["trajectory"]) == [0, 1]
    assert mean_distances(ends)["n"].tolist() == [2]
