"""Asking a server for a list: within a second, without keys in what comes back, and with no other server."""

from __future__ import annotations

import socket
import threading
import urllib.request
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.error import URLError

from lmwalk.models._bodies import read
from lmwalk.models._endpoints import is_local
from lmwalk.models._http import stays_within
from lmwalk.models._keys import hider
from lmwalk.types import LARGEST_REPLY_MB

TIMEOUT_S = 0.9
LISTING_FAILS = (OSError, ValueError, KeyError, TypeError, HTTPException)


def why(problem: Exception, url: str) -> str:
    """A sentence on why a server gave no list of models; the URL without user and password."""
    status = getattr(problem, "code", None)
    if isinstance(status, int):
        return f"{url} refused to list its models (HTTP {status})"
    if isinstance(problem, URLError | OSError):
        return f"nothing answers at {url}"
    if isinstance(problem, _TooLongError):
        return f"{url} sent a list that is longer than {LARGEST_REPLY_MB:g} MB"
    return f"{url} sent a list that cannot be read"


def fetched(url: str, key: str | None) -> Any:
    """The JSON at an address, without keys. Raises one of ``LISTING_FAILS``."""
    if not url.startswith(("http://", "https://")):
        raise ValueError("not an address of a web server")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the scheme is checked above
    # No proxy stands before one's own machine.
    handlers = [urllib.request.ProxyHandler({})] if is_local(url) else []
    most = round(LARGEST_REPLY_MB * 1e6)
    with urllib.request.build_opener(*handlers, _OnTime(), _WithinOneServer()).open(
        request, timeout=TIMEOUT_S
    ) as answer:
        body = answer.read(most + 1)
    if len(body) > most:
        raise _TooLongError
    return read(body, hider(key, url))


class _TooLongError(ValueError):
    """A list of models that nobody could have written."""


class _WithinOneServer(urllib.request.HTTPRedirectHandler):
    """A redirect to another server would carry the key there."""

    def redirect_request(self, *request: Any) -> urllib.request.Request | None:
        old, target = request[0], request[-1]
        return super().redirect_request(*request) if stays_within(old.full_url, target) else None


class _EndsInTime(HTTPConnection):
    """Ends when its time is over, whatever a server still sends; a time-out is only that of a single wait."""

    def connect(self) -> None:
        super().connect()
        end = threading.Timer(TIMEOUT_S, self._end, (self.sock,))
        end.daemon = True
        end.start()

    @staticmethod
    def _end(connection: socket.socket) -> None:
        with suppress(OSError):  # it is closed already
            connection.shutdown(socket.SHUT_RDWR)


class _SafeEndsInTime(_EndsInTime, HTTPSConnection):
    """The same over TLS."""


class _OnTime(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    def http_open(self, request: urllib.request.Request) -> Any:
        return self.do_open(_EndsInTime, request)

    def https_open(self, request: urllib.request.Request) -> Any:
        return self.do_open(_SafeEndsInTime, request)
