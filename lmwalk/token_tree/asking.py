"""Which texts are worth a request, where a distribution is added up from the likeliest next tokens.

Each request may say more of an outcome, or nothing that changes the law of the outcomes. What is not asked is never
guessed: it makes bounds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

NEGLIGIBLE = 1e-4
"""A text less probable than this is not followed further; what it holds makes bounds."""

TOLERANCE = 0.01
"""No more is asked once all that is still open could move no outcome's share among the outcomes by more than this."""

BESIDE = 0.25
"""Nor once it is no more than this part of what the server's lists leave out, and no request can bring back."""

MOST_AT_ONCE = 32
"""Texts in one request, where the server takes several."""


def worth_asking(
    open_texts: Mapping[str, float], known: float, unseen: float, *, negligible: float, tolerance: float
) -> list[str]:
    """The texts to ask, the most probable first; none where enough is known.

    Without the rest of them, what stays open is within the tolerance, as long as they themselves leave nothing open.

    Parameters
    ----------
    open_texts : mapping of str to float
        The probability of each text that may still become an outcome.
    known, unseen : float
        What the outcomes are known to hold together, and what the lists left out so far.
    negligible : float
        Texts less probable than this are not asked.
    tolerance : float
        In the place of ``TOLERANCE``; where it is 0 all others are asked.
    """
    allowed = tolerance * known + (BESIDE * unseen if tolerance else 0.0)
    left, chosen = math.fsum(open_texts.values()), []
    for text, mass in sorted(open_texts.items(), key=lambda entry: (-entry[1], len(entry[0]), entry[0])):
        if mass < negligible or left <= allowed:
            break
        chosen.append(text)
        left -= mass
    return chosen[:MOST_AT_ONCE]
