"""Scoring by next tokens agrees with the enumeration of every answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_model import COIN, COIN_TOKENS, DIGIT_TOKENS, END, NUMBERS, Toy

from lmwalk.token_tree.asking import NEGLIGIBLE, TOLERANCE
from lmwalk.token_tree.spelling import spelled
from lmwalk.types import Distribution

NextTokens = Callable[[str], Mapping[str, float] | None]
TOYS = st.builds(
    lambda kind, seed: (Toy(kind[0], seed), kind[1]),
    st.sampled_from([(COIN_TOKENS, COIN), (DIGIT_TOKENS, NUMBERS), (DIGIT_TOKENS, ("1", "10", "12"))]),
    st.integers(0, 2**32 - 1),
)


def driven(
    outcomes: Sequence[str],
    next_tokens: NextTokens,
    k: int | None = None,
    negligible: float = 0.0,
    tolerance: float = 0.0,
    at_once: bool = True,
) -> tuple[Distribution, list[str]]:
    """The distribution, and the texts that were asked for, from lists of the ``k`` likeliest tokens."""
    walk, asked = spelled(outcomes, negligible, tolerance), []
    texts = next(walk)
    while True:
        now = texts if at_once else texts[:1]
        asked += now
        try:
            texts = walk.send([ranked(next_tokens(text), k) for text in now])
        except StopIteration as done:
            return done.value, asked


def ranked(listed: Mapping[str, float] | None, k: int | None) -> list[tuple[str, float]] | None:
    if listed is None:
        return None
    return [(token, math.log(p)) for token, p in sorted(listed.items(), key=lambda item: -item[1])[:k] if p > 0]


def first_only(first: Mapping[str, float]) -> NextTokens:
    return lambda text: first if text == "" else None


@given(TOYS)
@settings(max_examples=60, deadline=None)
def test_complete_lists_give_what_enumeration_gives(case) -> None:
    """From whole lists the masses of outcomes, and what is outside, are those of every answer added up."""
    toy, outcomes = case
    truth = toy.truth(outcomes)
    found, _ = driven(outcomes, toy.next_tokens)

    assert found.masses() == pytest.approx({outcome: truth[outcome] for outcome in outcomes}, abs=1e-9)
    assert found.outside == pytest.approx(truth[None], abs=1e-9)
    assert found.unseen == 0
    assert found.upper == {}


@given(TOYS, st.integers(1, 3), st.sampled_from([0.0, NEGLIGIBLE, 0.05]), st.sampled_from([0.0, TOLERANCE, 0.3]))
@settings(max_examples=160, deadline=None)
def test_cut_lists_give_bounds_that_hold_the_truth(case, k: int, negligible: float, tolerance: float) -> None:
    """From the k likeliest tokens the truth lies within the bounds, as masses and normalised, whatever is not asked."""
    toy, outcomes = case
    truth = toy.truth(outcomes)
    found, _ = driven(outcomes, toy.next_tokens, k, negligible, tolerance)

    for outcome, mass in found.masses().items():
        assert mass - 1e-9 <= truth[outcome] <= found.upper.get(outcome, mass) + 1e-9
    assert found.outside - 1e-9 <= truth[None] <= found.outside + found.unseen + 1e-9
    named = math.fsum(truth[outcome] for outcome in outcomes)
    if named > 1e-6:
        for outcome, (low, high) in found.bounds().items():
            assert low - 1e-6 <= truth[outcome] / named <= high + 1e-6


@given(TOYS, st.one_of(st.none(), st.integers(1, 3)), st.sampled_from([0.0, 0.05]))
@settings(max_examples=60, deadline=None)
def test_nothing_is_lost(case, k: int | None, negligible: float) -> None:
    """What is known, outside and unseen sums to 1, spellings to their outcome, and no text is asked twice."""
    toy, outcomes = case
    found, asked = driven(outcomes, toy.next_tokens, k, negligible)

    assert math.fsum([*found.masses().values(), found.outside, found.unseen]) == pytest.approx(1)
    for outcome, mass in found.masses().items():
        assert math.fsum(found.spellings.get(outcome, {}).values()) == pytest.approx(mass)
    assert len(set(asked)) == len(asked)


@given(TOYS, st.sampled_from([0.0, TOLERANCE, 0.1]))
@settings(max_examples=60, deadline=None)
def test_what_is_not_worth_a_request_moves_no_share_beyond_the_tolerance(case, tolerance: float) -> None:
    """From whole lists; and without a tolerance it is the same whether texts are asked together or one by one."""
    toy, outcomes = case
    whole, _ = driven(outcomes, toy.next_tokens)
    found, _ = driven(outcomes, toy.next_tokens, tolerance=tolerance, at_once=False)

    assert found.unseen <= tolerance * math.fsum(found.masses().values()) + 1e-9
    for outcome, (low, high) in found.bounds().items():
        assert high - low <= tolerance + 1e-9 or math.fsum(whole.masses().values()) < 1e-6
        assert tolerance or found.masses()[outcome] == pytest.approx(whole.masses()[outcome])


def test_a_coin_costs_few_requests() -> None:
    """Marks, blanks and rare spellings that together hold less than the tolerance, or than the list leaves out."""
    first = {" heads": 0.5, " tails": 0.4, " head": 0.02, " Heads": 0.01}
    rare = {f" {mark}": 0.0004 for mark in "\"'([*_"} | {"\n": 0.001, " Tails": 0.001, " H": 0.0005}
    after = {"": first | rare, " head": {"s": 0.9, " of": 0.1}}
    found, asked = driven(
        COIN, lambda text: after.get(text, {END: 0.99, "y": 0.01}), tolerance=TOLERANCE, at_once=False
    )

    assert asked == ["", " heads", " tails", " head"]
    assert all(high - low < 0.08 for low, high in found.bounds().values())


def test_1_is_not_10() -> None:
    """A digit after "1" makes another number, whether "10" is one token or two, and a letter makes none."""
    after = {"": {"1": 0.6, "10": 0.1, "7": 0.3}, "1": {"0": 0.25, END: 0.5, "a": 0.25}}
    found, asked = driven(("1", "7", "10"), lambda text: after.get(text, {END: 1.0}))

    assert found.masses() == pytest.approx({"1": 0.3, "7": 0.3, "10": 0.1 + 0.6 * 0.25})
    assert found.outside == pytest.approx(0.6 * 0.25)
    assert asked == ["", "1", "7", "10"]


def test_spellings_are_added_up_and_named() -> None:
    """Case, blanks and marks before a word make spellings of one outcome; what follows it does not."""
    first = {
        "heads": 0.1,
        "Heads": 0.2,
        " heads": 0.3,
        "**HEADS**": 0.1,
        "heads.": 0.1,
        "headstrong": 0.1,
        "tails": 0.1,
    }
    found, _ = driven(COIN, lambda text: first if text == "" else {END: 1.0})

    assert found.spellings["heads"] == pytest.approx({"heads": 0.2, "Heads": 0.2, " heads": 0.3, "**HEADS": 0.1})
    assert found.outside == pytest.approx(0.1)


def test_words_of_several_tokens_are_followed() -> None:
    """An outcome that the tokenizer splits is added up along its pieces, and only along texts that may spell one."""
    after = {"": {"he": 0.5, "ta": 0.3, "the": 0.2}, "he": {"ads": 0.8, "llo": 0.2}, "ta": {"ils": 1.0}}
    found, asked = driven(COIN, lambda text: after.get(text, {"\n": 1.0}))

    assert found.masses() == pytest.approx({"heads": 0.4, "tails": 0.3})
    assert asked == ["", "he", "ta", "heads", "tails"]


def test_an_outcome_beside_a_longer_one_waits_for_the_end() -> None:
    """Where one outcome is another with more words, the shorter counts as soon as the longer cannot come."""
    after = {"": {"new": 1.0}, "new": {" ": 0.5, END: 0.5}, "new ": {"york": 0.5, "day": 0.25, "": 0.25}}
    found, _ = driven(("new", "new york"), lambda text: after.get(text, {END: 1.0}))

    assert found.masses() == pytest.approx({"new": 0.75, "new york": 0.25})


def test_a_first_token_that_outcomes_share_is_a_bound() -> None:
    """Where only the first token is seen, "1" may be 1 or the beginning of 10, and "7" is taken to be 7."""
    found, _ = driven(NUMBERS, first_only({"1": 0.5, "7": 0.3, "10": 0.1, "he": 0.1}))

    assert found.masses()["1"] == 0
    assert found.masses()["7"] == pytest.approx(0.3)
    assert found.masses()["10"] == pytest.approx(0.1)
    assert found.upper == pytest.approx({"1": 0.5, "10": 0.6})
    assert (found.outside, found.unseen) == pytest.approx((0.1, 0.5))


def test_a_first_token_that_says_nothing_yet_is_everybodys_bound() -> None:
    """A blank may be followed by any outcome, the beginning of a word by that word or by none."""
    found, _ = driven(COIN, first_only({" ": 0.2, "he": 0.3, "Heads": 0.5}))

    assert found.masses() == pytest.approx({"heads": 0.5, "tails": 0.0})
    assert found.upper == pytest.approx({"heads": 1.0, "tails": 0.2})


def test_a_list_of_twenty_bounds_what_it_leaves_out() -> None:
    """What the list does not hold may be any outcome's."""
    first = {f"word{i}": 0.02 for i in range(19)} | {"heads": 0.5}
    found, _ = driven(COIN, lambda text: first if text == "" else {END: 1.0})

    assert found.masses() == pytest.approx({"heads": 0.5, "tails": 0.0})
    assert found.upper == pytest.approx({"heads": 0.62, "tails": 0.12})
    assert found.bounds()["tails"] == pytest.approx((0, 0.12 / 0.62))
    assert (found.outside, found.unseen) == pytest.approx((0.38, 0.12))


def test_texts_of_negligible_mass_are_not_asked() -> None:
    """A text that hardly ever comes costs no request and makes a bound of its size."""
    found, asked = driven(
        COIN, lambda text: {"h": 1e-5, "tails": 1 - 1e-5} if text == "" else {END: 1.0}, None, NEGLIGIBLE
    )

    assert asked == ["", "tails"]
    assert found.upper == pytest.approx({"heads": 1e-5})


def test_rounded_probabilities_make_no_bounds() -> None:
    """A whole list whose probabilities sum to 1 within a millionth is whole."""
    found, _ = driven(COIN, lambda text: {"heads": 0.6, "tails": 0.3999999} if text == "" else {"": 1.0})

    assert found.upper == {}
