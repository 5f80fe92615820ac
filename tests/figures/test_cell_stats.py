"""The numbers below the pictures of draws and chains in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lmwalk.datasets.cell_stats import chain_stats, draw_stats
from lmwalk.datasets.overview import OVERVIEWS
from lmwalk.number_format import DASH
from lmwalk.study import Study

STUDY = Study.of(name="a", process="sequence", models=["ideal"])
OVERVIEW = OVERVIEWS["sequence"]
ROW = {
    "answers": 40.0,
    "unread": 3.0,
    "wordings": 1.0,
    "sequences": 5.0,
    "distinct_sequences": 1.0,
    "share": 0.5,
    "share_low": np.nan,
    "alternation": np.nan,
}


def test_draws_have_the_numbers_of_their_overview_and_what_was_not_read() -> None:
    """A number without an interval says why; what is not known is a dash."""
    share, alternation, unread = draw_stats(ROW, OVERVIEW, STUDY)

    assert (share.text, alternation.text) == ("0.500", DASH)
    assert share.meaning.endswith("One distinct sequence, no interval.")
    assert (unread.label, unread.text) == ("not read", "3 of 40 answers · 1 wording, 5 sequences, 1 distinct")
    assert not any(stat.bad for stat in (share, alternation, unread))


def test_failed_calls_are_a_fault_of_the_last_number() -> None:
    """They are counted there, and none of the others tells of a fault."""
    stats = draw_stats({**ROW, "failed": 2.0}, OVERVIEW, STUDY)

    assert "2 failed" in stats[-1].text
    assert [stat.bad for stat in stats] == [False, False, True]


def test_labels_are_the_same_with_and_without_answers() -> None:
    """They stand once for all cells of a row."""
    assert [s.label for s in draw_stats({}, OVERVIEW, STUDY)] == [s.label for s in draw_stats(ROW, OVERVIEW, STUDY)]
    assert {stat.text for stat in draw_stats({}, OVERVIEW, STUDY)} == {DASH}


def test_chains_have_strength_and_position_of_their_attractor() -> None:
    """With intervals, how many chains differ, and how many ended early."""
    row = pd.Series(
        {
            "strength": 0.81234,
            "strength_low": 0.7,
            "strength_high": 0.9,
            "per_generation": 0.2,
            "per_generation_low": np.nan,
            "per_generation_high": np.nan,
            "position": np.nan,
            "texts": 20,
            "chains": 40,
            "distinct": 39,
            "early": 2,
            "since": np.nan,
        }
    )

    strength, position, chains = chain_stats(row)

    assert strength.text == "0.812 (0.700 to 0.900)"
    assert strength.meaning.startswith("Of one generation 0.200.")
    assert position.text == DASH
    assert chains.text == "20 texts, 40 chains, 39 distinct, 2 ended early"
    assert [stat.text for stat in chain_stats(None)] == [DASH] * 3
    assert [stat.label for stat in chain_stats(None)] == ["strength", "position", "chains"]
