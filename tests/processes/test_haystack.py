"""A statement hidden in a text: where it stands, how long the text is, and that nothing changes without a text."""

from __future__ import annotations

import re
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lmwalk.processes._filler import NEUTRAL, cut, filler_of, hidden, neutral, place_of
from lmwalk.processes.draws import StatedBias
from lmwalk.study import Study
from lmwalk.templates import builtin_templates, compiled

CHANCE = partial(np.random.default_rng, 0)
NEEDLE = "The coin lands on heads with a probability of 70%."
WORDS = st.lists(st.sampled_from(["Rain", "fell,", "slowly.", "Why?", "and", '"No."', "Mr.", "lake"]), min_size=10)
DEPTHS = st.floats(0, 1)


@given(words=WORDS, depth=DEPTHS, length=st.integers(10, 40))
def test_without_the_needle_the_filler_is_back(words: list[str], depth: float, length: int) -> None:
    """The text has as many words as asked for, and is the filler's beginning once the statement is taken out."""
    text = hidden(NEEDLE, " ".join(words), length, depth)
    before, after = text.split(NEEDLE)
    found = [*before.split(), *after.split()]

    assert len(found) == min(length, len(words))
    assert found == cut(" ".join(words), length)
    assert found[:-1] == words[: len(found) - 1]
    assert not before.strip() or re.search(r"[.!?]\"?$", before.strip())


@given(words=WORDS, depth=DEPTHS)
def test_the_needle_stands_in_the_nearest_gap(words: list[str], depth: float) -> None:
    """No gap between two sentences is nearer to the depth; of all gaps by brute force."""
    shown = cut(" ".join(words), 1000)
    sentence = [place for place in range(1, len(shown)) if re.search(r"[.!?]\"?$", shown[place - 1])]
    gaps = [0, *(place for place in sentence if shown[place - 1] != "Mr."), len(shown)]

    nearest = min(abs(gap - depth * len(shown)) for gap in gaps)

    assert abs(place_of(shown, depth) - depth * len(shown)) == nearest
    assert place_of(shown, depth) in gaps


def test_deeper_is_later() -> None:
    """The place grows with the depth, from before the text to behind it."""
    words = cut(neutral(), 1000)
    places = [place_of(words, depth) for depth in np.linspace(0, 1, 101)]

    assert places[0] == 0
    assert places[-1] == 1000
    assert all(before <= after for before, after in pairwise(places))


def test_the_neutral_text_suggests_nothing() -> None:
    """It has words enough for the longest case, no digit, and no word of coins, dice, numbers or odds."""
    words = {word.strip(".,;\"'").lower() for word in neutral().split()}
    numbers = "one two three four five six seven eight nine ten first second third half double pair couple dozen zero"
    draws = "coin coins die dice number numbers count odd odds even chance head heads tail tails flip flips roll rolls"
    draws += " percent probability likely bias biased bet luck lot random toss game play card cards"

    assert len(neutral().split()) >= 1000
    assert not re.search(r"\d|%", neutral())
    assert not words & set(f"{numbers} {draws}".split())


def test_every_case_is_a_bias_at_a_depth_in_a_length() -> None:
    """Stated x depth x length, each once; the question holds the filler, the sentence and nothing else of either."""
    process = StatedBias(filler=NEUTRAL, stated=(20, 70), depths=(0, 1), lengths=(10, 50, 500))
    starts = [process.start(CHANCE, case) for case in range(process.cases)]

    assert len({(s["stated"], s["depth"], s["length"]) for s in starts}) == process.cases == 12 == len(starts)
    assert len(set(process.case_labels)) == 12
    for start in starts:
        asked = compiled(builtin_templates("draw")["stems"].texts[0])(process.view(start))
        text, question = asked.split("\n\n")
        assert question == compiled(builtin_templates("draw")["stems"].texts[0])({**process.view(start), "stated": ""})
        assert len(text.split()) == start["length"] + len(NEEDLE.split())
        assert process.ideal(start)["heads"] == start["stated"]


def test_a_text_of_one_s_own_is_asked_with() -> None:
    """It stands in the question as it is, but for its line breaks, and may not be shorter than what is asked for."""
    own = "It rained.\nNobody went out, and the streets were empty until the evening. Then it stopped."

    view = StatedBias(filler=own, lengths=(16,), depths=(0.2,)).view(
        StatedBias(filler=own, lengths=(16,), depths=(0.2,)).start(CHANCE, 7)
    )

    assert view["stated"] == f"It rained. {NEEDLE} {' '.join(filler_of(own).split()[2:])}\n\n"
    with pytest.raises(ValidationError, match="at most 16 words"):
        StatedBias(filler=own, lengths=(17,))
    with pytest.raises(ValidationError, match="a filler beside depths"):
        StatedBias(depths=(0.3,))


def test_without_a_filler_a_study_is_the_one_it_was() -> None:
    """Its parameters name no filler, so that the id of its condition is that of studies from before there were any."""
    (condition,) = Study.of(name="a", process="stated-bias", models=["ideal"]).conditions()

    assert set(condition.params) == {"of", "low", "high", "event", "reading", "stated"}
    assert condition.id == "cd227d5d6dc9c8fd"
