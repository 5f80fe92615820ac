"""Small real studies of every process of draws, as their figures get them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
from scripted import finished

from lmwalk.datasets.families import study_data
from lmwalk.jobs import Jobs
from lmwalk.store import Store

Materials = Callable[[str], Any]
"""``material`` of a study that is run once: the fixture ``materials``."""
WORDINGS = {"texts": ["{results} next?", "{results} and then?"]}
SERIES: dict[str, Any] = {"template": WORDINGS, "trajectories": 1, "models": ["ideal", "simulated/filter:gamma=0.8"]}
SCORED: dict[str, Any] = {**SERIES, "measurement": "probabilities"}
NEXT: dict[str, Any] = {**SERIES, "template": {"texts": ["{sequence}", "Next:{sequence}"]}}
CHAIN: dict[str, Any] = {**NEXT, "template": {"texts": ["{sequence}"]}, "measurement": "probabilities"}
ATTENDED: dict[str, Any] = {
    **SCORED,
    "models": ["simulated/filter:gamma=0.8", "simulated/filter:gamma=0.8,attention=0.9"],
    "attention": True,
}
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
    "switching": {"process": "switching", "params": {"tosses_shown": 12, "at": 6}, "steps": 13, **ATTENDED},
    "markov": {"process": "markov", "params": {"sequences": 4, "lengths": [0, 2, 8]}, "steps": 3, **CHAIN},
    "markov-replies": {"process": "markov", "params": {"sequences": 2, "lengths": [1, 8]}, "steps": 2, **NEXT},
    "double-distribution": {
        "process": "double-distribution",
        "params": {"before": [0.2, 0.5, 0.8], "after": [0.3, 0.7], "cutoffs": [3, 9], "tosses_shown": 12},
        **ATTENDED,
    },
    "sequence": {
        "process": "sequence",
        "models": ["ideal", "simulated/persistent"],
        "pairs": {"ideal": "simulated/persistent"},
        "steps": 20,
    },
    "grid": {"process": "grid", "models": ["ideal", "simulated/honest:p=0.4"], "trajectories": 3, "steps": 20},
    "ring": {"process": "ring", "models": ["ideal", "simulated/persistent"], "trajectories": 3, "steps": 20},
    "cube": {"process": "cube", "trajectories": 5, "steps": 20},
    "poisson": {"process": "poisson", "models": ["simulated/marking"], "steps": 2},
}


NOT_ASKED_FOR = {
    ("in-context", "attention-profile"),
    ("in-context-replies", "attention-profile"),
    *((study, "model-pairs") for study, values in STUDIES.items() if "pairs" not in values),
}
"""Figures of what these studies did not ask for: attention, or models that are pairs."""
PAIRS = {"one-7b": "one-7b-instruct"}


def pair_rows(pairs: dict[str, str]) -> pd.DataFrame:
    """What ``datasets.model_pairs`` gives, of one measure."""
    rows = pd.DataFrame(pairs.items(), columns=["base", "instruct"]).assign(compared="Length, characters", task="")
    names = ("base_mean", "base_low", "base_high", "instruct_mean", "instruct_low", "instruct_high")
    numbers = dict(zip(names, (500.0, 450.0, 550.0, 700.0, 600.0, 790.0), strict=True))
    found = {"instruct_less_base": 200.0, "low": 90.0, "high": 310.0, "p": 0.001, "p_adjusted": 0.002}
    units = {"unit": "text", "paired": True, "base_units": 20, "instruct_units": 20}
    return rows.assign(label=rows["instruct"], temperature=0.8, **numbers, **found, **units)


OF_FIELDS = ("walk-spread", "walk-exact", "walk-why")
"""Figures of walks whose model told its probabilities, as a simulation with a sampler does."""


def material(jobs: Jobs, store: Store, name: str) -> Any:
    """What a finished study gives to its figures, with every condition named in full."""
    study = finished(jobs, **{"trajectories": 1, "steps": 1, **STUDIES[name]})
    _, data = study_data(store, study)
    frame = data.rows
    label = frame["model"] + " · T = " + frame["temperature"].map("{:g}".format)
    return replace(data, answers=frame.assign(label=label))  # type: ignore[call-arg]
