"""Means over wordings, shares with exact intervals, belief against evidence, and the numbers of Compare."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom
from scripted import finished

from lmwalk.analysis import overviews
from lmwalk.analysis.answers import Truth, answers
from lmwalk.analysis.distances import mean_distances
from lmwalk.analysis.intervals import clopper_pearson
from lmwalk.analysis.running import funnel, running_shares
from lmwalk.analysis.summaries import beliefs, credible, distributions, outcome_shares, truths
from lmwalk.jobs import Jobs
from lmwalk.store import Store
from lmwalk.study import Study

OUTCOMES = ("heads", "tails")


def frame(events: list[float], paraphrases: list[int], *, scored: bool, **more: Any) -> pd.DataFrame:
    rows = len(events)
    told: dict[str, Any] = {
        "label": "m",
        "status": "ok",
        "cell": 0,
        "n": 0,
        "theta": np.nan,
        "hits": 0,
        "stated": np.nan,
        "statement": "",
        "ideal": 0.5,
        "outside": 0.1,
        "scored": scored,
        **more,
    }
    table = pd.DataFrame({name: value if isinstance(value, list) else [value] * rows for name, value in told.items()})
    chances = [None if np.isnan(event) else (event, 1 - event) for event in events]
    outcomes = [None if np.isnan(event) else "heads" if event > 0.5 else "tails" for event in events]
    return table.assign(
        event=events, low=events, high=events, paraphrase=paraphrases, probabilities=chances, outcome=outcomes
    ).assign(expected=[(0.5, 0.5)] * rows)


def read(store: Store, study: Study) -> pd.DataFrame:
    process: Any = study.make_process()
    truth = Truth(getattr(process, "alphabet", ()), getattr(process, "event_of", lambda state: ()), process.ideal)
    table = answers(store.steps(study.name), truth)
    return table.assign(label=table["model"])


def test_means_and_deviations_are_over_wordings() -> None:
    """Two repeats of one wording count once: 0.2 and the mean of 0.4 and 0.6."""
    table = outcome_shares(frame([0.2, 0.4, 0.6], [0, 1, 1], scored=True), OUTCOMES, ("label",))

    heads = table[table["outcome"] == "heads"].iloc[0]
    assert heads["mean"] == pytest.approx(0.35)
    assert heads["sd"] == pytest.approx(np.std([0.2, 0.5], ddof=1))
    assert heads["outside"] == pytest.approx(0.1)
    assert np.isnan(heads["low"])
    assert table["mean"].sum() == pytest.approx(1)


def test_replies_are_counted_among_those_that_could_be_read() -> None:
    """Two heads of three read; the fourth is in no denominator, and could have been either."""
    table = outcome_shares(frame([1.0, 1.0, 0.0, np.nan], [0, 0, 0, 0], scored=False), OUTCOMES, ("label",))

    heads = table[table["outcome"] == "heads"].iloc[0]
    assert (heads["count"], heads["answers"]) == (2, 3)
    assert (heads["low"], heads["high"]) == pytest.approx(tuple(float(end) for end in clopper_pearson(2, 3)))
    assert (heads["least"], heads["most"]) == (0.5, 0.75)
    assert heads["least_low"] == pytest.approx(float(clopper_pearson(2, 4)[0]))
    assert heads["most_high"] == pytest.approx(float(clopper_pearson(3, 4)[1]))


def test_mean_and_interval_are_of_the_same_number() -> None:
    """One reply read in one wording, twenty in another: one half, from .025 to .5 as unread ones go, no interval."""
    told = frame([1.0] + [np.nan] * 19 + [0.0] * 20, [0] * 20 + [1] * 20, scored=False)

    heads = outcome_shares(told, OUTCOMES, ("label",)).set_index("outcome").loc["heads"]

    assert heads["mean"] == 0.5
    assert (heads["least"], heads["most"]) == pytest.approx((0.025, 0.5))
    assert np.isnan([heads["low"], heads["high"]]).all()


def test_copies_at_temperature_zero_are_one_answer() -> None:
    """Five wordings of 20 equal replies are five observations, as wide as five; one wording of them has no interval."""
    rows = [float(word < 3) for word in range(5) for _ in range(20)]
    told = frame(rows, [word for word in range(5) for _ in range(20)], scored=False, temperature=0.0)

    found = beliefs(told, ("label",)).iloc[0]
    single = beliefs(told[told["paraphrase"] == 0], ("label",)).iloc[0]

    assert (found["mean"], found["units"], found["answers"], found["distinct"]) == (0.6, 5, 100, 5)
    assert found["low"] < 0.15
    assert found["high"] > 0.94
    assert np.isnan(single["low"])


def test_an_unread_probability_leaves_its_outcomes_open() -> None:
    """Mass of which nothing is said may be any outcome's: .6 and .2 known of 1, so heads lies from .6 to .8."""
    told = frame([0.75], [0], scored=True, mass=0.8, mass_most=1.0)

    heads = outcome_shares(told, OUTCOMES, ("label",)).set_index("outcome").loc["heads"]

    assert (heads["least"], heads["mean"], heads["most"]) == pytest.approx((0.6, 0.75, 0.8))


def test_belief_is_told_apart_by_evidence() -> None:
    """Each number of tosses has its own mean, and the ideal observer's beside it."""
    table = beliefs(frame([0.2, 0.4, 0.9, 0.7], [0, 1, 0, 1], scored=True, n=[1, 1, 5, 5]), ("label", "n"))

    assert table["mean"].tolist() == pytest.approx([0.3, 0.8])
    assert table["answers"].tolist() == [2, 2]
    assert table["ideal"].tolist() == [0.5, 0.5]


def test_without_evidence_the_credible_interval_is_the_prior_s() -> None:
    """Beta(1, 1) holds 95% between 0.025 and 0.975."""
    band = credible(pd.DataFrame({"n": [0], "hits": [0]}), 1, 1).iloc[0]

    assert (band["band_low"], band["band_high"]) == pytest.approx((0.025, 0.975))


def test_the_truth_shares_out_what_the_event_leaves() -> None:
    """A die with theta 0.5 for six gives a tenth to each other face; no theta, no truth."""
    faces = tuple("123456")

    found = truths(pd.Series([0.5, np.nan]), "6", faces)

    assert found[0] == pytest.approx((0.1, 0.1, 0.1, 0.1, 0.1, 0.5))
    assert found[1] is None


def test_replies_are_pooled_before_they_have_a_distance() -> None:
    """One head of two is a half, not twice as far away as can be."""
    told = distributions(frame([1.0, 0.0], [0, 1], scored=False), OUTCOMES).assign(truth=[(0.5, 0.5)] * 2)

    assert told["answer"].tolist() == [(1.0, 0.0), (0.0, 1.0)]
    assert mean_distances(told, ("label",), ("truth",), ("tvd",))["mean"].tolist() == [0.0]


@pytest.mark.parametrize("chance", [0.5, 1 / 6])
def test_the_funnel_holds_at_least_95_per_cent_of_fair_sequences(chance: float) -> None:
    """By the binomial law, at every length; and a count further in would hold less on one side."""
    sizes = np.arange(1, 80)
    low, high = funnel(sizes, chance)

    inside = binom.cdf(np.round(high * sizes), sizes, chance) - binom.cdf(np.round(low * sizes) - 1, sizes, chance)
    assert (inside >= 0.95 - 1e-9).all()


def test_running_shares_end_at_the_whole_sequence_s_share() -> None:
    """Of 1,000 results at most 200 points are kept, the last among them, each with the right count."""
    outcomes = np.random.default_rng(0).choice(["heads", "tails"], 1000)
    results = pd.DataFrame({"label": "m", "trajectory": 0, "t": np.arange(1, 1001), "outcome": outcomes})

    table = running_shares(results, {"heads"}, 0.5)

    assert len(table) <= 200
    assert table["t"].iloc[-1] == 1000
    assert table["count"].tolist() == [int((outcomes[:t] == "heads").sum()) for t in table["t"]]


def test_a_filter_that_forgets_is_recognised(jobs: Jobs, store: Store) -> None:
    """A simulated filter with gamma 0.8 has the discount 0.8; the ideal observer is at distance 0 from itself."""
    study = finished(
        jobs,
        models=["ideal", "simulated/filter:gamma=0.8"],
        process="in-context",
        params={"thetas": [0.3, 0.8], "examples": [0, 1, 3, 10, 20]},
        measurement="probabilities",
        steps=5,
        trajectories=1,
    )
    told = read(store, study)

    gammas = overviews.discounts(told, "heads").set_index("label")["gamma"]
    assert gammas["simulated/filter:gamma=0.8"] == pytest.approx(0.8, abs=1e-3)
    assert gammas["ideal"] == pytest.approx(1, abs=1e-3)
    distance = overviews.distance(told, "heads", OUTCOMES, "ideal").set_index("label")["distance"]
    assert distance["ideal"] < 1e-15
    assert distance["simulated/filter:gamma=0.8"] > 0.01


def test_own_draws_have_a_share_and_an_alternation(jobs: Jobs, store: Store) -> None:
    """A model that repeats itself four times of five changes sides in about a fifth of all pairs."""
    study = finished(
        jobs,
        process="sequence",
        models=["simulated/persistent:stay=0.8"],
        template={"text": "Flip."},
        steps=200,
        trajectories=4,
    )

    told = read(store, study)
    found = overviews.own_shares(told, "heads", OUTCOMES).iloc[0]

    assert found["alternation"] == pytest.approx(0.2, abs=0.06)
    assert found["share_low"] <= found["share"] <= found["share_high"]
    assert (found["sequences"], found["distinct_sequences"]) == (4, 4)
    few = overviews.own_shares(told[told["trajectory"] < 3], "heads", OUTCOMES).iloc[0]
    assert np.isnan(few["share_low"])  # three sequences, and no result is independent of those before it
    assert found["fair"] == 0.5


def test_marks_at_the_nominal_rate_have_ratio_one(jobs: Jobs, store: Store) -> None:
    """A simulation that marks at the true rate is within its interval of 1, with dispersion near 1."""
    study = finished(jobs, process="poisson", models=["simulated/marking"], steps=10, trajectories=4)

    found = overviews.mark_ratios(read(store, study), "*").iloc[0]

    assert found["ratio_low"] < 1 < found["ratio_high"]
    assert found["dispersion"] == pytest.approx(1, abs=0.2)


def test_readings_tell_apart_what_was_not_read_and_what_failed() -> None:
    """An unread reply is an answer, a failed call is none."""
    told = frame([1.0, np.nan, np.nan], [0, 0, 0], scored=False)
    told["status"] = ["ok", "unparsed", "error"]
    told["outside"] = [0.0, 1.0, np.nan]

    found = overviews.readings(told).iloc[0]

    assert (found["answers"], found["unread"], found["failed"], found["outside"]) == (2, 1, 1, 0.5)
