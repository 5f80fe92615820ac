"""Laws of builtin/tiny on draws and marks: what it was taught, and how near it comes to that."""

from __future__ import annotations

import asyncio
import contextlib
from itertools import islice, pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom, poisson, power_divergence

from lmwalk.models.builtin import draws_law as law
from lmwalk.models.builtin.curricula import CURRICULA
from lmwalk.models.builtin.curricula_marks import SIGNS, WORDS
from lmwalk.models.builtin.evaluate_draws import (
    THINGS,
    evidence,
    fitted,
    measure,
    priors,
    stated,
    switching,
)
from lmwalk.models.builtin.evaluate_texts import lists, marked_texts, replies
from lmwalk.models.builtin.model import Builtin
from lmwalk.registry import open_model
from lmwalk.types import Prompt, Sampling

COIN = ("heads", "tails")
DIE = tuple("123456")
TEN = tuple(str(number) for number in range(1, 11))


@pytest.fixture(scope="module")
def model() -> Builtin:
    opened = open_model("builtin/tiny")
    assert isinstance(opened, Builtin)
    return opened


# --- the law ----------------------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(COIN)))
def test_belief_in_a_coin_is_a_beta_posterior(results):
    """With the prior Beta(6, 3) the next toss is heads with (6 + heads) / (9 + n)."""
    expected = (6 + results.count("heads")) / (9 + len(results))
    assert law.belief(COIN, results)["heads"] == pytest.approx(expected)


def test_priors_of_the_three_things():
    """A six weighs four times another face, a number that ends in 7 four times another number."""
    assert law.prior_mean(COIN) == pytest.approx([2 / 3, 1 / 3])
    assert law.prior_mean(DIE) == pytest.approx([1 / 9] * 5 + [4 / 9])
    assert law.prior_mean(TEN) == pytest.approx([4 / 13 if n == "7" else 1 / 13 for n in TEN])


def test_draws_by_the_law_are_exchangeable():
    """A Polya urn: results have the same joint probability in every order."""

    def joint(results):
        beliefs = law.beliefs(DIE, results, law.prior_mean(DIE))
        return np.prod([belief[result] for belief, result in zip(beliefs, results, strict=False)])

    assert [joint(each) for each in permutations("66135")] == pytest.approx([joint("66135")] * 120)


def test_beliefs_are_the_belief_after_every_beginning():
    """Before each result and after the last stands the posterior predictive of what came before."""
    results = ["6", "1", "6", "2"]
    found = list(law.beliefs(DIE, results, law.prior_mean(DIE)))
    for n, each in enumerate(found):
        assert each == pytest.approx(law.belief(DIE, results[:n]))
    assert len(found) == 5


def test_a_stated_probability_is_shared_evenly():
    """60% on one face leaves 8% to each other face; "always even" leaves nothing to the odd numbers."""
    assert law.stated_mean(DIE, ["2"], 0.6) == pytest.approx([0.08, 0.6, 0.08, 0.08, 0.08, 0.08])
    assert law.stated_mean(DIE, ["2", "4", "6"], 1.0) == pytest.approx([0, 1 / 3, 0, 1 / 3, 0, 1 / 3])


@given(st.floats(0.01, 10), st.integers(0, 6))
def test_marks_at_a_known_rate_are_poisson(rate, so_far):
    """The probability of another mark is P(K > k) / P(K >= k) of a Poisson count."""
    assert law.one_more(so_far, rate) == pytest.approx(poisson.sf(so_far, rate) / poisson.sf(so_far - 1, rate))


@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 5))
def test_marks_at_an_unknown_rate_are_negative_binomial(marks, gaps, so_far):
    """With the rate ~ Gamma(2 + marks, 4 + gaps) the count is negative binomial with p = (4 + gaps) / (5 + gaps)."""
    count = nbinom(2 + marks, (4 + gaps) / (5 + gaps))
    expected = count.sf(so_far) / count.sf(so_far - 1)
    assert law.one_more_learnt(so_far, marks, gaps) == pytest.approx(expected, rel=1e-6)


# --- the lessons ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(CURRICULA))
def test_what_was_drawn_is_possible_by_its_target(model, name):
    """Every target stands at a token, sums to 1, and gives the token that is there a positive share."""
    curriculum, _ = CURRICULA[name]
    for example in islice(curriculum(np.random.default_rng(5)), 60):
        for text, targets in ((example.text, example.text_targets), (example.answer, example.answer_targets)):
            encoded = model.chat.encoded(text)
            tokens = {start: token for (start, _), token in zip(encoded.offsets, encoded.ids, strict=True)}
            tokens[len(text)] = model.chat.end
            for target in targets:
                assert sum(target.shares.values()) == pytest.approx(1)
                shares = {(model.chat.text_ids(t) or [model.chat.end])[0]: p for t, p in target.shares.items()}
                assert len(shares) == len(target.shares)
                assert shares[tokens[target.at]] > 0


def test_an_outcome_is_one_token_wherever_it_stands(model):
    """Sides and numbers are the same single token as an answer, first in a list, and later in it."""
    for outcome in (*COIN, *TEN, "0", "47", "99"):
        (token,) = model.chat.text_ids(outcome)
        listed = model.chat.text_ids(f"The results: {outcome}, {outcome}, {outcome},\n")
        assert listed.count(token) == 3


@pytest.mark.parametrize("sign", list(SIGNS))
def test_a_mark_is_a_token_of_its_own(model, sign):
    """Marks behind a word, behind a stop and before a space are single tokens, one each."""
    (token,) = model.chat.text_ids(sign)
    assert model.chat.text_ids(f"road{sign}{sign} to.{sign} The{sign}").count(token) == 4


# --- how near it comes ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found(model):
    """Each number of results at every theta in a quarter of the wordings, and in the one that was held out.

    Other wordings at another theta and another number, so that each is asked at many.
    """
    asked = {of: evidence(of, (0, 1, 3, 5, 10, 20, 50, 100)) for of in ("coin", "die")}
    return {
        of: measure(model, [q for place, q in enumerate(each) if place % 4 == 0 or q.wording == "held out"])
        for of, each in asked.items()
    }


@pytest.mark.parametrize("of", ["coin", "die"])
@pytest.mark.parametrize("n", [0, 1, 3, 5, 10, 20, 50, 100])
def test_belief_follows_evidence(found, of, n):
    """The mean TVD to the exact posterior predictive is 0.03 at most, over theta 0 to 1 and all wordings."""
    assert found[of].mean(n) <= 0.03


@pytest.mark.parametrize("n", [0, 1, 3, 5, 10, 20, 50])
def test_an_unseen_wording_is_understood(found, n):
    """A question in words that were never trained on is answered by the same law."""
    assert found["coin"].mean(n, held_out=True) <= 0.05


def test_the_fitted_filter_is_the_taught_learner(found):
    """The positive control: prior mean within 0.05 of 2/3, and a discount of 0.95 at least."""
    learner = fitted(found["coin"])
    assert abs(learner.mean - 2 / 3) <= 0.05
    assert learner.discount >= 0.95


def test_a_switching_coin_is_believed_to_be_one_coin(model):
    """The law knows no switch: also after one, belief is the posterior predictive of all tosses."""
    assert measure(model, switching(every=10, sequences=1)).tvd.mean() <= 0.03


@pytest.mark.parametrize("of", THINGS)
def test_without_evidence_it_answers_its_prior(model, of):
    """The mean TVD to the prior is 0.03 at most, and nearly nothing is outside the outcomes."""
    prior = measure(model, priors(of))
    assert prior.tvd.mean() <= 0.03
    assert prior.outside.max() < 0.01


@pytest.mark.parametrize(
    ("of", "statements"), [("coin", [0, 37, 50, 90, 100]), ("die", [60, 80]), ("number", ["even", "odd"])]
)
def test_a_stated_bias_is_obeyed(model, of, statements):
    """The mean TVD to what is stated is 0.05 at most."""
    assert measure(model, stated(of, statements)).tvd.mean() <= 0.05


def test_all_mass_is_on_the_outcomes_or_outside(model):
    """ "1" is not the beginning of "10": with 1 to 10 scored, their masses and what is outside sum to 1."""
    for question in evidence("number", (5,))[:10]:
        scored = asyncio.run(model.distribution(question.prompt, TEN, contextlib.nullcontext()))
        assert sum(scored.masses().values()) + scored.outside == pytest.approx(1)
        assert scored.outside < 0.01


def test_sampled_draws_agree_with_the_scored_distribution(model):
    """A G-test of 2,000 sampled dice against the distribution that is scored does not reject."""
    question = evidence("die", (10,))[110]
    scored = asyncio.run(model.distribution(question.prompt, DIE, contextlib.nullcontext())).normalised()
    read = replies(model, [question.prompt] * 2000)
    counts = np.array([read.count(face) for face in DIE])
    p = np.array([scored[face] for face in DIE])
    assert counts.sum() > 1900
    assert power_divergence(counts, p * counts.sum(), lambda_="log-likelihood").pvalue > 0.001


def test_an_answer_that_is_begun_is_gone_on_with(model):
    """P(heads, tails) is P(heads) P(a comma) P(tails) of a prompt whose answer begins with what came before."""
    question = evidence("coin", (5,))[0].prompt

    def score(prefill, outcome):
        prompt = Prompt(question.text, None, question.process, question.state, prefill)
        found = asyncio.run(model.distribution(prompt, [outcome], contextlib.nullcontext()))
        return found.logprobs[outcome]

    ids = [*model.chat.prompt_ids(question.text, None, 1000)]
    begun = 0.0
    for token in model.chat.text_ids("heads, "):
        logits = model.runtime.prefill([ids])[0][0].astype(float)
        begun += logits[token] - np.logaddexp.reduce(logits)
        ids.append(token)
    assert score(None, "heads, tails") == pytest.approx(begun + score("heads, ", "tails"), abs=1e-3)


def test_an_endless_beginning_leaves_the_question(model):
    """A begun answer that does not fit loses its end; the question's last words stay."""
    question = evidence("coin", (5,))[0].prompt
    prompt = Prompt(question.text, None, question.process, question.state, "heads, " * 3000)
    reply = asyncio.run(model.reply(prompt, Sampling(max_tokens=4), 0, contextlib.nullcontext()))
    assert reply.tokens_in is not None
    assert reply.tokens_in <= model.runtime.context


def test_a_list_has_nearly_the_length_that_is_asked_for(model):
    """Twenty flips in one answer are twenty or nearly, and heads have the prior's share of them."""
    found = lists(model, 20)
    assert found.off <= 2
    assert abs(found.heads - 2 / 3) < 0.08


@pytest.mark.parametrize("mode", ["explicit", "in-context"])
def test_marks_come_at_the_rate(model, mode):
    """Marks a word are within 0.1 of the rate on average, rise with it, and the text goes on with its own words."""
    found = [marked_texts(model, mode, rate, seeds=5) for rate in (0.1, 0.5, 0.9)]
    for each in found:
        assert abs(each.estimate - each.rate) <= 0.1
        assert each.right > 0.9
        assert abs(np.mean(each.words) - 40) < 12
    assert all(one.estimate < other.estimate for one, other in pairwise(found))


def test_the_neutral_text_goes_round():
    """The words that are taught are those of the text whose marks are counted, in its order."""
    assert WORDS[:4] == ("The", "road", "to", "the")
