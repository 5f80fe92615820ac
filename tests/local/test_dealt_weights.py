"""Weights on the workers of a cluster: loaded once each, however many shards they ask."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from clusters import finish, machines
from distributed import Client

from lmwalk.store import Store
from lmwalk.study import Study


def loads() -> list[int]:
    """How often the weights of each model of a process were loaded."""
    from lmwalk.models.local.shelf import _SHELF

    return [weights.loads for weights in _SHELF.values()]


@pytest.mark.process
def test_a_worker_loads_weights_once_for_all_its_shards(
    folder_of: Callable[..., Path], store: Store, monkeypatch: Any
) -> None:
    """Each shard is one trajectory here, and the study is whole."""
    monkeypatch.setattr("lmwalk.cluster.owner.size_of_next", lambda *_: 1)
    model = f"local/{folder_of('llama')}:device=cpu,dtype=f32"
    text = {"text": "I flipped a coin and it landed on"}
    study = Study.of(
        name="weights", process="prior", template=text, models=[model], measurement="probabilities",
        trajectories=4, steps=2,
    )  # fmt: skip
    with machines(1) as at:
        assert finish(store, study, at).progress().done == study.total_steps
        with Client(at.address, set_as_default=False) as client:
            assert list(client.run(loads).values()) == [[1]]
