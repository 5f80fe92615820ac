"""What conditions were sent, and what was said about that: looked at before any of it is kept."""

from __future__ import annotations

from typing import Any, NamedTuple

from lmwalk.errors import InputError
from lmwalk.intake import plain_json
from lmwalk.types import Sent

CONDITIONS = "conditions.json"
MOST_BYTES = 2 * 10**7
ACCEPTED = "Accepted: the conditions of a study as 'lmwalk export' and 'lmwalk run' write them."


class SentOf(NamedTuple):
    """What a condition's model was sent, and whether it is a simulation."""

    sent: Sent
    simulated: bool


def sent_in(content: bytes) -> dict[str, SentOf]:
    """What each condition was sent, by its id. Raises InputError where that cannot be read."""
    try:
        held = plain_json(content)
    except ValueError as cause:
        raise InputError(f"{CONDITIONS!r} is no JSON object: {cause}. {ACCEPTED}") from cause
    if not isinstance(held, dict):
        raise InputError(f"{CONDITIONS!r} is no JSON object. {ACCEPTED}")
    return {condition: _checked(own) for condition, own in held.items()}


def _checked(own: Any) -> SentOf:
    sent, notes = (own.get("sent", {}), own.get("notes", [])) if isinstance(own, dict) else (None, None)
    if not isinstance(sent, dict) or not isinstance(notes, list) or not all(isinstance(note, str) for note in notes):
        raise InputError(f"{CONDITIONS!r} does not say what was sent. {ACCEPTED}")
    return SentOf(Sent(sent, tuple(notes)), simulated=bool(own.get("simulated")))
