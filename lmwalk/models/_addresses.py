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
    """The likely addresses of a server, the given one first, each once; none has its models yet."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    base = _PAGES.sub("", path).rstrip("/")
    stem = re.sub(r"/(?:v\d+|api)$", "", base)
    paths = dict.fromkeys([path, base, f"{stem}/v1", "/v1", f"{stem}/api/v1"])
    at_root = Place(urlunsplit((parts.scheme, parts.netloc, "", "", "")), True, ())
    found = [Place(urlunsplit((parts.scheme, parts.netloc, each, "", "")), False, ()) for each in paths]
    return [*found, at_root]


def places(url: str, key: str | None, *, most_s: float = 5.0) -> list[Place]:
    """Where models are listed, among the likely addresses; asks one after the other. Never raises."""
    end = time.monotonic() + most_s
    found = []
    for place in candidates(url):
        if time.monotonic() > end:
            break
        if models := _listed(place, key):
            found.append(place._replace(models=models))
    return found


def listed_elsewhere(problem: Exception, url: str, key: str | None, *, ollama: bool = False) -> str:
    """The address at which a server lists its models, where it gave no list at this one; empty where none is found.

    Nothing is asked where nothing answered at all.
    """
    if isinstance(problem, OSError) and not isinstance(problem, HTTPError):
        return ""
    found = places(url, key, most_s=0.3)
    return next((shown(place.url) for place in found if place.ollama == ollama), "")


def _listed(place: Place, key: str | None) -> tuple[str, ...]:
    """The names that are listed there; none where there is no list."""
    list_, name = ("models", "name") if place.ollama else ("data", "id")
    try:
        told: Any = fetched(f"{place.url}/{'api/tags' if place.ollama else 'models'}", None if key == NO_KEY else key)
        return tuple(str(entry[name]) for entry in told[list_])
    except (*LISTING_FAILS, InputError):
        return ()


def located(target: Target, problem: ModelError, found: list[Place]) -> ModelError:
    """The failure with the address that works, or with the models that are there; as it is where neither is known."""
    if words := advice(target, found):
        told = PermanentError(f"{target.name}: {_unfit(target, problem)} {words}")
    elif problem.status and (words := listed_there(target, found)):
        told = PermanentError(f"{problem} {words}")
    else:
        return problem
    told.status, told.suspect = problem.status, True
    return told


def _unfit(target: Target, problem: ModelError) -> str:
    if problem.status:
        return f"{target.server} has nothing where questions go (HTTP {problem.status})."
    return f"{target.server} sent no answer but something else."


def advice(target: Target, found: list[Place]) -> str:
    """What to make of the places: the address that works, and where it is to be written; empty where there is none."""
    given = (target.url or "").rstrip("/")
    own = [place for place in found if place.ollama == (target.provider == "ollama_chat")]
    if any(place.url == given for place in own):
        return ""
    if own:
        return f"Models are listed at {shown(own[0].url)}: {_write(target, own[0].url)}."
    if found:
        return _other_tongue(target, found[0])
    return ""


def _other_tongue(target: Target, place: Place) -> str:
    """A server that speaks the other language."""
    url = shown(place.url)
    if place.ollama:
        return f"An Ollama answers at {url}: ask it as ollama/{target.model}, with OLLAMA_HOST={url}."
    return (
        f"A server that speaks OpenAI's language answers at {url}: ask it as openai/{target.model}, with "
        f"OPENAI_BASE_URL={url}."
    )


def _write(target: Target, url: str) -> str:
    if target.name.startswith("endpoint/"):
        return f"make that the address of the endpoint {target.name.split('/')[1]}"
    return f"set {'OLLAMA_HOST' if target.provider == 'ollama_chat' else 'OPENAI_BASE_URL'}={shown(url)}"


def listed_there(target: Target, found: list[Place]) -> str:
    """The models that are listed at the given address, where that of the question is none of them."""
    given = (target.url or "").rstrip("/")
    for place in found:
        if place.url == given and target.model not in place.models:
            names = scrubbed(", ".join(place.models[:MOST_NAMED]), target.key)
            return f"It lists: {names}{', ...' if len(place.models) > MOST_NAMED else ''}."
    return ""
