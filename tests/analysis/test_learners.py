"""Learners are told apart by what they foretell of wordings that they have not seen, and a misfit is seen."""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from lmwalk.analysis import learners
from lmwalk.analysis.beliefs import filtered
from lmwalk.analysis.resampling import Resampling

Array = npt.NDArray[np.float64]
SIZES = [0, 1, 3, 5, 10, 20, 50, 100]


def asked(believed: Array, sequences: Array, wordings: int, rng: np.random.Generator | None = None) -> pd.DataFrame:
    """Observations of beliefs, shape (cases, sizes), with a shift and some noise of each wording."""
    shape = (len(sequences), wordings, len(SIZES))
    answers = np.broadcast_to(believed[:, None], shape)
    if rng is not None:
        answers = answers + 0.05 * rng.normal(size=(1, wordings, 1)) + 0.03 * rng.normal(size=shape)
    rows = [
        (tuple(sequences[case, :n].tolist()), answers[case, unit, place], case, unit)
        for case, unit, (place, n) in product(*map(range, shape[:2]), enumerate(SIZES))
    ]
    return pd.DataFrame(rows, columns=["tosses", "p", "case", "unit"])


def coins(rng: np.random.Generator) -> Array:
    return (rng.random((11, 100)) < np.arange(11)[:, None] / 10).astype(int)


def gambling(sequences: Array) -> Array:
    """Bayes' rule, and a tenth less for the latest toss."""
    believed = filtered(sequences, 0.5, 8.0, 1.0)[:, SIZES]
    latest = np.array([[2 * row[n - 1] - 1 if n else 0 for n in SIZES] for row in sequences])
    return np.asarray(np.clip(believed - 0.1 * latest, 0, 1))


@pytest.mark.parametrize(("gamma", "nearest"), [(0.8, "filter"), (1.0, "no forgetting")])
def test_who_made_the_answers_foretells_them(gamma: float, nearest: str) -> None:
    """Answers without noise are foretold without error by their own learner."""
    sequences = coins(np.random.default_rng(0))

    table = learners.compared(asked(filtered(sequences, 0.6, 4.0, gamma)[:, SIZES], sequences, 5)).set_index("learner")

    assert table.loc[nearest, "loss"] == pytest.approx(0, abs=1e-6)
    assert table.loc["constant", "difference"] > 0.01
    assert (table["units"] == 5).all()
    assert (table["cases"] == 11).all()


def test_a_constant_and_a_gambler_are_found() -> None:
    """A model that always says .6 is a constant; one that expects the latest toss less is a gambler, and no filter."""
    rng = np.random.default_rng(1)
    sequences = coins(rng)
    constant = learners.compared(asked(np.full((11, len(SIZES)), 0.6), sequences, 5)).set_index("learner")
    said = asked(gambling(sequences), sequences, 5, rng)
    gambler = learners.compared(said).set_index("learner")

    assert constant.loc["constant", "loss"] == pytest.approx(0, abs=1e-12)
    assert gambler["loss"].idxmin() == "gambler"
    assert gambler.loc["gambler", "high"] < 0
    assert learners.lack_of_fit(said) < 0.05


def test_the_gambler_is_the_least_squares_of_its_own_form() -> None:
    """Without noise its beliefs come back, fitted to other wordings."""
    sequences = coins(np.random.default_rng(2))
    # away from 0 and 1, where nothing is cut off
    inside = sequences[2:9]

    table = learners.compared(asked(gambling(inside), inside, 4)).set_index("learner")

    assert table.loc["gambler", "loss"] < 1e-4 < table.loc["filter", "loss"]


def test_two_gammas_are_seen_as_two() -> None:
    """Half the evidence forgotten up to five tosses, hardly any from twenty on: gamma by range, and a misfit."""
    rng = np.random.default_rng(3)
    sequences = coins(rng)
    short, long = (filtered(sequences, 0.5, 4.0, gamma)[:, SIZES] for gamma in (0.5, 0.98))
    said = asked(np.where(np.array(SIZES) <= 5, short, long), sequences, 8, rng)

    ranges = learners.gamma_by_range(said, Resampling(repeats=50)).set_index("range")

    assert ranges.loc["n ≤ 5", "gamma_high"] < 0.9 < ranges.loc["n ≥ 20", "gamma"]
    table = learners.compared(said).set_index("learner")
    assert table["loss"].idxmin() == "by range"
    assert learners.lack_of_fit(said) < 0.05


def test_a_perfect_filter_has_no_misfit() -> None:
    """Rounding is no misfit; fewer than four wordings are not tested."""
    sequences = coins(np.random.default_rng(4))
    said = asked(filtered(sequences, 0.5, 4.0, 0.9)[:, SIZES], sequences, 5)

    assert learners.lack_of_fit(said) == 1
    assert np.isnan(learners.lack_of_fit(said[said["unit"] < 3]))


def test_a_single_wording_is_compared_over_its_cases() -> None:
    """Of one wording each case is left out in turn; of one wording and one case nothing can be."""
    sequences = coins(np.random.default_rng(5))
    said = asked(filtered(sequences, 0.5, 4.0, 0.9)[:, SIZES], sequences, 1)

    table = learners.compared(said).set_index("learner")

    assert table.loc["filter", "loss"] < table.loc["constant", "loss"]
    assert learners.compared(said[said["case"] == 3]).empty
    assert learners.compared(said.iloc[:0]).empty
