"""Words and numbers of the screen."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmwalk.ui.shell.escape import DASH, alike, duration, number, percent, percents, plain


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


@pytest.mark.parametrize(
    ("seconds", "shown"), [(3.2, "3 s"), (61, "1 min 01 s"), (7322, "2 h 02 min"), (130_180_380, "1,506 d 17 h")]
)
def test_a_time_span_has_two_units(seconds: float, shown: str) -> None:
    """Seconds below a minute, then minutes and seconds, hours and minutes, days and hours."""
    assert duration(seconds) == shown


@given(st.text(alphabet="*_`[]()<>!#$:|~\\{}ab", max_size=40))
def test_every_sign_of_markup_is_escaped(text: str) -> None:
    """After escaping, no ASCII punctuation stands without a backslash before it."""
    rest = plain(text).replace("\\\\", "")

    assert all(rest[place - 1] == "\\" for place, sign in enumerate(rest) if sign in "*_`[]()<>!#$:|~{}")


@pytest.mark.parametrize("address", ["http://x.example", "HTTPS://x.example", "www.x.example", "me@x.example"])
def test_no_address_stays_whole_enough_to_become_a_link(address: str) -> None:
    """A word joiner parts every address where Markdown would know it, and nothing else is added to its words."""
    shown = plain(f"see {address}!").replace("\\", "")

    assert address not in shown
    assert shown.replace("\N{WORD JOINER}", "") == f"see {address}!"


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (0.2, 0.3, f"20{DASH}30%"),
        (0.2491, 0.2512, f"24.9{DASH}25.1%"),
        (0.24996, 0.25004, f"24.996{DASH}25.004%"),
        (0.25, 0.25, f"25{DASH}25%"),
        (math.nan, math.nan, DASH),
    ],
)
def test_the_ends_of_an_interval_of_shares_are_told_apart(low: float, high: float, shown: str) -> None:
    """As few decimals as show two different ends; an interval that is not known is a dash."""
    assert percents(low, high) == shown


def test_a_mean_and_its_interval_have_the_same_decimals() -> None:
    """The largest of them has three significant digits, and the others as many decimals as that."""
    assert alike(8.288, 0.0317, 16.6) == ["8.3", "0.0", "16.6"]
    assert alike(8.288, 0.0317, 9.6) == ["8.29", "0.03", "9.60"]
    assert alike(0.0, 0.0, math.nan) == ["0", "0", DASH]
