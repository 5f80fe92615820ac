"""Properties are what their sources say, and a text without words has none."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from lmwalk.errors import InputError
from lmwalk.initial_texts import initial_texts
from lmwalk.properties import Texts, _vader, available, measure, missing, properties

# as textstat 0.7.4 gives them, with a sentence's length rounded to a tenth and the whole to a hundredth
FOG = {
    "burnt-orchard": 6.9,
    "tide-table": 6.2,
    "lost-mitten": 2.72,
    "how-bread-rises": 5.36,
    "city-trees": 10.51,
    "key-under-pot": 4.08,
    "ferry-report": 7.28,
    "house-on-stilts": 8.7,
    "angry-chef": 5.2,
    "VADER is smart, handsome, and funny!": 2.4,
    "Hello. Go on. It is what it is, isn't it?": 4.0,
    "A well-known, state-of-the-art organisation's responsibilities; everybody remembers 3 dogs.": 16.93,
    "The committee's unprecedented determination regarding international telecommunications was, in retrospect, "
    "extraordinarily controversial. Nobody understood it. We read the beautiful report twice.": 21.85,
}
# as the documentation of VADER gives them
COMPOUND = {
    "VADER is smart, handsome, and funny.": 0.8316,
    "VADER is smart, handsome, and funny!": 0.8439,
    "VADER is VERY SMART, handsome, and FUNNY!!!": 0.9342,
    "The book was good.": 0.4404,
    "At least it isn't a horrible book.": 0.431,
    "Today SUX!": -0.5461,
    "The plot was good, but the characters are uncompelling and the dialog is not great.": -0.7042,
}
# as NLTK's own documentation gives them (nltk/test/sentiment.doctest)
COMPOUND_NLTK = {
    "VADER is VERY SMART, really handsome, and INCREDIBLY FUNNY!!!": 0.9469,
    "The book was kind of good.": 0.3832,
    "At least it isn't a horrible book.": 0.431,
    ":) and :D": 0.7925,
    "Today kinda sux! But I'll get by, lol": 0.5249,
    "VADER sentiment analysis is the shit.": 0.6124,
    "Sentiment analysis with VADER has never been this good.": 0.5228,
    "Warren Beatty has never been so entertaining.": 0.5777,
    "I like to hate Michael Bay films, but I couldn't fault this one": 0.3153,
    "I like to hate Michael Bay films, BUT I couldn't help but fault this one": -0.1531,
    "This movie was actually neither that funny, nor super witty.": -0.6759,
    "There are slow and repetitive parts, BUT it has just enough spice to keep it interesting.": 0.4678,
    "Roger Dodger is one of the least compelling variations on this theme.": -0.1695,
    "Roger Dodger is at least compelling as a variation on the theme.": 0.2263,
}
INSTALLED = [known.name for known in available()]


def value(name: str, text: str, previous: str | None = None, initial: str = "") -> float:
    return measure(Texts(text, previous, initial or text), [name])[name]


@pytest.mark.parametrize(("written", "fog"), FOG.items())
def test_difficulty_is_the_fog_index_that_was_published(written: str, fog: float) -> None:
    """The same as textstat 0.7.4, but for what it rounds."""
    known = initial_texts().get(written)

    assert value("difficulty", known.text if known else written) == pytest.approx(fog, abs=0.026)


@pytest.mark.parametrize(("text", "compound"), COMPOUND.items())
def test_positivity_is_vader_s_compound(text: str, compound: float) -> None:
    """The examples of VADER's own documentation."""
    assert value("positivity", text) == compound


@pytest.mark.parametrize(("text", "compound"), COMPOUND_NLTK.items())
def test_positivity_of_nltk_is_what_nltk_documents(text: str, compound: float) -> None:
    """The examples of NLTK's own documentation, where the two ways of counting may part."""
    assert value("positivity-nltk", text) == compound


TROUBLESOME = [
    "never",
    "so",
    "this",
    "but",
    "BUT",
    "least",
    "at",
    "very",
    "kind",
    "of",
    "just",
    "enough",
    "the",
    "shit",
]
TROUBLESOME += ["hand", "to", "mouth", "without", "doubt", "isn't", "no"]
MARKED = ["great!", "'good'", "bad!!!", "(great)", "wow!?", ":)", ";-)", "GOOD", "a", "-", "\U0001f498", "table,"]


@given(st.lists(st.sampled_from([*TROUBLESOME, *MARKED]), min_size=1, max_size=60))
def test_positivity_is_what_the_slow_way_gives(words: list[str]) -> None:
    """vaderSentiment as it is, which goes through the whole text for every word, has the same number."""
    text = " ".join(words)

    assert _vader.compound(text) == SentimentIntensityAnalyzer().polarity_scores(text)["compound"]


def test_a_word_that_comes_again_counts_as_at_first_in_nltk_alone() -> None:
    """NLTK looks for the first place of a word: the second "good" is taken for negated as the first one is."""
    first = value("positivity-nltk", "not good and good")

    assert first < 0 < value("positivity", "not good then good GOOD good good")
    assert first == value("positivity-nltk", "not good and so on, good")


@given(st.lists(st.sampled_from(["The", "cat", "the", "Dog"]), min_size=1))
def test_variety_counts_different_words(words: list[str]) -> None:
    """Types over tokens, whatever the case."""
    assert value("variety", ", ".join(words)) == len({word.lower() for word in words}) / len(words)


@pytest.mark.parametrize("name", ["length", "positivity", "positivity-nltk", "difficulty", "variety"])
def test_hashtags_do_not_count(name: str) -> None:
    """A word that begins with # is taken out before measuring; a # inside a word is none."""
    assert value(name, "#blessed The day is good. #happy") == value(name, "The day is good. ")
    assert value("length", "C# and F#") == 9


@pytest.mark.parametrize("text", ["", "...", " \n"])
def test_a_text_without_words_has_a_length_and_nothing_else(text: str) -> None:
    """No data is not a number, and the length of nothing is 0."""
    found = measure(Texts(text, text, text), INSTALLED)

    assert found.pop("length") == len(text)
    assert all(math.isnan(each) for each in found.values())


@given(st.text(), st.text(), st.text())
def test_every_value_lies_in_its_range(text: str, previous: str, initial: str) -> None:
    """Any texts at all give a number in the property's range, or none."""
    for name, found in measure(Texts(text, previous, initial), INSTALLED).items():
        known = properties[name]
        assert math.isnan(found) or (known.low or 0 if known.low is not None else -math.inf) <= found
        assert math.isnan(found) or known.high is None or found <= known.high


def test_likeness_is_to_the_first_and_to_the_one_before() -> None:
    """The same text is 1 alike and 0 apart; at the start there is none before."""
    same, other = "the cat sat", "a dog ran off"

    assert value("cosine_initial", same, other, same) == pytest.approx(1)
    assert value("cosine_previous", same, other, same) == 0
    assert value("edit_initial", same, other, same) == 0
    assert value("edit_previous", same, other, same) == 1
    assert math.isnan(value("edit_previous", same))
    assert math.isnan(value("cosine_previous", same))


def test_what_cannot_be_measured_says_how_to_get_it() -> None:
    """Toxicity is either there or names the extra that brings it; measuring it without is a sentence, no crash."""
    known = properties["toxicity"]
    if known.needs() is None:
        assert "toxicity" in INSTALLED
        return
    assert "lmwalk[toxicity]" in missing()["toxicity"]
    with pytest.raises(InputError, match="detoxify"):
        value("toxicity", "a text")


def test_lists_stand_in_one_order() -> None:
    """Every property has a place of its own, a title and a sentence."""
    every = properties.values()

    assert len({known.place for known in every}) == len(every)
    assert all(known.title and known.about for known in every)
