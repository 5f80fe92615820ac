"""Transmitters hand texts on as their names say, and models that relay take turns."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmwalk.errors import InputError, PermanentError
from lmwalk.processes.grid import Grid
from lmwalk.processes.telephone import Telephone
from lmwalk.registry import backend_of, open_model
from lmwalk.types import Process, Prompt, Sampling

TEXT = "It rained for a week, and the river came up to the mill. " * 8
texts = st.lists(st.sampled_from(["the", "cat", "sat", "on", "a", "wall"]), min_size=1, max_size=60).map(" ".join)


def handed_on(name: str, text: str, seed: int = 0, generation: int = 0) -> str:
    state = {"cell": 0, "generation": generation, "text": text}
    return asked(name, Prompt("", None, Telephone(texts=("one",)), state), seed)


def asked(name: str, prompt: Prompt, seed: int = 0) -> str:
    return asyncio.run(open_model(name).reply(prompt, Sampling(), seed, nullcontext())).text


@given(st.text())
def test_a_copier_changes_nothing(text: str) -> None:
    """The text comes back to the letter."""
    assert handed_on("simulated/copier", text) == text


@given(st.text())
def test_a_swapper_comes_back_after_two(text: str) -> None:
    """Turning the words round twice gives the words as they were."""
    assert handed_on("simulated/swapper", handed_on("simulated/swapper", text)) == text


@given(texts, st.floats(1, 500), st.floats(0, 1), st.integers(0, 1000))
def test_a_mover_reaches_the_length_it_aims_at(text: str, target: float, rate: float, seed: int) -> None:
    """A text goes the given share of the way, to the nearer letter up or down, unless a single word is left."""
    after = handed_on(f"simulated/mover:target={target!r},rate={rate!r}", text, seed)
    aim = max(1.0, len(text) + rate * (target - len(text)))

    assert abs(len(after) - aim) <= 1 or " " not in after
    assert after == after.strip()


def test_a_mover_s_mean_length_is_exact() -> None:
    """Small steps are taken on average, so that no length but the target stands still."""
    after = [len(handed_on("simulated/mover:target=600,rate=0.001", TEXT, seed)) for seed in range(2000)]
    aim = len(TEXT) + 0.001 * (600 - len(TEXT))

    assert np.mean(after) == pytest.approx(aim, abs=5 * np.std(after) / np.sqrt(2000))


@pytest.mark.parametrize("name", ["copier", "mover", "swapper"])
def test_transmitters_need_a_text(name: str) -> None:
    """A walk has no text to hand on, and the failure says so."""
    grid: Process = Grid()
    with pytest.raises(PermanentError, match="has no text"):
        asked(f"simulated/{name}", Prompt("", None, grid, grid.start(partial(np.random.default_rng, 0))))


@pytest.mark.parametrize("name", ["mover:target=0", "mover:rate=2", "mover:noise=-1", "copier:rate=1"])
def test_parameters_outside_their_range_are_named(name: str) -> None:
    """The complaint names the parameter."""
    with pytest.raises(InputError, match=name.partition(":")[2].partition("=")[0]):
        backend_of(f"simulated/{name}").check(f"simulated/{name}")


def test_models_take_turns_by_generation() -> None:
    """The first model makes the first text, the second the second, and so on round."""
    relay = "relay/simulated/copier + simulated/swapper"

    assert [handed_on(relay, "a b", generation=t) for t in range(4)] == ["a b", "b a"] * 2


def test_a_relay_says_what_each_model_is_sent() -> None:
    """Notes carry the name of the model that they are about."""
    sent = open_model("relay/simulated/honest + simulated/copier").accepts(Sampling(0.5), drop=False)

    assert sent.parameters == {"simulated/honest": {"temperature": 0.5}, "simulated/copier": {}}
    assert all(note.startswith("simulated/") for note in sent.notes)


@pytest.mark.parametrize(
    "name", ["relay/simulated/copier", "relay/ + ", "relay/relay/a + b + c", "relay/simulated/no + x"]
)
def test_a_relay_needs_two_models_that_there_are(name: str) -> None:
    """One model, no name, a relay in a relay and a name that nobody answers to are refused before anything runs."""
    with pytest.raises(InputError):
        backend_of(name).check(name)


def test_a_relay_needs_generations() -> None:
    """A walk has none, and the failure says so."""
    grid: Process = Grid()
    with pytest.raises(PermanentError, match="generation"):
        asked("relay/ideal + ideal", Prompt("", None, grid, grid.start(partial(np.random.default_rng, 0))))


def test_what_was_imported_cannot_be_asked() -> None:
    """It can be named in a study, and asking it says what to ask instead."""
    backend_of("imported/Some-Model").check("imported/Some-Model")
    with pytest.raises(InputError, match="ollama/Some-Model"):
        open_model("imported/Some-Model")
