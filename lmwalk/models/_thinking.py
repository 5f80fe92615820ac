"""How each provider is told whether a model is to think before it answers, and what it then takes no more.

Sources: the API references of Ollama (``think``), OpenAI (``reasoning_effort``), Anthropic (``thinking``: a budget
below ``max_tokens``, temperature 1, ``top_p`` from 0.95), Gemini (``thinkingConfig``), OpenRouter (``reasoning``), and
of vLLM, SGLang and llama.cpp (``chat_template_kwargs``; Qwen's templates read ``enable_thinking``, DeepSeek's and
Granite's ``thinking``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lmwalk.models._failures import Target
from lmwalk.models._questions import COMPLETION
from lmwalk.models._ways import Way, Words
from lmwalk.thoughts import ROOM
from lmwalk.types import Thinking

_LEVELS = ("low", "medium", "high")
_USUAL = "medium"
"""The effort that is asked for where a provider knows levels only and is told to think."""
_LEAST_OF_GEMINI_PRO = 128
_ALWAYS = "it always thinks. Accepted for it: low, medium, high"
_NONE = "no way is known to tell it. Accepted for it: default"


def thinking_way(target: Target, thinking: Thinking, limit: int | None, words: Words, *, always: bool = False) -> Way:
    """How a model is told to think, or not to, before it answers.

    Parameters
    ----------
    limit : int or None
        ``max_tokens``, where that is sent too.
    words : callable
        What LiteLLM makes of arguments.
    always : bool
        Whether the model is known to think whatever it is told.
    """
    provider = target.provider
    if provider == COMPLETION:
        return Way(None, "a completion endpoint goes on with a text and is not told to think. Accepted: default")
    if provider == "ollama_chat":
        return _ollama(target, thinking)
    if target.own_server and target.name.startswith("ollama"):
        return _ollama_like_openai(thinking)
    if target.own_server or provider == "hosted_vllm":
        return _own_server(thinking)
    if provider == "openrouter":
        return _openrouter(thinking)
    if provider == "anthropic":
        return _anthropic(thinking, limit, words, always=always)
    if provider in ("gemini", "vertex_ai") and "gemini" in target.model:
        return _gemini(target, thinking, words)
    return _effort(target, thinking, words)


def barred(target: Target, name: str, value: float, thinking: Thinking | None) -> str | None:
    """A reason why a sampler setting cannot be combined with thinking; None where it can."""
    if target.provider != "anthropic" or thinking in (None, "off"):
        return None
    if name == "temperature" and value != 1:
        return f"{target.model} thinks at temperature 1 only. Accepted: temperatures: [1.0], or thinking: off"
    if name == "top_p" and value < 0.95:
        return f"{target.model} takes no {name} below 0.95 where it thinks"
    return None


def _ollama(target: Target, thinking: Thinking) -> Way:
    by_level = "gpt-oss" in target.model.lower()
    if by_level and thinking == "off":
        return Way(None, _ALWAYS)
    plain: Mapping[str, Any] = {"off": False, "on": _USUAL if by_level else True}
    asked = plain.get(thinking, thinking)
    if asked in _LEVELS and not by_level:
        return Way(
            {"think": asked},
            f"thinking={thinking}: Ollama takes a level where the model knows levels; one that can only be told to "
            "think or not thinks as it does by default.",
        )
    return Way({"think": asked})


def _ollama_like_openai(thinking: Thinking) -> Way:
    """Ollama under /v1, where it gives probabilities: it reads an effort there, and ``none`` as off."""
    effort = {"off": "none", "on": _USUAL}.get(thinking, thinking)
    return Way({"extra_body": {"reasoning_effort": effort}})


def _own_server(thinking: Thinking) -> Way:
    on = thinking != "off"
    level = {"reasoning_effort": thinking} if thinking in _LEVELS else {}
    template = {"enable_thinking": on, "thinking": on, **level}
    return Way(
        {"extra_body": {"chat_template_kwargs": template, **level}},
        f"thinking={thinking}: sent as chat_template_kwargs, which vLLM, SGLang and llama.cpp hand to the model's "
        "template; some servers and templates ignore them.",
    )


def _openrouter(thinking: Thinking) -> Way:
    asked = {"effort": "none"} if thinking == "off" else {"effort": thinking} if thinking in _LEVELS else None
    return Way({"extra_body": {"reasoning": asked or {"enabled": True}}})


def _anthropic(thinking: Thinking, limit: int | None, words: Words, *, always: bool) -> Way:
    if thinking == "off":
        if always:
            return Way(None, "it always thinks. Accepted for it: on, low, medium, high")
        told = words({"reasoning_effort": "none"}) or {}
        if told.get("thinking"):
            return Way({"reasoning_effort": "none"})
        return Way({}, "thinking=off: nothing is sent, as this model thinks only where it is told to.")
    told = words({"reasoning_effort": "low"}) or {}
    asked = told.get("thinking")
    if not asked:
        return Way(None, "it does not think. Accepted for it: default, off")
    if asked.get("type") == "adaptive":
        return Way({"reasoning_effort": thinking if thinking in _LEVELS else _USUAL})
    budget = ROOM[thinking]
    if limit is not None and limit <= budget:
        return Way(
            None,
            f"its thought may take {budget:,} tokens, and max_tokens={limit} leaves no room for it. Accepted: "
            f"max_tokens above {budget:,}, or left out",
        )
    return Way({"thinking": {"type": "enabled", "budget_tokens": budget}})


def _gemini(target: Target, thinking: Thinking, words: Words) -> Way:
    told = (words({"reasoning_effort": "low"}) or {}).get("thinkingConfig") or {}
    if not told:
        off = Way({}, "thinking=off: nothing is sent, as this model does not think.")
        return off if thinking == "off" else Way(None, "it does not think. Accepted for it: default, off")
    if thinking == "on":
        budget = {} if "thinkingLevel" in told else {"budget_tokens": -1}
        return Way({"thinking": {"type": "enabled", **budget}})
    if "thinkingLevel" in told:
        least = Way({"reasoning_effort": "none"}, _least("the lowest level"))
        return least if thinking == "off" else Way({"reasoning_effort": thinking})
    if thinking == "off" and "pro" in target.model:
        budget = {"budget_tokens": _LEAST_OF_GEMINI_PRO}
        return Way({"thinking": {"type": "enabled", **budget}}, _least(f"{_LEAST_OF_GEMINI_PRO} tokens"))
    kind = "disabled" if thinking == "off" else "enabled"
    return Way({"thinking": {"type": kind, "budget_tokens": ROOM[thinking]}})


def _effort(target: Target, thinking: Thinking, words: Words) -> Way:
    """OpenAI's ``reasoning_effort``, as LiteLLM translates it for many providers."""
    levels = [level for level in _LEVELS if _passed_on(level, words)]
    if not levels:
        if target.provider == "openai" and thinking == "off":
            return Way({}, "thinking=off: nothing is sent, as this model is not known to think.")
        return Way(None, _NONE)
    if thinking == "on":
        return Way({"reasoning_effort": _USUAL if _USUAL in levels else levels[-1]})
    if thinking != "off":
        accepted = f"it has no such level. Accepted for it: {', '.join(levels)}"
        return Way({"reasoning_effort": thinking}) if thinking in levels else Way(None, accepted)
    if re.match(r"(?:.*/)?(?:o\d|gpt-oss)", target.model):
        return Way(None, _ALWAYS)
    if _passed_on("none", words):
        return Way({"reasoning_effort": "none"})
    if _passed_on("minimal", words):
        return Way({"reasoning_effort": "minimal"}, _least("minimal"))
    return Way(None, _ALWAYS)


def _passed_on(effort: str, words: Words) -> dict[str, Any] | None:
    """What LiteLLM makes of an effort; None where it is refused, lost, or turned into words of LiteLLM's own."""
    told = words({"reasoning_effort": effort})
    lost = not any(name in (told or {}) for name in ("reasoning_effort", "thinking", "reasoning", "thinkingConfig"))
    return None if lost else told


def _least(what: str) -> str:
    return f"thinking=off: this model always thinks; the least that it has is sent: {what}."
