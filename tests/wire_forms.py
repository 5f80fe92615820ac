"""Answers of model servers in the wire forms that they speak, with a thought, an end and a refusal where there is one.

Forms as the API references of OpenAI, Ollama, Anthropic and Gemini write them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

FORMS = ("openai", "completion", "ollama", "anthropic", "gemini")
_ENDS: Mapping[str, Mapping[str, str]] = {
    "openai": {"stop": "stop", "length": "length", "filter": "content_filter", "refusal": "stop", "tool": "tool_calls"},
    "completion": {"stop": "stop", "length": "length", "filter": "content_filter"},
    "ollama": {"stop": "stop", "length": "length"},
    "anthropic": {"stop": "end_turn", "length": "max_tokens", "refusal": "refusal", "tool": "tool_use"},
    "gemini": {"stop": "STOP", "length": "MAX_TOKENS", "filter": "SAFETY", "tool": "MALFORMED_FUNCTION_CALL"},
}
"""How each form writes why an answer ended; what it does not know is absent."""


@dataclass(frozen=True)
class Told:
    """An answer: its words, the thought before it, why it ended, and tokens of each where they are counted."""

    text: str = "UP"
    thought: str = ""
    finish: str = "stop"
    tokens_in: int = 20
    tokens_out: int = 30
    thought_tokens: int = 0


def word(form: str, told: Told) -> str | None:
    """How a form writes why the answer ended; None where it cannot."""
    return _ENDS[form].get(told.finish)


def body(form: str, told: Told) -> dict[str, Any]:
    """The whole answer as a server of that form sends it."""
    return _BODIES[form](told)


def _openai(told: Told) -> dict[str, Any]:
    thought = {"reasoning_content": told.thought} if told.thought else {}
    refused = {"content": None, "refusal": told.text} if told.finish == "refusal" else {"content": told.text}
    message = {"role": "assistant", **refused, **thought}
    choice = {"index": 0, "message": message, "finish_reason": word("openai", told), "logprobs": None}
    return {**_head("chat.completion"), "choices": [choice], "usage": _usage(told)}


def _completion(told: Told) -> dict[str, Any]:
    text = f"<think>{told.thought}</think>{told.text}" if told.thought else told.text
    choice = {"index": 0, "text": text, "finish_reason": word("completion", told), "logprobs": None}
    return {**_head("text_completion"), "choices": [choice], "usage": _usage(told)}


def _ollama(told: Told) -> dict[str, Any]:
    thought = {"thinking": told.thought} if told.thought else {}
    return {
        "model": "m",
        "created_at": "2026-01-01T00:00:00Z",
        "done": True,
        "done_reason": word("ollama", told),
        "message": {"role": "assistant", "content": told.text, **thought},
        "total_duration": 9,
        "load_duration": 1,
        "prompt_eval_duration": 1,
        "eval_duration": 1,
        "prompt_eval_count": told.tokens_in,
        "eval_count": told.tokens_out,
    }


def _anthropic(told: Told) -> dict[str, Any]:
    thought = [{"type": "thinking", "thinking": told.thought, "signature": "x"}] if told.thought else []
    text = [{"type": "text", "text": told.text}] if told.text else []
    return {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [*thought, *text],
        "stop_reason": word("anthropic", told),
        "stop_sequence": None,
        "usage": {"input_tokens": told.tokens_in, "output_tokens": told.tokens_out},
    }


def _gemini(told: Told) -> dict[str, Any]:
    thought = [{"text": told.thought, "thought": True}] if told.thought else []
    text = [{"text": told.text}] if told.text else []
    content = {"role": "model", "parts": [*thought, *text]} if thought or text else {"role": "model"}
    candidate = {"content": content, "finishReason": word("gemini", told), "index": 0}
    counts = {"promptTokenCount": told.tokens_in, "candidatesTokenCount": told.tokens_out - told.thought_tokens}
    counts |= {"totalTokenCount": told.tokens_in + told.tokens_out, "thoughtsTokenCount": told.thought_tokens}
    return {"candidates": [candidate], "usageMetadata": counts, "modelVersion": "m"}


def _head(kind: str) -> dict[str, Any]:
    return {"id": "c", "object": kind, "created": 1, "model": "m"}


def _usage(told: Told) -> dict[str, Any]:
    details = {"completion_tokens_details": {"reasoning_tokens": told.thought_tokens}} if told.thought_tokens else {}
    total = told.tokens_in + told.tokens_out
    return {
        "prompt_tokens": told.tokens_in,
        "completion_tokens": told.tokens_out,
        "total_tokens": total,
        **details,
    }


_BODIES: Mapping[str, Callable[[Told], dict[str, Any]]] = {
    "openai": _openai,
    "completion": _completion,
    "ollama": _ollama,
    "anthropic": _anthropic,
    "gemini": _gemini,
}
