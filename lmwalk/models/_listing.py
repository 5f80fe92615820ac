"""What Ollama, OpenAI-compatible servers and hosted providers have now. Light: imports neither litellm nor httpx."""

from __future__ import annotations

from collections.abc import Callable

from lmwalk.errors import InputError
from lmwalk.models._addresses import listed_elsewhere
from lmwalk.models._endpoints import ollama_url, openai_url, setting, shown
from lmwalk.models._keys import KEY_VARIABLES, key_of, key_variables
from lmwalk.models._lists import LISTING_FAILS, fetched, why
from lmwalk.types import Offer


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
        hint = "start it with 'ollama serve'"
        if elsewhere := listed_elsewhere(problem, url, key_of("ollama_chat"), ollama=True):
            hint = f"set OLLAMA_HOST={elsewhere}, where models are listed"
        return [Offer("ollama/...", False, f"Ollama: {why(problem, shown(url))}; {hint}", "Ollama")]
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
        hint = "start that server, or set OPENAI_BASE_URL"
        if elsewhere := listed_elsewhere(problem, url, key):
            hint = f"set OPENAI_BASE_URL={elsewhere}, where models are listed"
        return [Offer("openai/...", False, f"openai: {why(problem, shown(url))}; {hint}", "OpenAI-compatible")]
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
