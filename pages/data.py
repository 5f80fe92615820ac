"""Every question and answer: browse, filter, ask in SQL, take away."""

from __future__ import annotations

from lmwalk.ui.data.page import data
from lmwalk.ui.shell.page import header

header("Data", "Every question that was asked and every answer that came. Browse them, or ask the database.")
data()
