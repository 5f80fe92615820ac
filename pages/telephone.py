"""Let models hand texts on from generation to generation, and measure what the texts become."""

from __future__ import annotations

from lmwalk.ui.experiment.page import experiment
from lmwalk.ui.families.chains import FAMILY
from lmwalk.ui.shell.page import header

header(
    "Telephone",
    "A model rewrites a text, then its own rewriting, and so on. Where do texts end up, and how strongly are they "
    "drawn there?",
)
experiment(FAMILY)
