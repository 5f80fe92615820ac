"""Available models, the user's own servers, and whether a sampler does what it is asked."""

from __future__ import annotations

from lmwalk.ui.models.page import models
from lmwalk.ui.shell.page import header

header(
    "Models",
    "Available models now, and whether a model's sampler does what it is asked: temperature, seeds, hidden cuts.",
)
models()
