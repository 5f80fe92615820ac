"""Where in a reply the words stand that it was read from."""

from __future__ import annotations

import pytest

from lmwalk.registry import make_process

READ = [
    ("grid", {}, "I go **up**, yes UP!", ["up", "UP"]),
    ("grid", {}, "UP or LEFT?", ["UP", "LEFT"]),
    ("grid", {}, "Well, I'm sorry. No.", ["I'm sorry"]),
    ("grid", {}, "somewhere", []),
    ("grid", {}, " \n", []),
    ("grid", {"rules": "legacy"}, "I give UP. RIGHT", ["UP"]),
    ("prior", {}, "It is Heads.", ["Heads"]),
    ("prior", {}, "heads or T", ["heads", "T"]),
    ("prior", {"reading": "first"}, "heads or tails", ["heads"]),
    ("prior", {"of": "die"}, "17, no: four", ["four"]),
    ("sequence", {"way": "batch", "reading": "first"}, "H, T and tails", ["H", "T", "tails"]),
    ("grid", {}, "LEFT? No. I choose up.", ["up"]),
    ("grid", {}, "I like UP; DOWN is fine. Answer: UP", ["UP"]),
    ("prior", {"of": "die"}, "1 to 6: \u201cthree\u201d", ["three"]),
    ("telephone", {}, "\n a new text \n", ["a new text"]),
    ("poisson", {}, " words * more ", ["words * more"]),
    ("poisson", {}, "I cannot do that", ["I cannot"]),
]


@pytest.mark.parametrize(("name", "params", "reply", "words"), READ)
def test_the_words_that_were_read_are_found(name: str, params: dict[str, object], reply: str, words: list[str]) -> None:
    """Every word that names an outcome is marked, or those that refuse, or none."""
    assert [reply[begin:end] for begin, end in make_process(name, params).spans(reply)] == words
