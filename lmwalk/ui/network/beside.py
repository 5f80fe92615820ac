"""Websockets of our own, answered beside those of Streamlit and behind the same gate."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from lmwalk.ui.network.gate import App, Message, Receive, Send

FORBIDDEN = 4403
"""Closes a websocket that another page than the dashboard's has opened."""


class Beside:
    """An application that answers websockets at one path itself, and hands all else to another one.

    Parameters
    ----------
    app : callable
        The ASGI application that all else goes to.
    path : str
        How the end of the path begins that is answered here; what follows it is the scope's ``key``.
    answer : callable
        The ASGI application that answers.
    """

    def __init__(self, app: App, path: str, answer: App) -> None:
        self._app, self._path, self._answer = app, f"/{path}", answer

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        _, found, key = scope.get("path", "").rpartition(self._path)
        if scope["type"] != "websocket" or not found:
            await self._app(scope, receive, send)
        elif _is_own(scope):
            await self._answer({**scope, "key": key}, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": FORBIDDEN})


def _is_own(scope: Message) -> bool:
    """Whether a page of this dashboard asks; a browser says whose page it is, and no page can make it lie."""
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    origin = headers.get(b"origin")
    return origin is None or urlsplit(origin).netloc == headers.get(b"host")


def answer_beside(path: str, answer: App) -> bool:
    """Answer websockets at a path of the dashboard that this process will serve; whether that can be done."""
    return stand_before(lambda app: Beside(app, path, answer))


def stand_before(wrapped: Callable[[App], App]) -> bool:
    """Put an application before the one that Streamlit will serve, and before all that stand there already.

    Returns
    -------
    bool
        False where the installed Streamlit is one before which nothing can be put.
    """
    try:
        from streamlit.web.server.starlette import starlette_server as server

        make = vars(server)["create_starlette_app"]
    except (ImportError, KeyError):
        return False
    vars(server)["create_starlette_app"] = lambda runtime: wrapped(make(runtime))
    return True
