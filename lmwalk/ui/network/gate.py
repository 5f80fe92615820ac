"""Who comes in, where the dashboard listens beyond this machine: asked of every request before Streamlit sees it.

Pages, static files, media, uploads and the websocket all pass here, as this stands in front of the whole application.
What it cannot do: encrypt. Without a certificate in front of the dashboard, whoever reads the network reads along.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

TOKEN = "token"  # noqa: S105 - the name of a parameter
LOOKING = ("GET", "HEAD", "OPTIONS")
POLICY_VIOLATION = 1008
REFUSED = (
    "This dashboard asks for a token. Open the whole address that lmwalk printed in its terminal; it ends in "
    "?token= and some letters."
)
NO_UPLOAD = "This dashboard is read-only."


class Gate:
    """An application that hands to another one only what may come in.

    Parameters
    ----------
    app : callable
        The ASGI application behind the gate.
    token : str or None
        What an address has to hold at the first visit; None: anyone may come in. Later visits of the same browser show
        a cookie, which is not the token and ends with the browser and with the dashboard.
    looking_only : bool
        Whether requests that bring something, such as uploads, are refused.
    """

    def __init__(self, app: App, token: str | None, *, looking_only: bool) -> None:
        self._app = app
        self._token = token
        self._looking_only = looking_only
        self._pass = secrets.token_urlsafe(32)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif kind == "http" and self._looking_only and scope["method"] not in LOOKING:
            await _answer(send, 405, NO_UPLOAD)
        elif self._token is None or _same(_cookie(scope), self._pass):
            await self._app(scope, receive, send)
        elif kind == "http" and _same(_given(scope), self._token):
            await _answer(send, 303, "", self._let_in(scope))
        elif kind == "http":
            await _answer(send, 403, REFUSED)
        else:
            await receive()
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})

    def _let_in(self, scope: Message) -> list[tuple[bytes, bytes]]:
        """To the same address without the token, with the cookie that stands for it from now on."""
        kept = urlencode([pair for pair in _query(scope) if pair[0] != TOKEN])
        path = "/" + scope.get("raw_path", b"/").decode("latin-1").partition("?")[0].lstrip("/\\")
        cookie = f"{_cookie_name(scope)}={self._pass}; Path=/; HttpOnly; SameSite=Lax"
        return [
            (b"location", f"{path}{'?' if kept else ''}{kept}".encode("latin-1")),
            (b"set-cookie", cookie.encode()),
            (b"referrer-policy", b"no-referrer"),
        ]


def _same(given: str, wanted: str) -> bool:
    """Whether two texts are alike, found in the same time wherever they differ."""
    return secrets.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def _query(scope: Message) -> list[tuple[str, str]]:
    return parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)


def _given(scope: Message) -> str:
    return next((value for name, value in _query(scope) if name == TOKEN), "")


def _cookie_name(scope: Message) -> str:
    """One for each port: a browser sends cookies of a host to all of its ports."""
    return f"lmwalk-{(scope.get('server') or ('', 0))[1]}"


def _cookie(scope: Message) -> str:
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"cookie"]
    pairs = (pair.strip().partition("=") for pair in "; ".join(lines).split(";"))
    return next((value for name, _, value in pairs if name == _cookie_name(scope)), "")


async def _answer(send: Send, status: int, words: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    usual = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": [*usual, *headers]})
    await send({"type": "http.response.body", "body": words.encode()})
