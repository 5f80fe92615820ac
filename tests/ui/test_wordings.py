"""Several wordings in one field."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from lmwalk.ui.parts.multiline import joined_texts, separator_for, split_texts

texts = st.lists(st.text(st.sampled_from("a-\n \t{é")).filter(str.strip), min_size=1, max_size=5)


@given(texts)
@example(["---", "----\na", "b\n --- \n"])
def test_wordings_survive_their_field(each: list[str]) -> None:
    """Joined and divided again they are the same, also where one of them holds a line of dashes."""
    dashes = separator_for(each)

    assert list(split_texts(joined_texts(each, dashes), dashes)) == each


def test_three_dashes_are_usual() -> None:
    """What people type between texts."""
    assert split_texts("a\n---\nb\n ----- \nc") == ("a", "b", "c")
    assert joined_texts(["a", "b"], separator_for(["a", "b"])) == "a\n---\nb"
