"""Measures of walks against brute force, closed forms and their own null."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from lmwalk.analysis.motion import MEASURES, coded, exponents, lags, mean_squared_displacements
from lmwalk.analysis.null_comparison import Against, displacement_curve, exponent_interval, walk_measures
from lmwalk.analysis.nulls import (
    AFTER,
    NULLS,
    STAY,
    UNREAD,
    Codes,
    Kind,
    Room,
    filled,
    null_codes,
    share_moves,
    walked,
)
from lmwalk.analysis.pvalues import fdr

RIGHT, LEFT, UP = 3, 2, 0
KINDS: tuple[Kind, Kind] = ("unbiased", "biased")


def fair(walks: int, steps: int, seed: int | list[int] = 1) -> Codes:
    return np.random.default_rng(seed).integers(4, size=(walks, steps)).astype(np.int8)


def value(name: str, codes: Codes, wall: int = 25) -> float:
    return float(MEASURES[name].compute(walked(codes[None], Room(wall)))[0])


def test_codes_keep_what_was_read_and_what_was_not() -> None:
    """Directions by their order, what was chosen apart from what could not be read, nothing after the end."""
    moves = pd.DataFrame(
        [("a", 7, 1, "UP"), ("a", 7, 2, None), ("a", 7, 3, "STAY"), ("a", 9, 1, "RIGHT")],
        columns=["condition", "trajectory", "t", "outcome"],
    )

    assert coded(moves)["a"].tolist() == [[UP, UNREAD, STAY], [RIGHT, AFTER, AFTER]]


def test_displacements_equal_brute_force() -> None:
    """Every window of every walk counts once, and none after a walk's end."""
    codes = fair(3, 21)
    codes[1, 9:] = AFTER
    walk = walked(codes, Room(4))
    at = lags(21)
    found = mean_squared_displacements(walk, at)
    for lag, seen in zip(at, found, strict=True):
        squares = [
            (x[t + lag] - x[t]) ** 2 + (y[t + lag] - y[t]) ** 2
            for x, y, length in zip(walk.x, walk.y, (21, 9, 21), strict=True)
            for t in range(length + 1 - lag)
        ]
        assert seen == pytest.approx(np.mean(squares))


def test_a_straight_walk_is_ballistic_and_a_still_one_goes_nowhere() -> None:
    """MSD = lag squared, exponent 2, one direction, no entropy; staying gives neither."""
    straight = np.full((2, 20), RIGHT, np.int8)
    still = np.full((2, 20), STAY, np.int8)

    assert value("exponent", straight) == pytest.approx(2)
    assert value("distance", straight) == 20
    assert value("entropy", straight) == value("entropy rate", straight) == value("dependence", straight) == 0
    assert value("repeats", straight) == 1
    assert value("sites", straight) == 21
    assert value("wall hits", straight, wall=15) == 5
    assert value("directions", straight) == pytest.approx(2 * 40)
    assert value("return time", straight) == 20
    assert value("passage time", straight) == 3
    assert math.isnan(value("entropy", still))
    assert math.isnan(value("repeats", still))
    assert value("sites", still) == 1


def test_back_and_forth_is_wholly_dependent() -> None:
    """RIGHT, LEFT, RIGHT, ...: one bit of entropy, all of it given by the move before."""
    codes = np.tile(np.array([RIGHT, LEFT], np.int8), 20)[None]

    assert value("entropy", codes) == pytest.approx(1)
    assert value("dependence", codes) == pytest.approx(1, abs=0.01)
    assert value("entropy rate", codes) == pytest.approx(0, abs=0.01)
    assert value("returns", codes) == 20
    assert value("return time", codes) == 2


def test_unbiased_walks_have_the_known_laws() -> None:
    """50 steps far from walls: E[R^2] = 50, exponent 1, MSD(lag) = lag, 27.8 distinct sites (science of the seed)."""
    walk = walked(fair(20_000, 50), Room(1000))

    assert np.mean(walk.x[:, -1] ** 2 + walk.y[:, -1] ** 2) == pytest.approx(50, abs=1.5)
    at = lags(50)
    assert mean_squared_displacements(walk, at) == pytest.approx(at.astype(float), rel=0.03)
    assert exponents(mean_squared_displacements(walk, at), at) == pytest.approx(1, abs=0.02)
    assert MEASURES["sites"].compute(walk) == pytest.approx(27.8, abs=0.15)


def repeats(codes: Codes) -> list[int]:
    """How many moves of each walk repeat the one before, by plain counting; what could not be read is passed over."""
    read = [[code for code in walk if 0 <= code < STAY] for walk in codes.tolist()]
    return [sum(a == b for a, b in pairwise(walk)) for walk in read]


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("kind", NULLS)
def test_null_walks_keep_the_habits_they_are_named_for(kind: Kind, together: bool) -> None:
    """Of each walk: its length; if biased, its directions; if persistent, its repeats; if lazy, how often it stays."""
    chance = np.random.default_rng(3)
    like = chance.choice(5, size=(4, 60), p=[0.5, 0.1, 0.1, 0.1, 0.2]).astype(np.int8)
    like[3, 30:] = AFTER
    codes = null_codes(kind, like, 400, 0, together=together)

    assert ((codes == AFTER) == (like == AFTER)).all()
    if kind == "biased":
        assert (np.sort(codes, axis=-1) == np.sort(like, axis=-1)).all()
        return
    if kind == "persistent":
        assert all(repeats(each) == repeats(like) for each in codes[:20])
    moves = codes[(codes >= 0) & (codes < STAY)]
    assert np.bincount(moves, minlength=4) / len(moves) == pytest.approx([0.25] * 4, abs=0.02)
    if kind == "lazy":
        stays = (codes == STAY).mean(axis=(0, 2))
        assert stays == pytest.approx((like == STAY).mean(axis=1), abs=0.02)


@pytest.mark.parametrize("kind", [kind for kind in NULLS if kind != "persistent"])
def test_null_walks_go_on_sharing_what_walks_share(kind: Kind) -> None:
    """Whoever goes the same way as another at a step does so in every null walk that is made for both together."""
    like = fair(4, 60)
    like[1, :40] = like[0, :40]
    codes = null_codes(kind, like, 100, 0, together=True)
    same = (like[0] == like[1]).sum()

    assert ((codes[:, 0] == codes[:, 1]).sum(axis=1) == same).all()


def test_shared_moves_are_noticed_and_shared_habits_are_not() -> None:
    """Walks of one seed share moves; walks that like the same direction do not, however often they meet in it."""
    chance = np.random.default_rng(2)
    common = np.where(chance.random((5, 50)) < 0.5, fair(1, 50, 8), fair(5, 50, 9))
    liking = [chance.choice(4, size=(5, 50), p=[0.7, 0.1, 0.1, 0.1]).astype(np.int8) for _ in range(100)]

    assert share_moves(common)
    assert not share_moves(np.full((5, 50), UP, np.int8))
    assert np.mean([share_moves(each) for each in liking]) < 0.35


def test_what_could_not_be_read_is_filled_in_every_way_that_matters() -> None:
    """By each direction, and so that the four counts come as near to each other as they can."""
    codes = np.array([[0, 0, 0, 0, 1, 1, UNREAD, UNREAD, UNREAD, UNREAD]], np.int8)
    counts = [np.bincount(each[0], minlength=4).tolist() for each in filled(codes)]

    assert counts == [[8, 2, 0, 0], [4, 6, 0, 0], [4, 2, 4, 0], [4, 2, 0, 4], [4, 2, 2, 2]]


def test_a_reflecting_wall_is_never_stood_against() -> None:
    """Every move changes the position where walls reflect, and none passes a wall."""
    walk = walked(fair(50, 200), Room(2), reflecting=True)

    assert value("wall hits", fair(50, 200), 2) > 0
    assert MEASURES["wall hits"].compute(walk) == 0
    assert np.abs(walk.x).max() <= 2


def test_under_unbiased_walks_each_test_errs_at_its_nominal_rate() -> None:
    """100 conditions of 5 unbiased walks of 50 steps, walls near enough to be met: 5% of p-values are below 5%."""
    conditions = {str(number): fair(5, 50, [0, number]) for number in range(100)}
    table = walk_measures(conditions, Room(5), Against(simulations=999))
    rates = table.assign(low=table["p"] <= 0.05).groupby("measure")["low"].mean()

    # the 999 null walks, too, are a sample, and most conditions are compared with the same ones
    error = 3 * math.sqrt(0.05 * 0.95 * (1 / 100 + 1 / 999))
    assert set(rates.index) == set(MEASURES)
    for measure, rate in rates.items():
        assert abs(rate - 0.05) < error, (measure, rate)
    assert (table["p_adjusted"] > 0.05).all()


def stars(table: pd.DataFrame) -> set[tuple[str, str]]:
    """condition and measure of all that differ."""
    found = table[table["p_adjusted"] <= 0.05]
    return set(zip(found["condition"], found["measure"], strict=True))


def test_one_walk_that_never_turns_is_found_among_seventy_conditions() -> None:
    """Always UP, in a table of 840 tests: 999 null walks alone could not tell, however clear it is."""
    conditions = {str(number): fair(5, 50, [5, number]) for number in range(69)}
    table = walk_measures({**conditions, "up": np.full((5, 50), UP, np.int8)}, Room(25))

    assert ("up", "directions") in stars(table)
    assert {condition for condition, _ in stars(table)} == {"up"}
    assert table["p"].min() > 0


def test_copies_of_a_walk_say_what_it_says_alone() -> None:
    """Every value but the surprise at its counts, and every p: five copies are one walk."""
    codes = fair(1, 50, 11)
    table = walk_measures({"once": codes, "often": np.repeat(codes, 5, axis=0)}, Room(25))
    once, often = (table[table["condition"] == name].set_index("measure") for name in ("once", "often"))

    assert (set(often["walks"]), set(often["distinct"])) == ({5}, {1})
    assert often["p"].tolist() == once["p"].tolist()
    assert often["value"].tolist() == once["value"].tolist()


def test_memory_is_found_whatever_the_bias_and_bias_is_no_memory() -> None:
    """Against the same moves in other orders: walks that repeat themselves differ, walks with a liking each do not."""
    chance = np.random.default_rng(12)
    turns = np.where(chance.random((5, 50)) < 0.7, 0, chance.integers(1, 4, size=(5, 50)))
    persistent = (np.cumsum(turns, axis=1) % 4).astype(np.int8)
    liking = np.stack([chance.choice(4, size=50, p=p) for p in chance.dirichlet([1.0] * 4, size=5)]).astype(np.int8)
    found = walk_measures({"persistent": persistent, "liking": liking}, Room(25), Against("biased"))

    assert {("persistent", "repeats"), ("persistent", "dependence")} <= stars(found)
    assert {condition for condition, _ in stars(found)} == {"persistent"}
    assert found.loc[found["measure"] == "directions", "p"].isna().all()
    own = walk_measures({"persistent": persistent}, Room(25), Against("persistent"))
    assert not stars(own)


def test_nothing_is_starred_that_the_unread_answers_could_undo() -> None:
    """Half of what a fair walker said was UP could not be read: rare as it looks, no measure differs."""
    codes = fair(5, 200, 13)
    lost = np.where((codes == UP) & (np.random.default_rng(14).random(codes.shape) < 0.5), np.int8(UNREAD), codes)
    table = walk_measures({"lost": lost}, Room(1000)).set_index("measure")

    assert table.loc["directions", "p"] < 1e-4
    assert not stars(table.reset_index())
    assert (table["p_bound"].dropna() >= table["p"].dropna()).all()


def test_a_primary_measure_is_adjusted_for_its_conditions_alone() -> None:
    """Of one condition its p is as it is; all others are as without it."""
    codes = np.random.default_rng(15).choice(4, size=(5, 50), p=[0.34, 0.22, 0.22, 0.22]).astype(np.int8)
    table = walk_measures({"a": codes}, Room(25), primary="distance").set_index("measure")

    assert table["primary"].sum() == 1
    assert table.loc["distance", "p_adjusted"] == table.loc["distance", "p"]
    others = table[~table["primary"]]
    assert others["p_adjusted"].tolist() == pytest.approx(list(fdr((5 * others["p"]).clip(upper=1))), nan_ok=True)


def test_a_biased_walk_is_found_out_by_the_unbiased_null_and_fits_its_own() -> None:
    """One direction twice as likely: improbable as unbiased, usual among biased walks."""
    codes = np.random.default_rng(5).choice(4, size=(10, 100), p=[0.4, 0.2, 0.2, 0.2]).astype(np.int8)
    against = {kind: walk_measures({"a": codes}, Room(25), Against(kind)) for kind in KINDS}
    p = {kind: table.set_index("measure")["p_adjusted"] for kind, table in against.items()}

    assert p["unbiased"]["directions"] < 0.01
    assert p["unbiased"]["distance"] < 0.02
    assert p["biased"]["distance"] > 0.05


def test_the_curve_lies_in_its_envelope_for_unbiased_walks_and_above_it_for_straight_ones() -> None:
    """The null's 95% contains diffusing walks at most lags, and no straight walk."""
    curve = displacement_curve(fair(5, 50, 3), Room(25))
    straight = displacement_curve(np.full((5, 50), RIGHT, np.int8), Room(100))

    assert curve["msd"].between(curve["null_low"], curve["null_high"]).mean() > 0.5
    assert (straight["msd"] > straight["null_high"])[1:].all()


def test_the_exponents_interval_covers_the_truth_at_its_level() -> None:
    """Over 200 conditions of 10 unbiased walks of 200 steps the 95% interval holds the mean exponent about as often."""
    truth = np.mean([exponent_interval(fair(10, 200, [7, n]), Room(1000))[0] for n in range(400)])
    held = [
        low <= truth <= high
        for _, low, high in (exponent_interval(fair(10, 200, [8, n]), Room(1000)) for n in range(200))
    ]

    assert np.mean(held) > 0.95 - 3 * math.sqrt(0.95 * 0.05 / 200)


@pytest.mark.parametrize("walks", [1, 3])
def test_few_paths_have_no_interval(walks: int) -> None:
    """Spread over walks is unknown where hardly any differ, however often they were walked."""
    whole, low, high = exponent_interval(np.tile(fair(walks, 50), (5, 1)), Room(25))

    assert math.isfinite(whole)
    assert math.isnan(low)
    assert math.isnan(high)


def test_copies_do_not_narrow_the_exponents_interval() -> None:
    """Each of ten walks twice is as sure as each once."""
    codes = fair(10, 100)

    assert exponent_interval(np.tile(codes, (2, 1)), Room(25)) == pytest.approx(exponent_interval(codes, Room(25)))


def test_where_a_walk_begins_moves_its_walls_and_nothing_else() -> None:
    """A walk that begins beside a wall is stopped by it at once; far from walls the beginning makes no difference."""
    straight = np.full((1, 5), RIGHT, np.int8)
    codes = fair(4, 30)

    assert walked(straight, Room(10, x=8)).x.tolist() == [[0, 1, 2, 2, 2, 2]]
    assert walked(straight, Room(10, x=8), reflecting=True).x.tolist() == [[0, 1, 2, 1, 2, 1]]
    assert (walked(codes, Room(1000, 5, -3)).y == walked(codes, Room(1000)).y).all()
