"""How a question goes out: as messages of a chat, or as the one text of a completion."""

from __future__ import annotations

from typing import Any

from lmwalk.errors import UnsupportedError
from lmwalk.models._failures import Target
from lmwalk.types import Prompt

COMPLETION = "text-completion-openai"
READS_ONE_TEXT = (
    "A completion endpoint reads one text: a system message is written before the question, with an empty line "
    "between, and the beginning of the answer behind it."
)

_CONTINUES = frozenset({"ollama_chat", "anthropic"})
"""Providers that go on with an answer which is the last message."""
_CONTINUE = {"add_generation_prompt": False, "continue_final_message": True}
"""What vLLM, SGLang and llama.cpp want to be told for that."""


def check_prefill(target: Target) -> None:
    """Raise UnsupportedError where an answer cannot be begun for the model."""
    if target.provider == COMPLETION or target.provider in _CONTINUES or _takes_flags(target):
        return
    raise UnsupportedError(
        f"{target.name} cannot go on with an answer that was begun for it. Remove prefill from the template, or ask "
        "ollama/NAME, anthropic/NAME, text-completion-openai/NAME, or openai/NAME on a server of your own."
    )


def asked(target: Target, prompt: Prompt, more: str = "") -> dict[str, Any]:
    """LiteLLM's arguments for a question: ``messages``, and ``extra_body`` where the answer is begun for a server.

    Parameters
    ----------
    more : str
        How the answer goes on after the prompt's own ``prefill``.

    Raises
    ------
    UnsupportedError
        The answer is begun, and the provider cannot go on with it.
    """
    begun = (prompt.prefill or "") + more
    if target.provider == COMPLETION:
        # Of one message LiteLLM sends the text as it stands.
        system = f"{prompt.system}\n\n" if prompt.system else ""
        return {"messages": [_message("user", system + prompt.text + begun)]}
    messages = [_message("system", prompt.system)] if prompt.system else []
    messages.append(_message("user", prompt.text))
    if not begun:
        return {"messages": messages}
    check_prefill(target)
    flags = {"extra_body": dict(_CONTINUE)} if _takes_flags(target) else {}
    return {"messages": [*messages, _message("assistant", begun)], **flags}


def can_continue(target: Target, prompt: Prompt, more: str) -> bool:
    """Whether the model's next tokens after ``more`` can be asked for.

    A completion endpoint goes on with any text. A chat is trusted to do so only where the template begins the answer,
    which says that its server can; and templates of chats cut blanks at the end, so nothing is asked behind one.
    """
    return not more or target.provider == COMPLETION or (bool(prompt.prefill) and not more[-1].isspace())


def continuation(target: Target, prompt: Prompt, text: str) -> str:
    """A reply without the beginning that was written for it, which some servers repeat."""
    return text if target.provider == COMPLETION else text.removeprefix(prompt.prefill or "")


def _takes_flags(target: Target) -> bool:
    return target.own_server or target.provider == "hosted_vllm"


def _message(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}
