"""Which keys are set, and how to keep them out of every sentence and every row."""

from __future__ import annotations

import json
import os
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from lmwalk.errors import InputError
from lmwalk.models._endpoints import found, secrets, unquoted

NO_KEY = "no-key-needed"
"""Sent to servers of one's own, which ask for a key in form only."""

KEY_VARIABLES: Mapping[str, tuple[str, ...]] = {
    "openai": ("OPENAI_API_KEY",),
    "text-completion-openai": ("OPENAI_API_KEY",),
    "anthropic": ("ANTHROPIC_API_KEY",),
    "gemini": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    "mistral": ("MISTRAL_API_KEY",),
    "groq": ("GROQ_API_KEY",),
    "deepseek": ("DEEPSEEK_API_KEY",),
    "xai": ("XAI_API_KEY",),
    "openrouter": ("OPENROUTER_API_KEY",),
    "together_ai": ("TOGETHERAI_API_KEY", "TOGETHER_API_KEY"),
    "fireworks_ai": ("FIREWORKS_API_KEY", "FIREWORKS_AI_API_KEY"),
    "cohere": ("COHERE_API_KEY", "CO_API_KEY"),
    "perplexity": ("PERPLEXITYAI_API_KEY", "PERPLEXITY_API_KEY"),
    "azure": ("AZURE_API_KEY",),
    "huggingface": ("HUGGINGFACE_API_KEY", "HF_TOKEN"),
    "ollama_chat": ("OLLAMA_API_KEY",),
}
"""Provider as LiteLLM writes it -> the variables its key may stand in."""

_NAMES_A_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|AUTH", re.IGNORECASE)
_LOOKS_SECRET = re.compile(
    r"""(?ix)
    (?:bearer|basic)\s+[^\s"',}]+
    | (?:proxy-)?(?:authorization|x-api-key|api[-_ ]?key|access[-_]?token|cookie)\\?["']?\s*[:=]\s*\\?["']?
      (?:(?:bearer|basic)\s+)?[^\s"',}]+
    | \b(?:sk|pk|rk|gsk|hf|xai|r8|pplx|AIza|ghp|key)[-_][\w*.\-]{6,}
    | \bAIza[\w\-]{10,}
    | [?&](?:key|token|api_key)=[^\s&"']+
    | (?<=//)[^/@\s]+@
    | \b(?=[\w\-]*\d)(?=[\w\-]*[a-z])[\w\-]{32,}
    """
)
_SHORTEST_SECRET = 6
_SHORTEST_KEY = 8
"""What is shorter is no key but a word such as "none", which an answer may well hold."""
_LONGEST_MESSAGE = 300
_HIDDEN = "[hidden]"
_READ: set[str] = set()
"""Every key that was read in this process."""


def key_of(provider: str) -> str | None:
    """The key of a provider, where one is set. Raises InputError as ``key_in``."""
    return key_in(*key_variables(provider))


def key_in(*variables: str) -> str | None:
    """The key in the first of these variables that is set. Raises InputError where no request could carry it."""
    variable, key = found(variables)
    if key is None:
        return None
    _READ.add(key)
    if wrong := _wrong_with(key):
        raise InputError(f"The key in {variable} cannot be sent: {wrong}, which no key has. Copy it there again.")
    return key


def _wrong_with(key: str) -> str:
    """What makes a key unusable in a request header; empty where nothing does."""
    if any(map(str.isspace, key)):
        return "a blank or a line break stands in it"
    if not key.isascii():
        return "a letter or sign beyond ASCII stands in it, such as a curly quote or a long dash"
    return "" if key.isprintable() else "a control sign stands in it"


def key_variables(provider: str) -> tuple[str, ...]:
    """The variables that may hold a provider's key."""
    return KEY_VARIABLES.get(provider, (f"{provider.upper().replace('-', '_')}_API_KEY",))


def looks_secret(text: str) -> bool:
    """Whether a text looks like a key."""
    return bool(_LOOKS_SECRET.search(text))


def is_secret(text: str) -> bool:
    """Whether a text is the value of a variable that seems to hold a key."""
    return unquoted(text) in _known_secrets()


def hider(key: str | None = None, url: str | None = None) -> Callable[[str], str]:
    """Gives a function that takes keys out of what a server said, whatever is kept of that.

    Hidden are all keys that lmwalk knows, ``key`` and the password in ``url``; nothing else is touched.
    """
    own = {key or "", *_passwords(url or "")}
    usual = (found([variable])[1] for variables in KEY_VARIABLES.values() for variable in variables)
    keys = {known for known in own.union(_READ, filter(None, usual)) if len(known) >= _SHORTEST_KEY} - {NO_KEY}
    if not keys:
        return str
    pattern = re.compile("|".join(map(re.escape, _spelt(keys))))
    return lambda text: pattern.sub(_HIDDEN, text)


def _passwords(url: str) -> Iterator[str]:
    """The password in an address, alone and as it is sent."""
    parts = urlsplit(url)
    if parts.password:
        yield unquote(parts.password)
        yield f"{unquote(parts.username or '')}:{unquote(parts.password)}"


def _spelt(keys: Iterable[str]) -> list[str]:
    """The ways in which keys are echoed, the longest first so that no part of one is left."""
    spellings = {
        spelling
        for key in keys
        for packed in (b64encode(key.encode()).decode(),)
        for spelling in (
            key,
            json.dumps(key)[1:-1],
            quote(key, safe=""),
            packed,
            packed.rstrip("="),
        )
    }
    return sorted(spellings, key=len, reverse=True)


def scrubbed(text: str, key: str | None = None) -> str:
    """A text fit to be shown as part of a sentence: no key, no header, no page of HTML, at most 300 characters.

    ``key`` is a secret that must not be in it, whatever the variable is called that holds it.
    """
    if is_page(text):
        return "an HTML page"
    own = [key] if key and key != NO_KEY else []
    for spelling in _spelt([*own, *_known_secrets()]):
        text = text.replace(spelling, _HIDDEN)
    text = " ".join(_LOOKS_SECRET.sub(_HIDDEN, text).split())
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[: _LONGEST_MESSAGE - 3]}..."


def is_page(text: str) -> bool:
    """Whether a text is a web page."""
    return bool(re.search(r"<!doctype|<html|<body", text, re.IGNORECASE))


def _known_secrets() -> set[str]:
    """Every value that may be a key."""
    values = [value for name, value in os.environ.items() if _NAMES_A_SECRET.search(name)]
    try:
        values += _texts(secrets())
    except InputError:
        values += []
    bare = {form for value in values for form in (value.strip(), unquoted(value))}
    return {value for value in bare if len(value) >= _SHORTEST_SECRET} - {NO_KEY}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
