"""How a model's full name is written, and what somebody who wrote less may have meant."""

from __future__ import annotations

from lmwalk.errors import InputError
from lmwalk.registry import accepted_forms

_USUAL_PROVIDER = {"gpt-": "openai", "chatgpt": "openai", "claude": "anthropic", "gemini": "gemini"}


def check_form(name: str) -> None:
    """Raise InputError unless the name is ``PROVIDER/NAME``; the sentence names the accepted forms."""
    provider, slash, model = name.partition("/")
    if slash and provider and model and name.isprintable() and not any(part.isspace() for part in name):
        return
    if name.strip().casefold() == "ideal":
        raise InputError(f"{name!r} is not a model's full name. Did you mean 'ideal'?")
    likely = next((p for start, p in _USUAL_PROVIDER.items() if name.startswith(start)), "ollama")
    bare = name.strip()
    hint = f" Did you mean '{likely}/{bare}'?" if bare and "/" not in bare and not any(map(str.isspace, bare)) else ""
    raise InputError(f"{name!r} is not a model's full name. Accepted: {accepted_forms()}.{hint}")
