"""Where model servers are, which keys are set, and how to keep those keys out of every sentence.

Keys and addresses come from the environment, then from ``.streamlit/secrets.toml`` in the working folder.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from lmwalk.errors import InputError

SECRETS_FILE = Path(".streamlit") / "secrets.toml"
OPENAI_URL = "https://api.openai.com/v1"
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
_LONGEST_MESSAGE = 300


def secrets() -> dict[str, Any]:
    """The content of ``.streamlit/secrets.toml``; empty where there is none. Raises InputError if it is not TOML."""
    try:
        return tomllib.loads(SECRETS_FILE.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as cause:
        raise InputError(f"{SECRETS_FILE} cannot be read: {cause.strerror}.") from cause
    except ValueError:
        # The parser's message may quote the line, and with it a key.
        raise InputError(f'{SECRETS_FILE} is not TOML. Write one NAME = "value" on each line.') from None


def setting(*names: str) -> str | None:
    """The first of these that is set, in the environment before the secrets file."""
    stored = secrets()
    for source in (os.environ, stored):
        for name in names:
            value = source.get(name)
            if isinstance(value, str) and value.strip():
                return value.strip()
    return None


def key_of(provider: str) -> str | None:
    """The key of a provider, where one is set."""
    return setting(*key_variables(provider))


def key_variables(provider: str) -> tuple[str, ...]:
    """The variables that may hold a provider's key."""
    return KEY_VARIABLES.get(provider, (f"{provider.upper().replace('-', '_')}_API_KEY",))


def openai_url() -> str:
    """Base URL of what answers to ``openai/``."""
    return (setting("OPENAI_BASE_URL", "OPENAI_API_BASE") or OPENAI_URL).rstrip("/")


def ollama_url() -> str:
    """Base URL of Ollama, read as Ollama reads OLLAMA_HOST: scheme, port and host may be missing."""
    written = setting("OLLAMA_API_BASE", "OLLAMA_HOST") or "localhost"
    scheme, separator, rest = written.partition("://")
    if not separator:
        scheme, rest = "http", written
    host, slash, path = rest.partition("/")
    default_port = {"http": "80", "https": "443"}[scheme] if separator and scheme in ("http", "https") else "11434"
    user, at, place = host.rpartition("@")
    name, port = _host_and_port(place, default_port)
    return f"{scheme}://{user}{at}{name}:{port}{slash}{path}".rstrip("/")


def _host_and_port(place: str, default_port: str) -> tuple[str, str]:
    match = re.fullmatch(r"(\[[^]]*\]|[^:]*)(?::(\d*))?", place)
    if match is None:  # a bare IPv6 address
        return f"[{place}]", default_port
    name = match[1]
    # An address to listen on everywhere is none to call.
    name = {"": "localhost", "0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(name, name)  # noqa: S104
    return name, match[2] or default_port


def shown(url: str) -> str:
    """A URL without the user, password and query that may hold secrets."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def is_local(url: str) -> bool:
    """Whether a URL points to this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def looks_secret(text: str) -> bool:
    """Whether a text looks like a key."""
    return bool(_LOOKS_SECRET.search(text))


def is_secret(text: str) -> bool:
    """Whether a text is the value of a variable that seems to hold a key."""
    return text.strip() in _known_secrets()


def scrubbed(text: str, key: str | None = None) -> str:
    """A text fit to be stored and shown: no key, no header, no page of HTML, at most 300 characters.

    ``key`` is a secret that must not be in it, whatever the variable is called that holds it.
    """
    if re.search(r"<!doctype|<html|<body", text, re.IGNORECASE):
        return "an HTML page"
    own = [key] if key and key != NO_KEY else []
    for secret in (*own, *_known_secrets()):
        for spelling in {secret, json.dumps(secret)[1:-1], quote(secret, safe="")}:
            text = text.replace(spelling, "[hidden]")
    text = " ".join(_LOOKS_SECRET.sub("[hidden]", text).split())
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[: _LONGEST_MESSAGE - 3]}..."


def _known_secrets() -> list[str]:
    """Every value that may be a key, the longest first so that no part of one is left."""
    values = [value for name, value in os.environ.items() if _NAMES_A_SECRET.search(name)]
    try:
        values += _texts(secrets())
    except InputError:
        values += []
    return sorted({v.strip() for v in values if len(v.strip()) >= _SHORTEST_SECRET} - {NO_KEY}, key=len, reverse=True)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
