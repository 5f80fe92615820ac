"""Stored rows of draws become one tidy row a question."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import finished

from lmwalk.analysis.answers import Truth, answered, answers, own_results
from lmwalk.jobs import Jobs
from lmwalk.registry import make_process
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.types import Distribution

COIN = Truth(("heads", "tails"), lambda state: ("heads",), lambda state: {"heads": 0.5, "tails": 0.5})


def row(
    outcome: str | None = None, status: str = "ok", found: Mapping[str, Any] | None = None, **state: Any
) -> pd.Series:
    return pd.Series(
        {
            "condition": "c",
            "model": "m",
            "temperature": 1.0,
            "trajectory": 0,
            "t": 1,
            "outcome": outcome,
            "status": status,
            "state_before": json.dumps({"cell": 0, "results": [], **state}),
            "distribution": None if found is None else json.dumps(found),
        }
    )


def read(*rows: pd.Series, truth: Truth = COIN) -> pd.DataFrame:
    return answers(pd.DataFrame(rows).reset_index(drop=True), truth)


def truth_of(study: Study) -> Truth:
    process: Any = study.make_process()
    return Truth(process.alphabet, process.event_of, process.ideal)


def test_what_was_shown_is_read_from_the_state() -> None:
    """Two heads among three tosses are two hits, and the paraphrase, theta and the stated bias stand beside them."""
    one = read(row("heads", results=["heads", "tails", "heads"], theta=0.7, stated=0.6, paraphrase=4, cell=2)).iloc[0]

    assert (one["n"], one["hits"], one["results"]) == (3, 2, ("heads", "tails", "heads"))
    assert (one["theta"], one["stated"], one["statement"], one["paraphrase"], one["cell"]) == (0.7, 0.6, "60%", 4, 2)


def test_a_reply_is_one_nought_or_nothing() -> None:
    """Heads is 1, tails 0; what was not read and what failed have no probability, and only the former was an answer."""
    frame = read(row("heads"), row("tails"), row(None, "unparsed"), row(None, "error"))

    assert frame["event"].tolist()[:2] == [1.0, 0.0]
    assert frame["event"].isna().tolist() == [False, False, True, True]
    assert frame["outside"].tolist()[:3] == [0.0, 0.0, 1.0]
    assert len(answered(frame)) == 3
    assert not frame["scored"].any()


def test_probabilities_are_normalised_over_the_outcomes() -> None:
    """0.3 and 0.1 with 0.6 outside are three to one."""
    one = read(row("tails", found={"p": {"heads": 0.3, "tails": 0.1}, "outside": 0.6, "unseen": 0.0})).iloc[0]

    assert one["event"] == pytest.approx(0.75)
    assert one["probabilities"] == pytest.approx((0.75, 0.25))
    assert (one["low"], one["high"]) == pytest.approx((0.75, 0.75))
    assert (one["outside"], one["scored"]) == (0.6, True)


def test_no_mass_on_any_outcome_is_no_probability() -> None:
    """Zero over zero is NaN, and what it truly is may be anything."""
    one = read(row(found={"p": {"heads": 0.0, "tails": 0.0}, "outside": 1.0})).iloc[0]

    assert math.isnan(one["event"])
    assert (one["low"], one["high"], one["probabilities"]) == (0.0, 1.0, None)


@given(
    st.lists(st.tuples(st.floats(1e-6, 0.2), st.floats(0, 1)), min_size=4, max_size=4),
    st.floats(0, 0.2),
    st.integers(1, 3),
    st.lists(st.floats(0, 1), min_size=5, max_size=5).filter(lambda parts: sum(parts) > 0),
)
def test_no_way_to_share_out_the_unseen_mass_leaves_the_bounds(
    parts: list[tuple[float, float]], unseen: float, size: int, ways: list[float]
) -> None:
    """Whatever each outcome gets of what is unseen, up to its own bound, the event's probability is inside."""
    names = ("a", "b", "c", "d")
    event = names[:size]
    low = {name: mass for name, (mass, _) in zip(names, parts, strict=True)}
    high = {name: mass + share * unseen for name, (mass, share) in zip(names, parts, strict=True)}
    truth = Truth(names, lambda state: event, lambda state: None)

    one = read(row(found={"p": low, "outside": 0.0, "unseen": unseen, "upper": high}), truth=truth).iloc[0]

    given = {
        name: min(high[name], low[name] + unseen * way / sum(ways)) for name, way in zip(names, ways, strict=False)
    }
    chance = sum(given[name] for name in event) / sum(given.values())
    assert one["low"] - 1e-12 <= chance <= one["high"] + 1e-12
    single = Distribution({name: math.log(mass) for name, mass in low.items()}, 0.0, unseen, upper=high)
    if size == 1:
        assert (one["low"], one["high"]) == pytest.approx(single.bounds()["a"])
        assert one["event"] == pytest.approx(single.normalised()["a"])


def test_always_even_is_the_probability_of_all_even_numbers() -> None:
    """The event of a parity is a set of outcomes."""
    process: Any = make_process("stated-bias", {"of": "number"})
    truth = Truth(process.alphabet, process.event_of, process.ideal)
    masses = {outcome: int(outcome) / 55 for outcome in process.alphabet}

    one = read(row(found={"p": masses, "outside": 0.0}, stated="even"), truth=truth).iloc[0]

    assert one["event"] == pytest.approx(30 / 55)
    assert (one["ideal"], one["statement"]) == (1.0, "even")
    assert math.isnan(one["stated"])


def test_an_empty_study_is_an_empty_frame_of_the_same_columns() -> None:
    """Nothing asked, nothing known, and nothing fails."""
    empty = read(row("heads")).iloc[:0]
    columns = answers(pd.DataFrame([row("heads")]).iloc[:0], COIN)

    assert columns.columns.tolist() == empty.columns.tolist()
    assert columns.empty


def test_an_answer_that_holds_many_results_is_a_sequence_of_its_own() -> None:
    """Two batches of one trajectory make two sequences; what was not read makes none."""
    first, second, third = row("heads, tails, heads"), row(None, "unparsed"), row("tails, tails")
    second["t"], third["t"] = 2, 3

    results = own_results(read(first, second, third))

    sequences = results.groupby("trajectory")["outcome"].agg(list).tolist()
    assert sequences == [["heads", "tails", "heads"], ["tails", "tails"]]
    assert results["t"].tolist() == [1, 2, 3, 1, 2]


def test_results_count_on_where_one_was_not_read() -> None:
    """The second result read is the second of the sequence, whichever question gave it."""
    rows = [row("heads"), row(None, "unparsed"), row("tails")]
    for t, each in enumerate(rows, start=1):
        each["t"] = t

    assert own_results(read(*rows))["t"].tolist() == [1, 2]


def test_the_ideal_observer_is_at_no_distance_from_the_exact_posterior(jobs: Jobs, store: Store) -> None:
    """(1 + heads) / (2 + n) for every case, wording and number of tosses."""
    study = finished(
        jobs,
        process="in-context",
        params={"thetas": [0.2, 0.7], "examples": [0, 1, 5]},
        measurement="probabilities",
        steps=3,
        trajectories=1,
    )
    frame = answers(store.steps(study.name), truth_of(study))

    heads = frame["results"].map(lambda results: results.count("heads"))
    exact = (1 + heads) / (2 + frame["n"])
    assert len(frame) == study.total_steps
    assert np.abs(frame["event"] - exact).max() < 1e-15
    assert np.abs(frame["ideal"] - exact).max() < 1e-15
    assert frame["theta"].tolist() == [study.params["thetas"][study.case(number)[0]] for number in frame["trajectory"]]
