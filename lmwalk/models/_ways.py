"""How a setting goes out that is more than a number: LiteLLM's arguments for it, or why it cannot; and what to note."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from lmwalk.errors import UnsupportedError
from lmwalk.types import Sampling

Words = Callable[[Mapping[str, Any]], dict[str, Any] | None]
"""Settings as LiteLLM passes them on; None where it says that the model does not take them."""

_INSTEAD = {"thinking": "default", "answer": "free"}
"""What a field of a study says where nothing is asked for."""


class Way(NamedTuple):
    """LiteLLM's arguments for a setting, with an optional note in ``said``; or None, with the reason in ``said``."""

    arguments: Mapping[str, Any] | None
    said: str = ""


def left_out(model: str, name: str, value: Any, why: str, *, drop: bool) -> str:
    """The note that a setting is not sent. Raises UnsupportedError, with what to write instead, unless ``drop``."""
    if drop:
        holds = "answers are not held" if name == "answer" else "the provider's own setting holds"
        return f"{name}={value} is not sent: {why}; {holds}."
    mended = f"set {name} to {_INSTEAD[name]!r}" if name in _INSTEAD else f"remove {name} from the study"
    raise UnsupportedError(
        f"{model} cannot be asked with {name}={value}: {why}. {mended[0].upper()}{mended[1:]}, or set on_unsupported "
        "to 'note' to go on without it."
    )


def without(model: str, sampling: Sampling, *, drop: bool) -> tuple[str, ...]:
    """Notes on what a model that runs here, without a server, does not take. Raises as ``left_out``."""
    never = ("thinking=off: nothing is sent, as it never thinks.",) if sampling.thinking == "off" else ()
    return (*never, *(left_out(model, name, value, why, drop=drop) for name, value, why in _lacking(sampling)))


def _lacking(sampling: Sampling) -> Iterator[tuple[str, Any, str]]:
    if sampling.thinking not in (None, "off"):
        yield "thinking", sampling.thinking, "it never thinks before it answers. Accepted here: default, off"
    if sampling.context is not None:
        yield "context", sampling.context, "its window cannot be set"
    if sampling.answer in ("json", "choice"):
        yield "answer", sampling.answer, "it cannot be held to outcomes. Accepted here: free, one-word"
