"""What studies cost, what the rest of them will, and which were left in the middle."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from scripted import finished

from lmwalk.jobs import Jobs
from lmwalk.step import Step
from lmwalk.store import Store, StoredCondition
from lmwalk.study import Study
from lmwalk.types import Sent


def kept(
    store: Store, model: str, costs: dict[tuple[int, int], float | None], name: str = "walk", **values: Any
) -> Study:
    """A study of which some answers are stored, by (trajectory, t)."""
    study = Study.of(**{"name": name, "models": [model], "trajectories": 2, "steps": 5, **values})
    store.register(study, [StoredCondition(condition, Sent({}), simulated=False) for condition in study.conditions()])
    for (trajectory, t), cost in costs.items():
        store.append(answer(study, trajectory, t, cost))
    store.flush()
    return study


def answer(study: Study, trajectory: int, t: int, cost: float | None, status: str = "ok", place: int = 0) -> Step:
    return Step(
        *(study.conditions()[place].id, trajectory, t, 1.0, 2.0, "UP", status, None, "Where?", "UP", "{}", "{}"),
        *(0.1, 3, 1, cost, 1, 42, datetime(2026, 1, 2), "gone" if status == "error" else None),
    )


def account(store: Store, name: str = "walk") -> dict[str, Any]:
    frame = store.accounts.all().set_index("study")
    return dict(frame.loc[name])


def test_the_rest_costs_what_the_answers_cost_on_average(store: Store) -> None:
    """Three of ten answers at 1, 2 and 3 cents: seven are left at 2 cents each."""
    kept(store, "openai/gpt", {(0, 1): 0.01, (0, 2): 0.02, (1, 1): 0.03})

    found = account(store)

    assert found["cost_usd"] == pytest.approx(0.06)
    assert found["rest_usd"] == pytest.approx(7 * 0.02)
    assert (found["unpriced"], found["open"]) == (0, 7)


def test_each_condition_has_its_own_price(store: Store) -> None:
    """A model at 1 cent with 9 left and one at 10 cents with 9 left: 99 cents to come."""
    study = kept(store, "openai/cheap", {(0, 1): 0.01}, models=["openai/cheap", "openai/dear"])
    store.append(answer(study, 0, 1, 0.1, place=1))
    store.flush()

    assert account(store)["rest_usd"] == pytest.approx(9 * 0.01 + 9 * 0.1)


def test_an_unknown_price_is_not_nothing(store: Store) -> None:
    """Answers without a price are counted, and what the rest will cost is not known."""
    kept(store, "openai/own", {(0, 1): None, (0, 2): None})

    found = account(store)

    assert (found["cost_usd"], found["unpriced"]) == (0, 2)
    assert found["rest_usd"] != found["rest_usd"]


@pytest.mark.parametrize("model", ["ollama/tiny", "ideal", "builtin/tiny", "simulated/biased"])
def test_models_on_this_machine_cost_nothing(store: Store, model: str) -> None:
    """Whether or not a price was written down."""
    kept(store, model, {(0, 1): None})

    found = account(store)

    assert (found["cost_usd"], found["rest_usd"], found["unpriced"]) == (0, 0, 0)


def test_only_what_neither_ended_nor_failed_is_open(store: Store, jobs: Jobs) -> None:
    """A finished study has nothing open; where a walk failed at its third step the other one's five are."""
    finished(jobs, name="whole")
    study = kept(store, "ollama/tiny", {(0, 1): 0.0, (0, 2): 0.0})
    assert account(store)["open"] == 8

    store.append(answer(study, 0, 3, None, "error"))
    store.flush()

    assert account(store)["open"] == 5
    assert account(store, "whole")["open"] == 0


def test_chains_that_ended_early_leave_nothing_open(store: Store, jobs: Jobs) -> None:
    """A chain that repeats itself is over, however many generations were planned."""
    params = {"texts": ["bicycle"], "stop": ["repeated"]}
    finished(jobs, name="chain", process="telephone", params=params, models=["simulated/mover:rate=0,noise=0"], steps=9)

    row = store.studies().iloc[0]

    assert row["steps"] == row["total"]
    assert account(store, "chain")["open"] == 0
