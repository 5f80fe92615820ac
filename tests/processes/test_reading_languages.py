"""Outcome words of other languages, and signs: each is read, none stands for two outcomes, English goes before them."""

from __future__ import annotations

from collections import defaultdict
from importlib import resources

import pytest
import yaml

from lmwalk.processes.draws import Prior
from lmwalk.processes.grid import Grid

PROCESSES = {"moves": Grid(), "sides": Prior(), "numbers": Prior(of="number", low=0, high=99)}
OUTCOMES = {"moves": ("UP", "DOWN", "LEFT", "RIGHT"), "sides": ("heads", "tails")}
LANGUAGES = yaml.safe_load((resources.files("lmwalk.processes._reading") / "languages.yaml").read_text("utf-8"))
SPOKEN = ("de", "fr", "es", "it", "pt", "ru")


def _words(language: str, kind: str) -> list[tuple[str, str]]:
    listed = LANGUAGES[language]
    if kind != "numbers":
        return [(outcome, word) for outcome in OUTCOMES[kind] for word in listed[outcome]]
    values = [
        *enumerate(listed["numbers"]),
        *((10 * tens, words) for tens, words in enumerate(listed["tens"], start=3)),
    ]
    return [(str(value), word) for value, words in values for word in words.split("/") if word]


@pytest.mark.parametrize("kind", PROCESSES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_alone_is_read(language: str, kind: str) -> None:
    """With a mark, in bold, with a capital, and behind a label."""
    for outcome, word in _words(language, kind):
        for reply in (word, f"**{word}**", f"{word}.", word.capitalize(), f"Answer: {word}"):
            assert PROCESSES[kind].parse(reply) == (outcome, "ok"), reply


@pytest.mark.parametrize("kind", PROCESSES)
def test_no_word_stands_for_two_outcomes(kind: str) -> None:
    """Not even in two languages."""
    named = defaultdict(set)
    for language in LANGUAGES:
        for outcome, word in _words(language, kind):
            named[word.lower()].add(outcome)

    assert [word for word, outcomes in named.items() if len(outcomes) > 1] == []


@pytest.mark.parametrize("language", SPOKEN)
def test_a_language_counts_to_twenty_at_least(language: str) -> None:
    """From 0 on."""
    assert {outcome for outcome, _ in _words(language, "numbers")} >= {str(number) for number in range(21)}


@pytest.mark.parametrize("kind", ["moves", "sides"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_english_words_go_before_others(language: str, kind: str) -> None:
    """Whatever stands beside them in another language."""
    english = {"moves": "DOWN", "sides": "tails"}[kind]
    for _, word in _words(language, kind):
        assert PROCESSES[kind].parse(f"{word}. {english}") == (english, "ok")


@pytest.mark.parametrize("language", SPOKEN)
def test_choices_of_a_language_are_ambiguous(language: str) -> None:
    """All of its words, one after the other."""
    for kind in OUTCOMES:
        words = dict(reversed(_words(language, kind)))
        assert PROCESSES[kind].parse(", ".join(words.values())).status == "ambiguous", words
