"""From logits to a draw."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import chisquare

from lmwalk.sampler import Order, draw, probabilities
from lmwalk.types import Sampling

logits = hnp.arrays(np.float64, st.integers(2, 12), elements=st.floats(-20, 20))
temperatures = st.floats(0.05, 5)
orders = st.sampled_from(["temperature-first", "cuts-first"])


@given(logits, temperatures, orders)
def test_without_cuts_it_is_the_tempered_softmax(values: np.ndarray, temperature: float, order: Order) -> None:
    """p_i = exp(z_i / T) / sum_j exp(z_j / T), in either order."""
    weights = np.exp((values - values.max()) / temperature)

    p = probabilities(values, Sampling(temperature, top_p=1, top_k=0, min_p=0), order)

    np.testing.assert_allclose(p, weights / weights.sum(), atol=1e-12)


@given(logits, orders, st.integers(1, 5), st.floats(0.1, 1))
def test_at_zero_all_mass_is_on_the_largest(values: np.ndarray, order: Order, top_k: int, top_p: float) -> None:
    """Temperature 0 is the argmax, the first of equals, whatever the cuts."""
    p = probabilities(values, Sampling(0.0, top_p=top_p, top_k=top_k), order)

    assert p.tolist() == [float(i == values.argmax()) for i in range(len(values))]


def test_a_whole_vocabulary_at_zero_takes_no_more_room_than_its_logits() -> None:
    """Gemma has 262,144 tokens, whose square no machine holds."""
    logits = np.zeros((2, 262_144))
    logits[0, 7] = logits[1, 200_000] = 1.0
    assert probabilities(logits, Sampling(temperature=0.0)).argmax(axis=-1).tolist() == [7, 200_000]


@given(logits, temperatures, orders, st.integers(1, 12))
def test_top_k_keeps_k(values: np.ndarray, temperature: float, order: Order, k: int) -> None:
    """Exactly the k likeliest can be drawn, in their old proportions."""
    full = probabilities(values, Sampling(temperature), order)
    kept = np.argsort(-values, kind="stable")[:k]

    p = probabilities(values, Sampling(temperature, top_k=k), order)

    np.testing.assert_allclose(p[kept], full[kept] / full[kept].sum(), atol=1e-9)
    assert p.sum() == pytest.approx(1)


@given(logits, temperatures, st.floats(0.05, 0.99))
def test_top_p_keeps_the_smallest_set_that_holds_it(values: np.ndarray, temperature: float, top_p: float) -> None:
    """What is kept holds at least top_p, and would not without its least likely member (Holtzman et al., 2020)."""
    full = probabilities(values, Sampling(temperature))

    kept = np.flatnonzero(probabilities(values, Sampling(temperature, top_p=top_p)))

    assert full[kept].sum() >= top_p - 1e-9
    assert np.delete(full[kept], full[kept].argmin()).sum() < top_p + 1e-9


@given(logits, temperatures, st.floats(0.05, 0.99))
def test_min_p_keeps_what_is_likely_beside_the_likeliest(values: np.ndarray, temperature: float, min_p: float) -> None:
    """An outcome stays where its probability is at least min_p times the largest."""
    full = probabilities(values, Sampling(temperature))
    clear = np.abs(full - min_p * full.max()) > 1e-9

    kept = probabilities(values, Sampling(temperature, min_p=min_p)) > 0

    assert (kept == (full >= min_p * full.max()))[clear].all()


def test_a_cut_before_the_temperature_freezes_a_peaked_distribution() -> None:
    """With p = 0.93 on one outcome and top_p = 0.9, no temperature frees the others if the cut comes first."""
    values = np.log([0.93, 0.03, 0.02, 0.02])

    for temperature in (0.5, 1.0, 5.0):
        frozen = probabilities(values, Sampling(temperature, top_p=0.9, top_k=40), "cuts-first")
        assert frozen.tolist() == [1, 0, 0, 0]
    assert probabilities(values, Sampling(5.0, top_p=0.9)).min() > 0.1


def test_draws_follow_the_distribution() -> None:
    """Chi-square over 20,000 draws with a fixed seed."""
    p = np.array([0.5, 0.0, 0.3, 0.2])
    uniforms = np.random.default_rng(1).random(20_000)

    counts = np.bincount([draw(p, u) for u in uniforms], minlength=4)

    assert counts[1] == 0
    assert chisquare(counts[p > 0], 20_000 * p[p > 0]).pvalue > 0.01


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9).filter(any), st.floats(0, 1, exclude_max=True))
def test_a_draw_is_always_possible_and_has_mass(weights: list[float], u: float) -> None:
    """Whatever rounding does to the sum, the index is in range and what cannot happen does not."""
    p = np.array(weights) / sum(weights)

    assert p[draw(p, u)] > 0
