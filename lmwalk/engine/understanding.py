"""What an answer is taken to say: the words as its process reads them, and why it ended."""

from __future__ import annotations

import re

from lmwalk.processes.readers import stands
from lmwalk.types import Parsed, Process, Prompt, Reply

_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_LONGEST_TOKEN = 8
"""Letters of a script without spaces that one token may hold; on average it holds one or two."""


def understood(process: Process, reply: Reply) -> Parsed:
    """How a reply is read, in view of why it ended. Never raises.

    What a filter or a refusal ended is ``refused``. What a limit of tokens cut off is ``cut``: a text that is handed on
    always, another answer unless the words that it was read from cannot become others by what is missing.
    """
    if reply.finish in ("refusal", "filter"):
        return Parsed(
            None, "refused", "refused by the server" if reply.finish == "refusal" else "filtered by the server"
        )
    if not reply.text.strip():
        return _wordless(reply)
    parsed = process.parse(reply.text)
    if reply.finish != "length" or parsed.status == "refused":
        return parsed
    if process.passes_text or not stands(process, reply.text, parsed):
        return Parsed(None, "cut", "cut off")
    return parsed


def _wordless(reply: Reply) -> Parsed:
    """Why there is no word for the asker."""
    if reply.finish == "length":
        return Parsed(None, "cut", "cut while thinking" if reply.thought or reply.thought_tokens else "cut off")
    if reply.finish == "tool":
        return Parsed(None, "unparsed", "called a tool")
    return Parsed(None, "empty", "only a thought" if reply.thought else "empty")


def fewest_tokens(prompt: Prompt) -> float:
    """Tokens that a question cannot have fewer of: tokenisers break texts at spaces, and cut other scripts finely."""
    words = " ".join(filter(None, (prompt.system, prompt.text, prompt.prefill)))
    return max(len(words.split()), len(_UNSPACED.findall(words)) / _LONGEST_TOKEN)
