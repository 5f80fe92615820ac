"""Words and numbers of the screen."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmwalk.ui.text import duration, number, percent, plain


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, "0"), (6.2666, "6.27"), (12.3456, "12.3"), (1234.5, "1,234"), (0.012345, "0.0123"), (-2.5, "-2.50")],
)
def test_a_number_has_three_significant_digits(value: float, shown: str) -> None:
    """Three digits, whatever the magnitude; whole numbers are never cut."""
    assert number(value) == shown


@pytest.mark.parametrize("say", [number, percent])
def test_no_data_is_a_dash(say: object) -> None:
    """What is not known is not zero."""
    assert say(math.nan) == "\N{EN DASH}"  # type: ignore[operator]


@pytest.mark.parametrize(("seconds", "shown"), [(3.2, "3 s"), (61, "1 min 01 s"), (7322, "2 h 02 min")])
def test_a_time_span_has_two_units(seconds: float, shown: str) -> None:
    """Seconds below a minute, then minutes and seconds, then hours and minutes."""
    assert duration(seconds) == shown


@given(st.text(alphabet="*_`[]()<>!#$:|~\\{}ab", max_size=40))
def test_every_sign_of_markup_is_escaped(text: str) -> None:
    """After escaping, no ASCII punctuation stands without a backslash before it."""
    rest = plain(text).replace("\\\\", "")

    assert all(rest[place - 1] == "\\" for place, sign in enumerate(rest) if sign in "*_`[]()<>!#$:|~{}")
