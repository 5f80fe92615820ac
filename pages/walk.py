"""Ask models for moves on a grid and watch where they go."""

from __future__ import annotations

from lmwalk.ui.experiment.page import experiment
from lmwalk.ui.families.walks import FAMILY
from lmwalk.ui.shell.page import header

header(
    "Walk",
    "A model is told where it stands and asked where to go, again and again. Does it wander, drift or stay put?",
)
experiment(FAMILY)
