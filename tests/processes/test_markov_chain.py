"""Markov chains: the matrix, the sequences that are drawn from it, and what an ideal observer expects of them."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import partial
from itertools import pairwise
from typing import Any, get_args

import numpy as np
import pytest
from scipy.special import gammaln
from scipy.stats import chisquare

from lmwalk.errors import InputError
from lmwalk.processes._transitions import Preset, preset
from lmwalk.processes.markov import Markov
from lmwalk.study import Study
from lmwalk.types import State

CHANCE = partial(np.random.default_rng, 0)


def questions(process: Markov, case: int = 0) -> list[State]:
    """The states of every question, whatever is answered."""
    found = [process.start(CHANCE, case)]
    for t in range(process.length - 1):
        found.append(process.advance(found[-1], process.states[t % 2] if t % 3 else None, CHANCE))
    return found


@pytest.mark.parametrize("name", get_args(Preset))
def test_presets_are_stochastic_matrices(name: Preset) -> None:
    """Rows of probabilities that sum to 1, of any number of states; whole, half mixed and even."""
    for k in (2, 3, 4, 7):
        states = tuple("ABCDEFG"[:k])
        chosen = preset(name, k)
        for mixed in (0.0, 0.5, 1.0):
            matrix = np.array(Markov(states=states, matrix=name, mixed=mixed).transitions)
            assert matrix.sum(axis=1) == pytest.approx(np.ones(k))
            assert matrix == pytest.approx((1 - mixed) * chosen + mixed / k)
        assert chosen.max(axis=1) == pytest.approx(np.full(k, 1 / k if name == "uniform" else 0.7))


def test_the_chain_moves_as_its_matrix_says() -> None:
    """20,000 moves: from each state every other as often as expected, and first states evenly (chi-square)."""
    own = [[0.5, 0.3, 0.2], [0.05, 0.05, 0.9], [0.3, 0.3, 0.4]]
    process = Markov(states=("x", "y", "z"), rows=own, sequences=20, lengths=(1000,), evidence_seed=5)  # type: ignore[arg-type]

    counts = Counter(pair for case in range(20) for pair in pairwise(process.drawn(case)))

    for state, row in zip(process.states, own, strict=True):
        observed = np.array([counts[state, other] for other in process.states])
        assert chisquare(observed, np.array(row) * observed.sum()).pvalue > 0.01
    firsts = Counter(Markov(sequences=1, evidence_seed=seed, lengths=(1,)).drawn(0)[0] for seed in range(400))
    assert chisquare([firsts[state] for state in "ABCD"]).pvalue > 0.01


def test_a_sequence_goes_on_where_it_ended() -> None:
    """Each question shows the one before it and more, whatever was answered, also where lengths differ."""
    process, longer = Markov(evidence_seed=3), Markov(evidence_seed=3, lengths=(0, 7, 900))

    shown = [state["results"] for state in questions(process, 4)]

    assert [len(each) for each in shown] == list(process.lengths)
    assert all(later[: len(earlier)] == earlier for earlier, later in pairwise(shown))
    assert longer.drawn(4)[:200] == process.drawn(4) == tuple(shown[-1])
    assert process.drawn(5) != process.drawn(4)


def marginal(process: Markov, sequence: list[str]) -> float:
    """Log-probability of a sequence after its first state, with the rows integrated over their Dirichlet priors."""
    k, counts = len(process.states), Counter(pairwise(sequence))
    total = 0.0
    for row in process.states:
        own = [counts[row, other] for other in process.states]
        total += gammaln(k * process.alpha) - gammaln(k * process.alpha + sum(own))
        total += math.fsum(gammaln(process.alpha + each) - gammaln(process.alpha) for each in own)
    return total


@pytest.mark.parametrize("alpha", [0.3, 1.0, 5.0])
def test_the_ideal_observer_is_the_integral_over_all_matrices(alpha: float) -> None:
    """Its probability of a state is how much likelier the longer sequence is, the rows integrated out."""
    process = Markov(matrix="cycle", alpha=alpha, evidence_seed=2, lengths=(0, 1, 2, 5, 20, 60))

    for state in questions(process):
        ideal = process.ideal(state)
        shown = state["results"]
        expected = [
            math.exp(marginal(process, [*shown, each]) - marginal(process, shown)) if shown else 1 / 4
            for each in process.states
        ]
        assert list(ideal.values()) == pytest.approx(expected, abs=1e-12)


def test_what_truly_comes_next_is_the_row_of_the_latest_state() -> None:
    """At first any state; the state followed is the likeliest, and the answer's place its distance from the row."""
    process = Markov(matrix="cycle")
    first, later = questions(process)[0], questions(process)[3]
    row = dict(zip(process.states, process.truth(later["results"]), strict=True))

    assert process.truth(first["results"]) == (0.25,) * 4
    assert process.event_of(later) == (max(row, key=row.__getitem__),)
    assert later["theta"] == pytest.approx(0.7)
    assert process.position(later, later, row) == (5, 0.0)
    assert process.position(first, first, {"A": 0.6, "B": 0.4, "C": 0.0, "D": 0.0}) == (0, pytest.approx(0.5))
    assert process.position(later, later, {max(row, key=row.__getitem__): 1.0}) == (5, 1.0)


def test_a_matrix_is_written_in_rows_or_in_one_list_and_states_may_be_numbers() -> None:
    """All are the same chain."""
    nested = Markov(states=(1, 2), rows=[[0.9, 0.1], [0.5, 0.5]])  # type: ignore[arg-type]

    assert nested == Markov(states=("1", "2"), rows=(0.9, 0.1, 0.5, 0.5))
    assert nested.transitions == ((0.9, 0.1), (0.5, 0.5))


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"rows": [[0.5, 0.5], [0.5, 0.5]]}, "rows of 4 x 4 probabilities for 4 states; there are 4 numbers"),
        ({"states": ["A", "B"], "rows": [0.9, 0.1, 0.5, 0.4]}, "that of B sums to 0.9"),
        ({"states": ["A", "B"], "rows": [1.1, -0.1, 0.5, 0.5]}, "params.rows: 1.1 cannot be used"),
        ({"states": ["A", "B"], "rows": "0.5"}, "params.rows: '0.5' cannot be used"),
        ({"states": ["A", "a"]}, "different letters"),
        ({"states": ["A", "two words"]}, "different letters"),
        ({"states": ["A"]}, "params.states"),
        ({"lengths": [5, 1]}, "lengths that grow"),
        ({"matrix": "odd"}, "'uniform', 'sticky', 'last' or 'cycle'"),
        ({"alpha": 0}, "params.alpha: 0 cannot be used"),
    ],
)
def test_what_is_no_chain_is_said(params: dict[str, Any], said: str) -> None:
    """A sentence names the field, what is wrong and what is accepted."""
    with pytest.raises(InputError, match=re.escape(said)):
        Study.of(name="chain", process="markov", models=["ideal"], params=params)
