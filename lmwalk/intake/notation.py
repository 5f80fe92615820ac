"""JSON, read with care: its values are counted before they are made."""

from __future__ import annotations

import json
import re
from typing import Any

MOST_VALUES = 300_000
LONGEST_NUMBER = 1000
# possessive and with its end left open, so that no text is looked at twice
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)


def plain_json(content: bytes | str) -> Any:
    """The value that JSON stands for. Raises ValueError where it is none, nested too deeply, or too much of it."""
    text = content if isinstance(content, str) else content.decode(json.detect_encoding(content), "surrogatepass")
    if _marks(text) > MOST_VALUES and _marks(_STRING.sub("", text)) > MOST_VALUES:
        raise ValueError(f"it holds more than {MOST_VALUES:,} values")
    try:
        return json.loads(text, parse_int=_whole)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _marks(text: str) -> int:
    """Signs that stand before a value; commas in texts are among them."""
    return sum(map(text.count, ",[{"))


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError(f"it holds a number of {len(digits):,} digits")
    return int(digits)
