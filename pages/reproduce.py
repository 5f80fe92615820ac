"""Run published experiments again, and see one's own result beside the published one."""

from __future__ import annotations

from lmwalk.ui.reproduce.page import reproduce
from lmwalk.ui.shell.page import header

header(
    "Reproduce",
    "Published experiments, ready to run: choose who is asked, and see your result beside the published one.",
)
reproduce()
