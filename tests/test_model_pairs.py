"""Base and instruct models: which belong together, how that is corrected, and how they are told apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scripted import finished

from lmwalk.datasets.contrasts import compare, sides_of
from lmwalk.datasets.families import study_data
from lmwalk.errors import InputError
from lmwalk.jobs import Jobs
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.study.model_pairs import guessed_pairs, neighbours

BASE, TUNED, OTHER = "simulated/biased:p=0.6/0.4", "simulated/biased:p=0.8/0.2", "ideal"
SEQUENCES: dict[str, Any] = {
    "name": "own",
    "process": "sequence",
    "models": [BASE, OTHER, TUNED],
    "temperatures": [1.0],
    "pairs": {BASE: TUNED},
    "trajectories": 8,
    "steps": 12,
    "template": {"text": "{results}"},
}


@pytest.mark.parametrize(
    ("names", "pairs"),
    [
        ("local/google/gemma-2-2b local/google/gemma-2-2b-it", [(0, 1)]),
        ("m/Llama-3.1-8B-Instruct m/Llama-3.1-8B", [(1, 0)]),
        ("m/Mistral-7B-v0.1 m/Mistral-7B-Instruct-v0.1 m/Mistral-7B-Instruct-v0.2", [(0, 1)]),
        ("ollama/gemma2:2b-text-q4 ollama/gemma2:2b-instruct-q4", [(0, 1)]),
        ("a/gemma-it b/gemma a/gemma b/gemma-it", [(1, 3), (2, 0)]),
        ("OLMoE-1B-7B-base OLMoE-1B-7B-chat gemma-2-9b-it phi-2 phi-3", [(0, 1)]),
    ],
)
def test_names_that_differ_in_such_a_word_alone_are_a_pair(names: str, pairs: list[tuple[int, int]]) -> None:
    """Whatever stands first; where several fit, those of one place; a size or a version is no such word."""
    models = names.split()
    assert guessed_pairs(models) == {models[base]: models[tuned] for base, tuned in pairs}


def test_models_of_a_pair_become_neighbours() -> None:
    """No model is lost, the others keep their order, and the base comes first."""
    assert neighbours(["d", "b", "a", "c"], {"a": "b"}) == ["d", "a", "b", "c"]
    assert neighbours(["a", "b"], {}) == ["a", "b"]


def test_a_pair_is_of_two_models_of_the_study() -> None:
    """A stranger, or a model in two pairs, is named."""
    for pairs in ({BASE: "gpt"}, {BASE: BASE}, {BASE: TUNED, OTHER: TUNED}):
        with pytest.raises(InputError, match="pairs: "):
            Study.of(**SEQUENCES | {"pairs": pairs})


def test_pairs_of_a_stored_study_can_be_corrected(jobs: Jobs, store: Store) -> None:
    """Conditions and answers stay; a run that names no pairs keeps them; None has them guessed again."""
    study = finished(jobs, **SEQUENCES)
    before = store.steps(study.name)

    jobs.set_pairs(study.name, {OTHER: TUNED})
    assert store.study(study.name).model_pairs == {OTHER: TUNED}
    finished(jobs, **SEQUENCES | {"pairs": None})
    assert store.study(study.name).model_pairs == {OTHER: TUNED}
    with pytest.raises(InputError, match="no model of this study"):
        jobs.set_pairs(study.name, {"gpt": TUNED})
    jobs.set_pairs(study.name, None)

    assert store.study(study.name).model_pairs == {}
    assert store.steps(study.name).equals(before)


def test_a_pair_differs_as_two_conditions_do(jobs: Jobs, store: Store) -> None:
    """Instruct less base, with the interval and p of the comparison of these two conditions, for every measure."""
    study = finished(jobs, **SEQUENCES)
    table = study_data(store, study)[1].pair_differences().set_index("compared")
    base, _, tuned = sides_of(study)
    found = compare(store, tuned, base, "share")

    row = table.loc["Share of heads"]
    assert list(table.index) == ["Share of heads", "Alternation", "Outcomes"]
    assert (row["base"], row["instruct"], row["unit"]) == (BASE, TUNED, "sequence")
    np.testing.assert_allclose(
        row[["instruct_less_base", "low", "high", "p"]].astype(float),
        [getattr(found.found, name) for name in ("difference", "low", "high", "p")],
    )
    assert row["instruct_mean"] - row["base_mean"] == pytest.approx(row["instruct_less_base"])
