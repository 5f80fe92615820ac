"""Small real studies of every process of draws, as their figures get them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from scripted import finished

from lmwalk.datasets.families import study_data
from lmwalk.jobs import Jobs
from lmwalk.store import Store

Materials = Callable[[str], Any]
"""``material`` of a study that is run once: the fixture ``materials``."""
WORDINGS = {"texts": ["{results} next?", "{results} and then?"]}
SERIES: dict[str, Any] = {"template": WORDINGS, "trajectories": 1, "models": ["ideal", "simulated/filter:gamma=0.8"]}
SCORED: dict[str, Any] = {**SERIES, "measurement": "probabilities"}
STUDIES: dict[str, dict[str, Any]] = {
    "prior": {"process": "prior", "params": {"of": "die"}, "models": ["ideal"], "temperatures": [0.5, 1.0], "steps": 4},
    "prior-scored": {
        "process": "prior",
        "template": {"texts": ["{action}", "{choices}"]},
        "measurement": "probabilities",
    },
    "stated-bias": {"process": "stated-bias", "params": {"of": "die"}, "measurement": "probabilities", "steps": 1},
    "hidden-bias": {
        "process": "stated-bias",
        "params": {"stated": [0, 70, 100], "filler": "neutral", "depths": [0, 1], "lengths": [10, 50]},
        "measurement": "probabilities",
        "template": {"texts": ["{stated}{action}", "{stated}{choices}"]},
        "models": ["ideal", "simulated/honest"],
    },
    "in-context": {
        "process": "in-context",
        "params": {"thetas": [0.2, 0.8], "examples": [0, 1, 5]},
        "steps": 3,
        **SCORED,
    },
    "in-context-replies": {
        "process": "in-context",
        "params": {"thetas": [0.2, 0.8], "examples": [0, 5]},
        "steps": 2,
        **SERIES,
    },
    "switching": {"process": "switching", "params": {"tosses_shown": 12, "at": 6}, "steps": 13, **SCORED},
    "sequence": {"process": "sequence", "models": ["ideal", "simulated/persistent"], "steps": 20},
    "grid": {"process": "grid", "models": ["ideal", "simulated/honest:p=0.4"], "trajectories": 3, "steps": 20},
    "ring": {"process": "ring", "models": ["ideal", "simulated/persistent"], "trajectories": 3, "steps": 20},
    "cube": {"process": "cube", "trajectories": 5, "steps": 20},
    "poisson": {"process": "poisson", "models": ["simulated/marking"], "steps": 2},
}


OF_FIELDS = ("walk-spread", "walk-exact", "walk-why")
"""Figures of walks whose model told its probabilities, as a simulation with a sampler does."""


def material(jobs: Jobs, store: Store, name: str) -> Any:
    """What a finished study gives to its figures, with every condition named in full."""
    study = finished(jobs, **{"trajectories": 1, "steps": 1, **STUDIES[name]})
    _, data = study_data(store, study)
    frame = data.rows
    label = frame["model"] + " · T = " + frame["temperature"].map("{:g}".format)
    return replace(data, answers=frame.assign(label=label))  # type: ignore[call-arg]
