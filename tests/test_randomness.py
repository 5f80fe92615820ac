"""Every draw has an address."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lmwalk.randomness import WORLD, chance, generator, question_seed, stream

numbers = st.integers(0, 2**31)


@given(numbers, numbers, numbers, numbers)
def test_an_address_gives_the_same_draws_always(seed: int, trajectory: int, t: int, of: int) -> None:
    """Order and repetition change nothing."""
    assert generator(seed, trajectory, t, of).random() == generator(seed, trajectory, t, of).random()
    assert question_seed(seed, trajectory, t, of) == question_seed(seed, trajectory, t, of)


@given(st.text())
def test_no_condition_draws_from_the_world(condition: str) -> None:
    """A model's stream is never the world's."""
    assert stream(condition) != WORLD


def test_neighbouring_addresses_share_no_draw() -> None:
    """Changing any coordinate by one gives another generator."""
    drawn = {
        generator(*address).random()
        for address in [(1, 2, 3, 4), (2, 2, 3, 4), (1, 3, 3, 4), (1, 2, 4, 4), (1, 2, 3, 5)]
    }

    assert len(drawn) == 5
    assert chance(1, 2, 3)().random() == generator(1, 2, 3, WORLD).random()


@given(numbers, numbers, numbers, numbers)
def test_a_question_seed_fits_every_server(seed: int, trajectory: int, t: int, of: int) -> None:
    """Servers take signed 32-bit seeds."""
    assert 0 <= question_seed(seed, trajectory, t, of) < 2**31
