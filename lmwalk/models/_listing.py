"""What Ollama, OpenAI-compatible servers and hosted providers have now. Light: imports neither litellm nor httpx."""

from __future__ import annotations

import socket
import threading
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.error import URLError

from lmwalk.errors import InputError
from lmwalk.models._bodies import read
from lmwalk.models._endpoints import is_local, ollama_url, openai_url, setting, shown
from lmwalk.models._http import stays_within
from lmwalk.models._keys import KEY_VARIABLES, hider, key_of, key_variables
from lmwalk.types import LARGEST_REPLY_MB, Offer

TIMEOUT_S = 0.9
LISTING_FAILS = (OSError, ValueError, KeyError, TypeError, HTTPException)


def offers() -> list[Offer]:
    """Ollama's models, those of an OpenAI-compatible server, and the providers whose key is set.

    Servers are asked one after the other; ``parts`` gives the pieces for those who ask at once.
    """
    return [offer for part in parts() for offer in part()]


def parts() -> tuple[Callable[[], list[Offer]], ...]:
    """The three lists, each a function that takes at most a second and does not raise."""
    return _ollama, _openai, _hosted


def _ollama() -> list[Offer]:
    try:
        url = ollama_url()
        names = [entry["name"] for entry in fetched(f"{url}/api/tags", key_of("ollama_chat"))["models"]]
    except InputError as problem:
        return [Offer("ollama/...", False, str(problem), "Ollama")]
    except LISTING_FAILS as problem:
        return [
            Offer("ollama/...", False, f"Ollama: {why(problem, shown(url))}; start it with 'ollama serve'", "Ollama")
        ]
    if not names:
        return [
            Offer("ollama/...", False, "Ollama: it has no model yet; fetch one with 'ollama pull gemma2'", "Ollama")
        ]
    return [Offer(f"ollama/{name}", True, shown(url), "Ollama") for name in names]


def _openai() -> list[Offer]:
    try:
        url, key = openai_url(), key_of("openai")
        if setting("OPENAI_BASE_URL", "OPENAI_API_BASE") is None:
            return [_with_key("openai", key)]
        names = [entry["id"] for entry in fetched(f"{url}/models", key)["data"]]
    except InputError as problem:
        return [Offer("openai/...", False, str(problem), "OpenAI-compatible")]
    except LISTING_FAILS as problem:
        detail = f"openai: {why(problem, shown(url))}; start that server, or set OPENAI_BASE_URL"
        return [Offer("openai/...", False, detail, "OpenAI-compatible")]
    return [Offer(f"openai/{name}", True, shown(url), "OpenAI-compatible") for name in names]


def _hosted() -> list[Offer]:
    others = [
        provider for provider in KEY_VARIABLES if provider not in ("openai", "text-completion-openai", "ollama_chat")
    ]
    return [_hosted_by(provider) for provider in others]


def _hosted_by(provider: str) -> Offer:
    try:
        return _with_key(provider, key_of(provider))
    except InputError as problem:
        return Offer(f"{provider}/...", False, f"{provider}: {problem}", "providers")


def _with_key(provider: str, key: str | None) -> Offer:
    variable = key_variables(provider)[0]
    if key:
        return Offer(
            f"{provider}/...", True, f"{variable} is set; write the model's name after {provider}/", "providers"
        )
    return Offer(f"{provider}/...", False, f"{provider}: {variable} is not set", "providers")


def why(problem: Exception, url: str) -> str:
    """Why a server gave no list, without its user and password."""
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
