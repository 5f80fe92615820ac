"""The tests that judge a sampler hold their level, and see what they say they see."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binomtest, chi2

from lmwalk.analysis.samplers import (
    REST,
    Candidates,
    chance_of_repeats,
    explained,
    g_statistic,
    g_test,
    holm,
    noticed,
    tail_test,
)
from lmwalk.analysis.tempering import tempering
from lmwalk.sampler import probabilities
from lmwalk.types import Sampling

P = (0.5, 0.25, 0.15, 0.06, 0.03, 0.01)
LETTERS = "abcdef"
GIVEN = Candidates(tuple(zip(LETTERS, np.log(P).tolist(), strict=True)))
TEMPERATURES = (0.5, 1.0, 2.0)


def drawn(sampling: Sampling, n: int, rng: np.random.Generator, order: str = "temperature-first") -> list[str]:
    p = probabilities(np.log(P), sampling, order)  # type: ignore[arg-type]
    return [LETTERS[place] for place in rng.choice(len(P), size=n, p=p)]


def test_tempering_a_law_is_raising_it_to_one_over_t() -> None:
    """At T = 2 probabilities go with the square roots, at T = 0.5 with the squares."""
    for temperature, power in ((2.0, 0.5), (0.5, 2.0)):
        raised = np.array(P) ** power
        assert GIVEN.law(temperature).p == pytest.approx(raised / raised.sum())


def test_the_same_text_twice_is_tempered_before_it_is_added() -> None:
    """Two tokens that read alike keep their own probabilities under the temperature."""
    twice = Candidates((("up", math.log(0.25)), ("down", math.log(0.5)), ("up", math.log(0.25))))

    law = twice.law(0.5)

    assert dict(zip(law.names, law.p.tolist(), strict=True)) == pytest.approx({"up": 1 / 3, "down": 2 / 3})


def test_what_is_not_listed_counts_at_temperature_one_alone() -> None:
    """The mass outside the list is known at T = 1 and at no other temperature."""
    half = Candidates((("a", math.log(0.3)), ("b", math.log(0.2))))

    assert half.law(1.0).names == ("a", "b", REST)
    assert half.law(1.0).p == pytest.approx([0.3, 0.2, 0.5])
    assert half.counts(["a", "x", "b", "y"], 1.0).tolist() == [1, 1, 2]
    assert half.law(2.0).names == ("a", "b")
    assert half.counts(["a", "x", "b", "y"], 2.0).tolist() == [1, 1]


def test_g_is_twice_the_log_likelihood_ratio() -> None:
    """G of (30, 70) against a half each, by hand, and its p-value near chi-squared's with many answers."""
    by_hand = 2 * (30 * math.log(30 / 50) + 70 * math.log(70 / 50))

    found = g_test([30, 70], [0.5, 0.5])

    assert found.statistic == pytest.approx(by_hand)
    assert g_statistic([450, 550], [0.5, 0.5]) == pytest.approx(g_test([450, 550], [0.5, 0.5]).statistic)
    assert g_test([470, 530], [0.5, 0.5]).p == pytest.approx(
        float(chi2.sf(g_statistic([470, 530], [0.5, 0.5]), 1)), abs=0.01
    )


def test_a_cut_is_judged_by_what_never_came() -> None:
    """That none of n answers falls into a tail of mass M has the probability (1 - M)^n."""
    assert tail_test([60, 40, 0, 0, 0, 0], P).p == pytest.approx(0.75**100)
    assert tail_test([60, 30, 0, 0, 0, 10], P).p == 1
    assert math.isnan(tail_test([0, 0], [0.5, 0.5]).p)


def test_the_smallest_cut_that_shows_is_the_first_whose_absence_is_too_unlikely() -> None:
    """With 100 answers and alpha = 0.01, 4% missing has p = 0.017 and 10% has 0.00003."""
    assert noticed(P, 100, 0.01) == pytest.approx(0.1)
    assert math.isnan(noticed([0.999, 0.001], 100, 0.01))


def test_the_tests_hold_their_level_for_an_honest_sampler() -> None:
    """Over 150 honest samples each test rejects at 5% about as often as it says, or less; half for what takes long."""
    rng = np.random.default_rng(1)
    rejected, samples = {"G": 0, "tail": 0, "law": 0}, {"G": 150, "tail": 150, "law": 75}
    for seed in range(150):
        answers = {t: drawn(Sampling(t), 60, rng) for t in TEMPERATURES}
        counts, p = GIVEN.counts(answers[1.0], 1.0), GIVEN.law(1.0).p
        rejected["G"] += g_test(counts, p, seed).p < 0.05
        rejected["tail"] += tail_test(counts, p).p < 0.05
        if seed < samples["law"]:
            rejected["law"] += tempering(answers, repeats=100, seed=seed).law.p < 0.05

    for name, count in rejected.items():
        assert binomtest(count, samples[name], 0.05, alternative="greater").pvalue > 0.001, (name, count)


@pytest.mark.parametrize("order", ["temperature-first", "cuts-first"])
@pytest.mark.parametrize("sampling", [Sampling(1.0, top_k=3), Sampling(2.0, top_k=3), Sampling(1.0, top_p=0.9)])
def test_a_hidden_cut_is_seen(sampling: Sampling, order: str) -> None:
    """A cut of a tenth or more, made before or after the temperature, shows in 100 answers each time."""
    rng = np.random.default_rng(2)
    for _ in range(30):
        counts = GIVEN.counts(drawn(sampling, 100, rng, order), sampling.temperature)
        assert tail_test(counts, GIVEN.law(sampling.temperature).p).p < 0.001


def test_a_cut_is_told_from_a_temperature_that_is_left_out() -> None:
    """The explanation names the cut's size, the ignored temperature, or nothing where the sampler is honest."""
    rng = np.random.default_rng(3)
    cut = {t: drawn(Sampling(t, top_k=3), 200, rng) for t in TEMPERATURES}
    deaf = {t: drawn(Sampling(1.0), 200, rng) for t in TEMPERATURES}
    honest = {t: drawn(Sampling(t), 200, rng) for t in TEMPERATURES}

    found = [explained(GIVEN, answers) for answers in (cut, deaf, honest)]

    assert found[0] is not None and (found[0].kept, found[0].mass) == (3, pytest.approx(0.9))
    assert found[1] is not None and found[1].kept is None
    assert found[2] is None


def test_a_temperature_left_out_shows_without_log_probabilities() -> None:
    """Answers that are the same at all temperatures fit no tempered law, unless they do not vary at all."""
    rng = np.random.default_rng(4)
    deaf = tempering({t: drawn(Sampling(1.0), 300, rng) for t in TEMPERATURES})
    mute = tempering({t: ["a"] * 100 for t in TEMPERATURES})

    assert deaf.law.p < 0.01
    assert deaf.varies.p > 0.01
    assert (mute.law.p, mute.varies.p) == (1, 1)


def test_answers_that_repeat_by_chance_are_counted() -> None:
    """Of the six orders of a, a, b, b one is met again by chance in a sixth of the cases."""
    assert chance_of_repeats(["a", "a", "b", "b"]) == pytest.approx(1 / 6)
    assert chance_of_repeats(["a"] * 20) == pytest.approx(1)


def test_holms_p_values_are_those_of_his_steps() -> None:
    """Sorted p-values times 3, 2, 1, never falling, never above 1; no test stays none."""
    adjusted = holm({"a": 0.01, "b": 0.04, "c": 0.03, "none": math.nan})

    assert [adjusted[name] for name in "acb"] == pytest.approx([0.03, 0.06, 0.06])
    assert math.isnan(adjusted["none"])
