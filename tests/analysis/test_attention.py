"""Attention along sequences, after a switch, and against the error: what is known by construction is found."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scripted import finished

from lmwalk.analysis.attention import MAXIMUM, MEAN, after_switch, attended, fitted, profiles, updates
from lmwalk.datasets.families import study_data
from lmwalk.figures._data import DrawData
from lmwalk.figures.discount import fitted as memories
from lmwalk.jobs import Jobs
from lmwalk.store import Store

FLAT, FALLING = "simulated/filter:gamma=0.8", "simulated/filter:gamma=0.8,attention=0.9"


@pytest.fixture
def material(jobs: Jobs, store: Store) -> DrawData:
    """A switching coin, two followers of the same filter: one attends to all tosses alike, one less to older ones."""
    study = finished(
        jobs,
        process="switching",
        params={"at": 6, "tosses_shown": 12, "sequences": 4},
        models=[FLAT, FALLING],
        temperatures=[1.0],
        measurement="probabilities",
        attention=True,
        template={"text": "{results}"},
        trajectories=1,
        steps=13,
    )
    _, found = study_data(store, study)
    assert isinstance(found, DrawData)
    return found


def test_a_filter_forgets_whatever_it_attends_to(material: DrawData) -> None:
    """Both have gamma .8; the flat one's profile is 1 at every toss, the other's falls off by .9 a toss."""
    rows = attended(material.answers, material.attention(), material.switches)
    lines = profiles(rows).set_index(["label", "attention", "n", "place"])["weight"].sort_index()
    shares = after_switch(rows)

    assert memories(material)["gamma"].tolist() == pytest.approx([0.8, 0.8], abs=1e-3)
    for kind in (MEAN, MAXIMUM):
        np.testing.assert_allclose(lines[FLAT, kind, 12], 1.0, rtol=1e-5)
        falling = lines[FALLING, kind, 12].to_numpy()
        np.testing.assert_allclose(falling[:-1] / falling[1:], 0.9, rtol=1e-5)
    flat = shares[shares["label"] == FLAT]
    assert flat["n"].min() == 7
    np.testing.assert_allclose(flat["after"], flat["part"], rtol=1e-5)
    last = shares[(shares["label"] == FALLING) & (shares["n"] == 12)]
    np.testing.assert_allclose(last["after"], (1 - 0.9**6) / (1 - 0.9**12), rtol=1e-5)


def test_an_update_is_a_sequence_and_not_a_token(material: DrawData) -> None:
    """One row a sequence and target, at its last question; where attention does not vary there is no line."""
    found = updates(attended(material.answers, material.attention(), material.switches))
    own = found[(found["label"] == FLAT) & (found["attention"] == MEAN)]

    assert own.groupby("target").size().tolist() == [4, 4]
    assert own["n"].eq(12).all()
    assert own[["slope", "r", "p"]].isna().all(axis=None)


def test_a_relation_that_cutoffs_make_is_not_one_within_them() -> None:
    """Both values rise from stratum to stratum and are independent inside: R is large, within strata it is not."""
    rng, stratum = np.random.default_rng(0), np.repeat(np.arange(10), 40)
    x, y = (stratum + rng.standard_normal(400) for _ in range(2))
    found = fitted(x, y, stratum)

    assert found["r"] == pytest.approx(np.corrcoef(x, y)[0, 1])
    assert found["slope"] == pytest.approx(np.polyfit(x, y, 1)[0])
    assert found["slope_low"] < found["slope"] < found["slope_high"]
    assert found["p"] < 0.001
    assert abs(found["within_r"]) < 0.15
    assert found["within_p"] > 0.01


def test_p_is_right_where_there_is_no_relation() -> None:
    """Of 200 pairs of samples without one, about a twentieth have p below .05, and R's interval holds 0 in the rest."""
    rng, ones = np.random.default_rng(1), np.zeros(30)
    found = pd.DataFrame([fitted(rng.random(30), rng.random(30), ones) for _ in range(200)])

    assert 2 <= (found["p"] <= 0.05).sum() <= 20
    assert ((found["r_low"] <= 0) & (found["r_high"] >= 0)).mean() > 0.88
    assert found["within_r"].isna().all()
