"""What beliefs stand on: the mass of the outcomes, and what holds the rest."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmwalk.analysis.outcome_mass import mass_of, masses, standing
from lmwalk.types import SCANT, Distribution

LOGS = {"heads": math.log(0.03), "tails": math.log(0.01)}


def rows(*found: Distribution, count: int = 1) -> pd.DataFrame:
    texts = [json.dumps(each.stored()) for each in found]
    return masses(pd.DataFrame({"label": "m", "distribution": texts, "count": count}))


@given(
    st.lists(st.floats(0, 0.2), min_size=1, max_size=4),
    st.floats(0, 0.2),
    st.lists(st.floats(0, 1), min_size=4, max_size=4),
)
def test_the_truth_lies_between_the_least_and_the_most(held: list[float], unseen: float, cuts: list[float]) -> None:
    """However what is unseen is shared out, within each outcome's bound and only once, the mass is within."""
    names = [str(place) for place in range(len(held))]
    upper = {name: mass + unseen * cut for name, mass, cut in zip(names, held, cuts, strict=False)}
    logs = {name: math.log(mass) if mass else -math.inf for name, mass in zip(names, held, strict=True)}
    least, most = mass_of(Distribution(logs, 0.0, unseen, upper).stored())
    left, truth = unseen, math.fsum(held)

    assert least == pytest.approx(truth)
    for name, mass in zip(names, held, strict=True):
        given_to = min(left, upper[name] - mass)
        left, truth = left - given_to, truth + given_to
    assert most == pytest.approx(truth)


def test_exact_masses_have_no_spread() -> None:
    """Where everything is seen, the least is the most."""
    assert mass_of(Distribution(LOGS, 0.96).stored()) == pytest.approx((0.04, 0.04))


def test_what_a_list_leaves_out_makes_no_warning() -> None:
    """Only where even the most is less than a tenth is a question below; where the most is more, it is unsure."""
    enough = Distribution({"heads": math.log(0.5), "tails": math.log(0.1)}, 0.4)
    exact = Distribution(LOGS, 0.96)
    bounded = Distribution(LOGS, 0.93, 0.03, {"heads": 0.06, "tails": 0.04})
    open_ended = Distribution(LOGS, 0.46, 0.5, {"heads": 0.53, "tails": 0.51})
    (found,) = standing(rows(enough, exact, bounded, open_ended)).itertuples()

    assert (found.questions, found.below, found.unsure, found.bound) == (4, 2, 1, True)
    assert (found.median, found.least) == pytest.approx((0.04, 0.04))


@given(st.lists(st.tuples(st.floats(0.001, 0.999), st.integers(1, 5)), min_size=1, max_size=12))
def test_equal_questions_count_as_often_as_they_were_asked(asked: list[tuple[float, int]]) -> None:
    """A distribution with a count says what as many rows say."""
    each = [rows(Distribution({"a": math.log(p)}, 1 - p), count=count) for p, count in asked]
    found = pd.concat(each, ignore_index=True)
    repeated = found.loc[found.index.repeat(found["count"])].drop(columns="count")
    (once,), (singly,) = standing(found).itertuples(index=False), standing(repeated).itertuples(index=False)
    every = np.repeat([math.exp(math.log(p)) for p, _ in asked], [count for _, count in asked])

    assert once == singly
    assert once.questions == len(every)
    assert once.below == (every < SCANT).sum()
    assert once.median == pytest.approx(np.median(every))


def test_what_is_said_instead_is_a_mean_over_the_questions_that_say_it() -> None:
    """Probabilities are summed text by text; the five likeliest are named, with their means."""
    think = {"<think>": 0.9, "a": 0.01, "b": 0.009, "c": 0.008, "d": 0.007}
    other = {"<think>": 0.5, "e": 0.3, "f": 0.002, "g": 0.001, "h": 0.001}
    enough = Distribution({"heads": math.log(0.5), "tails": math.log(0.1)}, 0.4, instead={"never": 0.4})
    (found,) = standing(
        rows(Distribution(LOGS, 0.96, instead=think), Distribution(LOGS, 0.96, instead=other), enough)
    ).itertuples()

    expected = [("<think>", 0.7), ("e", 0.15), ("a", 0.005), ("b", 0.0045), ("c", 0.004)]
    assert [text for text, _ in found.instead] == [text for text, _ in expected]
    assert [p for _, p in found.instead] == pytest.approx([p for _, p in expected])


def test_replies_stand_on_nothing() -> None:
    """Rows without a mass give no row."""
    assert standing(pd.DataFrame({"label": ["m"], "mass": [math.nan]})).empty
