"""Every design of ``tests/validity`` a few times, seeded: no interval or test is far from what it promises."""

from __future__ import annotations

import pytest
from scipy.stats import binom
from validity import NOMINAL, Design, designs, seen

DESIGNS = [(f"{kind}: {design.name}", design) for kind, several in designs().items() for design in several]
RARELY = 0.001


@pytest.mark.parametrize("design", [design for _, design in DESIGNS], ids=[name for name, _ in DESIGNS])
def test_intervals_and_tests_hold_what_they_promise(design: Design) -> None:
    """As far as few trials can tell: less than a thousandth of such samples would be worse at the nominal level."""
    for row in seen(design, design.few):
        count = round(row.share * row.counted) if row.counted else 0
        if design.kind == "coverage":
            assert count >= binom.ppf(RARELY, row.counted, NOMINAL["coverage"] - 0.02) or not row.counted, row
        else:
            assert count <= binom.ppf(1 - RARELY, row.counted, NOMINAL["false positives"]) or not row.counted, row
