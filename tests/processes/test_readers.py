"""Readers of replies: what a process offers, and lists of words of one's own."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmwalk.errors import InputError
from lmwalk.processes.draws import DrawnSequence, Prior
from lmwalk.processes.grid import MOVES, Grid
from lmwalk.processes.poisson import Poisson
from lmwalk.processes.readers import Words, alphabet_of, reader_of, readers_of, usual_words
from lmwalk.processes.telephone import Telephone
from lmwalk.types import Process

OWN = Words.of("UP: up, north, nach oben, ↑, 上, север\nDOWN: down, south, ↓, 下\nleft: left, west", tuple(MOVES))
pieces = st.sampled_from(["UP", "up", "Down", "left", "RIGHT", " ", ".", "s", "_", "1", "\n", "-", "north", "é"])
ascii_replies = st.one_of(st.lists(pieces, max_size=12).map("".join), st.text(st.characters(max_codepoint=127)))


def legacy(reply: str) -> str | None:
    """The original's search, written out."""
    if "UP" in reply:
        return "UP"
    if "DOWN" in reply:
        return "DOWN"
    if "LEFT" in reply:
        return "LEFT"
    return "RIGHT" if "RIGHT" in reply else None


def by_splitting(reply: str, words: dict[str, str]) -> set[str]:
    """Outcomes whose word is one of the runs of letters and digits of a reply."""
    runs = re.split(r"[^A-Za-z0-9é]+", reply.lower().replace("É", "é"))
    return {words[run] for run in runs if run in words}


def says_nothing_else(reply: str) -> bool:
    """Whether every word of two letters or more is a move."""
    return all(run.upper() in MOVES for run in re.findall(r"[^\W_]{2,}", reply))


@settings(deadline=None)
@given(ascii_replies)
def test_the_legacy_reader_searches_for_up_then_down_left_right(reply: str) -> None:
    """Whatever surrounds them, in capitals alone; whichever rules the walk itself has."""
    for grid in (Grid(), Grid(rules="legacy")):
        assert readers_of(grid)["legacy"](reply).outcome == legacy(reply)


@settings(deadline=None)
@given(st.lists(pieces, max_size=12).map("".join).filter(says_nothing_else))
def test_the_corrected_reader_takes_one_whole_word_in_any_case(reply: str) -> None:
    """Where nothing else is said, two different outcomes are ambiguous, and none is none."""
    found = by_splitting(reply, {move.lower(): move for move in MOVES})

    read = readers_of(Grid(rules="legacy"))["corrected"](reply)

    assert read.outcome == (found.pop() if len(found) == 1 else None)
    assert (read.status == "ambiguous") == (len(found) > 1)


@settings(deadline=None)
@given(ascii_replies)
def test_own_words_are_read_by_the_corrected_rules(reply: str) -> None:
    """Each word stands for its outcome."""
    words = {"up": "UP", "north": "UP", "down": "DOWN", "left": "LEFT"}
    found = by_splitting(reply, words)

    read = Words({"UP": ["up", "north"], "DOWN": ["Down"], "LEFT": ["LEFT"]})(reply)

    assert read.outcome == (found.pop() if len(found) == 1 else None)
    assert (read.status == "ambiguous") == (len(found) > 1)


@settings(deadline=None)
@given(st.lists(pieces, max_size=12).map("".join).filter(says_nothing_else))
def test_the_usual_words_of_a_walk_read_as_the_corrected_rules(reply: str) -> None:
    """Where nothing but outcomes is said, a list that nobody has changed yet changes nothing."""
    assert Words.of(usual_words(Grid()), tuple(MOVES))(reply) == Grid().parse(reply)


@settings(deadline=None)
@given(st.text("0123456789heniglvtwsx", max_size=5), st.sampled_from(["{}", " {}.", "**{}**", "'{}'!", "{}\n"]))
def test_the_usual_words_of_numbers_read_as_the_process(word: str, dress: str) -> None:
    """One word in any dress, in digits or spelt out. Leading zeros are no word of a list."""
    numbers, reply = Prior(of="number"), dress.format(word)
    if not word.startswith("0"):
        assert Words.of(usual_words(numbers), numbers.alphabet)(reply) == numbers.parse(reply)


@pytest.mark.parametrize(
    ("reply", "outcome", "status"),
    [
        ("North!", "UP", "ok"),
        ("ich gehe Nach\n Oben", "UP", "ok"),
        ("nach obenan", None, "unparsed"),
        ("⬆ ↑", "UP", "ok"),
        ("go↑go", "UP", "ok"),
        ("我向上走", "UP", "ok"),
        ("上下", None, "ambiguous"),
        ("север".upper(), "UP", "ok"),
        ("северный", None, "unparsed"),
        ("north, then south", None, "ambiguous"),
        ("north north", "UP", "ok"),
        ("\u202enorth\u202c", "UP", "ok"),
        ("nor\u0301th", None, "unparsed"),
        ("north\u0308", None, "unparsed"),
        ("", None, "empty"),
        ("I'm sorry.", None, "refused"),
    ],
)
def test_words_of_any_language_and_signs_are_found(reply: str, outcome: str | None, status: str) -> None:
    """In any case, whole where a script has spaces, anywhere where it has none or the word has no letter."""
    assert OWN(reply) == (outcome, status)


@pytest.mark.parametrize(
    ("word", "reply", "found"),
    [
        ("straße", "STRASSE", True),
        ("e\u0301t\u00e9", "\u00c9TE\u0301", True),
        ("ऊपर", "ऊपर।", True),
        ("ऊपर", "ऊपरी", False),
        ("ขึ้น", "เดินขึ้นไป", True),
        ("7", "7.5", False),
        ("7", "-7", False),
        ("7", "It is 7.", True),
        ("not up", "it is not up", True),
        ("⬆️", "⬆️up", True),
    ],
)
def test_a_word_is_found_where_its_script_says_that_it_ends(word: str, reply: str, found: bool) -> None:
    """Case and composition of letters do not matter; vowel signs belong to a word, decimals to a number."""
    assert (Words({"UP": [word]})(reply).outcome == "UP") == found


def test_the_longer_of_two_words_counts() -> None:
    """A phrase is not also the word inside it."""
    assert Words({"UP": ["up"], "DOWN": ["not up"]})("Not up!") == ("DOWN", "ok")


@settings(deadline=None)
@given(st.text(), st.lists(st.text(max_size=5), max_size=5))
def test_any_words_read_any_reply_without_raising(reply: str, words: list[str]) -> None:
    """A list is refused in a sentence or it reads; brackets and stars are signs like others."""
    try:
        read = Words({"UP": words, "DOWN": ["down"]})
    except InputError as error:
        assert "both" in str(error)
    else:
        assert read(reply).outcome in ("UP", "DOWN", None)
        assert all(read(f" {word} ").outcome == "UP" for word in words if word.isalpha() and word.isascii())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no word"),
        ("UP:", "Line 1 names no word for UP"),
        ("north", "Line 1 begins with no outcome"),
        ("UP: up\nnorth: up", "Line 2 begins with no outcome"),
        ("UP: up\nDOWN: Up", "both UP and DOWN"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_in_a_sentence(text: str, complaint: str) -> None:
    """The line, and what is accepted."""
    with pytest.raises(InputError, match=complaint):
        Words.of(text, tuple(MOVES))


def test_lines_of_one_outcome_add_up() -> None:
    """Empty lines do not matter, and neither does the case of an outcome's name."""
    read = Words.of("UP: up\n\nup: north, \n", tuple(MOVES))

    assert read("North").outcome == read("up").outcome == "UP"


@pytest.mark.parametrize(
    ("process", "names", "own"),
    [
        (Grid(), ["corrected", "legacy"], "corrected"),
        (Prior(reading="first"), ["one", "first"], "first"),
        (DrawnSequence(way="batch"), [], "one"),
        (Poisson(), [], None),
        (Telephone(), [], None),
    ],
)
def test_a_process_offers_the_readers_that_it_has(process: Process, names: list[str], own: str | None) -> None:
    """None where answers are free text or hold many results."""
    assert list(readers_of(process)) == names
    assert reader_of(process) == own
    assert bool(alphabet_of(process)) == bool(names)
