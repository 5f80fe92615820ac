"""Measures of walks against brute force, closed forms and their own null."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from lmwalk.analysis.against import Against, displacement_curve, exponent_interval, walk_measures
from lmwalk.analysis.motion import MEASURES, coded, exponents, lags, mean_squared_displacements
from lmwalk.analysis.nulls import AFTER, NULLS, STAY, Codes, Kind, Room, habits, null_codes, walked

RIGHT, LEFT, UP = 3, 2, 0
KINDS: tuple[Kind, Kind] = ("unbiased", "biased")


def fair(walks: int, steps: int, seed: int | list[int] = 1) -> Codes:
    return np.random.default_rng(seed).integers(4, size=(walks, steps)).astype(np.int8)


def value(name: str, codes: Codes, wall: int = 25) -> float:
    return float(MEASURES[name].compute(walked(codes[None], Room(wall)))[0])


def test_codes_keep_what_was_read_and_what_was_not() -> None:
    """Directions by their order, an unread answer as staying, nothing after the end."""
    moves = pd.DataFrame(
        [("a", 7, 1, "UP"), ("a", 7, 2, None), ("a", 9, 1, "RIGHT")],
        columns=["condition", "trajectory", "t", "outcome"],
    )

    assert coded(moves)["a"].tolist() == [[UP, STAY], [RIGHT, AFTER]]


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


@pytest.mark.parametrize("kind", NULLS)
def test_null_walks_keep_the_habits_they_are_named_for(kind: Kind) -> None:
    """Frequencies, repeats and staying are those of the walks compared with; lengths are always."""
    chance = np.random.default_rng(3)
    like = chance.choice(5, size=(4, 60), p=[0.5, 0.1, 0.1, 0.1, 0.2]).astype(np.int8)
    like[3, 30:] = AFTER
    own = habits(like)
    codes = null_codes(kind, like, 400, own, 0)
    taken = codes[:, like != AFTER]

    assert (codes[:, like == AFTER] == AFTER).all()
    shares = np.bincount(taken.ravel(), minlength=5) / taken.size
    if kind == "biased":
        assert shares == pytest.approx(own.shares, abs=0.01)
    elif kind == "lazy":
        assert shares == pytest.approx([*[(1 - own.shares[4]) / 4] * 4, own.shares[4]], abs=0.01)
    else:
        assert shares == pytest.approx([0.25] * 4 + [0], abs=0.01)
    if kind == "persistent":
        assert habits(codes[:, 0]).repeats == pytest.approx(own.repeats, abs=0.01)


def test_a_reflecting_wall_is_never_stood_against() -> None:
    """Every move changes the position where walls reflect, and none passes a wall."""
    walk = walked(fair(50, 200), Room(2), reflecting=True)

    assert value("wall hits", fair(50, 200), 2) > 0
    assert MEASURES["wall hits"].compute(walk) == 0
    assert np.abs(walk.x).max() <= 2


def test_under_unbiased_walks_each_test_errs_at_its_nominal_rate() -> None:
    """800 conditions of 5 unbiased walks of 50 steps, walls near enough to be met: 5% of p-values are below 5%."""
    conditions = {str(number): fair(5, 50, [0, number]) for number in range(800)}
    table = walk_measures(conditions, Room(5), Against(simulations=999))
    rates = table.assign(low=table["p"] <= 0.05).groupby("measure")["low"].mean()

    # the 999 null walks, too, are a sample, and all conditions are compared with the same ones
    error = 3 * math.sqrt(0.05 * 0.95 * (1 / 800 + 1 / 999))
    assert set(rates.index) == set(MEASURES)
    for measure, rate in rates.items():
        assert abs(rate - 0.05) < error, (measure, rate)


def test_a_biased_walk_is_found_out_by_the_unbiased_null_and_fits_its_own() -> None:
    """One direction twice as likely: improbable as unbiased, usual among biased walks."""
    codes = np.random.default_rng(5).choice(4, size=(10, 100), p=[0.4, 0.2, 0.2, 0.2]).astype(np.int8)
    against = {kind: walk_measures({"a": codes}, Room(25), Against(kind)) for kind in KINDS}
    p = {kind: table.set_index("measure")["p_adjusted"] for kind, table in against.items()}

    assert p["unbiased"]["directions"] < 0.01
    assert p["unbiased"]["distance"] < 0.01
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


def test_a_single_walk_has_no_interval() -> None:
    """Spread over walks is unknown where there is one."""
    whole, low, high = exponent_interval(fair(1, 50), Room(25))

    assert math.isfinite(whole)
    assert math.isnan(low)
    assert math.isnan(high)


def test_where_a_walk_begins_moves_its_walls_and_nothing_else() -> None:
    """A walk that begins beside a wall is stopped by it at once; far from walls the beginning makes no difference."""
    straight = np.full((1, 5), RIGHT, np.int8)
    codes = fair(4, 30)

    assert walked(straight, Room(10, x=8)).x.tolist() == [[0, 1, 2, 2, 2, 2]]
    assert walked(straight, Room(10, x=8), reflecting=True).x.tolist() == [[0, 1, 2, 1, 2, 1]]
    assert (walked(codes, Room(1000, 5, -3)).y == walked(codes, Room(1000)).y).all()
