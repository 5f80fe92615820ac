"""Walks on the sites of a ring and of a cube: their moves, their pictures, and the exact law of the unbiased walk."""

from __future__ import annotations

import itertools
from collections import Counter
from functools import partial
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmwalk.processes.cube import Cube
from lmwalk.processes.ring import Ring
from lmwalk.registry import make_process
from lmwalk.sites import Sites

chance = partial(np.random.default_rng, 0)
WALKS = [("ring", {"sites": 3}), ("ring", {"sites": 4}), ("ring", {"sites": 7}), ("ring", {"sites": 12}), ("cube", {})]
every_walk = pytest.mark.parametrize(("name", "params"), WALKS, ids=str)


def process_of(name: str, params: dict[str, Any]) -> Ring | Cube:
    process = make_process(name, params)
    assert isinstance(process, Ring | Cube)
    return process


def after(process: Ring | Cube, outcomes: tuple[str | None, ...]) -> Any:
    state = process.start(chance)
    for outcome in outcomes:
        state = process.advance(state, outcome, chance)
    return state


def ends(process: Ring | Cube, steps: int) -> dict[int, float]:
    """Where all walks of so many answers end, each equally likely: by walking every one of them."""
    every = list(itertools.product(process.alphabet, repeat=steps))
    counts = Counter(after(process, outcomes)["site"] for outcomes in every)
    return {site: count / len(every) for site, count in counts.items()}


def fewest_moves(process: Ring | Cube) -> dict[int, int]:
    """How many moves lead to each site, by searching outwards from the start."""
    known, edge = {0: 0}, [0]
    while edge:
        site = edge.pop(0)
        for outcome in process.alphabet:
            there = process.geometry.moved(site, outcome)
            if there not in known:
                known[there] = known[site] + 1
                edge.append(there)
    return known


@every_walk
@pytest.mark.parametrize("steps", [0, 1, 2, 5, 6])
def test_the_law_is_that_of_all_walks_there_are(name: str, params: dict[str, Any], steps: int) -> None:
    """Probabilities of sites and the mean and spread of distances are those of every walk, made and counted."""
    process = process_of(name, params)
    geometry, counted = process.geometry, ends(process, steps)
    law = geometry.laws([steps])[0]

    assert law.sum() == pytest.approx(1)
    assert law == pytest.approx([counted.get(site, 0.0) for site in range(len(law))], abs=1e-12)
    far = fewest_moves(process)
    mean = sum(share * far[site] for site, share in counted.items())
    variance = sum(share * (far[site] - mean) ** 2 for site, share in counted.items())
    assert geometry.unbiased_distances(steps) == pytest.approx(mean, abs=1e-12)
    assert geometry.unbiased_spread(steps) == pytest.approx(variance**0.5, abs=1e-7)


@every_walk
def test_distances_are_the_fewest_moves(name: str, params: dict[str, Any]) -> None:
    """From every site to every other, as a search through the moves finds them; a place is told from its picture."""
    process = process_of(name, params)
    geometry, far = process.geometry, fewest_moves(process)
    x, y = np.array(geometry.points).T

    assert geometry.hops == tuple(far[site] for site in range(len(x)))
    assert geometry.sites(x, y).tolist() == list(range(len(x)))
    for begun, start in enumerate(geometry.points):
        found = geometry.distances(start, x, y)
        assert found[begun] == 0
        assert sorted(found) == sorted(far.values())
        assert [geometry.distances(other, *start) for other in geometry.points] == found.tolist()


def test_laws_of_many_lengths_come_at_once() -> None:
    """In the shape of what was asked, and for walks so long that they have forgotten where they began."""
    geometry = Ring(sites=1000).geometry

    means = geometry.unbiased_distances([[0, 1], [1, 10_000_000]])

    assert means.shape == (2, 2)
    assert means[0].tolist() == pytest.approx([0, 2 / 3])
    assert means[1, 1] == pytest.approx(np.mean(geometry.hops))


@given(sites=st.integers(3, 60), steps=st.integers(0, 80), start=st.integers(0, 1000))
def test_a_reference_holds_the_share_that_it_says(sites: int, steps: int, start: int) -> None:
    """At least 95%, less with one site fewer on each side, and none where it would be the whole ring."""
    geometry = Ring(sites=sites).geometry
    law, hops = geometry.laws([steps])[0], np.array(geometry.hops)
    begun = geometry.points[start % sites]

    found = geometry.reference(steps, begun)

    if found is None:
        assert law[hops < hops.max()].sum() < 0.95
        return
    x, y = np.array(geometry.points).T
    inside = np.array([_holds(found.points, place) for place in geometry.points])
    away = geometry.distances(begun, x, y)
    assert found.share >= 0.95 - 1e-9
    assert found.share == pytest.approx(law[hops <= away[inside].max()].sum())
    assert set(away[inside]) == set(range(int(away[inside].max()) + 1))
    assert law[hops < away[inside].max()].sum() < 0.95
    assert not found.walled


def _holds(curve: Any, place: tuple[float, float]) -> bool:
    """Whether a place is inside a closed curve, by how often a ray from it crosses the curve."""
    x, y = place
    crossed = 0
    for (x0, y0), (x1, y1) in zip(curve, [*curve[1:], curve[0]], strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
            crossed += 1
    return crossed % 2 == 1


@pytest.mark.parametrize("sites", [3, 12, 1000])
def test_a_step_on_the_ring_is_about_one_long(sites: int) -> None:
    """RIGHT leads clockwise from the top, LEFT back, along a circle whose circumference is the number of sites."""
    process = Ring(sites=sites)
    top, right = (process.position(after(process, moves)) for moves in ((), ("RIGHT",)))
    radius = sites / (2 * np.pi)

    assert top == pytest.approx((0, radius))
    assert right[0] > 0
    assert np.hypot(*right) == pytest.approx(radius)
    arc = radius * np.arccos(np.clip(np.dot(top, right) / radius**2, -1, 1))
    assert arc == pytest.approx(1)
    assert process.position(after(process, ("RIGHT", "LEFT", "STAY", None))) == pytest.approx(top)
    (track,) = process.geometry.outlines
    assert track.kind == "track"
    assert np.hypot(*np.array(track.points).T) == pytest.approx(radius)


def test_a_cube_s_track_is_its_edges() -> None:
    """Twelve of them; eight vertices are drawn apart, and no reference is."""
    geometry = Cube().geometry

    assert len(geometry.outlines) == 12
    assert len(set(geometry.points)) == 8
    assert geometry.reference(10, geometry.points[0]) is None


@every_walk
def test_states_hold_the_latest_moves(name: str, params: dict[str, Any]) -> None:
    """As many as memory allows; what could not be read stays, and is told from a STAY that was answered."""
    process = process_of(name, {**params, "memory": 2})
    first = process.alphabet[-1]

    assert after(process, (None, first))["moves"] == ["stay", first]
    assert after(process, (first, None, first))["moves"] == ["stay", first]
    assert after(process, (None,))["site"] == 0
    assert process.view(after(process_of(name, {**params, "memory": 0}), (first,)))["moves"] == "none yet"


@pytest.mark.parametrize(
    ("name", "reply", "outcome"),
    [
        *(("ring", reply, "STAY") for reply in ("STAY", "I stay where I am.", "Left or right? I stay.")),
        *(("ring", reply, "LEFT") for reply in ("left!", "nach links", "I choose LEFT, not RIGHT", "⬅️")),
        *(("ring", reply, None) for reply in ("UP", "nach oben", "LEFT or RIGHT", "")),
        *(("cube", reply, "X") for reply in ("x", "**X**", "X, not Y", "Y? No. X!")),
        *(("cube", reply, None) for reply in ("X or Y", "Not X.", "UP", "maximum")),
    ],
)
def test_answers_are_read_by_the_same_rules_as_elsewhere(name: str, reply: str, outcome: str | None) -> None:
    """Negations, choices and other languages, in the alphabet of the walk; a word of another alphabet is no answer."""
    assert make_process(name, {}).parse(reply).outcome == outcome


def test_measures_are_within_their_bounds() -> None:
    """A walk of few steps goes no further than these, and none further than halfway round."""
    assert Ring().measures(4)["distance"] == (0, 4)
    assert Ring().measures(100)["distance"] == (0, 6)
    assert [*Cube().measures(9)] == ["distance", "x-share", "y-share", "z-share"]


def test_every_displacement_has_a_name() -> None:
    """On a ring by how far to the right; on a cube by what differs."""
    assert list(Ring(sites=5).geometry.displacements.values()) == ["-2", "-1", "0", "1", "2"]
    assert list(Ring(sites=4).geometry.displacements) == [3, 0, 1, 2]
    assert list(Cube().geometry.displacements.values())[:4] == ["000", "100", "010", "001"]


def test_a_geometry_of_sites_needs_its_moves_only() -> None:
    """A walk on a torus, of which nothing but moves, places and hops is said, has an exact law."""

    class Torus(Sites):
        shape: ClassVar = (3, 3)
        moves: ClassVar = {"UP": (0, 1), "DOWN": (0, -1), "LEFT": (-1, 0), "RIGHT": (1, 0)}
        points: ClassVar = tuple((float(x), float(y)) for x in range(3) for y in range(3))
        hops: ClassVar = tuple(min(x, 3 - x) + min(y, 3 - y) for x in range(3) for y in range(3))
        displacements: ClassVar = {site: str(site) for site in range(9)}
        outlines: ClassVar = ()

        def around(self, site: int, hops: int) -> None:
            return None

    law = Torus().laws([1, 2])

    assert law[0].reshape(3, 3).tolist() == pytest.approx(np.array([[0, 1, 1], [1, 0, 0], [1, 0, 0]]) / 4)
    assert law[1, 0] == pytest.approx(1 / 4)
