"""Free answers beside held ones."""

from __future__ import annotations

import pandas as pd
import pytest

from lmwalk.analysis.held import beside


def counts(**outcomes: int) -> pd.DataFrame:
    rows = [("m", 1.0, outcome if outcome != "none" else None, count) for outcome, count in outcomes.items()]
    frame = pd.DataFrame(rows, columns=["model", "temperature", "outcome", "count"])
    return frame.assign(status=frame["outcome"].map(lambda outcome: "unparsed" if outcome is None else "ok"))


def test_shares_are_of_all_answers_and_what_was_not_read_is_a_row() -> None:
    """Held answers have no row of unread ones, so that free ones lose to the outcomes what they gain."""
    rows = beside(counts(UP=5, none=5), counts(UP=6, DOWN=2)).set_index("outcome")

    assert rows["free"].to_dict() == {"DOWN": 0.0, "UP": 0.5, "none": 0.5}
    assert rows["held"].to_dict() == {"DOWN": 0.25, "UP": 0.75, "none": 0.0}
    assert rows["difference"].sum() == pytest.approx(0)
    assert set(rows["n_free"]) == {10}
    assert set(rows["n_held"]) == {8}


def test_failed_calls_are_no_answers_and_what_only_one_was_asked_is_left_out() -> None:
    """A condition without an answer in one of them cannot be compared."""
    failed = counts(UP=3).assign(status="error")

    assert beside(failed, counts(UP=1)).empty
    assert len(beside(pd.concat([counts(UP=1), failed]), counts(UP=1))) == 1
