"""The additive model against sums that are known and the fit by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lmwalk import reference_data
from lmwalk.analysis.additive import additive
from lmwalk.errors import InputError

MODELS, TASKS, PROPERTIES = ("m1", "m2", "m3"), ("rephrase", "continue"), ("length", "toxicity")


def table(noise: float = 0.0, models: tuple[str, ...] = MODELS) -> pd.DataFrame:
    """0.1 more for each next model, 0.3 more for continue, 0.2 less for toxicity."""
    rows = pd.DataFrame(product(models, TASKS, PROPERTIES), columns=["model", "task", "property"])
    rng = np.random.default_rng(0)
    sums = rows["model"].map({"m1": 0.0, "m2": 0.1, "m3": 0.2}) + 0.3 * rows["task"].eq("continue")
    return rows.assign(strength=0.5 + sums - 0.2 * rows["property"].eq("toxicity") + rng.normal(0, noise, len(rows)))


def test_sums_are_taken_apart() -> None:
    """Differences and distances from the mean are what they were made of, and everything is explained."""
    found = additive(table(1e-6))

    differences = found.pairs.set_index(["factor", "a", "b"])["difference"]
    effects = found.effects.set_index("level")["effect"]
    assert differences["model", "m1", "m3"] == pytest.approx(-0.2, abs=1e-4)
    assert differences["task", "continue", "rephrase"] == pytest.approx(0.3, abs=1e-4)
    assert differences["property", "length", "toxicity"] == pytest.approx(0.2, abs=1e-4)
    assert effects[["m1", "m2", "m3", "rephrase"]].tolist() == pytest.approx([-0.1, 0, 0.1, -0.15], abs=1e-4)
    assert found.r2 == pytest.approx(1)
    assert (len(found.pairs), found.rows) == (3 + 1 + 1, 12)


def test_the_published_strengths_are_taken_apart_by_means() -> None:
    """60 strengths in a full design: differences are those of means, with Student's interval by hand."""
    strengths = reference_data.telephone_attractors()
    found = additive(strengths)

    pair = found.pairs.set_index(["factor", "a", "b"]).loc[("task", "continue", "rephrase")]
    means = {factor: strengths.groupby(factor)["strength"].mean() for factor in ("model", "task", "property")}
    whole = strengths["strength"].mean()
    fitted = sum(strengths[factor].map(mean) for factor, mean in means.items()) - 2 * whole
    left = ((strengths["strength"] - fitted) ** 2).sum()
    half = 2.0076 * np.sqrt(left / 50 * (1 / 20 + 1 / 20))  # Student's quantile for 60 - 10 degrees of freedom
    difference = means["task"]["continue"] - means["task"]["rephrase"]
    assert pair["difference"] == pytest.approx(difference)
    assert [pair["low"], pair["high"]] == pytest.approx([difference - half, difference + half], abs=1e-4)
    assert found.r2 == pytest.approx(1 - left / ((strengths["strength"] - whole) ** 2).sum())


def test_a_pair_is_starred_where_its_adjusted_p_is_small() -> None:
    """The interval and p say one thing; adjusting never makes p smaller, and stars follow what it gives."""
    found = additive(table(0.02))

    pairs = found.pairs
    assert (((pairs["low"] > 0) | (pairs["high"] < 0)) == (pairs["p"] < 0.05)).all()
    assert (pairs["p_adjusted"] >= pairs["p"]).all()
    assert found.adds_up
    assert pairs["starred"].tolist() == (pairs["p_adjusted"] < 0.05).tolist()
    assert pairs["starred"].any()


def test_published_strengths_do_not_add_up() -> None:
    """What task and property give together has the F of two nested fits by hand, and no pair is starred."""
    strengths = reference_data.telephone_attractors()
    found = additive(strengths)

    def left(*terms: list[str]) -> tuple[float, int]:
        columns = [pd.get_dummies(strengths[term].agg(" ".join, axis=1)).to_numpy(float) for term in terms]
        design = np.hstack(columns)
        fit = np.linalg.lstsq(design, strengths["strength"], rcond=None)[0]
        return float(((strengths["strength"] - design @ fit) ** 2).sum()), int(np.linalg.matrix_rank(design))

    every = (["model", "task"], ["model", "property"], ["task", "property"])
    (without, fewer), (whole, more) = left(*every[:2]), left(*every)
    f = (without - whole) / (more - fewer) / (whole / (60 - more))
    row = found.together.set_index("factors").loc["task and property"]
    assert row["p"] == pytest.approx(stats.f.sf(f, more - fewer, 60 - more))
    assert not found.adds_up
    assert not found.pairs["starred"].any()


def test_products_of_parts_are_seen_where_nothing_is_left_over() -> None:
    """Two factors and one number a cell: parts that multiply speak against the sum, parts that add do not."""
    rows = pd.DataFrame(product("abcde", "rst"), columns=["model", "task"]).assign(property="length")
    one, other = rows["model"].map("abcde".index) / 5, rows["task"].map("rst".index) / 3
    noise = np.random.default_rng(1).normal(0, 0.01, len(rows))

    assert additive(rows.assign(strength=one + other + noise)).adds_up
    assert not additive(rows.assign(strength=one * other + noise)).adds_up


def test_what_does_not_vary_is_left_out() -> None:
    """One model alone has no effect, and a strength that is missing does not count."""
    strengths = pd.concat([table(0.01, ("m1",))] * 3, ignore_index=True)
    strengths.loc[0, "strength"] = np.nan

    found = additive(strengths)

    assert set(found.effects["factor"]) == {"task", "property"}
    assert found.rows == 11


def test_too_few_numbers_are_refused() -> None:
    """As many parameters as numbers leave no error to judge by."""
    with pytest.raises(InputError, match="at least 6 numbers, and there are 5"):
        additive(table().iloc[[0, 1, 2, 4, 8]])


def test_factors_that_go_together_are_refused() -> None:
    """Who rephrases with one model and continues with the other cannot tell the model from the task."""
    rows = table(0.1)
    together = rows[(rows["model"] == "m1") == (rows["task"] == "rephrase")]

    with pytest.raises(InputError, match="cannot be told apart"):
        additive(pd.concat([together.query("model != 'm3'")] * 3))
