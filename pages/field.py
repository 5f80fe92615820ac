"""What a model would answer at every position of a walk, under any sampler."""

from __future__ import annotations

from lmwalk.ui.field.page import field
from lmwalk.ui.shell.page import header

header(
    "Field",
    "What a model would answer at every position, at any temperature and under any sampler, from one question a "
    "position.",
)
field()
