"""Walks drawn from token probabilities, at any temperature and under any sampler, from questions asked once."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy.stats import chi2_contingency
from servers import openai_server

from lmwalk.jobs import Jobs
from lmwalk.store import Store
from lmwalk.study import Study

ONE_MOVE = {"name": "drawn", "models": ["builtin/tiny"], "template": "terse", "steps": 1, "trajectories": 150}
TEMPERATURES = (0.1, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0)


def run(store: Store, **settings: object) -> pd.DataFrame:
    """The steps of a study, once it is through."""
    study = Study.of(**settings)
    job = Jobs(store).start(study)
    job.wait()
    assert job.state == "done", job.error
    return store.steps(study.name)


def test_moves_from_probabilities_are_those_of_the_models_own_sampler(store: Store) -> None:
    """At T = 0.3, 1 and 2, with cuts after the temperature, both draw the same moves (G-test)."""
    settings = ONE_MOVE | {"temperatures": [0.3, 1.0, 2.0], "sampler": {"top_k": 3, "top_p": 0.9}}
    drawn = run(store, **settings, measurement="probabilities", imitate="own")
    own = run(store, **settings | {"name": "own", "seed": 1})

    for temperature in (0.3, 1.0, 2.0):
        pair = [frame[frame["temperature"] == temperature]["outcome"].value_counts() for frame in (drawn, own)]
        table = pd.concat(pair, axis=1).fillna(0).to_numpy()
        assert chi2_contingency(table, lambda_="log-likelihood").pvalue > 1e-4


def test_a_cut_before_the_temperature_is_never_undone(store: Store) -> None:
    """In Ollama's order a top_k of 2 leaves two moves at any temperature; hot, they come about equally often."""
    steps = run(
        store, **ONE_MOVE, measurement="probabilities", imitate="ollama", temperatures=[0.0, 5.0], sampler={"top_k": 2}
    )
    cold, hot = (steps[steps["temperature"] == temperature]["outcome"] for temperature in (0.0, 5.0))

    assert cold.nunique() == 1
    assert set(cold) <= set(hot)
    assert hot.nunique() == 2
    assert hot.value_counts(normalize=True).min() > 0.3


@pytest.fixture
def server(monkeypatch):
    with openai_server(probabilities={"UP": 0.4, "RIGHT": 0.3, "LEFT": 0.2, "DOWN": 0.1}) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        yield running


def test_each_question_is_asked_once_whatever_the_temperature(server, store: Store) -> None:
    """Seven temperatures of five walks on 121 sites ask at most 121 questions, not 1,750, and say so."""
    study = Study.of(
        name="spared",
        models=["openai/tiny"],
        params={"half_width": 5},
        template={"text": "x = {x}, y = {y}. UP, DOWN, LEFT or RIGHT?"},
        measurement="probabilities",
        temperatures=TEMPERATURES,
        trajectories=5,
        steps=50,
    )
    job = Jobs(store).start(study)
    job.wait()
    progress, steps = job.progress(), store.steps("spared")

    assert (job.state, len(steps)) == ("done", 1750)
    assert len(server.questions) <= 121
    assert len(server.questions) == progress.asked == steps["prompt"].nunique()
    assert progress.asked + progress.spared >= 1750
    assert f"{progress.asked:,}" in progress.economy


SHORT = {
    "models": ["openai/tiny"],
    "params": {"half_width": 5},
    "template": {"text": "x = {x}, y = {y}. UP, DOWN, LEFT or RIGHT?"},
    "measurement": "probabilities",
    "trajectories": 2,
    "steps": 6,
}


def test_what_was_asked_once_serves_later_runs(server, store: Store) -> None:
    """Another study asks only what is new, each step names what it was read from, and refresh asks everything anew."""
    first = run(store, name="first", **SHORT)
    asked = len(server.questions)
    again = run(store, name="again", **SHORT, temperatures=[0.0])
    new = set(again["prompt"]) - set(first["prompt"])

    assert len(server.questions) == asked + len(new)
    kept = store._frame("SELECT name, prompt FROM distributions")
    prompts = dict(zip(kept["name"], kept["prompt"], strict=True))
    for steps in (first, again):
        assert steps["source"].map(prompts).tolist() == steps["prompt"].tolist()
    run(store, name="refreshed", **SHORT, temperatures=[0.0], refresh=True)
    assert len(server.questions) == asked + len(new) + again["prompt"].nunique()


def test_another_model_behind_a_name_is_asked_anew(server, store: Store) -> None:
    """Where the server lists another model than before, nothing is reused, and the run says so."""
    server.models = ("weights-1",)
    run(store, name="first", **SHORT)
    asked = len(server.questions)
    run(store, name="same", **SHORT, temperatures=[0.0])
    assert "another model" not in "".join(store.conditions("same")["notes"])
    server.models = ("weights-2",)
    between = len(server.questions)
    steps = run(store, name="changed", **SHORT)

    assert len(server.questions) - between == steps["prompt"].nunique() > 0
    assert between - asked < asked
    assert "taken for another model" in store.conditions("changed")["notes"][0]
