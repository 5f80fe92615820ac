"""Several wordings in one field."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from lmwalk.ui.parts.multiline import dashes_for, joined, wordings

texts = st.lists(st.text(st.sampled_from("a-\n \t{é")).filter(str.strip), min_size=1, max_size=5)


@given(texts)
@example(["---", "----\na", "b\n --- \n"])
def test_wordings_survive_their_field(each: list[str]) -> None:
    """Joined and divided again they are the same, also where one of them holds a line of dashes."""
    dashes = dashes_for(each)

    assert list(wordings(joined(each, dashes), dashes)) == each


def test_three_dashes_are_usual() -> None:
    """What people type between texts."""
    assert wordings("a\n---\nb\n ----- \nc") == ("a", "b", "c")
    assert joined(["a", "b"], dashes_for(["a", "b"])) == "a\n---\nb"
