"""What a server sent, read with care: JSON of a sane depth, no keys, whole letters, counts that can be."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

DEEPEST = 100
"""Lists within lists that are read. Answers have about eight, and what reads them after us has no such bound."""
MOST_COUNTED = 2**31 - 1
"""The largest number of tokens that is stored."""
_MOST_SENT = 2**63 - 1
_LONGEST_NUMBER = 400
_COUNTS = ("_tokens", "_count", "_duration")
_PLAIN = frozenset({int, float, bool, type(None)})
_LAST_WORD = 8
"""How far before the end of a text the reader may stop where it ends within a word, a number or an escape."""


class NotJSONError(ValueError):
    """A body that is no JSON that can be read."""


class BrokenOffError(NotJSONError):
    """A body that begins as JSON does, and ends before its end."""


def text_of(body: bytes) -> str:
    """The body as text; bytes that its encoding does not allow become U+FFFD."""
    return body.decode(json.detect_encoding(body), errors="replace")


def read(body: bytes, hidden: Callable[[str], str]) -> Any:
    """The JSON of a body, made safe to store: keys are replaced by ``hidden``, lone surrogates by U+FFFD.

    Token counts that are not counts are left out, and so are integers of hundreds of digits.

    Raises
    ------
    NotJSONError
        It is not JSON, or nested too deeply; the subclass BrokenOffError where only its end is missing.
    """
    text = text_of(body)
    try:
        return _cleaned(_loaded(text), _keeper(text, hidden), DEEPEST)
    except RecursionError:
        raise NotJSONError(f"JSON with lists within lists, more than {DEEPEST} deep") from None
    except json.JSONDecodeError as problem:
        begun = text.lstrip()[:1] in ("{", "[", "") and not problem.msg.startswith("Extra")
        at_end = problem.msg.startswith("Unterminated") or problem.pos >= len(text.rstrip()) - _LAST_WORD
        raise (BrokenOffError if begun and at_end else NotJSONError)("no JSON") from None


def fit(value: Any, hidden: Callable[[str], str]) -> Any:
    """A value that was decoded elsewhere, made safe to store as ``read`` does."""
    return _cleaned(value, lambda part: hidden(whole_letters(part)), DEEPEST)


def count(value: Any, most: int = MOST_COUNTED) -> int | None:
    """A count that a server gives, from 0 to ``most``; None where it is anything else."""
    return value if type(value) is int and 0 <= value <= most else None


def whole_letters(text: str) -> str:
    """The text with U+FFFD for each lone surrogate, which UTF-8 cannot encode."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except ValueError:  # a whole number of thousands of digits
        return json.loads(text, parse_int=_whole)


def _keeper(text: str, hidden: Callable[[str], str]) -> Callable[[str], str]:
    """What makes a text within the body fit to be kept; nothing has to be done where none holds an escape or a key."""
    if text.isascii() and "\\" not in text and hidden(text) == text:
        return str
    return lambda part: hidden(whole_letters(part))


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else None


def _cleaned(value: Any, kept: Callable[[str], str], depth: int) -> Any:
    if isinstance(value, str):
        return kept(value)
    if not isinstance(value, dict | list):
        return value
    if not depth:
        raise RecursionError
    if isinstance(value, list):
        return [part if type(part) in _PLAIN else _cleaned(part, kept, depth - 1) for part in value]
    return {
        kept(name): part if type(part) in _PLAIN else _cleaned(part, kept, depth - 1)
        for name, part in value.items()
        if _can_be(name, part)
    }


def _can_be(name: str, part: Any) -> bool:
    """Whether a member is no count, or one that counts something."""
    if name == "usage":
        return isinstance(part, dict)
    return not name.endswith(_COUNTS) or count(part, _MOST_SENT) is not None
