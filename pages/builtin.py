"""The law that the built-in model was taught, and how well it learned it."""

from __future__ import annotations

from lmwalk.ui.models.builtin_walks import builtin_model
from lmwalk.ui.shell.page import header

header(
    "Built-in model",
    "A language model whose right answers are known: what every estimate on the other pages can be checked against.",
)
builtin_model()
