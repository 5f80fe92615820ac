"""Every condition of a study side by side."""

from __future__ import annotations

from lmwalk.ui.compare.page import compare
from lmwalk.ui.shell.page import header

header(
    "Compare",
    "The same question to different models at different temperatures. Where does temperature free a model, where not?",
)
compare()
