"""The published numbers are there, whole, and agree with the series that they were computed from."""

from __future__ import annotations

import pandas as pd
import pytest

from lmwalk import reference_data
from lmwalk.analysis.attractors import attractors
from lmwalk.analysis.beliefs import tosses
from lmwalk.analysis.chains import first_steps
from lmwalk.analysis.flips import last_flip
from tests import published_series

LOADERS = {
    reference_data.coin_in_context: 418,
    published_series.coin_in_context_series: 6600,
    reference_data.coin_stated_bias: 121,
    reference_data.priors: 12 * 2 + 11 * 6 + 11 * 10,
    reference_data.poisson: 440,
    reference_data.discounts: 8,
    reference_data.walk_endpoints: 115,
    reference_data.telephone_attractors: 5 * 3 * 4,
    published_series.telephone_series: 3 * 3 * 20 * 5 * 51,
}


@pytest.mark.parametrize(("loader", "rows"), LOADERS.items())
def test_a_caller_s_frame_is_its_own(loader, rows: int) -> None:
    """Every row is there, nothing is missing, and what one caller changes no other sees."""
    frame = loader()

    frame["model"] = "changed"

    assert len(frame) == rows
    assert not loader().drop(columns="ended", errors="ignore").isna().any(axis=None)
    assert "changed" not in set(loader()["model"])


def per_size() -> pd.DataFrame:
    """Means of the series and the published numbers, one row a model, n and true percentage."""
    series = published_series.coin_in_context_series()
    distance = (series["p_heads"] - series["theta_percent"] / 100).abs()
    keys = ["model", "n", "theta_percent"]
    means = series.assign(distance=distance).groupby(keys)[["p_heads", "distance"]].mean().reset_index()
    return means.merge(reference_data.coin_in_context(), on=keys, suffixes=("", "_published"))


def test_mean_beliefs_of_the_series_are_the_published_ones() -> None:
    """P(heads) at every n and percentage, both models, to 3 decimals; and so per n."""
    both = per_size()

    assert len(both) == 2 * 6 * 11
    assert (both["p_heads"] - both["p_heads_published"]).abs().max() < 5e-4
    by_size = both.groupby(["model", "n"])[["p_heads", "p_heads_published"]].mean()
    assert (by_size["p_heads"] - by_size["p_heads_published"]).abs().max() < 5e-4


def test_mean_distances_of_the_series_are_the_published_ones() -> None:
    """Each stem's distance, then the mean: to 3 decimals for the base model, at every n and percentage.

    The instruct model's rows are means over its messages, whose distance cannot exceed the mean of the distances, and
    equals it where all messages err to one side, as they do at 0 and 100%.
    """
    both = per_size().set_index("model")
    base, instruct = both.loc["Llama-3.1-8B"], both.loc["gemma-2-2b-it"]
    certain = instruct[instruct["theta_percent"].isin([0, 100])]

    assert (base["distance"] - base["tvd"]).abs().max() < 5e-4
    assert (certain["distance"] - certain["tvd"]).abs().max() < 5e-4
    assert (instruct["distance"] <= instruct["tvd"] + 5e-4).all()


def test_one_toss_of_a_fair_coin_shows_the_gambler_s_fallacy() -> None:
    """Llama-3.1-8B, n = 1, true percentage 50: P(heads) is .165 after heads, .768 after tails, 25 stems each."""
    series = published_series.coin_in_context_series().query(
        "model == 'Llama-3.1-8B' and n == 1 and theta_percent == 50"
    )
    shown = series.assign(tosses=[tosses(flips, "H") for flips in series["flips"]])

    table = last_flip(shown.rename(columns={"p_heads": "p", "stem": "unit"}), by=["model", "n"]).set_index("last")

    assert table["mean"].round(3).to_dict() == {"heads": 0.165, "tails": 0.768}
    assert table["answers"].to_dict() == {"heads": 25, "tails": 25}
    assert table["high"]["heads"] < table["ideal"]["heads"]
    assert table["low"]["tails"] > table["ideal"]["tails"]


def test_zero_shot_probabilities_are_distributions() -> None:
    """Each process and model: all its outcomes in order, summing to 1 within rounding, at the distance that is said."""
    for (process, _), part in reference_data.priors().groupby(["process", "model"]):
        outcomes = {"coin": ["heads", "tails"], "die": list("123456"), "number": [str(n) for n in range(1, 11)]}
        assert part["outcome"].tolist() == outcomes[process]
        assert part["probability"].sum() == pytest.approx(1, abs=0.005)
        distance = (part["probability"] - 1 / len(part)).abs().sum() / 2
        assert distance == pytest.approx(part["tvd_from_uniform"].iloc[0], abs=5e-4)


def test_discounts_lie_between_none_and_all() -> None:
    """Gamma is a share, one for each model."""
    table = reference_data.discounts()

    assert table["gamma"].between(0, 1).all()
    assert table["model"].is_unique


def both_attractors(*, legacy: bool) -> pd.DataFrame:
    """The attractors of the series and the published ones, one row a model, task and property."""
    names = ["toxicity", "positivity", "difficulty", "length"]
    own = attractors(published_series.telephone_series(), names, ["model", "task"], legacy=legacy)
    keys = ["model", "task", "property"]
    return own.merge(reference_data.telephone_attractors(), on=keys, suffixes=("", "_published"))


def test_legacy_attractors_of_the_series_are_the_published_ones() -> None:
    """Strength and position of all 36 cells, to the four decimals that were published."""
    both = both_attractors(legacy=True)

    assert len(both) == 3 * 3 * 4
    for name in ("strength", "position"):
        assert (both[name] - both[f"{name}_published"]).abs().max() < 6e-5


def test_attractors_of_the_series_differ_in_length_and_one_cut_off_position_alone() -> None:
    """All but length as published; the position cut off at 1 is 1.066; lengths from generation 0 are drawn strongly."""
    both = both_attractors(legacy=False)
    same, length = both[both["property"] != "length"], both[both["property"] == "length"]
    llama = (
        length[length["model"] == "Meta-Llama-3-8B-Instruct"]
        .set_index("task")
        .loc[["rephrase", "inspiration", "continue"]]
    )

    assert (same["strength"] - same["strength_published"]).abs().max() < 6e-5
    off = same[(same["position"] - same["position_published"]).abs() > 6e-5]
    assert off["position"].round(3).tolist() == [1.066]
    assert llama["strength"].round(3).tolist() == [0.964, 0.941, 0.994]
    assert llama["position"].round(0).tolist() == [468, 756, 335]


def test_first_steps_of_the_series_make_a_small_part_of_the_way() -> None:
    """Of what a chain goes in 50 generations the first step makes .04 to .20, by property."""
    series = published_series.telephone_series().assign(every="every")

    table = first_steps(series, ["difficulty", "positivity", "length", "toxicity"], ["every"])

    assert table["mean"].round(2).tolist() == [0.04, 0.12, 0.16, 0.20]
    assert (table["chains"] == 900).all()
