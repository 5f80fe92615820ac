"""Attractors, courses and spreads of chains against theory, brute force and simulated truths."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lmwalk.analysis.attractors import attractors
from lmwalk.analysis.chains import distinct, endpoints, evolution, final_means, first_steps, prediction
from lmwalk.analysis.line_fits import crossing, interval, lines
from lmwalk.analysis.moving import drift, moving

TEXTS, SEEDS = 20, 5


def chains(values: np.ndarray, label: str = "a", task: str = "rephrase") -> pd.DataFrame:
    """Chains of a property v from its values, shape (texts, seeds, generations)."""
    index = pd.MultiIndex.from_product([range(size) for size in values.shape], names=["initial", "seed", "generation"])
    frame = pd.DataFrame({"v": values.ravel()}, index=index).reset_index()
    return frame.assign(label=label, task=task, model=label, temperature=0.8, ended=None)


def ended(frame: pd.DataFrame, initial: int, seed: int, at: int) -> pd.DataFrame:
    """The same chains, of which one has ended at a generation."""
    whose = (frame["initial"] == initial) & (frame["seed"] == seed)
    kept = frame[~(whose & (frame["generation"] > at))].copy()
    kept.loc[whose & (kept["generation"] == at), "ended"] = "empty"
    return kept


def moved(slope: float, rng: np.random.Generator, texts: int = TEXTS) -> np.ndarray:
    """Two generations with attractor 0.3: noise of each text, which its chains share, and noise of each chain."""
    first = np.repeat(rng.uniform(-1, 1, (texts, 1)), SEEDS, axis=1)
    noise = rng.normal(0, 0.2, (texts, 1)) + rng.normal(0, 0.3, (texts, SEEDS))
    return np.stack([first, slope * first + 0.3 * (1 - slope) + noise], axis=2)


@pytest.fixture
def walk() -> pd.DataFrame:
    """Chains whose steps are independent."""
    return chains(np.random.default_rng(3).normal(0, 1, (TEXTS, SEEDS, 12)).cumsum(axis=2))


@pytest.mark.parametrize("rate", [0.02, 0.3, 1.0])
def test_steps_towards_a_point_have_it_for_attractor(rate: float) -> None:
    """x <- x + rate (5 - x) has slope (1 - rate)^G and position 5, exactly."""
    first = np.linspace(-3, 9, TEXTS)[:, None, None]
    course = 5 + (first - 5) * (1 - rate) ** np.arange(11)

    row = attractors(chains(np.repeat(course, SEEDS, axis=1)), ["v"]).iloc[0]

    assert row["slope"] == pytest.approx((1 - rate) ** 10, abs=1e-12)
    assert row["strength"] == pytest.approx(1 - (1 - rate) ** 10)
    assert row[["position", "position_low", "position_high"]].tolist() == pytest.approx([5, 5, 5])
    assert row["per_generation"] == pytest.approx(rate, abs=1e-9)
    assert row[["chains", "distinct", "texts", "early", "last"]].tolist() == [100, 20, 20, 0, 10]


@pytest.mark.parametrize("slope", [1.0, 1.4, -1.0, -2.0])
def test_what_does_not_come_nearer_has_no_attractor(slope: float) -> None:
    """Strength 0 and no position, with no interval of one, where |s| >= 1."""
    first = np.repeat(np.linspace(-1, 2, TEXTS)[:, None], SEEDS, axis=1)

    row = attractors(chains(np.stack([first, slope * first + 0.5], axis=2)), ["v"]).iloc[0]

    assert row["slope"] == pytest.approx(slope)
    assert row["intercept"] == pytest.approx(0.5)
    assert row["strength"] == 0
    assert row[["position", "position_low", "position_high"]].isna().all()


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Slope, strength and position, 20 texts of 5 chains, 100 times: 95% within Monte-Carlo error.

    Slopes are told apart by task. Where the slope is 0 the strength is at its bound, 1, and may be held more often.
    """
    rng = np.random.default_rng(1)
    slopes = {"0": 0.0, "0.3": 0.3, "-0.4": -0.4}
    drawn = [chains(moved(slope, rng), str(k), task) for k in range(100) for task, slope in slopes.items()]

    table = attractors(pd.concat(drawn, ignore_index=True), ["v"])

    truth = table.assign(slope=table["task"].map(slopes), position=0.3)
    truth["strength"] = 1 - truth["slope"].abs()
    least, most = stats.binom.interval(0.999, 100, 0.95)
    for name in ("slope", "strength", "position"):
        held = (table[f"{name}_low"] <= truth[name]) & (truth[name] <= table[f"{name}_high"])
        counts = held.groupby(table["task"]).sum()
        assert (counts >= least).all(), name
        assert (counts.drop("0") <= most).all(), name


def test_an_attractor_that_the_texts_do_not_show_has_no_interval() -> None:
    """Slope 0.95 with noise: many resamples have none, so that its position is not determined."""
    row = attractors(chains(moved(0.95, np.random.default_rng(0))), ["v"]).iloc[0]

    assert row[["position_low", "position_high"]].isna().all()
    assert row["strength_low"] == 0


def test_the_fit_is_that_of_scipy() -> None:
    """Slope, intercept and r2, two independent implementations, for numbers far from 0."""
    rng = np.random.default_rng(2)
    x = 1e6 + rng.normal(0, 1, 60)
    y = 3e5 + 0.4 * x + rng.normal(0, 1, 60)

    found, expected = lines(x, y, np.arange(60) % 12), stats.linregress(x, y)

    assert found.slope[0] == pytest.approx(expected.slope)
    assert found.intercept[0] == pytest.approx(expected.intercept)
    assert found.correlation[0] == pytest.approx(expected.rvalue)


def test_fits_without_a_text_are_fits_of_the_others() -> None:
    """Fits from sums equal fits of the rows themselves, and the interval is Student's with their spread, by hand."""
    rng = np.random.default_rng(4)
    x, y, texts = rng.normal(size=30), rng.normal(size=30), np.repeat(np.arange(6), 5)
    found = lines(x, y, texts)

    fits = np.array([np.polyfit(x[texts != text], y[texts != text], 1) for text in range(6)])
    assert found.slope[1:] == pytest.approx(fits[:, 0])
    assert found.intercept[1:] == pytest.approx(fits[:, 1])
    shares = np.bincount(texts, (x - x.mean()) ** 2)
    assert found.effective == pytest.approx(shares.sum() ** 2 / (shares**2).sum())
    half = stats.t.ppf(0.975, min(4, 1.5 * found.effective)) * np.sqrt(
        5 / 6 * ((fits[:, 0] - found.slope[0]) ** 2).sum()
    )
    assert interval(found.slope, found) == pytest.approx((found.slope[0] - half, found.slope[0] + half))


def test_a_crossing_may_lie_wherever_the_line_does_not_differ_from_the_diagonal() -> None:
    """Brute force over places: the line's height there less the place, against its jackknife's error."""
    rng = np.random.default_rng(7)
    x, texts = np.repeat(rng.normal(size=8), 3), np.repeat(np.arange(8), 3)
    found = lines(x, 0.4 * x + 1 + rng.normal(0, 0.3, 24), texts)

    places = np.linspace(-5, 8, 200_001)
    apart = found.intercept[:, None] + (found.slope[:, None] - 1) * places
    error = np.sqrt(7 / 8 * ((apart[1:] - apart[0]) ** 2).sum(axis=0))
    inside = places[np.abs(apart[0]) <= stats.t.ppf(0.975, 6) * error]

    assert crossing(found) == pytest.approx((inside.min(), inside.max()), abs=1e-4)


def test_chains_seen_to_different_ends_have_one_line() -> None:
    """Ends after 10, 20, 40 and 50 generations of x <- x + .03 (5 - x) lie on the lines of their own generation."""
    first, went = np.tile(np.linspace(-3, 9, 12), 4), np.repeat([10, 20, 40, 50], 12)
    last = 5 + (first - 5) * 0.97**went

    found = lines(first, last, np.tile(np.arange(12), 4), went / 50)

    assert found.slope == pytest.approx(0.97**50, abs=1e-4)
    assert found.intercept == pytest.approx(5 * (1 - 0.97**50), abs=1e-3)


def test_what_cannot_be_fitted_is_nan() -> None:
    """One initial value for all, a property never measured, and no more than 3 texts for an interval."""
    same = attractors(chains(np.ones((4, 2, 3))), ["v"]).iloc[0]
    never = attractors(chains(np.full((4, 2, 3), np.nan)), ["v"]).iloc[0]
    three = attractors(chains(moved(0.3, np.random.default_rng(5), texts=3)), ["v"]).iloc[0]

    assert np.isnan([same["slope"], same["strength"], same["position"], never["slope"], never["strength"]]).all()
    assert (never["chains"], never["texts"]) == (0, 0)
    assert np.isfinite(three["slope"])
    assert np.isnan([three[f"{name}_low"] for name in ("slope", "strength", "position", "per_generation")]).all()


def test_what_differs_by_rounding_alone_does_not_vary() -> None:
    """A cosine that is always 1 has no slope, though its last digit differs from text to text."""
    x = 1 + np.array([0, 1, -1, 2, 0, 1]) * 1.1e-16

    assert np.isnan(lines(x, np.linspace(0, 1, 6), range(6)).slope).all()


def test_a_chain_that_ended_counts_with_its_last_text(walk: pd.DataFrame) -> None:
    """Its end is its latest value, it is counted as early, and a chain that ended at once is left out."""
    frame = ended(ended(walk, 2, 1, at=4), 3, 0, at=0)

    ends = endpoints(frame, ["v"]).set_index(["initial", "seed"])
    row = attractors(frame, ["v"]).iloc[0]

    at = walk.set_index(["initial", "seed", "generation"])["v"]
    assert ends.loc[(2, 1), ["first", "last", "generation"]].tolist() == [at[2, 1, 0], at[2, 1, 4], 4]
    assert ends.loc[(0, 0), ["last", "generation"]].tolist() == [at[0, 0, 11], 11]
    assert (3, 0) not in ends.index
    assert row[["chains", "early", "last"]].tolist() == [99, 2, 11]


def test_groups_do_not_mix(walk: pd.DataFrame) -> None:
    """What is told apart is computed as if it were alone, whatever order the rows come in."""
    other = walk.assign(v=5 - walk["v"] / 2, model="b", label="b")
    both = pd.concat([walk, other]).sample(frac=1, random_state=0)

    table = attractors(both, ["v"], by=["model"]).set_index("model")

    for name, part in (("a", walk), ("b", other)):
        alone = attractors(part, ["v"], by=["model"]).set_index("model")
        pd.testing.assert_series_equal(table.loc[name], alone.loc[name])


def test_chains_of_conditions_taken_together_stay_apart(walk: pd.DataFrame) -> None:
    """A group of two conditions has the chains of both."""
    both = pd.concat([walk, walk.assign(label="b")]).assign(every="every")

    assert attractors(both, ["v"], by=["every"])["chains"].tolist() == [2 * TEXTS * SEEDS]


def test_legacy_regresses_length_on_generation_1_and_bounds_positions() -> None:
    """Length of generation 1 halves to the end; the position of positivity, 2, is given as 1."""
    first = np.repeat(np.linspace(0, 8, TEXTS)[:, None], SEEDS, axis=1)
    frame = chains(np.stack([first, first**2, 3 + first**2 / 2], axis=2)).rename(columns={"v": "length"})
    frame["positivity"] = np.where(frame["generation"] == 0, frame["length"], 1 + frame["initial"] * 4 / 19)

    ours, legacy = (attractors(frame, ["length", "positivity"], legacy=flag) for flag in (False, True))

    assert legacy["slope"].tolist() == pytest.approx([0.5, 0.5])
    assert legacy["position"].tolist() == pytest.approx([6, 1])
    assert legacy["position_high"].tolist() == pytest.approx([6, 1])
    assert ours["slope"].tolist() == pytest.approx([4, 0.5])
    assert ours["position"].tolist() == pytest.approx([np.nan, 2], nan_ok=True)


def test_evolution_is_the_mean_over_seeds_that_are_left(walk: pd.DataFrame) -> None:
    """Mean and standard error by hand; after its end a chain counts for nothing; one seed has no error."""
    frame = ended(walk, 0, 0, at=3)
    for seed in (1, 2, 3):
        frame = ended(frame, 0, seed, at=6)

    table = evolution(frame, "v").query("initial == 0").set_index("generation")

    at = walk.query("initial == 0").pivot(index="seed", columns="generation", values="v")
    assert table.loc[3, "mean"] == pytest.approx(at[3].mean())
    assert table.loc[3, "se"] == pytest.approx(at[3].std(ddof=1) / np.sqrt(5))
    assert table.loc[4, "mean"] == pytest.approx(at.loc[1:, 4].mean())
    assert table["seeds"].tolist() == [5] * 4 + [4] * 3 + [1] * 5
    assert table.loc[7, "mean"] == at.loc[4, 7]
    assert np.isnan(table.loc[7, "se"])


def test_final_means_are_those_of_the_last_texts(walk: pd.DataFrame) -> None:
    """The mean of the ends, in its interval; texts that end alike leave no doubt."""
    row = final_means(walk, ["v"]).iloc[0]
    alike = final_means(walk.assign(v=walk["generation"]), ["v"]).iloc[0]

    assert row["mean"] == pytest.approx(walk.query("generation == 11")["v"].mean())
    assert row["low"] < row["mean"] < row["high"]
    assert alike[["mean", "low", "high"]].tolist() == [11, 11, 11]
    assert row[["chains", "texts"]].tolist() == [100, 20]


def test_prediction_of_a_random_walk_is_known() -> None:
    """After 11 of 12 independent steps r2 is 11/12 and the slope 1; chains that ended by then are left out."""
    frame = chains(np.random.default_rng(6).normal(0, 1, (400, 5, 12)).cumsum(axis=2))

    row = prediction(ended(frame, 0, 0, at=10), ["v"], at=10).iloc[0]

    assert row["r2_low"] < 11 / 12 < row["r2_high"]
    assert row["slope_low"] < 1 < row["slope_high"]
    assert row["r2"] == pytest.approx(11 / 12, abs=0.02)
    assert row["chains"] == 1999


def test_few_texts_say_nothing_of_a_drift(walk: pd.DataFrame) -> None:
    """Of five texts signs can be flipped in 16 ways that differ: no p is small, however many chains there are."""
    five = drift(walk[walk["initial"] < 5], ["v"])
    six = drift(walk[walk["initial"] < 6].assign(v=walk["generation"]), ["v"])

    assert five["p"].isna().all()
    assert five["ks"].notna().all()
    assert six["p"].tolist() == [1 / 32] * 11


def test_drift_is_the_greatest_distance_of_the_distributions(walk: pd.DataFrame) -> None:
    """KS by brute force over all values; 1 where nothing overlaps, 0 where nothing changes."""
    table = drift(walk, ["v"]).set_index("generation")
    far = drift(walk.assign(v=walk["v"].where(walk["generation"] == 0, 1e3)), ["v"])
    still = drift(walk.assign(v=walk["initial"]), ["v"])

    first, last = (walk.loc[walk["generation"] == at, "v"].to_numpy() for at in (0, 11))
    grid = np.concatenate([first, last])[:, None]
    assert table.loc[11, "ks"] == pytest.approx(np.abs((first <= grid).mean(1) - (last <= grid).mean(1)).max())
    assert far["ks"].tolist() == pytest.approx([1] * 11)
    assert (far["p_adjusted"] < 1e-3).all()
    assert (still["ks"] < 1e-9).all()
    assert (still["p"] == 1).all()
    assert (table["p_adjusted"] >= table["p"]).all()
    assert table.index.tolist() == list(range(1, 12))


def test_chains_of_one_text_share_its_weight(walk: pd.DataFrame) -> None:
    """Four chains of five that are taken from one text change neither its weight nor how many texts there are."""
    fewer = walk[(walk["initial"] > 0) | (walk["seed"] == 0)]

    row = drift(fewer, ["v"]).set_index("generation").loc[11]

    values = fewer[fewer["generation"] == 11]
    weights = 1 / TEXTS / values.groupby("initial")["v"].transform("size")
    grid = fewer["v"].to_numpy()
    shares = [
        ((part["v"].to_numpy()[:, None] <= grid) * weights.to_numpy()[:, None]).sum(axis=0)
        for part in (fewer[fewer["generation"] == 0], values)
    ]
    assert row["ks"] == pytest.approx(np.abs(shares[0] - shares[1]).max())
    assert row[["texts", "chains"]].tolist() == [20, 96]


def test_copies_of_a_chain_do_not_make_it_surer(walk: pd.DataFrame) -> None:
    """Five equal chains of every text say what one says: slope, drift, last value and pace, with their intervals."""
    one = walk[walk["seed"] == 0]
    five = pd.concat([one.assign(seed=seed) for seed in range(5)], ignore_index=True)

    for analysis in (attractors, drift, final_means, first_steps, prediction, moving):
        single, copied = (analysis(frame, ["v"]).drop(columns="chains", errors="ignore") for frame in (one, five))
        pd.testing.assert_frame_equal(single, copied)
    assert distinct(five, ["v"]) == TEXTS
    assert evolution(five, "v")["se"].isna().all()


@pytest.mark.parametrize("rate", [0.03, 0.1])
def test_strength_per_generation_is_the_same_whenever_chains_are_read(rate: float) -> None:
    """An autoregressive course, 2,000 texts, read at generation 5, 10, 20: its strength grows, per generation not."""
    rng = np.random.default_rng(8)
    course = [rng.normal(0, 3, (2000, 1))]
    for _ in range(20):
        course.append(course[-1] + rate * (1 - course[-1]) + rng.normal(0, 0.1, (2000, 1)))
    frame = chains(np.stack(course, axis=2))

    read = {at: attractors(frame[frame["generation"] <= at], ["v"]).iloc[0] for at in (5, 10, 20)}

    assert [row["per_generation"] for row in read.values()] == pytest.approx([rate] * 3, abs=0.003)
    assert [row["strength"] for row in read.values()] == pytest.approx([1 - (1 - rate) ** at for at in read], abs=0.02)
    assert all(row["per_generation_low"] < rate < row["per_generation_high"] for row in read.values())


def test_chains_that_draw_together_from_both_sides_still_move() -> None:
    """Their mean does not change, but where they began says which way they go; at rest nothing does."""
    rng = np.random.default_rng(9)
    first = rng.normal(0, 1, (TEXTS, 1, 1)).repeat(SEEDS, axis=1)
    drawn = (first - first.mean()) * 0.95 ** np.arange(31)
    noise = rng.normal(0, 0.02, (TEXTS, SEEDS, 31))

    together, rest = (moving(chains(values), ["v"]).iloc[0] for values in (drawn + noise, noise))

    assert (together["since"], rest["since"]) == (21, 21)
    assert together["p"] < 0.01 < rest["p"]
    assert abs(together["change"]) < 0.01


def test_first_steps_lie_between_all_and_an_even_share() -> None:
    """1 for a jump, 1/G at a steady pace, 1/2 / (1 - 2^-G) where half of the way is left; at rest it is not known."""
    jump, steady, halving = np.minimum(np.arange(6), 1.0), np.arange(6.0), 1 - 0.5 ** np.arange(6)
    courses = {"jump": jump, "steady": steady, "halving": halving, "rest": np.zeros(6)}
    frame = pd.concat([chains(np.tile(course, (4, 2, 1)), name) for name, course in courses.items()])

    table = first_steps(frame, ["v"]).set_index("label")

    assert table["mean"].tolist() == pytest.approx([1, 1 / 5, 0.5 / (1 - 2**-5), np.nan], nan_ok=True)
    assert table["chains"].tolist() == [8, 8, 8, 0]
    assert table.loc["steady", ["low", "high"]].tolist() == pytest.approx([0.2, 0.2])
