"""Walks of an honest sampler pass, those of any other are told by what they do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from walks_of_fields import answered

from lmwalk.analysis.asked_walks import UNREAD, counts_of, visited, walks_of
from lmwalk.analysis.lattices import lattice_of
from lmwalk.analysis.sampler_causes import Answered, Cause, cause_of
from lmwalk.analysis.sampler_check import Checked, check
from lmwalk.datasets.field_words import cause_words, sampler_words
from lmwalk.geometry import SquareGrid
from lmwalk.models._recipes import Honest, Peaked, Recipe
from lmwalk.models.builtin.policy import policy
from lmwalk.sampler import probabilities
from lmwalk.types import Sampling

LATTICE = lattice_of(SquareGrid(25), ("UP", "DOWN", "LEFT", "RIGHT"))
TAUGHT = policy(*LATTICE.points.T)
TEMPERATURES = (0.7, 1.0, 1.5)


def said_of(p: np.ndarray, sampler, temperatures=TEMPERATURES, walks: int = 5) -> list[str]:
    """What is said of walks of 50 steps whose moves come from ``sampler(temperature)``."""
    checks, every = {}, []
    for place, temperature in enumerate(temperatures):
        own = walks_of(answered(LATTICE, sampler(temperature), walks, 50, seed=place), LATTICE)
        law = probabilities(np.log(p), Sampling(temperature))
        checks[temperature] = check(own, LATTICE, law, simulations=299)
        every.append(Answered(temperature, law, checks[temperature].counts))
    return sampler_words(checks, cause_of(p, LATTICE.moves, every))


def simulated(recipe: Recipe) -> list[str]:
    chances = np.tile(recipe.chances(LATTICE.moves, {}), (len(LATTICE), 1))
    return said_of(chances, lambda temperature: recipe.sampled(chances, Sampling(temperature)))


def test_simulated_models_are_told_apart_in_words() -> None:
    """The honest one follows its probabilities; the peaked one makes a cut before the temperature."""
    assert simulated(Honest()) == [
        "The walks follow the measured probabilities, as far as 750 answers can show.",
    ]
    found = simulated(Peaked())
    assert found[0].startswith("At T = 1.5 the walks do not") or "T = 0.7, 1, 1.5" in found[0]
    assert "bits less surprising than they should be" in found[0]
    assert found[1:] == [
        "UP holds 0.93 at 26 of 26 positions; a cut at 0.9 removes the others at any temperature.",
        "Any top_p from 0.5 to 0.9 would give the same answers.",
    ]


def cut(temperature: float) -> np.ndarray:
    return probabilities(np.log(TAUGHT), Sampling(temperature, top_p=0.9), "cuts-first")


def test_the_sampler_behind_walks_is_named() -> None:
    """The built-in policy asked honestly, behind a cut, at a temperature that is left out, and with moves renamed."""
    assert (
        "follow the measured probabilities" in said_of(TAUGHT, lambda t: probabilities(np.log(TAUGHT), Sampling(t)))[0]
    )
    assert said_of(TAUGHT, cut)[1].startswith(
        "They fit a cut at 0.9, which removes the unlikeliest moves at any temperature"
    )
    assert said_of(TAUGHT, lambda t: TAUGHT)[1] == (
        "They fit a sampler that draws at T = 1, whatever temperature is sent."
    )
    renamed = said_of(TAUGHT, lambda t: probabilities(np.log(TAUGHT), Sampling(t))[:, [2, 3, 0, 1]])
    assert "bits more surprising" in renamed[0]


def test_cuts_that_were_sent_and_are_made_in_another_order_are_known() -> None:
    """Where top_p was sent and is made before the temperature, no cut is accused: the order of a known server is."""
    checks, every = {}, []
    for place, temperature in enumerate(TEMPERATURES):
        law = probabilities(np.log(TAUGHT), Sampling(temperature, top_p=0.9))
        own = walks_of(answered(LATTICE, cut(temperature), 5, 50, seed=place), LATTICE)
        checks[temperature] = check(own, LATTICE, law, simulations=299)
        every.append(
            Answered(temperature, law, checks[temperature].counts, {"llama.cpp": cut(temperature), "own": law})
        )
    assert sampler_words(checks, cause_of(TAUGHT, LATTICE.moves, every))[-1].startswith(
        "They fit the sampler of llama.cpp: "
    )


def test_at_one_temperature_nothing_is_said_of_others() -> None:
    """Whether a cut comes before the temperature cannot be seen at T = 1."""
    assert not any("at any temperature" in said for said in said_of(TAUGHT, cut, (1.0,), walks=20))


def test_words_of_a_cause_say_how_many_positions_it_explains() -> None:
    """The move, its probability rounded down so that the cut stays below it, and where."""
    cause = Cause("top_p", 0.9, 0.9, 0.9, "cuts-first", True, 1e-9, 38, 51, "RIGHT", 38, 0.9449, 0.05)
    assert cause_words(cause) == [
        "RIGHT holds 0.94 at 38 of 51 positions; a cut at 0.9 removes the others at any temperature."
    ]
    others = Cause("top_k", 1, 1, 1, "cuts-first", False, 1e-9, 51, 51, "RIGHT", 30, 0.6, 0.4)
    assert cause_words(others) == [
        "One move holds 0.60 at 51 of 51 positions, mostly RIGHT; top_k = 1 removes the others."
    ]


def test_walks_are_followed_as_the_process_goes() -> None:
    """An unread answer leaves the walk where it is, and copies of an unlikely walk count once."""
    rows = pd.DataFrame(
        {
            "walk": [0, 0, 0, 1, 1, 1],
            "t": [1, 2, 3, 1, 2, 3],
            "position": [*LATTICE.at([0, 0, 0], [0, 1, 1])] * 2,
            "outcome": ["UP", None, "LEFT"] * 2,
        }
    )
    walks = walks_of(rows, LATTICE)
    assert walks.moves.tolist() == [[0, UNREAD, 2]] * 2
    assert visited(walks, LATTICE)[0].tolist() == rows["position"][:3].tolist()
    assert counts_of(walks, LATTICE).sum() == 4
    likely, unlikely = np.full_like(TAUGHT, 0.25), np.tile([0.02, 0.47, 0.01, 0.5], (len(LATTICE), 1))
    assert [check(walks, LATTICE, law, 99).walks for law in (likely, unlikely)] == [2, 1]


def test_at_zero_temperature_one_other_move_is_too_many() -> None:
    """The likeliest move always comes, and is no finding; another one is what the sampler rules out."""
    law = probabilities(np.log(TAUGHT), Sampling(0.0))
    rows = answered(LATTICE, law, 1, 50, seed=0)
    assert check(walks_of(rows, LATTICE), LATTICE, law, 99).p == 1.0
    second = np.argsort(TAUGHT[rows["position"].iloc[-1]])[-2]
    rows.loc[49, "outcome"] = LATTICE.moves[second]
    found = check(walks_of(rows, LATTICE), LATTICE, law, 999)
    assert (found.surprise, found.p) == (np.inf, pytest.approx(0.002, abs=0.0021))
    assert "moves come that the sampler rules out" in sampler_words({0.0: found}, None)[0]


def test_a_walk_counts_until_it_leaves_what_was_measured() -> None:
    """Answers from there on are not compared, and with none left nothing is tested."""
    law = TAUGHT.copy()
    law[np.abs(LATTICE.points).max(axis=1) > 2] = np.nan
    rows = answered(LATTICE, TAUGHT, 5, 50, seed=3)
    outside = np.isnan(law[rows["position"], 0])
    left = rows.assign(outside=outside).groupby("walk")["outside"].cummax()
    assert check(walks_of(rows, LATTICE), LATTICE, law, 99).answers == int((~left).sum())
    nothing: Checked = check(walks_of(rows, LATTICE), LATTICE, np.full_like(law, np.nan), 99)
    assert nothing.answers == 0
    assert "nothing can be compared" in sampler_words({1.0: nothing}, None)[0]
