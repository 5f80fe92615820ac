"""The same seed gives the same rows, to the last bit, however often a run was stopped and whatever ran beside it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lmwalk.jobs import ENDED, Jobs
from lmwalk.store import Store, open_store
from lmwalk.study import Study

SAME = ["temperature", "trajectory", "t", "x", "y", "outcome", "status", "reply", "prompt", "state_before"]
ALSO = ["state_after", "tokens_in", "tokens_out", "seed", "distribution"]
PLAN: dict[str, Any] = {"name": "walk", "models": ["builtin/tiny"], "trajectories": 5, "steps": 25}


def rows(store: Store) -> pd.DataFrame:
    """What a run decides; neither when it asked nor how long that took."""
    return store.steps("walk")[SAME + ALSO].sort_values(["temperature", "trajectory", "t"], ignore_index=True)


def run(store: Store, plan: Study, upto: int | None = None) -> None:
    """Run a study to its end, or stop it after so many answers."""
    job = Jobs(store).start(plan)
    while job.state not in ENDED:
        if upto is not None and job.progress().answers >= upto:
            job.stop()
        time.sleep(0.002)
    store.flush()
    assert job.state == ("done" if upto is None else "stopped"), job.error


@pytest.mark.parametrize("measurement", ["probabilities", "replies"])
@pytest.mark.parametrize("template", ["history", "terse"])
def test_a_run_that_was_stopped_has_the_rows_of_one_that_was_not(
    tmp_path: Path, measurement: str, template: str
) -> None:
    """Probabilities, and replies at T = 0, 0.7 and 1.5: stopped twice, and gone on with at another concurrency."""
    temperatures = [1.0] if measurement == "probabilities" else [0.0, 0.7, 1.5]
    plan = Study.of(**PLAN, temperatures=temperatures, measurement=measurement, template=template, concurrency=16)
    with open_store(tmp_path / "whole.duckdb") as store:
        run(store, plan)
        expected = rows(store)
    with open_store(tmp_path / "parts.duckdb") as store:
        run(store, plan.at_once(1), upto=10)
        run(store, plan.at_once(5), upto=20)
        assert 30 <= len(rows(store)) < plan.total_steps
        run(store, plan.at_once(32))
        found = rows(store)

    assert len(found) == plan.total_steps
    pd.testing.assert_frame_equal(found, expected, check_exact=True)
