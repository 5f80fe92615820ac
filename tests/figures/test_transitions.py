"""What the figures of Markov chains show: distances, the area below them, and the matrix learnt."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from lmwalk.analysis.transitions import areas, expectations, learnt, numbers, trapezoids
from lmwalk.analysis.unit_values import of_transitions
from lmwalk.figures._drawing import Words, figures
from lmwalk.processes.markov import Markov
from tests.figures.datasets import Materials

MATRIX = ((0.8, 0.2), (0.5, 0.5))
OUTCOMES = ("A", "B")


def answered(sequence: str, wording: int, beliefs: dict[int, float], *, cell: int = 0) -> pd.DataFrame:
    """Answers to questions about one sequence: length to probability of A."""
    rows = [
        {
            "label": "model",
            "condition": "c",
            "trajectory": 10 * cell + wording,
            "n": n,
            "cell": cell,
            "paraphrase": wording,
            "results": tuple(sequence[:n]),
            "theta": np.nan,
            "probabilities": (p, 1 - p),
            "expected": (0.5, 0.5),
            "scored": True,
            "status": "ok",
            "outcome": None,
            "temperature": 1.0,
            "outside": 0.0,
        }
        for n, p in beliefs.items()
    ]
    return pd.DataFrame(rows)


def test_the_area_is_that_of_the_trapezoids_over_how_far_the_lengths_reach() -> None:
    """Distances .5, .3, .1 after 0, 2, 10 states: (.4 x 2 + .2 x 8) / 10; a sequence not yet whole is left out."""
    whole = answered("A" * 10, 0, {0: 1.0, 2: 0.5, 10: 0.7})
    begun = answered("B" * 10, 0, {0: 0.9, 2: 0.1}, cell=1)

    rows = expectations(pd.concat([whole, begun], ignore_index=True), MATRIX, OUTCOMES)
    found = areas(rows).set_index("reference")

    assert trapezoids([0, 2, 10]).tolist() == pytest.approx([0.1, 0.5, 0.4])
    assert found.loc["truth", "area"] == pytest.approx(0.24)
    assert found.loc["ideal", "area"] == pytest.approx(0.1 * 0.5 + 0.5 * 0.0 + 0.4 * 0.2)
    assert found.loc["truth", "constant"] == pytest.approx(0.1 * 0.0 + 0.9 * 0.3)
    assert found["sequences"].tolist() == [1, 1]
    assert of_transitions(whole, "area", MATRIX, OUTCOMES).tolist() == pytest.approx([0.24])
    assert of_transitions(whole, "distance", MATRIX, OUTCOMES).tolist() == pytest.approx([0.3])


def test_the_learnt_matrix_is_what_is_expected_late_after_each_state() -> None:
    """Questions from half of the longest on, one weight a sequence; a state that none was in late has no row."""
    frame = pd.concat(
        [answered("AAAA", 0, {1: 0.1, 2: 0.6, 4: 0.8}, cell=0), answered("BAAA", 0, {1: 0.9, 4: 0.5}, cell=1)],
        ignore_index=True,
    )

    table = learnt(frame, MATRIX, OUTCOMES).pivot(index="state", columns="outcome", values="mean")

    assert table.loc["A"].tolist() == pytest.approx([(0.7 + 0.5) / 2, (0.3 + 0.5) / 2])
    assert table.loc["B"].isna().all()
    assert learnt(frame, MATRIX, OUTCOMES)["true"].tolist() == [0.8, 0.2, 0.5, 0.5]


def test_the_interval_of_a_learnt_cell_is_student_s_over_the_sequences() -> None:
    """Of four sequences or more; probabilities that differ little are known to little, fewer sequences not at all."""
    beliefs = [0.60, 0.62, 0.65, 0.61, 0.63]
    parts = [answered("BBBA", 0, {4: p}, cell=cell) for cell, p in enumerate(beliefs)]
    reach = t.ppf(0.975, 4) * np.std(beliefs, ddof=1) / np.sqrt(5)

    frames = (pd.concat(some, ignore_index=True) for some in (parts, parts[:3]))
    known, few = (learnt(each, MATRIX, OUTCOMES).set_index(["state", "outcome"]) for each in frames)

    low, high = known.loc[("A", "A"), ["low", "high"]]
    assert (low, high) == (pytest.approx(0.622 - reach, abs=0.01), pytest.approx(0.622 + reach, abs=0.01))
    assert low <= 0.622 - reach and 0.622 + reach <= high
    assert few.loc[("A", "A"), ["low", "high"]].isna().all()
    assert few.loc[("A", "A"), "sequences"] == 3


def test_the_ideal_model_is_at_no_distance_from_the_ideal_observer(materials: Materials) -> None:
    """And it is as far from the truth as the dotted line; a filter that knows no transitions is farther from it."""
    given = materials("markov")
    rows = expectations(given.answers, Markov().transitions, given.outcomes)

    found = numbers(rows).set_index(numbers(rows)["label"].str.split(" ").str[0])

    assert found.loc["ideal", "observer"] == pytest.approx(0, abs=1e-12)
    assert found.loc["simulated/filter:gamma=0.8", "observer"] > 0.01
    drawn = figures["transition-distance"].table(given)
    ideal = drawn[drawn["reference"] == "the true row"].pivot(index="n", columns="label", values="mean")
    assert ideal["ideal observer"].tolist() == pytest.approx(ideal["ideal · T = 1"].tolist())


def test_the_true_matrix_stands_beside_the_learnt_one(materials: Materials) -> None:
    """Both maps have a number in every cell that has a value."""
    drawing = figures["transition-matrix"]
    table = drawing.table(materials("markov"))
    own = table[table["label"] == table["label"].iloc[0]]

    true, learnt_map = (trace for trace in drawing(own, Words()).data if trace.type == "heatmap")

    assert np.array(true.z, float) == pytest.approx(np.array(Markov().transitions))
    values = own.pivot(index="state", columns="outcome", values="mean").to_numpy(float)
    assert np.array(learnt_map.z, float) == pytest.approx(values, nan_ok=True)
    assert (true.xaxis, learnt_map.xaxis) == ("x", "x2")


def test_sampled_replies_stand_beside_what_chance_makes_of_so_many(materials: Materials) -> None:
    """Two wordings give two replies to a question: a distance, and one by chance."""
    table = figures["transition-area"].table(materials("markov-replies"))
    own = table[table["label"] != "ideal observer"]

    assert own["area"].between(0, 1).all()
    assert own["matcher"].between(0, 1).all()
