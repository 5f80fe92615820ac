"""From questions to the tokens that a model is fed, and from its tokens back to text.

A model with a template for chats reads a question as a user's message, with the last turn of the assistant left open:
the beginning of an answer stands in it. Any other model reads plain text: the system message, an empty line, the
question, and the beginning of the answer behind it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from lmwalk.errors import PermanentError
from lmwalk.token_tree.index import Index
from lmwalk.types import Prompt, Span, Thinking

Ids = tuple[int, ...]
_MARK = "\ue000"
"""Stands for an answer where the end of a turn is looked for."""


class Fed(NamedTuple):
    """What a model is fed.

    Attributes
    ----------
    ids : tuple of int
    text : str
        The same as a text, marks included.
    offsets : tuple of (int, int)
        Where in ``text`` each token stands; an empty span for one that stands for no text.
    """

    ids: Ids
    text: str
    offsets: tuple[Span, ...]


class Wording:
    """Feeds one model.

    Parameters
    ----------
    tokenizer : transformers.PreTrainedTokenizerFast
    chat : bool
        Whether questions are put as a chat.
    size : int
        Tokens of the network, of which some may have no text.
    ends : sequence of int
        Tokens with which the network ends an answer, as its files say.
    """

    def __init__(self, tokenizer: Any, *, chat: bool, size: int, ends: Sequence[int] = ()) -> None:
        self._tokenizer = tokenizer
        self._lock = threading.Lock()  # a fast tokenizer refuses two threads at once
        self.chat = chat
        self.size = size
        turn = self._end_of_turn() if chat else None
        told = (*ends, tokenizer.eos_token_id, turn)
        self.ends = frozenset(token for token in told if isinstance(token, int))
        self._anchor = tokenizer.encode("a", add_special_tokens=False)[-1]

    @property
    def thinks(self) -> bool:
        """Whether its template can tell it to think, or not to."""
        return self.chat and "enable_thinking" in str(self._tokenizer.chat_template)

    def fed(self, prompt: Prompt, thinking: Thinking | None = None, more: str = "") -> Fed:
        """The tokens of a question up to where the answer goes on. Raises PermanentError where there are none."""
        text = self._text(prompt, thinking) + (prompt.prefill or "") + more
        with self._lock:
            told = self._tokenizer(
                _clean(text), add_special_tokens=not self.chat, return_offsets_mapping=True, verbose=False
            )
        ids, offsets = list(told["input_ids"]), [(begin, end) for begin, end in told["offset_mapping"]]
        if not self.chat and len(ids) > 1 and ids[-1] in self.ends and offsets[-1][0] == offsets[-1][1]:
            ids, offsets = ids[:-1], offsets[:-1]  # some tokenizers end every text that they read
        if not ids:
            raise PermanentError("An empty question cannot be put to a model that reads plain text.")
        return Fed(tuple(ids), text, tuple(offsets))

    def places(self, prompt: Prompt, fed: Fed, spans: Sequence[Span]) -> list[list[int]]:
        """The tokens of each span of ``prompt.text``: those that begin in it, behind blanks that they bring along."""
        begin, stripped = fed.text.rfind(prompt.text), 0
        if begin < 0:  # templates cut blanks at both ends
            stripped = len(prompt.text) - len(prompt.text.lstrip())
            begin = fed.text.rfind(prompt.text.strip())
        found = []
        for first, last in spans:
            low, high = first - stripped + begin, last - stripped + begin
            found.append([place for place, span in enumerate(fed.offsets) if low <= _word(fed.text, span) < high])
        return found

    def decoded(self, tokens: Sequence[int]) -> str:
        """The text of an answer; marks are left out, and a blank at its beginning stays where one was said."""
        said = self._decode([[self._anchor, *tokens], [self._anchor]])
        return said[0][len(said[1]) :]

    @cached_property
    def index(self) -> Index:
        """The text of every token, as it stands behind others."""
        (alone,) = self._decode([[self._anchor]])
        known = min(self.size, len(self._tokenizer))
        texts = self._decode([[self._anchor, token] for token in range(known)])
        return Index([*(text[len(alone) :] for text in texts), *[""] * (self.size - known)])

    @property
    def form(self) -> str:
        """How a question without a system message is fed, with ``{text}`` and ``{prefill}`` in their places."""
        fed = self.fed(Prompt("{text}", None, None, {}, "{prefill}"))  # type: ignore[arg-type]
        marks = "" if self.chat else "".join(self._tokenizer.convert_ids_to_tokens(_leading(fed)))
        return marks + fed.text

    def _text(self, prompt: Prompt, thinking: Thinking | None) -> str:
        if not self.chat:
            return (f"{prompt.system}\n\n" if prompt.system else "") + prompt.text
        try:
            return self._rendered(_messages(prompt.system, prompt.text), thinking)
        except Exception:  # a template raises what it likes; some have no place for a system message
            if not prompt.system:
                raise
            return self._rendered(_messages(None, f"{prompt.system}\n\n{prompt.text}"), thinking)

    def _rendered(self, messages: list[dict[str, str]], thinking: Thinking | None = None, *, open_: bool = True) -> str:
        told: Mapping[str, Any] = {}
        if thinking is not None and self.thinks:
            told = {"enable_thinking": thinking != "off"}
        text: str = self._tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=open_, **told)
        return text

    def _end_of_turn(self) -> int | None:
        """The mark behind an answer of the assistant in its template."""
        said = [*_messages(None, "-"), {"role": "assistant", "content": _MARK}]
        tail = self._rendered(said, open_=False).rpartition(_MARK)[2]
        ids = self._tokenizer.encode(tail, add_special_tokens=False)
        first: int | None = ids[0] if ids and ids[0] in set(self._tokenizer.added_tokens_decoder) else None
        return first

    def _decode(self, rows: list[list[int]]) -> list[str]:
        backend = getattr(self._tokenizer, "backend_tokenizer", None)
        with self._lock:
            if backend is not None:  # many at once, without tidying up blanks
                said: list[str] = backend.decode_batch(rows, skip_special_tokens=True)
                return said
            tidy = {"skip_special_tokens": True, "clean_up_tokenization_spaces": False}
            return [self._tokenizer.decode(row, **tidy) for row in rows]


def _messages(system: str | None, text: str) -> list[dict[str, str]]:
    before = [{"role": "system", "content": system}] if system else []
    return [*before, {"role": "user", "content": text}]


def _clean(text: str) -> str:
    """A text that can be encoded: a lone surrogate becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _leading(fed: Fed) -> list[int]:
    return [token for token, (begin, end) in zip(fed.ids, fed.offsets, strict=True) if begin == end == 0]


def _word(text: str, span: Span) -> int:
    """Where the word of a token begins, behind its blanks; -1 of a token that stands for no text."""
    begin, end = span
    if begin == end:
        return -1
    piece = text[begin:end]
    return begin + len(piece) - len(piece.lstrip()) if piece.strip() else begin
