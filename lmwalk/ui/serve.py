"""Start the dashboard's server with its files in place."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from lmwalk.ending import Stage, at_end, await_each, heed_again, heeding
from lmwalk.errors import LmwalkError
from lmwalk.ui.allocation import keep_together
from lmwalk.ui.network.beside import answer_beside
from lmwalk.ui.network.listening import Listening
from lmwalk.ui.shell import streaming
from lmwalk.ui.shell.assets import publish

LOOK_S = 0.02
PATIENCE_S = 0.5
"""How long the end of the process waits for pages that are being drawn."""


def main() -> None:
    """Run ``streamlit run`` as ``sys.argv`` asks, with the settings that lie beside ``app.py``."""
    keep_together()
    script = next(Path(word) for word in sys.argv if word.endswith("app.py"))
    publish(script.resolve().parent)
    from streamlit.runtime.pages_manager import PagesManager
    from streamlit.web.cli import main as streamlit

    listening = Listening.asked_for()
    if answer_beside(streaming.PATH, _stream):
        streaming.serve()
    listening.guard()
    # app.py sets up the navigation; the folder "pages" alone would be taken for Streamlit's older kind of it
    PagesManager.uses_pages_directory = False
    # not before Streamlit itself is imported: plotly stumbles over a pandas that another thread is still importing
    threading.Thread(target=_warm_up, name="lmwalk-warm-up", daemon=True).start()
    asyncio.run(_served(streamlit, listening))


async def _served(streamlit: Callable[..., object], listening: Listening) -> None:
    """Serve until a signal ends the process.

    Streamlit ends its server politely, and waits for ever for a tab or a download that does not answer; so signals are
    taken back as soon as it has set handlers of its own. In a loop that runs already, it begins to serve and returns.
    """
    streamlit(standalone_mode=False)
    (server,) = asyncio.all_tasks() - {asyncio.current_task()}
    while heeding() and not server.done():
        await asyncio.sleep(LOOK_S)
    heed_again()
    listening.tell()
    at_end(Stage.SCREEN)(_close_pages)
    await server


async def _stream(*asked: Any) -> None:
    """Answer a websocket of the stage; what that takes is imported with the first page."""
    from lmwalk.ui.experiment.live.stream import answer

    await answer(*asked)


def _close_pages() -> None:
    """Let no page begin anything any more, and those that are being drawn end."""
    from streamlit import runtime

    logging.getLogger("uvicorn.error").addFilter(_says_more_than_the_end)
    with suppress(RuntimeError):  # it has ended by itself
        runtime.get_instance().stop()
    drawing = [each for each in threading.enumerate() if each.name.startswith("ScriptRunner") and each.is_alive()]
    await_each([each.join for each in drawing], PATIENCE_S)


def _says_more_than_the_end(record: logging.LogRecord) -> bool:
    """Whether a complaint is about more than a tab that connected while the server ended."""
    from streamlit.runtime.runtime import RuntimeStoppedError

    return not (record.exc_info and isinstance(record.exc_info[1], RuntimeStoppedError))


def _warm_up() -> None:
    """Import and open what the first page needs while the server starts and the browser loads."""
    from lmwalk.datasets.planning import found_in_words, planned
    from lmwalk.host import open_store
    from lmwalk.registry import processes
    from lmwalk.ui.families.family import first_family
    from lmwalk.ui.shell.session import database

    processes.values()
    first = first_family()
    found_in_words(planned(first.first_study([])))  # what stands below the controls
    first.view.feed()
    with suppress(LmwalkError):  # the page itself says it
        open_store(database())


if __name__ == "__main__":
    main()
