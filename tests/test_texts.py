"""The texts that ship are as varied as is said, and files of texts lose nothing."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmwalk.errors import InputError
from lmwalk.initial_texts import initial_texts, read_texts, short_name, text_of
from lmwalk.properties import Texts, measure

worded = st.text(min_size=1).filter(str.strip)


def spread(family: str, name: str) -> list[float]:
    own = [known.text for known in initial_texts().values() if known.family == family]
    return [measure(Texts(text, None, text), [name])[name] for text in own]


def test_there_are_four_families_of_five() -> None:
    """Twenty texts, all different, each with a name."""
    known = initial_texts().values()

    assert Counter(text.family for text in known) == dict.fromkeys(
        ("positivity", "difficulty", "length", "bluntness"), 5
    )
    assert len({text.text for text in known}) == 20


@pytest.mark.parametrize(
    ("family", "low", "high"), [("positivity", -0.9, 0.9), ("difficulty", 8, 25), ("length", 350, 3300)]
)
def test_a_family_is_spread_over_its_property(family: str, low: float, high: float) -> None:
    """From below the one to above the other, in order, no two the same."""
    values = spread(family, family)

    assert values == sorted(set(values))
    assert values[0] < low
    assert values[-1] > high


def test_a_name_stands_for_its_text() -> None:
    """Anything that is no name is a text itself; its short name is its beginning, in one line."""
    name, known = next(iter(initial_texts().items()))

    assert (text_of(name), short_name(name)) == (known.text, name)
    assert text_of("a text") == "a text"
    assert short_name("one\n two") == "one two"
    assert short_name("word " * 20) == "word word word word word word w…"


@given(st.lists(worded, min_size=1, max_size=5))
def test_texts_survive_json(texts: list[str]) -> None:
    """A list of texts, of objects, and an object of texts give the texts to the letter."""
    named = {str(place): text for place, text in enumerate(texts)}

    for written in (texts, [{"text": text} for text in texts], [{"story": text} for text in texts], named):
        assert read_texts("x.json", json.dumps(written).encode()) == texts


@given(st.lists(worded, min_size=1, max_size=5), st.sampled_from(["text", "Story"]))
def test_texts_survive_csv(texts: list[str], head: str) -> None:
    """Line ends, quotes, commas and NUL in a cell are part of its text."""
    written = io.StringIO(newline="")
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows(
        [["n", head], *([place, text] for place, text in enumerate(texts))]
    )

    assert read_texts("x.CSV", written.getvalue().encode()) == texts


def test_a_text_file_holds_one_text_or_several() -> None:
    """Lines of dashes stand between texts; the line break that ends the file is none of the text."""
    assert read_texts("x.txt", "\ufeffOne text,\n\ntwo lines.\n".encode()) == ["One text,\n\ntwo lines."]
    assert read_texts("x.txt", b"one\n---\ntwo - three\r\n-----\r\n four\n\n") == ["one", "two - three", " four\n"]
    assert read_texts("x.txt", b"one\n---\ntwo\n---\n") == ["one", "two"]


def test_a_column_without_a_name_needs_to_be_alone() -> None:
    """One column needs no head; of several, one has to be called text."""
    assert read_texts("x.csv", b"one\r\ntwo\r\n") == ["one", "two"]
    with pytest.raises(InputError, match="none is called text"):
        read_texts("x.csv", b"a,b\r\nc,d\r\n")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.docx", b"text", "no file of texts"),
        ("x.txt", b"\xff\xfe\x00", "not UTF-8"),
        ("x.txt", b"", "empty"),
        ("x.txt", b"one\n---\n\n---\ntwo", "Text 2"),
        ("x.csv", b"", "holds no text"),
        ("x.csv", b"n,text\r\n1\r\n", "row 1 has no text"),
        ("x.json", b"{", "cannot be read"),
        ("x.txt", b"one\n---\n---\ntwo", "Text 2"),
        ("x.json", b"[" * 100_000, "nested too deeply"),
        ("x.json", b'["\\ud800"]', "half a character"),
        ("x.json", b"3", "neither a list nor an object"),
        ("x.json", b'[{"name": "x"}]', "missing"),
        ("x.json", b'["' + b"x" * 100_001 + b'"]', "100,001 characters"),
        ("x.json", json.dumps(["x"] * 1001).encode(), "more than 1,000 texts"),
    ],
)
def test_what_cannot_be_read_is_said(name: str, content: bytes, said: str) -> None:
    """The sentence names the file and what is accepted."""
    with pytest.raises(InputError, match=said) as complaint:
        read_texts(name, content)

    assert name in str(complaint.value)
    assert "Accepted" in str(complaint.value)
