"""Who can be asked, servers of one's own, and whether a sampler does what it is asked."""

from __future__ import annotations

from lmwalk.ui.models import models
from lmwalk.ui.page import header

header(
    "Models",
    "Who can be asked now, and whether a model's sampler does what it is asked: temperature, seeds, hidden cuts.",
)
models()
