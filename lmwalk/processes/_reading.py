"""What every parser shares: whole words, and why a reply without an outcome has none."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lmwalk.types import Status

_REFUSAL = re.compile(
    r"\b(?:i(?:['\u2019 ])?m sorry|i am sorry|i (?:can(?:not|['\u2019]t)|won['\u2019]t|will not|am unable|am not able)"
    r"|as an ai\b|i['\u2019]m (?:unable|not able)|i (?:must )?(?:decline|refuse))",
    re.IGNORECASE,
)


def whole_words(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of the words, in any case, not inside another word; ``_UP_`` and ``**UP**`` count."""
    alternatives = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.compile(rf"(?<![^\W_])(?ai:{alternatives})(?![^\W_])")


def empty_or_refused(reply: str) -> Status:
    """Why a reply that names no outcome names none: ``empty``, ``refused`` or ``unparsed``."""
    if not reply.strip():
        return "empty"
    return "refused" if _REFUSAL.search(reply) else "unparsed"
