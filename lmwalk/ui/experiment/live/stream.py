"""The stream of the stage: over a websocket, what is new of a look is told a few times a second, and nothing else.

Each tab has a look and a place of its own in what is told; the rows themselves are read and held once for all of them
(``ui/families/tail.py``). A tab that is hidden is told nothing; once it is seen again, it is told in one message what
came meanwhile. A connection begins with everything, so a browser that lost one only opens another.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from lmwalk.errors import LmwalkError
from lmwalk.host import open_store
from lmwalk.jobs import Jobs, jobs_of
from lmwalk.store import Store
from lmwalk.ui.experiment.live.looking import Look, Teller
from lmwalk.ui.families.family import Message
from lmwalk.ui.shell.news import KEY, tell_studies
from lmwalk.ui.shell.session import database

EVERY_S = 0.3
UNKNOWN, FAILED = 4404, 1011
"""Close a websocket whose key no session has, and one for which nothing could be read."""
SAME_S = 0.2
"""Two clocks that say the same agree within this."""
Asgi = MutableMapping[str, Any]
_LOOKS: WeakValueDictionary[str, Look] = WeakValueDictionary()
_LOGGER = logging.getLogger(__name__)


def offer(look: Look) -> str:
    """Let a look be streamed for as long as its session has it; its key."""
    _LOOKS[look.key] = look
    return look.key


async def answer(scope: Asgi, receive: Callable[[], Awaitable[Asgi]], send: Callable[[Asgi], Awaitable[None]]) -> None:
    """The ASGI application of a websocket: ``scope["key"]`` says which look is told."""
    await receive()
    if scope["key"] == KEY:
        await send({"type": "websocket.accept"})
        await tell_studies(receive, send)
        return
    look = _LOOKS.get(scope["key"])
    if look is None:
        await send({"type": "websocket.accept"})  # a code can be told only once it is open
        await send({"type": "websocket.close", "code": UNKNOWN})
        return
    await send({"type": "websocket.accept"})
    seen = asyncio.Event()
    seen.set()
    telling = asyncio.create_task(_tell(look, send, seen))
    try:
        while (heard := await receive())["type"] != "websocket.disconnect":
            seen.clear() if heard.get("text") == "hidden" else seen.set()
    finally:
        telling.cancel()
        with suppress(asyncio.CancelledError):
            await telling


async def _tell(look: Look, send: Callable[[Asgi], Awaitable[None]], seen: asyncio.Event) -> None:
    """Send what is new for as long as the connection lasts; who reads slowly is told more at a time."""
    loop, turned, news = asyncio.get_running_loop(), asyncio.Event(), News()
    leave = look.listen(partial(loop.call_soon_threadsafe, turned.set))
    try:
        store = await asyncio.to_thread(open_store, database())
        jobs, teller = jobs_of(store), Teller(look)
        while True:
            await seen.wait()
            turned.clear()
            message = await asyncio.to_thread(_next, teller, store, jobs, news)
            if message:
                await send({"type": "websocket.send", "text": message})
            with suppress(TimeoutError):
                await asyncio.wait_for(turned.wait(), EVERY_S)
    except LmwalkError:  # the store is closed, or the study is gone: the page says it
        await send({"type": "websocket.close", "code": FAILED})
    except OSError:
        pass  # the tab is gone
    except Exception:
        _LOGGER.exception("the stream of %r ended in a bug", look.study.name)
        await send({"type": "websocket.close", "code": FAILED})
    finally:
        leave()


def _next(teller: Teller, store: Store, jobs: Jobs, news: News) -> str:
    """The next message as JSON; nothing where nothing is new."""
    message = news.of(teller.message(store, jobs))
    return json.dumps(message, allow_nan=False, separators=(",", ":"), default=_plain) if message else ""


def _plain(value: Any) -> Any:
    """A number of NumPy's as one of Python's."""
    return value.item()


class News:
    """What was told last, so that what stays the same is not told again."""

    def __init__(self) -> None:
        self._told: Message = {}

    def of(self, message: Message) -> Message | None:
        """The message without a panel that the browser has already; None where nothing is new."""
        before, self._told = self._told, {name: message[name] for name in _LASTING} | _marks(message)
        if before == self._told and not _brings(message):
            return None
        if before and before["hand"] == message["hand"]:
            return {name: value for name, value in message.items() if name != "hand"}
        return message


_LASTING = ("view", "to", "hand", "stand", "begins")


def _marks(message: Message) -> Message:
    """What of bar and grid does not change by itself: a clock that runs on tells nothing new."""
    bar, cells = message["bar"], message["cells"] or {}
    began = None if bar["asked_s"] is None else round((time.monotonic() - bar["asked_s"]) / SAME_S)
    return {
        "bar": {**bar, "asked_s": began},
        "cells": {name: cells.get(name) for name in ("to", "shown", "asked", "follows")},
    }


def _brings(message: Message) -> bool:
    """Whether there are points or answers in it, or all is told anew."""
    cells = message["cells"] or {}
    return message["kind"] == "snapshot" or any(
        [
            message["points"],
            message["replies"],
            message.get("texts"),
            cells.get("cells"),
            cells.get("kind") == "snapshot",
        ]
    )
