"""Whether studies came, went or began to move elsewhere: then the page is drawn again, in whichever process it was.

A script says which studies it saw; over a websocket a tab hears which there are now, and only when that changes.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from hashlib import sha256
from typing import Any

import streamlit as st

from lmwalk.errors import LmwalkError
from lmwalk.host import open_store
from lmwalk.jobs import Jobs, jobs_of
from lmwalk.ui.shell import session, streaming
from lmwalk.ui.shell.assets import script

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
KEY = "studies"
"""What the address of the stream ends in."""
EVERY_S = 0.4
_component = st.components.v2.component("lmwalk_news", js=script("shell/web/news.js"), isolate_styles=False)


def follow_studies() -> None:
    """Have this page drawn again as soon as another process, or another tab, has changed which studies there are."""
    if not streaming.served():
        return
    with suppress(LmwalkError):  # the page itself says it
        seen = state_of(jobs_of(open_store(session.database())))
        _component(
            key="news", data={"stream": streaming.PATH + KEY, "seen": seen}, height=0, on_turn_change=lambda: None
        )


def state_of(jobs: Jobs) -> str:
    """A short text that is another one once a study came, went, or began or ceased to move."""
    return sha256(json.dumps(jobs.moving()).encode()).hexdigest()[:16]


async def tell_studies(receive: Receive, send: Send) -> None:
    """Tell the state of the studies over a websocket that was accepted, when it is a new one, until it is closed."""
    closed = asyncio.create_task(_closed(receive))
    told = ""
    try:
        while not closed.done():
            with suppress(LmwalkError):
                state = await asyncio.to_thread(lambda: state_of(jobs_of(open_store(session.database()))))
                if state != told:
                    told = state
                    message: Message = {"type": "websocket.send", "text": json.dumps(state)}
                    await send(message)
            await asyncio.wait([closed], timeout=EVERY_S)
    except OSError:
        pass  # the tab is gone
    finally:
        closed.cancel()


async def _closed(receive: Receive) -> Any:
    while (heard := await receive())["type"] != "websocket.disconnect":
        pass
    return heard
