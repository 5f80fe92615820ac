"""Where models really answer, looked for where nothing is at the address that was given.

What is asked are lists of models, with a short time-out, a handful of times, and on the same server only: same scheme,
host and port, so that no key goes anywhere that it was not meant for.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlsplit, urlunsplit

from lmwalk.errors import InputError, ModelError, PermanentError
from lmwalk.models._endpoints import shown
from lmwalk.models._keys import NO_KEY, scrubbed
from lmwalk.models._lists import LISTING_FAILS, fetched

if TYPE_CHECKING:
    from lmwalk.models._failures import Target

MOST_NAMED = 5
_PAGES = re.compile(
    r"/(?:chat/completions|completions|chat|embeddings|responses|messages|models|api/(?:chat|generate|tags))/*$"
)


class Place(NamedTuple):
    """An address at which models are listed."""

    url: str
    ollama: bool
    models: tuple[str, ...]


def candidates(url: str) -> list[Place]:
    """The likely addresses of a server, the given one first, without duplicates; their models are not yet known."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    base = _PAGES.sub("", path).rstrip("/")
    stem = re.sub(r"/(?:v\d+|api)$", "", base)
    paths = dict.fromkeys([path, base, f"{stem}/v1", "/v1", f"{stem}/api/v1"])
    at_root = Place(urlunsplit((parts.scheme, parts.netloc, "", "", "")), True, ())
    found = [Place(urlunsplit((parts.scheme, parts.netloc, each, "", "")), False, ()) for each in paths]
    return [*found, at_root]


def place_of(url: str, key: str | None, *, ollama: bool, most_s: float = 5.0) -> Place | None:
    """Where models are listed: the first of the likely addresses that has any, those of the wanted kind before others.

    Asks one after the other, with the key. Never raises; None where nothing is found in time.
    """
    end = time.monotonic() + most_s
    for place in sorted(candidates(url), key=lambda each: each.ollama != ollama):
        if time.monotonic() > end:
            break
        if models := _listed(place, key):
            return place._replace(models=models)
    return None


def listed_elsewhere(problem: Exception, url: str, key: str | None, *, ollama: bool = False) -> str:
    """The address at which a server lists its models, where it gave no list at this one; empty where none is found.

    Nothing is asked where nothing answered at all.
    """
    if isinstance(problem, OSError) and not isinstance(problem, HTTPError):
        return ""
    place = place_of(url, key, ollama=ollama, most_s=0.3)
    return shown(place.url) if place and place.ollama == ollama else ""


def _listed(place: Place, key: str | None) -> tuple[str, ...]:
    """The names that are listed there; none where there is no list."""
    list_, name = ("models", "name") if place.ollama else ("data", "id")
    try:
        told: Any = fetched(f"{place.url}/{'api/tags' if place.ollama else 'models'}", None if key == NO_KEY else key)
        return tuple(str(entry[name]) for entry in told[list_])
    except (*LISTING_FAILS, InputError):
        return ()


def located(target: Target, problem: ModelError, place: Place | None) -> ModelError:
    """The failure, extended by the address that works or the models that are there, where known."""
    if place is None:
        return problem
    if place.ollama != (target.provider == "ollama_chat"):
        words = f"{target.name}: {_unfit(target, problem)} {_other_tongue(target, place)}"
    elif place.url != (target.url or "").rstrip("/"):
        works = f"Models are listed at {shown(place.url)}: {_write(target, place)}."
        words = f"{target.name}: {_unfit(target, problem)} {works}"
    elif problem.status and target.model not in place.models:
        names = scrubbed(", ".join(place.models[:MOST_NAMED]), target.key)
        words = f"{problem} It lists: {names}{', ...' if len(place.models) > MOST_NAMED else ''}."
    else:
        return problem
    told = PermanentError(words)
    told.status, told.suspect = problem.status, True
    return told


def _unfit(target: Target, problem: ModelError) -> str:
    """What was wrong at the address that was asked."""
    if problem.status:
        return f"{target.server} has nothing where questions go (HTTP {problem.status})."
    return f"{target.server} sent no answer but something else."


def _other_tongue(target: Target, place: Place) -> str:
    """A server that speaks the other language."""
    url = shown(place.url)
    if place.ollama:
        return f"An Ollama answers at {url}: ask it as ollama/{target.model}, with OLLAMA_HOST={url}."
    return (
        f"A server that speaks OpenAI's language answers at {url}: ask it as openai/{target.model}, with "
        f"OPENAI_BASE_URL={url}."
    )


def _write(target: Target, place: Place) -> str:
    """Where the address is to be written."""
    if target.name.startswith("endpoint/"):
        return f"make that the address of the endpoint {target.name.split('/')[1]}"
    return f"set {'OLLAMA_HOST' if target.provider == 'ollama_chat' else 'OPENAI_BASE_URL'}={shown(place.url)}"
