"""Exact learners against Bayes' rule carried out by hand, by quadrature and by scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from lmwalk.analysis import beliefs, flips, legacy

SEQUENCES = st.lists(st.integers(0, 1), max_size=40)
SHARES = st.floats(0.05, 0.95)
STRENGTHS = st.floats(0.1, 50)


@given(heads=st.integers(0, 20), tails=st.integers(0, 20), a=st.floats(0.5, 9), b=st.floats(0.5, 9))
def test_beta_predictive_is_the_posterior_s_mean(heads: int, tails: int, a: float, b: float) -> None:
    """Averaging theta over prior times likelihood, by quadrature, gives the closed form."""

    def weight(theta: float) -> float:
        return float(stats.beta.pdf(theta, a + 1, b + 1) * theta**heads * (1 - theta) ** tails)

    # theta (1 - theta) divided out keeps the integrand finite at the ends
    whole = integrate.quad(lambda theta: weight(theta) / (theta * (1 - theta)), 0, 1, limit=200, epsabs=0)[0]
    mean = integrate.quad(lambda theta: weight(theta) / (1 - theta), 0, 1, limit=200, epsabs=0)[0]

    assert beliefs.beta_predictive(heads, heads + tails, a, b) == pytest.approx(mean / whole, rel=1e-4)


@given(sequence=SEQUENCES, mean=SHARES, strength=STRENGTHS)
def test_a_filter_that_forgets_nothing_is_bayes(sequence: list[int], mean: float, strength: float) -> None:
    """At gamma = 1 the belief after every prefix is the Beta posterior's mean."""
    found = beliefs.filtered(sequence, mean, strength, 1.0)

    heads = np.concatenate([[0], np.cumsum(sequence)])
    expected = beliefs.beta_predictive(heads, np.arange(len(heads)), mean * strength, (1 - mean) * strength)
    assert found == pytest.approx(expected)


@given(sequence=SEQUENCES, mean=SHARES, strength=STRENGTHS, gamma=st.floats(0, 1))
def test_the_filter_weighs_tosses_by_age(sequence: list[int], mean: float, strength: float, gamma: float) -> None:
    """The recursion equals the sum: a toss that is j tosses old weighs gamma^j, the prior gamma^n."""
    found = beliefs.filtered(sequence, mean, strength, gamma)[-1]

    n = len(sequence)
    weights = [gamma**age for age in range(n)][::-1]
    heads = sum(weight * toss for weight, toss in zip(weights, sequence, strict=True))
    prior = gamma**n * strength
    assert found == pytest.approx((prior * mean + heads) / (prior + sum(weights)))


@given(sequence=SEQUENCES, mean=SHARES, strength=STRENGTHS)
def test_a_filter_without_memory_repeats_the_last_toss(sequence: list[int], mean: float, strength: float) -> None:
    """At gamma = 0 the prior speaks before the first toss and the last toss alone after it."""
    assert beliefs.filtered(sequence, mean, strength, 0.0) == pytest.approx([mean, *sequence])


def test_many_sequences_are_filtered_at_once() -> None:
    """Rows of an array give what each gives alone."""
    sequences = np.random.default_rng(0).integers(0, 2, size=(5, 7))

    found = beliefs.filtered(sequences, 0.3, 4, 0.8)

    assert found == pytest.approx(np.array([beliefs.filtered(row, 0.3, 4, 0.8) for row in sequences]))


def test_memory_is_the_weight_of_all_past_tosses() -> None:
    """1 + gamma + gamma² + ... = 1 / (1 - gamma): 10 tosses at 0.9, 1 at 0, no end at 1."""
    assert beliefs.memory([0, 0.9, 1]) == pytest.approx([1, sum(0.9**age for age in range(1000)), np.inf])


def test_results_become_tosses() -> None:
    """An event may be one outcome or several; a text is read letter by letter."""
    assert beliefs.tosses(["3", "4", "6"], {"2", "4", "6"}) == (0, 1, 1)
    assert beliefs.tosses("HTT", {"H"}) == (1, 0, 0)


def test_the_legacy_filter_clamps_its_counts() -> None:
    """After heads at gamma = 0.5, a = 1.5 and b = 0.5, which is read as 1: belief 0.6 instead of 0.75."""
    assert legacy.legacy_filtered([1], 0.5) == pytest.approx([0.5, 0.6])
    assert beliefs.filtered([1], 0.5, 2, 0.5) == pytest.approx([0.5, 0.75])


def observations(rows: list[tuple[str, float, int]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["flips", "p", "unit"])
    return frame.assign(condition="a", tosses=[beliefs.tosses(flips, "H") for flips in frame["flips"]])


def test_last_flip_tells_heads_from_tails() -> None:
    """Means by the last toss, beside the ideal observer's: 2/3 after H and 1/3 after T; no toss has no last one."""
    heads, tails = [0.1, 0.15, 0.25, 0.3], [0.9, 0.85, 0.75, 0.7]
    rows = [("H", p, unit) for unit, p in enumerate(heads)] + [("T", p, unit) for unit, p in enumerate(tails)]
    rows += [("", 0.5, 0), ("H", np.nan, 2)]

    table = flips.last_flip(observations(rows)).set_index("last")

    assert table["mean"].to_dict() == pytest.approx({"heads": 0.2, "tails": 0.8})
    assert table["ideal"].to_dict() == pytest.approx({"heads": 2 / 3, "tails": 1 / 3})
    assert table["answers"].tolist() == [4, 4]
    assert ((table["low"] <= table["mean"]) & (table["mean"] <= table["high"])).all()


def test_last_flip_of_the_ideal_observer_is_the_ideal() -> None:
    """Who answers by Bayes' rule shows the effect that is expected, at every n."""
    rng = np.random.default_rng(1)
    sequences = rng.integers(0, 2, size=(30, 10))
    rows = [
        ("".join("TH"[toss] for toss in row[:n]), float(beliefs.beta_predictive(row[:n].sum(), n)), unit)
        for unit, row in enumerate(sequences)
        for n in (1, 3, 10)
    ]

    table = flips.last_flip(observations(rows))

    assert table["mean"].tolist() == pytest.approx(table["ideal"].tolist())


def test_alternations_are_counted_within_a_sequence() -> None:
    """HTH and TT change 2 times in 3 pairs; the end of one sequence and the start of the next are no pair."""
    frame = pd.DataFrame(
        [
            ("a", trajectory, t, outcome)
            for trajectory, word in enumerate(["HTH", "TT"])
            for t, outcome in enumerate(word)
        ]
        + [("a", 2, 0, "H"), ("b", 0, 0, "H"), ("b", 0, 1, None)],
        columns=["condition", "trajectory", "t", "outcome"],
    )

    table = flips.alternations(frame).set_index("condition")

    assert table.loc["a", ["changes", "pairs", "rate", "fair"]].tolist() == pytest.approx([2, 3, 2 / 3, 0.5])
    assert table.loc["a", ["low", "high"]].isna().all()
    assert table.loc["b", "pairs"] == 0
    assert np.isnan(table.loc["b", "rate"])


def test_alternation_is_as_sure_as_sequences_agree() -> None:
    """Half of all pairs change: sure where each sequence does so, unsure where four always and four never do."""
    words = {"alike": ["HHTTHHTTH"] * 8, "apart": ["HTHTHTHTH"] * 4 + ["HHHHHHHHH"] * 4}
    turned = str.maketrans("HT", "TH")
    frame = pd.DataFrame(
        [
            (name, trajectory, t, outcome)
            for name, several in words.items()
            for trajectory, word in enumerate(several)
            for t, outcome in enumerate(word[trajectory % 4 :] + word[: trajectory % 4].translate(turned))
        ],
        columns=["condition", "trajectory", "t", "outcome"],
    )
    copies = pd.DataFrame(
        [("a", n, t, side) for n in range(8) for t, side in enumerate("HHTHT")], columns=frame.columns
    )

    table = flips.alternations(frame).set_index("condition")
    assert table["high"].sub(table["low"])["apart"] > 1.5 * table["high"].sub(table["low"])["alike"]
    assert flips.alternations(copies)[["sequences", "distinct"]].to_numpy().tolist() == [[8, 1]]
    assert flips.alternations(copies)[["low", "high"]].isna().all(axis=None)
