"""Intervals that hold at every look, and what they decide; ``tests/validity/stopping.py`` tries them by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lmwalk.analysis.confidence_sequences import GRID, running_intervals, verdicts


def gamblers(x: list[float], m: float, alpha: float) -> float:
    """The hedged capital against a mean m at its largest so far, played out bet by bet."""
    more = less = most = 1.0
    for t in range(1, len(x) + 1):
        seen = x[: t - 1]
        means = [(0.5 + math.fsum(seen[:i])) / (i + 1) for i in range(1, t)]
        variance = (0.25 + math.fsum((v - mean) ** 2 for v, mean in zip(seen, means, strict=True))) / t
        bet = math.sqrt(2 * math.log(2 / alpha) / (variance * t * math.log(1 + t)))
        more *= 1 + min(bet, 0.5 / m) * (x[t - 1] - m)
        less *= 1 - min(bet, 0.5 / (1 - m)) * (x[t - 1] - m)
        most = max(most, max(more, less) / 2)
    return most


def test_the_ends_are_where_a_gambler_has_won_enough() -> None:
    """Played out bet by bet, every mean inside has cost neither gambler his patience, and those outside have."""
    x = np.random.default_rng(0).beta(2, 5, 80)
    low, high = running_intervals(x, level=0.9)

    inside, outside = (low[-1] + high[-1]) / 2, (low[-1] - 1 / GRID, high[-1] + 1 / GRID)
    assert gamblers(x.tolist(), inside, 0.1) < 10
    assert gamblers(x.tolist(), low[-1] + 1.01 / GRID, 0.1) < 10 <= gamblers(x.tolist(), low[-1], 0.1)
    assert all(gamblers(x.tolist(), m, 0.1) >= 10 for m in outside)


def test_an_interval_only_closes_in_and_lies_within_the_bounds() -> None:
    """Also where more values come than are worked on at once."""
    x = 3 + 4 * np.random.default_rng(1).random(4500)
    low, high = running_intervals(x, (3.0, 7.0))

    assert (np.diff(low) >= 0).all() and (np.diff(high) <= 0).all()
    assert 3 <= low[0] <= low[-1] < 5 < high[-1] <= high[0] <= 7
    early = running_intervals(x[:700], (3.0, 7.0))
    np.testing.assert_array_equal(low[:700], early[0])


@pytest.mark.parametrize("beyond", [1.5, -0.1, math.nan])
def test_a_value_beyond_its_bounds_is_refused(beyond: float) -> None:
    """The interval would promise what does not hold."""
    with pytest.raises(ValueError, match="values from 0 to 1"):
        running_intervals([0.5, beyond])


def test_a_study_is_not_decided_before_its_interval_is_narrow() -> None:
    """One unit fewer than it took is too few; the units after it change nothing."""
    x = np.random.default_rng(2).beta(3, 3, 400).tolist()
    found = verdicts(x, range(400), (0.0, 1.0), width=0.2)

    assert found.decided and found.high - found.low <= 0.2
    fewer = verdicts(x[: found.units - 1], range(found.units - 1), (0.0, 1.0), width=0.2)
    assert not fewer.decided and fewer.high - fewer.low > 0.2
    assert verdicts(x[: found.units], range(found.units), (0.0, 1.0), width=0.2) == found


def test_copies_decide_nothing() -> None:
    """One unit that was copied is one unit, however often; a value that it lacks is no unit."""
    found = verdicts([1.0] * 5000, ["the same"] * 5000, (0.0, 1.0), width=0.5, differs_from=0.0)

    assert (found.units, found.distinct, found.decided) == (5000, 1, False)
    assert not verdicts([math.nan] * 9, range(9), (0.0, 1.0), width=0.5).decided
