"""The law of a walk, against closed forms, against every path there is, and against walks that were drawn."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.sparse import csr_array
from walks_of_fields import statistics, walks

from lmwalk.analysis.elimination import stationary_law, until_it_leaves
from lmwalk.analysis.first_passage import distinct_positions, passage, passage_law
from lmwalk.analysis.lattices import Lattice, lattice_of
from lmwalk.analysis.markov import WalkLaw, motion, occupancy_table, quantiles, walk_law
from lmwalk.analysis.policy_field import field_of, interpolated
from lmwalk.analysis.walk_limits import long_run, mixing_time, relaxation_time
from lmwalk.errors import InputError
from lmwalk.geometry import SquareGrid
from lmwalk.models.builtin.policy import policy
from lmwalk.processes.ring import Circuit

FOUR = ("UP", "DOWN", "LEFT", "RIGHT")
SIDES = ("LEFT", "RIGHT")


def of(lattice: Lattice, p, **kwargs) -> WalkLaw:
    return walk_law(field_of(lattice, np.broadcast_to(np.asarray(p, float), lattice.leads.shape)), **kwargs)


def test_an_unbiased_walk_spreads_by_one_a_step_until_it_can_reach_a_wall() -> None:
    """E[R^2] = t and 2 bits a step, to rounding; the walls are 25 steps away."""
    table = motion(of(lattice_of(SquareGrid(25), FOUR), 1.0), 50)
    assert table["msd"][:26].to_numpy() == pytest.approx(np.arange(26), abs=1e-12)
    assert 49.9 < table["msd"][50] < 50 - 1e-6
    assert table["entropy"].to_numpy() == pytest.approx(2.0, abs=1e-12)
    assert table["wall"][:25].tolist() == [0.0] * 25
    assert table["wall"][25] == pytest.approx(4 * 0.25**26, rel=1e-9)


def test_laws_on_a_ring_are_those_of_its_group() -> None:
    """The n-fold convolution of one step, by its Fourier transform, for every site and t."""
    ring = Circuit(12)
    law = of(lattice_of(ring, tuple(ring.moves)), 1.0)
    assert law.occupancies(40) == pytest.approx(ring.laws(range(41)), abs=1e-12)
    table = motion(law, 40)
    assert table["distance"].to_numpy() == pytest.approx(ring.unbiased_distances(np.arange(41)), abs=1e-12)
    limit = long_run(law)
    assert limit.law == pytest.approx(1 / 12, abs=1e-14)
    assert relaxation_time(law, limit) == pytest.approx(1 / (1 - (1 + 2 * np.cos(np.pi / 6)) / 3), rel=1e-9)


def test_a_walk_between_walls_that_stop_it_has_the_law_of_its_cosines() -> None:
    """1/n + 2/n sum cos^t(pi k / n) c_k(i) c_k(j), with c_k(j) = cos(pi k (j + 1/2) / n): Feller, section XVI.3."""
    half, t = 4, 31
    n = 2 * half + 1
    lattice = lattice_of(SquareGrid(half), SIDES)
    line = lattice.at(np.arange(-half, half + 1), 0)
    k, place = np.arange(1, n), np.arange(n)
    waves = np.cos(np.pi * np.outer(k, place + 0.5) / n)
    exact = 1 / n + 2 / n * np.einsum("k,k,kj->j", np.cos(np.pi * k / n) ** t, waves[:, half], waves)
    law = of(lattice, 1.0)
    assert law.occupancies(t)[-1][line] == pytest.approx(exact, abs=1e-12)
    assert passage(law, lattice.at_walls).mean == pytest.approx(half**2, rel=1e-12)
    limit = long_run(law)
    assert limit.law[line] == pytest.approx(1 / n, abs=1e-14)
    distance = np.abs(law.occupancies(60)[:, line] - 1 / n).sum(axis=1) / 2
    assert mixing_time(law, limit, window=1) == np.flatnonzero(distance < 0.25)[0]


def test_every_statistic_is_that_of_all_paths_together() -> None:
    """4^5 paths on a grid of nine cells, each with its probability under a policy that changes at t = 2."""
    lattice, steps = lattice_of(SquareGrid(1), FOUR), 5
    rng = np.random.default_rng(1)
    early, late = rng.dirichlet(np.ones(4), size=(2, 9))
    moves = np.array([*product(range(4), repeat=steps)])
    at, weight = np.full((len(moves), steps + 1), lattice.origin), np.ones(len(moves))
    stopped = np.zeros(steps)
    for t in range(steps):
        p = (early if t < 2 else late)[at[:, t], moves[:, t]]
        stopped[t] = weight @ (p * lattice.stopped[at[:, t], moves[:, t]]) / 4 ** (steps - t - 1)
        weight = weight * p
        at[:, t + 1] = lattice.leads[at[:, t], moves[:, t]]
    law = walk_law([field_of(lattice, early), field_of(lattice, late)], (0, 2))
    table = motion(law, steps)
    x, y = (lattice.points[at, axis] for axis in (0, 1))
    assert table["x"].to_numpy() == pytest.approx(weight @ x, abs=1e-12)
    assert table["msd"].to_numpy() == pytest.approx(weight @ (x**2 + y**2), abs=1e-12)
    assert table["wall"][:steps].to_numpy() == pytest.approx(stopped, abs=1e-12)
    shares = [weight @ (at == place).mean(axis=1) for place in range(9)]
    assert occupancy_table(law, steps)["share"].to_numpy() == pytest.approx(np.array(shares), abs=1e-12)
    seen = [[len({*path[: t + 1]}) for t in range(steps + 1)] for path in at.tolist()]
    assert distinct_positions(law, steps) == pytest.approx(weight @ np.array(seen), abs=1e-12)
    corner = np.arange(9) == lattice.at(1, 1)
    came = np.array([[weight @ ((at == lattice.at(1, 1)).argmax(axis=1) == t)] for t in range(1, steps + 1)])
    assert passage_law(law, corner, steps)["p"][1:].to_numpy() == pytest.approx(came[:, 0], abs=1e-12)


def test_a_law_to_start_from_is_the_mean_of_its_starts() -> None:
    """Displacement is from each walk's own start, not from their middle; a walk that stays has none."""
    lattice = lattice_of(SquareGrid(3), (*FOUR, "STAY"))
    begun = np.full(49, 1 / 49)
    assert motion(of(lattice, [0, 0, 0, 0, 1]), 3, begun)["msd"].to_numpy() == pytest.approx(0.0)
    own = [motion(of(lattice, [1, 0, 2, 0, 1]), 4, place) for place in range(49)]
    whole = motion(of(lattice, [1, 0, 2, 0, 1]), 4, begun)
    for name in ("x", "msd", "distance", "wall"):
        assert whole[name].to_numpy() == pytest.approx(np.mean([each[name] for each in own], axis=0), abs=1e-12)


def test_bands_hold_at_least_what_they_say_and_hardly_more() -> None:
    """Of 0..9 with probability .1 each, 80% are 1..8 or one more: an end is where the tail's share is reached."""
    low, high = quantiles(np.full((1, 10), 0.1), np.arange(10.0), 0.8)
    assert (low[0], high[0]) == (0.0, 8.0)


def test_several_ways_to_end_have_the_shares_of_the_gamblers_ruin() -> None:
    """Between two walls that hold a walker for good: ((q/p)^i - (q/p)^n) / (1 - (q/p)^n) end at the left one."""
    lattice, half, ratio = lattice_of(SquareGrid(3), SIDES), 3, 0.4 / 0.6
    p = np.broadcast_to([0.4, 0.6], (49, 2)).copy()
    p[lattice.numbers[:, 0] == -half], p[lattice.numbers[:, 0] == half] = [1, 0], [0, 1]
    limit = long_run(of(lattice, p))
    left = (ratio**half - ratio ** (2 * half)) / (1 - ratio ** (2 * half))
    assert dict(zip([int(each[0]) for each in limit.classes], limit.shares, strict=True)) == pytest.approx(
        {int(lattice.at(-half, 0)): left, int(lattice.at(half, 0)): 1 - left}, abs=1e-14
    )
    assert limit.law.sum() == pytest.approx(1.0)
    assert limit.entropy == 0.0
    right = np.arange(49) == lattice.at(half, 0)
    assert passage(of(lattice, p), right) == pytest.approx((1 - left, np.inf))


def test_what_is_far_below_the_rounding_of_one_still_counts() -> None:
    """Two states that are left once in 1e40 and 3e40 steps share the time 1 to 3, and are left at last."""
    chain = csr_array(np.array([[1.0, 3e-40], [1e-40, 1.0]]))
    assert stationary_law(chain) == pytest.approx([0.25, 0.75], rel=1e-14)
    ways, times = until_it_leaves(csr_array((1, 1)), np.array([[1e-40, 3e-40]]), np.ones(1))
    assert ways[0] == pytest.approx([0.25, 0.75], rel=1e-14)
    assert times[0] == pytest.approx(2.5e39, rel=1e-14)


def test_a_walk_that_always_turns_right_never_settles() -> None:
    """Round a ring of 6 the period is 6, the share of time is even, and no mixing time exists; to and fro it is 2."""
    lattice = lattice_of(Circuit(6), SIDES)
    limit = long_run(of(lattice, [0, 1]))
    assert limit.periods == (6,)
    assert limit.law == pytest.approx(1 / 6)
    assert mixing_time(of(lattice, [0, 1]), limit, most=100) == np.inf
    assert long_run(of(lattice, [1, 1])).periods == (2,)
    assert long_run(of(lattice_of(Circuit(5), SIDES), [1, 1])).periods == (1,)


def test_what_was_not_measured_is_not_made_up() -> None:
    """A walk that can come to an unmeasured position has no law; one that cannot has, and so has one filled in."""
    lattice = lattice_of(SquareGrid(3), FOUR)
    masses = np.where(np.abs(lattice.numbers).max(axis=1)[:, None] < 3, 1.0, np.nan) * np.ones(4)
    field = field_of(lattice, masses)
    assert motion(walk_law(field), 3)["msd"][3] == pytest.approx(3)
    with pytest.raises(InputError, match=r"not measured, such as \(-3, 0\) at t = 3"):
        motion(walk_law(field), 4)
    with pytest.raises(InputError, match="interpolation"):
        long_run(walk_law(field))
    assert motion(walk_law(interpolated(field)), 4)["msd"].notna().all()


def test_mass_outside_may_leave_a_walker_where_it_is() -> None:
    """With half of the mass outside, as in a sampled walk half of the steps are none; otherwise every step is one."""
    lattice = lattice_of(SquareGrid(9), FOUR)
    assert motion(of(lattice, 0.125), 8)["msd"][8] == pytest.approx(8)
    assert motion(of(lattice, 0.125, unread_stays=True), 8)["msd"][8] == pytest.approx(4)


def test_drawn_walks_agree_with_the_law() -> None:
    """Every statistic of 4,000 walks of the built-in model's policy is within 3 standard errors of the exact one."""
    lattice = lattice_of(SquareGrid(9), FOUR)
    p = policy(*lattice.points.T)
    table = statistics(of(lattice, p), walks(lattice, p, 4000, 40, seed=1))
    assert (table["difference"] <= 3 * table["error"]).all(), table
