"""What holds for every process, present and future."""

from __future__ import annotations

import json
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmwalk.analysis.lattices import lattice_of
from lmwalk.errors import InputError
from lmwalk.registry import make_process, processes
from lmwalk.types import STATUSES, Chance, PlacesWalkers, Process, State

every_process = pytest.mark.parametrize("name", list(processes))
replies = st.one_of(
    st.text(),
    st.text(alphabet="UPDOWNLEFTRIGHTupdownleftright ._*'\n\u0130\u0131"),
    st.sampled_from(["UP", "left", ""]),
)


def chance_of(seed: int) -> Chance:
    return partial(np.random.default_rng, seed)


def states(process: Process, seed: int, steps: int = 20) -> list[State]:
    """A start and what follows it under outcomes drawn at random, unread ones included."""
    rng = np.random.default_rng(seed)
    found = [process.start(chance_of(seed))]
    for t in range(steps):
        outcomes = process.outcomes(found[-1]) or ("some text",)
        choice = rng.integers(len(outcomes) + 1)
        outcome = outcomes[choice] if choice < len(outcomes) else None
        found.append(process.advance(found[-1], outcome, chance_of(seed + t)))
    return found


@every_process
@given(reply=replies)
def test_any_reply_is_an_outcome_or_a_named_reason(name: str, reply: str) -> None:
    """Parsing never raises, and an outcome is there exactly where the status is ok."""
    process = make_process(name, {})

    outcome, status = process.parse(reply)

    assert status in STATUSES
    assert (outcome is not None) == (status == "ok")
    alphabet = process.outcomes(process.start(chance_of(0)))
    assert outcome is None or alphabet is None or outcome in alphabet


@every_process
@given(reply=replies)
def test_what_a_reply_was_read_from_is_a_part_of_it(name: str, reply: str) -> None:
    """Pieces lie in the reply, in order and apart; there are some where one or several outcomes were found."""
    process = make_process(name, {})

    spans = process.spans(reply)

    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= begin < end <= len(reply) for begin, end in spans)
    status = process.parse(reply).status
    assert bool(spans) == (status in ("ok", "ambiguous", "refused"))


@every_process
@given(reply=replies)
def test_what_a_reply_was_read_from_reads_as_the_whole(name: str, reply: str) -> None:
    """Of a reply that names an outcome, its first marked piece alone names the same."""
    process = make_process(name, {})
    whole = process.parse(reply)

    if whole.status == "ok":
        begin, end = process.spans(reply)[0]
        assert process.parse(reply[begin:end]) == whole


@every_process
def test_every_outcome_reads_as_itself(name: str) -> None:
    """The canonical answer is understood."""
    process = make_process(name, {})

    for outcome in process.outcomes(process.start(chance_of(0))) or ():
        assert process.parse(outcome) == (outcome, "ok")


@every_process
@given(seed=st.integers(0, 1000))
def test_states_survive_json(name: str, seed: int) -> None:
    """A state that was stored and read is the state."""
    process = make_process(name, {})

    for state in states(process, seed):
        assert json.loads(json.dumps(state)) == state


@every_process
@given(seed=st.integers(0, 1000))
def test_a_view_gives_exactly_the_promised_variables(name: str, seed: int) -> None:
    """A template may use every name that is documented, and no other."""
    process = make_process(name, {})

    for state in states(process, seed):
        assert set(process.view(state)) == set(process.variables)


@every_process
@given(seed=st.integers(0, 1000))
def test_an_ideal_observer_is_a_distribution_over_the_outcomes(name: str, seed: int) -> None:
    """Probabilities lie in [0, 1], sum to 1 and belong to outcomes."""
    process = make_process(name, {})

    for state in states(process, seed):
        ideal = process.ideal(state)
        if ideal is not None:
            assert set(ideal) <= set(process.outcomes(state) or ideal)
            assert min(ideal.values()) >= 0
            assert sum(ideal.values()) == pytest.approx(1)


@every_process
@given(seed=st.integers(0, 1000))
def test_a_process_is_pure(name: str, seed: int) -> None:
    """The same seed gives the same states, and advancing changes no earlier state."""
    process = make_process(name, {})
    before = json.dumps(states(process, seed))

    assert json.dumps(states(process, seed)) == before


@every_process
@given(seed=st.integers(0, 1000))
def test_a_geometry_holds_every_place_that_walks_come_to(name: str, seed: int) -> None:
    """No further than its reach, and no further from the start than there were steps; a reference holds 95% or more."""
    process = make_process(name, {})
    geometry = process.geometry
    if geometry is None:
        return
    places = [process.position(state) for state in states(process, seed)]
    x, y = np.array([place for place in places if place is not None]).T
    start = (float(x[0]), float(y[0]))

    assert len(x) == len(places)
    assert max(np.abs(x).max(), np.abs(y).max()) <= geometry.reach + 1e-9
    assert (geometry.distances(start, x, y) <= np.arange(len(x)) + 1e-9).all()
    assert geometry.unbiased_distances([0, 1]).tolist() == pytest.approx([0, 1], abs=0.5)
    assert set(geometry.arrows) >= set(process.alphabet) or not geometry.arrows
    for outline in geometry.outlines:
        assert outline.kind in ("wall", "track")
        assert np.isfinite(outline.points).all()
    reference = geometry.reference(3, start)
    assert reference is None or 0.95 <= reference.share <= 1


@every_process
def test_a_walker_can_stand_at_every_position(name: str) -> None:
    """Put at a lattice's position it is drawn there, at the time given, in a state that ``advance`` goes on from."""
    process = make_process(name, {})
    if process.geometry is None:
        return
    assert isinstance(process, PlacesWalkers)
    lattice = lattice_of(process.geometry, process.alphabet)

    for numbers, point, leads in zip(lattice.numbers.tolist(), lattice.points, lattice.leads, strict=True):
        state = process.placed(numbers, 7)
        assert process.view(state)["t"] == 7
        assert process.position(state) == pytest.approx(tuple(point), abs=1e-12)
        moved = process.advance(state, process.alphabet[0], chance_of(0))
        assert process.position(moved) == pytest.approx(tuple(lattice.points[leads[0]]), abs=1e-12)
    with pytest.raises(InputError):
        process.placed([10_000] * lattice.numbers.shape[1], 0)
