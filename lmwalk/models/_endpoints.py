"""Where model servers are, and what a user has set.

Settings come from the environment, then from ``.streamlit/secrets.toml`` in the working folder.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from lmwalk.access import read_only
from lmwalk.errors import InputError
from lmwalk.loopback import is_this_machine

SECRETS_FILE = Path(".streamlit") / "secrets.toml"
OPENAI_URL = "https://api.openai.com/v1"


_HOST_AND_PATH = re.compile(
    r"(?P<scheme>https?://)?(?P<host>localhost|\d+(?:\.\d+){3}|\[[0-9a-fA-F:]+\]|[a-z0-9-]+(?:\.[a-z0-9-]+)*)"
    r"(?P<port>:\d{1,5})?(?P<path>(?:/(?:v\d|api|openai))+)?(?=[/\"'\s]|$)",
    re.IGNORECASE,
)
_CLEAR_HOSTS = ("localhost", "127.0.0.1")
_LONGEST_HOST = 60


def secrets() -> dict[str, Any]:
    """The content of ``.streamlit/secrets.toml``; empty where there is none. Raises InputError if it is not TOML.

    A process that only reads does not open it.
    """
    if read_only():
        return {}
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
    """The value of the first of these variables that is set; the environment counts before the secrets file."""
    return found(names)[1]


def found(names: Iterable[str]) -> tuple[str, str | None]:
    """The first of these variables that is set, and its value without the blanks and quotes around it.

    None in a process that only reads: it asks no server, so it needs no key.
    """
    if read_only():
        return "", None
    for source in (os.environ, secrets()):
        for name in names:
            value = source.get(name)
            if isinstance(value, str) and (bare := unquoted(value)):
                return name, bare
    return "", None


def unquoted(value: str) -> str:
    """A value without quotes that a shell or a file left around it."""
    bare = value.strip()
    quoted = len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'"
    return bare[1:-1].strip() if quoted else bare


def openai_url() -> str:
    """Base URL of what answers to ``openai/``. Raises InputError where it is none."""
    variable, written = found(("OPENAI_BASE_URL", "OPENAI_API_BASE"))
    return _usable(variable, written or OPENAI_URL, "http://localhost:8000/v1")


def ollama_url() -> str:
    """Base URL of Ollama, read as Ollama reads OLLAMA_HOST: scheme, port and host may be missing. Raises InputError."""
    variable, written = found(("OLLAMA_API_BASE", "OLLAMA_HOST"))
    return _usable(variable, _as_ollama_reads(written or "localhost"), "http://localhost:11434")


def _usable(variable: str, url: str, example: str) -> str:
    if is_address(url):
        return url.rstrip("/")
    # what was written is not repeated: it may hold a password
    raise InputError(
        f"{variable} holds no address. Accepted: one that begins with http:// or https://, such as {example}."
        f"{meant(url)}"
    )


def meant(written: str) -> str:
    """``" Did you mean http://...?"`` for a text that lacks only the scheme of an address; else an empty text.

    Only what no secret can be in is repeated: a host, a port, and the usual beginnings of a path.
    """
    match = _HOST_AND_PATH.match(written.strip(" \t\r\n\"'`\u2018\u2019\u201c\u201d"))
    if match is None or len(match["host"]) > _LONGEST_HOST or not (match["port"] or match["host"] in _CLEAR_HOSTS):
        return ""
    scheme = match["scheme"] or "http://"
    url = f"{scheme.lower()}{match['host']}{match['port'] or ''}{match['path'] or ''}"
    return f" Did you mean {url}?" if is_address(url) else ""


def is_address(url: str) -> bool:
    """Whether this is the address of a web server."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return known and url.isprintable() and not any(map(str.isspace, url))


def _as_ollama_reads(written: str) -> str:
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
    return is_this_machine(host) or host.endswith(".localhost")
