"""What Ollama, OpenAI-compatible servers and hosted providers have now. Light: imports neither litellm nor httpx."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

from lmwalk.errors import InputError
from lmwalk.models._endpoints import (
    KEY_VARIABLES,
    is_local,
    key_of,
    key_variables,
    ollama_url,
    openai_url,
    setting,
    shown,
)
from lmwalk.types import Offer

TIMEOUT_S = 0.9
_LARGEST_LIST = 5_000_000
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
    try:
        return [_with_key(provider, key_of(provider)) for provider in others]
    except InputError as problem:
        return [Offer(".../...", False, str(problem), "providers")]


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
    return f"{url} sent a list that cannot be read"


def fetched(url: str, key: str | None) -> Any:
    """The JSON at an address. Raises one of ``LISTING_FAILS``."""
    if not url.startswith(("http://", "https://")):
        raise ValueError("not an address of a web server")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the scheme is checked above
    # No proxy stands before one's own machine.
    handlers = [urllib.request.ProxyHandler({})] if is_local(url) else []
    with urllib.request.build_opener(*handlers, _NoRedirect()).open(request, timeout=TIMEOUT_S) as answer:
        return json.loads(answer.read(_LARGEST_LIST))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the key to another address."""

    def redirect_request(self, *_: Any) -> None:
        return None
