"""Transmitters whose truth is known give it back through the whole pipeline: engine, store, properties, analysis."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from lmwalk.analysis.attractors import attractors
from lmwalk.analysis.fixed_points import limits
from lmwalk.datasets.chains import chain_data
from lmwalk.jobs import jobs_of
from lmwalk.measuring import measure
from lmwalk.store import open_store
from lmwalk.study import Study

MOVER, COPIER, SWAPPER = "simulated/mover:rate=0.02,noise=10", "simulated/copier", "simulated/swapper"
PLAN = Study.of(
    name="controls", process="telephone", models=[MOVER, COPIER, SWAPPER], temperatures=[0.8], trajectories=1, steps=50
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The measured chains of the controls, and their texts."""
    with open_store(tmp_path_factory.mktemp("controls") / "r.duckdb") as store:
        job = jobs_of(store).start(PLAN)
        job.wait(timeout_s=120)
        while jobs_of(store).measuring(PLAN.name):
            job.wait(timeout_s=0.1)
        assert job.state == "done", job.error
        assert measure(store, PLAN) == 0
        steps = store.steps(PLAN.name)
        chains = chain_data(store, PLAN)[1].chains
    cells = steps["trajectory"] % 20
    texts = steps.assign(
        label=steps["model"],
        task="rephrase",
        initial=cells,
        seed=steps["trajectory"] // 20,
        generation=steps["t"],
        text=steps["state_after"].map(lambda state: json.loads(state)["text"]),
    )
    return chains, texts


def found(run: tuple[pd.DataFrame, pd.DataFrame], model: str, name: str = "length") -> pd.Series:
    chains = run[0]
    return attractors(chains[chains["model"] == model], [name]).iloc[0]


def test_the_mover_s_attractor_is_recovered(run) -> None:
    """Slope .98^50 and position 600 lie in their intervals, and the intervals are not wide."""
    row = found(run, MOVER)

    assert row["slope_low"] <= 0.98**50 <= row["slope_high"]
    assert row["strength_low"] <= 1 - 0.98**50 <= row["strength_high"]
    assert row["position_low"] <= 600 <= row["position_high"]
    assert row["slope_high"] - row["slope_low"] < 0.3
    assert (row["chains"], row["texts"], row["early"], row["last"]) == (20, 20, 0, 50)


@pytest.mark.parametrize("name", ["length", "positivity", "difficulty", "variety"])
def test_a_copier_has_no_attractor(run, name: str) -> None:
    """What a text began with it keeps: the slope is 1, and no position is claimed."""
    row = found(run, COPIER, name)

    assert row["slope"] == pytest.approx(1)
    assert not row["strength"] > 1e-9
    assert pd.isna(row["position"])


def test_the_swapper_s_cycle_is_found(run) -> None:
    """Every chain is a cycle of two texts from its first generation on; a copier's is a fixed point."""
    table = limits(run[1])
    swapped, copied = table[table["label"] == SWAPPER], table[table["label"] == COPIER]

    assert len(swapped) == len(copied) == 20
    assert set(swapped["kind"]) == {"cycle"}
    assert set(swapped["period"]) == {2}
    assert swapped["tau"].tolist() == pytest.approx([1.0] * 20)
    assert set(copied["kind"]) == {"fixed point"}
    moved = table.loc[table["label"] == MOVER, "kind"]
    assert "cycle" not in set(moved)  # two equal texts at the very end can happen, turns cannot


def test_the_examples_are_there() -> None:
    """The file of controls that ships is the study of this test, with more seeds."""
    shipped = Study.read(Path(__file__).parent.parent / "examples" / "telephone" / "controls.yaml")

    assert (shipped.models, shipped.steps, shipped.params) == (PLAN.models, PLAN.steps, {"tasks": ["rephrase"]})
