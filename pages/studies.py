"""Every study: what it is doing, what it costs, and what can be done with it."""

from __future__ import annotations

from lmwalk.ui.shell.page import header
from lmwalk.ui.studies.page import studies

header(
    "Studies",
    "Everything that was run here, and what is running now. Pause, resume, throttle or export any run.",
)
studies()
