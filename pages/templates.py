"""The words of the questions: read them, write new ones, and see what a model would read."""

from __future__ import annotations

from lmwalk.ui.shell.page import header
from lmwalk.ui.templates.page import templates

header(
    "Templates",
    "The words that models are asked with. Write your own, and read each question as a model would, in any state.",
)
templates()
