"""Start the dashboard's server with its files in place."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from pathlib import Path

from lmwalk.errors import LmwalkError
from lmwalk.ui.assets import publish


def main() -> None:
    """Run ``streamlit run`` as ``sys.argv`` asks, with the settings that lie beside ``app.py``."""
    script = next(Path(word) for word in sys.argv if word.endswith("app.py"))
    publish(script.resolve().parent)
    from streamlit.runtime.pages_manager import PagesManager
    from streamlit.web.cli import main as streamlit

    # app.py sets up the navigation; the folder "pages" alone would be taken for Streamlit's older kind of it
    PagesManager.uses_pages_directory = False
    # not before Streamlit itself is imported: plotly stumbles over a pandas that another thread is still importing
    threading.Thread(target=_warm_up, name="lmwalk-warm-up", daemon=True).start()
    streamlit()


def _warm_up() -> None:
    """Import and open what the first page needs while the server starts and the browser loads."""
    import lmwalk.ui.feed  # noqa: F401
    from lmwalk.registry import processes
    from lmwalk.store import open_store
    from lmwalk.ui.families import WALKS
    from lmwalk.ui.state import database

    processes.values()
    WALKS.first_study([])
    with suppress(LmwalkError):  # the page itself says it
        open_store(database())


if __name__ == "__main__":
    main()
