"""``python -m lmwalk`` is ``lmwalk``."""

from lmwalk.cli import app

app()
