"""Whether what follows a run is told over a websocket of its own, beside Streamlit's.

Streamlit tells the browser something by drawing a part of the page again. Several times a second, that costs more than
what is told; so where ``lmwalk ui`` serves, the stage has a stream of its own. ``streamlit run app.py`` knows no such
stream, and there the stage is drawn again and again.
"""

from __future__ import annotations

PATH = "lmwalk/stage/"
"""Of the streams, relative to the dashboard's address; a key of the session's own follows."""
_served: list[bool] = []


def serve() -> None:
    """From now on streams are answered."""
    _served.append(True)


def served() -> bool:
    """Whether streams are answered in this process."""
    return bool(_served)
