"""What tells a server's model from another that has the same name: its digest, or what its list says of it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from lmwalk.models._failures import Target
from lmwalk.models._lists import LISTING_FAILS, fetched

_STABLE = ("id", "root", "meta")
"""Of an entry of a list of models; the rest, such as when it was created, may change from answer to answer."""
_SHOWN = 12


def fingerprint_of(target: Target) -> str | None:
    """The beginning of Ollama's digest, or of one of what a server of one's own lists; None where nothing is said.

    Takes a second at most, and raises nothing.
    """
    try:
        if target.provider == "ollama_chat":
            return _digest(target)
        return _listed(target) if target.own_server else None
    except LISTING_FAILS:
        return None


def _digest(target: Target) -> str | None:
    wanted = {target.model, f"{target.model}:latest"}
    entries = fetched(f"{target.url}/api/tags", target.key)["models"]
    digest = next((entry.get("digest") for entry in entries if entry["name"] in wanted), None)
    return digest.removeprefix("sha256:")[:_SHOWN] if isinstance(digest, str) and digest else None


def _listed(target: Target) -> str | None:
    entries: list[Any] = fetched(f"{target.url}/models", target.key)["data"]
    own = [entry for entry in entries if entry["id"] == target.model] or (entries if len(entries) == 1 else [])
    if not own:
        return None
    told = {name: own[0].get(name) for name in _STABLE}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:_SHOWN]
