"""Ask models for moves on a grid and watch where they go."""

from __future__ import annotations

from lmwalk.ui.page import header
from lmwalk.ui.walk import walk

header(
    "Walk",
    "A model is told where it stands and asked where to go, again and again. Does it wander, drift or stand still?",
)
walk()
