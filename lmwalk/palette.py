"""The colours of figures, exports, stylesheets and scripts; all of them are read from ``palette.json``.

A colour has a value for the light theme, and others for the dark theme and for paper (figures and exports, which are
made once for both themes) where they differ. Trajectories have the colours of Okabe and Ito (2008), "Color Universal
Design", and two more.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_PALETTE: dict[str, Any] = json.loads(Path(__file__).with_name("palette.json").read_text(encoding="utf-8"))


def _in(theme: str, colour: dict[str, str]) -> str:
    return colour.get(theme, colour["light"])


TRAJECTORIES: tuple[str, ...] = tuple(_in("paper", colour) for colour in _PALETTE["trajectories"])
OKABE_ITO = TRAJECTORIES[:6]
START, END, REFERENCE = (_in("paper", _PALETTE[name]) for name in ("start", "end", "reference"))
SCALE: tuple[str, ...] = tuple(_PALETTE["scale"])
"""From cool to warm: for what has an order, such as temperatures."""
COOL, MIDDLE, WARM = SCALE
PUBLISHED: tuple[str, ...] = tuple(_PALETTE["published"])
"""Greys of models that somebody else has published."""


def custom_properties(theme: str) -> dict[str, str]:
    """The colours that stylesheets use, by the name of their custom property.

    Parameters
    ----------
    theme : str
        ``light`` or ``dark``.
    """
    marks = {name: _PALETTE[name] for name in ("start", "end", "reference")} | _PALETTE["words"]
    scale = {"cool": COOL, "middle": MIDDLE, "warm": WARM}
    found = {name: _in(theme, colour) for name, colour in marks.items()} | scale
    return {f"--lmw-{name}": colour for name, colour in found.items()}
