"""What a server's answer says of the tokens that could come first in it."""

from __future__ import annotations

import math
import re
from typing import Any

from lmwalk.errors import UnsupportedError
from lmwalk.token_tree.spelling import Tops

_IMPOSSIBLE = -9000.0
"""Servers write -9999 for a token outside their list."""
_TOLERANCE = 1e-3
_BY_NUMBER = re.compile(r"token_id:\d+")


def tops_of(name: str, response: Any) -> Tops:
    """The first token's alternatives in an answer (JSON or LiteLLM's), in the form of a chat or of a completion.

    Raises
    ------
    UnsupportedError
        There are none, or they are no log-probabilities.
    """
    choices = part(response, "choices")
    return _tops(name, choices[0] if choices else None)


def tops_of_each(name: str, response: Any, count: int) -> list[Tops]:
    """As ``tops_of``, for each of several prompts that were sent together; empty where some have no answer."""
    choices = part(response, "choices") or []
    numbers = [part(choice, "index") for choice in choices]
    if any(type(number) is not int for number in numbers) or sorted(numbers) != list(range(count)):
        return []
    return [_tops(name, choices[numbers.index(number)]) for number in range(count)]


def _tops(name: str, choice: Any) -> Tops:
    logprobs = part(choice, "logprobs")
    listed = _as_chat(logprobs) or _as_completion(logprobs)
    if not listed:
        raise UnsupportedError(
            f"The server of {name} gives no log-probabilities. Update it, ask another model, or measure replies."
        )
    return _checked(name, listed)


def part(thing: Any, name: str) -> Any:
    """A member of an object of JSON or of LiteLLM's; None where there is none."""
    return thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)


def _as_chat(logprobs: Any) -> list[tuple[Any, Any]]:
    """``content[0].top_logprobs``: a list of token, logprob and bytes; llama.cpp writes completions so too."""
    content = part(logprobs, "content")
    first = content[0] if isinstance(content, list) and content else None
    listed = part(first, "top_logprobs")
    return [(_written(entry), part(entry, "logprob")) for entry in listed] if isinstance(listed, list) else []


def _as_completion(logprobs: Any) -> list[tuple[Any, Any]]:
    """``top_logprobs[0]``: token -> logprob."""
    listed = part(logprobs, "top_logprobs")
    first = listed[0] if isinstance(listed, list) and listed else None
    return list(first.items()) if isinstance(first, dict) else []


def _written(entry: Any) -> Any:
    """A token's text; some servers leave it empty where its bytes are no text of their own."""
    token, raw = part(entry, "token"), part(entry, "bytes")
    if token == "" and isinstance(raw, list) and all(type(byte) is int and 0 <= byte < 256 for byte in raw):
        return bytes(raw).decode(errors="replace")
    return token


def _checked(name: str, listed: list[tuple[Any, Any]]) -> Tops:
    """The alternatives with a probability above 0. Raises UnsupportedError where they cannot be what they should be."""
    if not all(isinstance(token, str) and isinstance(logprob, int | float) for token, logprob in listed):
        raise _unusable(name, "they are not pairs of a text and a number")
    if all(_BY_NUMBER.fullmatch(token) for token, _ in listed):
        raise _unusable(name, "its tokens are numbers; start it without return_tokens_as_token_ids")
    tops = [(_plain(token), float(logprob)) for token, logprob in listed if not logprob <= _IMPOSSIBLE]
    total = math.fsum(math.exp(min(logprob, 1.0)) for _, logprob in tops)
    if not total <= 1 + _TOLERANCE:  # also where one of them is NaN
        raise _unusable(name, f"as probabilities they sum to {total:.3g}")
    if len(tops) < 2 and total < 1 - _TOLERANCE:
        raise _unusable(name, "only the token that it chose has one")
    return tops


def _unusable(name: str, why: str) -> UnsupportedError:
    return UnsupportedError(
        f"The log-probabilities that the server of {name} gives cannot be used: {why}. Update it, ask another model, "
        "or measure replies."
    )


def _plain(token: str) -> str:
    """A token as it is written, where a server passes its tokenizer's own signs on."""
    if token == "<0x0A>":  # noqa: S105 - a newline among SentencePiece's bytes
        return "\n"
    return token.replace("\u2581", " ").replace("\u0120", " ").replace("\u010a", "\n")
