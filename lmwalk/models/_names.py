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
    hint = f" Did you mean {likely!r}?" if (likely := meant(name)) else ""
    raise InputError(f"{name!r} is not a model's full name.{hint} Accepted: {accepted_forms()}.")


def meant(name: str) -> str:
    """The full name that somebody who wrote no more than this probably meant; an empty text where none is likely."""
    bare = name.strip()
    if bare.casefold() == "ideal":
        return "ideal"
    if not bare or "/" in bare or any(map(str.isspace, bare)):
        return ""
    likely = next((provider for start, provider in _USUAL_PROVIDER.items() if bare.startswith(start)), "ollama")
    return f"{likely}/{bare}"
