"""Whatever is killed at whatever moment: nothing that was safe is lost, nothing doubled, nothing left over."""

from __future__ import annotations

import pytest
from kills import EXPORTS, KINDS, Kind, Tally, kills

TWICE = [kind for kind in KINDS if kind not in EXPORTS]


@pytest.mark.parametrize("kind", TWICE, ids=lambda kind: kind.name)
def test_what_is_stored_survives_a_kill(kind: Kind) -> None:
    """Every row that was told to be safe is there once, and the same again makes what it makes without a kill."""
    assert list(kills(3, seed=11, kinds=[kind])) == [Tally(kind.name, kills=3, lost=0, doubled=0, left=0)]


@pytest.mark.parametrize("kind", EXPORTS, ids=lambda kind: kind.name)
def test_a_file_is_whole_or_what_it_was(kind: Kind) -> None:
    """An export that is killed leaves the file that was there, or a whole one; the next clears what is beside it."""
    assert list(kills(1, seed=11, kinds=[kind])) == [Tally(kind.name, kills=1, lost=0, doubled=0, left=0)]
