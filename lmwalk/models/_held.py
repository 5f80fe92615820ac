"""How a server is told to hold an answer to the outcomes: by a form of JSON, or by what its sampler may choose.

Sources: OpenAI's ``response_format`` (``json_schema``), Ollama's ``format``, vLLM's ``structured_outputs`` (before 0.12
``guided_choice``), SGLang's ``regex``, llama.cpp's ``grammar`` and, for completions, ``json_schema``. A server takes
from these what it knows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from lmwalk.models._failures import Target
from lmwalk.models._questions import COMPLETION
from lmwalk.models._ways import Way, Words
from lmwalk.types import Held, Outcome

_RENORMALISED = (
    "answer={held}: the server gives nothing but outcomes, so what a model would have said otherwise is spread over "
    "them; shares of outcomes are renormalised. Compare with answer: free."
)
_NOT_HELD = "it cannot be held to {what}. Accepted for it: "


def held_way(target: Target, held: Held, words: Words) -> Way:
    """How a model's answers can be constrained, or why they cannot.

    The arguments are named as in the request; their values, which depend on the question, are ``per question``.
    """
    if held == "one-word":
        return Way({})
    own = target.own_server or target.provider == "hosted_vllm"
    if held == "choice":
        if not own:
            others = "free, one-word, json" if held_way(target, "json", words).arguments else "free, one-word"
            return Way(None, _NOT_HELD.format(what="one of the outcomes by its sampler") + others)
        return _noted(
            _choice(()), held, "It is sent in the words of vLLM, SGLang and llama.cpp; other servers ignore them."
        )
    if target.provider == "ollama_chat":
        return _noted({"format"}, held)
    if own:
        return _noted(_formed(target, ()), held, "It is sent as response_format, which some servers ignore.")
    told = None if target.provider == COMPLETION else words({"response_format": _form(("a", "b"))})
    names = set(told or ()) & {"response_format", "output_format", "response_json_schema", "response_schema"}
    # where LiteLLM makes a tool of the form, the answer is a call of it and no text
    if not names or "tools" in (told or ()):
        return Way(None, _NOT_HELD.format(what="a form of JSON") + "free, one-word")
    return _noted(names, held)


def held_arguments(target: Target, held: Held | None, outcomes: Sequence[Outcome] | None) -> dict[str, Any]:
    """LiteLLM's arguments that constrain one answer; empty where it is free, or has no finite set of outcomes."""
    if not outcomes or held in (None, "one-word"):
        return {}
    if held == "choice":
        return {"extra_body": _choice(outcomes)}
    if target.own_server or target.provider == "hosted_vllm":
        return {"extra_body": _formed(target, outcomes)}
    return {"response_format": _form(outcomes)}


def _noted(names: Iterable[str], held: Held, more: str = "") -> Way:
    note = _RENORMALISED.format(held=held)
    return Way(dict.fromkeys(sorted(names), "per question"), f"{note} {more}".rstrip())


def _choice(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    return {
        "structured_outputs": {"choice": list(outcomes)},
        "guided_choice": list(outcomes),
        "regex": f"({'|'.join(map(re.escape, outcomes))})",
        "grammar": f"root ::= {' | '.join(map(json.dumps, outcomes))}",
    }


def _formed(target: Target, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    form = {"response_format": _form(outcomes)}
    # llama.cpp reads response_format in chats alone
    return form | ({"json_schema": _schema(outcomes)} if target.provider == COMPLETION else {})


def _form(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": _schema(outcomes)}}


def _schema(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"answer": {"type": "string", "enum": list(outcomes)}},
        "required": ["answer"],
        "additionalProperties": False,
    }
