"""What a server's answer says: the words, the thought, why it ended; in the wire forms that servers speak.

Sources: the API references of OpenAI (chat completions, completions), Ollama (``/api/chat``), Anthropic (messages) and
Gemini (generateContent), and the fields that vLLM, llama.cpp, OpenRouter and LiteLLM add: ``reasoning_content``,
``reasoning``, ``reasoning_details``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from lmwalk.models._bodies import count
from lmwalk.thoughts import split
from lmwalk.types import Finish

_WORDS: Mapping[Finish, frozenset[str]] = {
    "stop": frozenset({"stop", "end_turn", "stop_sequence", "eos", "eos_token", "completed", "complete", "finished"}),
    "length": frozenset(
        {"length", "max_tokens", "max_output_tokens", "model_length", "model_context_window_exceeded", "incomplete"}
    ),
    "filter": frozenset(
        {"content_filter", "content_filtered", "filter", "safety", "recitation", "blocklist", "prohibited_content"}
        | {"spii", "image_safety", "guardrail_intervened", "language", "sensitive"}
    ),
    "refusal": frozenset({"refusal", "refused"}),
    "tool": frozenset({"tool_calls", "tool_use", "function_call", "malformed_function_call", "unexpected_tool_call"}),
    "error": frozenset({"error", "abort", "network_error", "insufficient_system_resource"}),
}
_FINISHES: Mapping[str, Finish] = {word: finish for finish, words in _WORDS.items() for word in words}
_THINKING = ("thinking", "reasoning", "reasoning_content", "thought")
_DEEPEST = 5


class Said(NamedTuple):
    """The parts of an answer.

    Attributes
    ----------
    text : str
        The answer itself; the words of a refusal where there is nothing else.
    thought : str or None
        What the model thought before it answered.
    finish, finish_said : str or None
        Why it ended, and the server's own word; None where it says nothing, or nothing that is known.
    raw : str or None
        The content as it came, where it is neither the text nor the thought as they stand; lists as JSON.
    thought_tokens : int or None
        Tokens of the thought.
    error : str or None
        The words of a failure that the server put where an answer belongs.
    """

    text: str
    thought: str | None = None
    finish: Finish | None = None
    finish_said: str | None = None
    raw: str | None = None
    thought_tokens: int | None = None
    error: str | None = None


def said_in(told: Any) -> Said | None:
    """What a body says that was read as JSON; None where it is in none of the forms.

    >>> said_in({"message": {"content": "<think>hm</think>UP"}, "done": True, "done_reason": "length"}).text
    'UP'
    """
    if not isinstance(told, dict):
        return None
    choices = told.get("choices")
    if isinstance(choices, list):
        said = _choice(choices[0]) if choices and isinstance(choices[0], dict) else Said("")
    elif isinstance(told.get("message"), dict) and "done" in told:
        said = _message(told["message"], told.get("done_reason"))
    elif isinstance(told.get("content"), list) and "stop_reason" in told:
        said = _message(told, told.get("stop_reason"))
    elif isinstance(told.get("candidates"), list) or "promptFeedback" in told:
        said = _gemini(told)
    else:
        return None
    return said._replace(thought_tokens=_thought_tokens(told.get("usage") or told.get("usageMetadata")))


def plainly(told: Mapping[str, Any], said: Said) -> dict[str, Any]:
    """The body in plain OpenAI or Ollama form, with ``said.text`` as the content, as LiteLLM can read no other form."""
    if isinstance(told.get("message"), dict):
        return {**told, "message": _plain(told["message"], said)}
    choices = told.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict) or "text" in choices[0]:
        return dict(told)
    word, message = choices[0].get("finish_reason"), choices[0].get("message")
    plain = {"finish_reason": word if isinstance(word, str) else "stop", "message": _plain(message, said)}
    return {**told, "choices": [{**choices[0], **plain}, *choices[1:]]}


def _plain(message: Any, said: Said) -> dict[str, Any]:
    role = message.get("role") if isinstance(message, dict) else None
    return {"role": role if isinstance(role, str) else "assistant", "content": said.text}


def finish_of(word: Any) -> Finish | None:
    """Why an answer ended: our word for the server's finish reason, None where that is unknown."""
    return _FINISHES.get(word.strip().lower()) if isinstance(word, str) else None


def _choice(choice: Mapping[str, Any]) -> Said:
    """OpenAI's form, of a chat or a completion."""
    word = choice.get("native_finish_reason") or choice.get("finish_reason")
    finish = finish_of(choice.get("finish_reason")) or finish_of(word)
    if error := choice.get("error"):
        return Said("", finish="error", finish_said=_word(word), error=_error(error))
    if not isinstance(choice.get("message"), dict):
        return _told(choice.get("text"), choice, word)._replace(finish=finish)
    return _message(choice["message"], word, finish)


def _message(message: Mapping[str, Any], word: Any, finish: Finish | None = None) -> Said:
    said = _told(message.get("content"), message, word)
    said = said._replace(finish=finish or said.finish)
    refusal = message.get("refusal")
    if isinstance(refusal, str) and refusal.strip():
        return said._replace(text=said.text or refusal, finish="refusal")
    return said


def _told(content: Any, message: Mapping[str, Any], word: Any) -> Said:
    """From a content, a text or a list of parts, and from what stands beside it."""
    words, beside = _words(content), _thinking(message)
    text, thoughts = words.text, [thought for thought in (beside, words.thought) if thought]
    inside, answer = split(text)
    thoughts += [inside] if inside else []
    thought = "\n\n".join(dict.fromkeys(thoughts)) or None
    return Said(
        answer, thought, finish_of(word), _word(word), None if words.whole and answer == text else _raw(content)
    )


def _raw(content: Any) -> str:
    return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)


class _Parts(NamedTuple):
    """The text and the thought of a content, and whether they are all that it holds."""

    text: str
    thought: str | None
    whole: bool = True


def _words(content: Any) -> _Parts:
    if isinstance(content, str):
        return _Parts(content, None)
    if not isinstance(content, list):
        return _Parts("", None, content is None)
    texts, thoughts, whole = [], [], True
    for part in content:
        if isinstance(part, dict) and (part.get("type") in _THINKING or part.get("thought") is True):
            thoughts.append(_flat(part))
            continue
        words = part.get("text") if isinstance(part, dict) else part
        whole &= isinstance(words, str)
        texts.append(_flat(words))
    return _Parts("".join(texts), "\n\n".join(filter(None, thoughts)) or None, whole)


def _thinking(message: Mapping[str, Any]) -> str | None:
    """The thought that stands beside a content."""
    for name in ("reasoning_content", "reasoning", "thinking", "reasoning_details"):
        if thought := _flat(message.get(name)).strip():
            return thought
    return None


def _flat(part: Any, depth: int = _DEEPEST) -> str:
    """All the text in a part of a thought, whatever it is wrapped in."""
    if isinstance(part, str):
        return part
    if isinstance(part, list) and depth:
        return "".join(_flat(each, depth - 1) for each in part)
    if isinstance(part, dict) and depth:
        names = ("text", "thinking", "reasoning", "summary", "content")
        return next((text for name in names if (text := _flat(part.get(name), depth - 1))), "")
    return ""


def _gemini(told: Mapping[str, Any]) -> Said:
    candidates = told.get("candidates") or []
    first = candidates[0] if isinstance(candidates, list) and candidates else {}
    if not isinstance(first, dict) or not first:
        feedback = told.get("promptFeedback")
        blocked = feedback.get("blockReason") if isinstance(feedback, dict) else None
        return Said("", finish="filter" if blocked else None, finish_said=_word(blocked))
    content = first.get("content")
    parts = content.get("parts") if isinstance(content, dict) else None
    return _told(parts, {}, first.get("finishReason"))


def _thought_tokens(usage: Any) -> int | None:
    if not isinstance(usage, dict):
        return None
    for part in ("completion_tokens_details", "output_tokens_details"):
        details = usage.get(part)
        if isinstance(details, dict) and (found := count(details.get("reasoning_tokens"))) is not None:
            return found
    return count(usage.get("thoughtsTokenCount"))


def _word(word: Any) -> str | None:
    return word[:100] if isinstance(word, str) and word else None


def _error(error: Any) -> str:
    words = error.get("message") if isinstance(error, dict) else error
    return words if isinstance(words, str) and words.strip() else json.dumps(error)[:300]
